//go:build !unix

package files

import (
	"errors"
	"testing"
)

func mkfifo(string) error { return errors.ErrUnsupported }

func openFiles(t *testing.T) int {
	t.Skip("can't count open files here")
	return 0
}
