//go:build unix

package report

import (
	"context"
	"errors"
	"os"
	"syscall"
	"time"
)

// askAgain is how often it is looked whether somebody reads a pipe.
const askAgain = 20 * time.Millisecond

// openPipe opens a named pipe for writing, once somebody reads it.
func openPipe(ctx context.Context, path string) (*os.File, error) {
	for {
		// Waiting in the call itself, nothing but the end of the process would end it.
		f, err := os.OpenFile(path, os.O_WRONLY|syscall.O_NONBLOCK, 0)
		if !errors.Is(err, syscall.ENXIO) {
			return f, err
		}
		select {
		case <-ctx.Done():
			return nil, errors.New("nobody reads it")
		case <-time.After(askAgain):
		}
	}
}
