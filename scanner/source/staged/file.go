package staged

import (
	"fmt"

	"lockaway/scanner/gitpack"
	"lockaway/scanner/source/changes"
)

// File is a regular file of the index, by its path; ok is false if there is none.
func (s *Source) File(path string) (data []byte, ok bool, err error) {
	e, err := s.index.file([]byte(path))
	if err != nil || e.ID.IsZero() || e.Mode&gitpack.ModeType != gitpack.ModeFile&gitpack.ModeType {
		return nil, false, err
	}
	kind, data, err := s.objects.Object(e.ID)
	if err == nil && kind != gitpack.Blob {
		err = fmt.Errorf("object %s is a %s where a file should be", e.ID, kind)
	}
	return data, err == nil, err
}

// file looks for what is to be committed at a path; its id is zero if nothing is.
func (x *index) file(path []byte) (changes.Entry, error) {
	from, to := x.Find(path)
	for _, e := range x.Entries[from:to] {
		if e.Stage == 0 && !e.IntentToAdd {
			return changes.Entry{Mode: e.Mode, ID: e.ID}, nil
		}
	}
	if !x.Sparse {
		return changes.Entry{}, nil
	}
	for n := range path {
		if path[n] != '/' {
			continue
		}
		if from, to := x.Find(path[:n+1]); from < to {
			return x.trees.File(x.Entries[from].ID, path[n+1:])
		}
	}
	return changes.Entry{}, nil
}
