package config

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sys/windows"
)

// lockPause is how long to wait before a lock that another holds is tried again.
const lockPause = 10 * time.Millisecond

// lockFolder makes other processes that change the file at path wait until unlock is
// called or this one ends: a file beside it that nobody else may open, and that goes when
// it is closed (CreateFileW, FILE_FLAG_DELETE_ON_CLOSE).
func lockFolder(ctx context.Context, path string) (unlock func(), err error) {
	name, err := windows.UTF16PtrFromString(path + ".lock")
	if err != nil {
		return nil, err
	}
	for {
		h, err := windows.CreateFile(name, windows.GENERIC_WRITE, 0, nil, windows.OPEN_ALWAYS,
			windows.FILE_ATTRIBUTE_TEMPORARY|windows.FILE_FLAG_DELETE_ON_CLOSE, 0)
		switch {
		case err == nil:
			return func() { windows.CloseHandle(h) }, nil
		case !errors.Is(err, windows.ERROR_SHARING_VIOLATION) && !errors.Is(err, windows.ERROR_DELETE_PENDING):
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, errors.New("another program is changing it")
		case <-time.After(lockPause):
		}
	}
}
