//go:build !unix

package report

import (
	"context"
	"os"
)

func openPipe(_ context.Context, path string) (*os.File, error) {
	return os.OpenFile(path, os.O_WRONLY, 0)
}
