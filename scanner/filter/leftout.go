package filter

import (
	"strings"
	"sync"

	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
	"lockaway/scanner/internal/gitignore"
)

// LeftOut allows what stands, in a repository's history, at paths that ignore files
// and the configuration leave out. A history is scanned whole, since a file may have
// had other names; so what is left out is judged with its place, and counted.
type LeftOut struct {
	mu      sync.Mutex
	exclude *gitignore.List
	by      string
	tree    *gitignore.Tree
}

// ignoreFile is the name of the files that say what is left out.
const ignoreFile = ".lockawayignore"

// NewLeftOut returns a filter of patterns in gitignore syntax, which stand in the
// file called by, and of the ignore files that read gives by their paths from the
// repository's top; false where there is none.
func NewLeftOut(exclude []string, by string, read func(path string) ([]byte, bool)) *LeftOut {
	return &LeftOut{
		exclude: gitignore.Parse([]byte(strings.Join(exclude, "\n"))), by: by,
		tree: gitignore.NewTree(ignoreFile, read),
	}
}

// Judge tells what leaves a finding out. What has no path in the history's trees is
// kept, and so is what a submodule has, whose paths begin elsewhere.
func (l *LeftOut) Judge(f *finding.Finding) (finding.Allowed, bool) {
	switch f.Source {
	case chunk.Blob, chunk.Symlink, chunk.PathName, chunk.Index:
	default:
		return finding.Allowed{}, false
	}
	if f.Path == "" || f.Git != nil && f.Git.Repo != "" {
		return finding.Allowed{}, false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case gitignore.MatchPath(l.exclude, f.Path):
		return finding.Allowed{By: l.by, Reason: "exclude"}, true
	case l.tree.Ignores(f.Path):
		return finding.Allowed{By: ignoreFile, Reason: "left out by an ignore file"}, true
	}
	return finding.Allowed{}, false
}
