package staged

import (
	"fmt"
	"path"

	"lockaway/scanner/gitpack"
	"lockaway/scanner/source/changes"
)

// maxLinks is how many symbolic links may lead from one to another.
const maxLinks = 8

// File is a file of the index, by its path; ok is false if there is none. A symbolic
// link is followed to what the index has where it leads.
func (s *Source) File(name string) (data []byte, ok bool, err error) {
	for range maxLinks {
		e, err := s.index.file([]byte(name))
		if err != nil || e.ID.IsZero() {
			return nil, false, err
		}
		kind, data, err := s.objects.Object(e.ID)
		switch {
		case err != nil:
			return nil, false, err
		case kind != gitpack.Blob:
			return nil, false, fmt.Errorf("object %s is a %s where a file should be", e.ID, kind)
		case e.Mode&gitpack.ModeType != gitpack.ModeSymlink:
			return data, true, nil
		}
		name = path.Join(path.Dir(name), string(data))
	}
	return nil, false, nil
}

// file looks for what is to be committed at a path; its id is zero if nothing is.
func (x *index) file(path []byte) (changes.Entry, error) {
	from, to := x.Find(path)
	for _, e := range x.Entries[from:to] {
		if e.Stage == 0 && !e.IntentToAdd && e.Mode&gitpack.ModeType != gitpack.ModeSubmodule {
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
