package gitpack

import (
	"bytes"
	"fmt"
	"path/filepath"
)

// MergeHeads are the commits that the next commit has as parents besides HEAD: those
// of a merge that is under way (git help gitrevisions: MERGE_HEAD). None if none is.
func (r *Repo) MergeHeads() ([]ID, error) {
	data, err := readFile(filepath.Join(r.GitDir, "MERGE_HEAD"), maxPointer)
	if err != nil {
		if missing(err) {
			return nil, nil
		}
		return nil, fmt.Errorf("MERGE_HEAD: %s", reasonOf(err))
	}
	var out []ID
	for line := range bytes.Lines(data) {
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		id, ok := hexID(line, r.Hash)
		if !ok {
			return nil, fmt.Errorf("MERGE_HEAD: a line that is no object id")
		}
		out = append(out, id)
	}
	return out, nil
}
