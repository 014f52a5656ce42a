package gitpack

import (
	"bytes"
	"path/filepath"
)

// lfsPointerMax is more than a pointer has: the specification says less than 1024
// bytes (git-lfs, docs/spec.md).
const lfsPointerMax = 1024

var lfsPointerHead = []byte("version https://git-lfs.github.com/spec/v1\n")

// ParseLFSPointer tells whether a blob is a Git LFS pointer: a small text that stands
// for a large file. oid is the file's SHA-256, in hexadecimal.
func ParseLFSPointer(data []byte) (oid string, ok bool) {
	if len(data) > lfsPointerMax || !bytes.HasPrefix(data, lfsPointerHead) {
		return "", false
	}
	_, rest, found := bytes.Cut(data, []byte("\noid sha256:"))
	if !found || len(rest) < 64 {
		return "", false
	}
	for _, c := range rest[:64] {
		if !('0' <= c && c <= '9' || 'a' <= c && c <= 'f') {
			return "", false
		}
	}
	return string(rest[:64]), true
}

// LFSDir is where Git LFS keeps the large files: each is called after its SHA-256, in
// folders of its first two and next two digits.
func (r *Repo) LFSDir() string { return filepath.Join(r.CommonDir, "lfs", "objects") }

// LFSPath is where the file of an id is kept, if it is there.
func (r *Repo) LFSPath(oid string) string {
	return filepath.Join(r.LFSDir(), oid[:2], oid[2:4], oid)
}
