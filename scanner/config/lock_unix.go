//go:build darwin || linux || freebsd || netbsd || openbsd || dragonfly

package config

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// lockPause is how long to wait before a lock that another holds is tried again.
const lockPause = 10 * time.Millisecond

// lockFolder makes other processes that change the file at path wait until unlock is
// called or this one ends. It locks the file's folder (flock(2)), so that nothing is left
// lying about. Where a file system has no locks it does without.
func lockFolder(ctx context.Context, path string) (unlock func(), err error) {
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	for {
		err := syscall.Flock(int(dir.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case err == nil, errors.Is(err, syscall.ENOTSUP), errors.Is(err, syscall.ENOSYS), errors.Is(err, syscall.ENOLCK), errors.Is(err, syscall.EBADF):
			return func() { dir.Close() }, nil
		case !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR):
			dir.Close()
			return nil, err
		}
		select {
		case <-ctx.Done():
			dir.Close()
			return nil, errors.New("another program is changing it")
		case <-time.After(lockPause):
		}
	}
}
