package changes

import (
	"fmt"
	"io"
	"maps"

	"lockaway/scanner/gitpack"
)

// LargeFrom is the size in bytes of a blob from which on it is read in pieces.
const LargeFrom = 16 << 20

// maxLargeFile is the largest file of Git LFS, in bytes, that is compared with.
const maxLargeFile = 256 << 20

// WithLarge returns a counter for the files of a repository: where a file is a Git LFS
// pointer, what it stands for is a part of it. What of that can't be read is not
// counted, so that it counts as new.
func WithLarge(repo *gitpack.Repo, count Counter) Counter {
	return func(path string, data []byte) map[string]int {
		n := count(path, data)
		oid, ok := gitpack.ParseLFSPointer(data)
		if !ok {
			return n
		}
		file, err := gitpack.OpenRegular(repo.LFSPath(oid))
		if err != nil {
			return n
		}
		defer file.Close()
		large, err := io.ReadAll(io.LimitReader(file, maxLargeFile))
		if err != nil {
			return n
		}
		sum := maps.Clone(n)
		for value, n := range count(path, large) {
			sum[value] += n
		}
		return sum
	}
}

// NotFile says that an object of another kind stands where a file should be.
func NotFile(kind gitpack.Kind) error { return fmt.Errorf("a %s where a file should be", kind) }
