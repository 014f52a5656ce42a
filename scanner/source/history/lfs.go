package history

import (
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"lockaway/scanner/chunk"
	"lockaway/scanner/gitpack"
	"lockaway/scanner/source"
)

// pointer is a Git LFS pointer: a small blob that stands for a large file.
type pointer struct {
	oid  string // SHA-256 of the file, in hexadecimal
	blob gitpack.ID
}

// lfsFiles hands over the large files that are there, each as what its pointer
// stands for, so that it is placed like the pointer. Files without one go under their
// own paths; pointers without a file are problems.
func (v *visitor) lfsFiles(pointers []pointer) {
	of := map[string][]gitpack.ID{}
	for _, p := range pointers {
		of[p.oid] = append(of[p.oid], p.blob)
	}
	top := v.s.git.LFSDir()
	there := map[string]bool{}
	_ = filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		switch {
		case v.ctx.Err() != nil:
			return v.ctx.Err()
		case err != nil:
			if path != top {
				v.faults.add(v.s.label(path), err)
			}
		case d.Type().IsRegular():
			there[d.Name()] = true
			v.lfsFile(path, of[d.Name()])
		}
		return nil
	})
	var lacking []string
	for oid, blobs := range of {
		if !there[oid] {
			lacking = append(lacking, blobs[0].String()+" "+oid)
		}
	}
	slices.Sort(lacking)
	for i, l := range lacking {
		blob, oid, _ := strings.Cut(l, " ")
		v.faults.list = append(v.faults.list, source.Problem{
			Where: "blob " + blob, What: "the file that this Git LFS pointer stands for is not here (sha256 " + oid + ")",
			Hint: "git lfs fetch --all brings it",
		})
		if i == lackingNamed {
			break
		}
	}
}

// lfsFile hands over one of them.
func (v *visitor) lfsFile(path string, blobs []gitpack.ID) {
	content := v.s.content(chunk.Blob, v.s.label(path), "")
	if len(blobs) > 0 {
		content.Object = slices.MinFunc(blobs, gitpack.ID.Compare).String()
	}
	v.file(path, content)
	if v.cmp == nil || !v.cmp.Quiet() {
		v.graph.loud = append(v.graph.loud, blobs...)
	}
}
