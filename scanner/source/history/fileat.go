package history

import (
	"fmt"
	"strings"

	"lockaway/scanner/gitpack"
)

// Tree gives the files of one commit.
type Tree struct {
	objects *gitpack.Objects
	hash    gitpack.Hash
	root    gitpack.ID
}

// maxFile is the largest file that a Tree gives, in bytes: it is for configuration.
const maxFile = 4 << 20

// OpenTree opens the tree of a commit, given as git's revisions are: "HEAD". A HEAD
// whose branch has no commit yet has no files. Close must be called in the end.
func OpenTree(repo *gitpack.Repo, rev string) (*Tree, error) {
	t := &Tree{objects: gitpack.OpenObjects(repo.ObjectDirs, repo.Hash), hash: repo.Hash}
	if head, err := repo.Ref(rev); err == nil && head.ID.IsZero() {
		return t, nil
	}
	id, err := repo.ResolveRev(t.objects, rev+"^{commit}")
	var commit gitpack.CommitObject
	if err == nil {
		var data []byte
		if _, data, err = t.objects.Object(id); err == nil {
			err = gitpack.ParseCommit(data, repo.Hash, &commit)
		}
	}
	if err != nil {
		t.Close()
		return nil, fmt.Errorf("%s: %w", rev, err)
	}
	t.root = commit.Tree
	return t, nil
}

// Close frees what is mapped.
func (t *Tree) Close() { t.objects.Close() }

// File returns the file at a path; nil if there is none. A symbolic link is none.
func (t *Tree) File(path string) ([]byte, error) {
	if t.root.IsZero() {
		return nil, nil
	}
	at := t.root
	for {
		name, rest, below := strings.Cut(path, "/")
		kind, data, err := t.objects.Object(at)
		if err == nil && kind != gitpack.Tree {
			err = fmt.Errorf("a %s where a tree should be", kind)
		}
		if err != nil {
			return nil, err
		}
		e, err := t.entry(data, name)
		if e == nil || err != nil || e.IsDir() != below {
			return nil, err
		}
		at = e.ID()
		if below {
			path = rest
			continue
		}
		if m := e.Mode & gitpack.ModeType; m != gitpack.ModeFile&gitpack.ModeType {
			return nil, nil
		}
		_, data, err = t.objects.Object(at)
		if err == nil && len(data) > maxFile {
			return nil, fmt.Errorf("%s is longer than %d MiB", name, maxFile>>20)
		}
		return data, err
	}
}

// entry finds a name in a tree; nil if it isn't there.
func (t *Tree) entry(tree []byte, name string) (*gitpack.TreeEntry, error) {
	it := gitpack.NewTreeIter(tree, t.hash)
	for it.Next() {
		if string(it.Entry.Name) == name {
			e := it.Entry
			return &e, nil
		}
	}
	return nil, it.Err()
}
