package ranges

import (
	"lockaway/scanner/gitpack"
	"lockaway/scanner/source/changes"
)

// added are the files that are new against all parents. Old is zero only for those that
// none of them has. What a parent had elsewhere and the commit deletes there was moved
// as it is, so that no value in it can be new; its path is.
func added(trees changes.Trees, diffs []*changes.Diff) (out []changed) {
	for i, d := range diffs {
		if i == 0 {
			for _, f := range d.Files {
				if f.Old != f.ID {
					out = append(out, changed{File: f})
				}
			}
			continue
		}
		if len(out) > 0 {
			out = both(out, d)
		}
	}
	for _, d := range diffs {
		if len(out) == 0 {
			break
		}
		files, _ := trees.Deleted(d) // what can't be read is told when a finding asks for it
		if len(files) == 0 {
			continue
		}
		gone := make(map[gitpack.ID]bool, len(files))
		for _, f := range files {
			gone[f.ID] = true
		}
		for i := range out {
			out[i].moved = out[i].moved || gone[out[i].ID]
		}
	}
	return out
}

// changed is a file that has another content than before.
type changed struct {
	changes.File
	moved bool // the content stood elsewhere, and does no more
}

// both are those of the files that are new against one more parent.
func both(files []changed, d *changes.Diff) []changed {
	olds := make(map[string]gitpack.ID, len(d.Files))
	for _, f := range d.Files {
		if f.Old != f.ID {
			olds[f.Path] = f.Old
		}
	}
	out := files[:0]
	for _, f := range files {
		if old, ok := olds[f.Path]; ok {
			if f.Old.IsZero() {
				f.Old = old
			}
			out = append(out, f)
		}
	}
	return out
}
