package gitpack

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Repo is a repository on disk, as one of its work trees sees it. The paths are
// absolute.
type Repo struct {
	// GitDir holds what belongs to this work tree: HEAD, the index. CommonDir holds
	// what all of them share: objects, refs, config. Of the main work tree, and of a
	// bare repository, they are the same.
	GitDir, CommonDir string
	// WorkTree is the folder of the files; empty if Bare.
	WorkTree string
	Bare     bool
	// Index is the path of the index file, which may not exist.
	Index string
	// ObjectDirs are the folders of objects: the repository's own, then the
	// alternates that it borrows from, in git's order.
	ObjectDirs []string

	Hash Hash
	// RefFormat is how refs are stored: "files", "reftable", or what the config says
	// besides.
	RefFormat string
	Config    *GitConfig

	// Problems is what was wrong when the repository was opened. What else of it can
	// be read is read nevertheless.
	Problems []Problem

	noted     problems
	env       Env
	shallowAt string
}

// Env are values of git's environment variables of these names, as git sets them for
// hooks; empty ones are not set.
type Env struct {
	GitDir, WorkTree, CommonDir, IndexFile string // GIT_DIR, GIT_WORK_TREE and so on
	ObjectDirectory                        string
	AlternateObjectDirectories             string
	ShallowFile                            string
}

// EnvOf asks for the variables by their names: EnvOf(os.Getenv).
func EnvOf(getenv func(string) string) Env {
	return Env{
		GitDir:                     getenv("GIT_DIR"),
		WorkTree:                   getenv("GIT_WORK_TREE"),
		CommonDir:                  getenv("GIT_COMMON_DIR"),
		IndexFile:                  getenv("GIT_INDEX_FILE"),
		ObjectDirectory:            getenv("GIT_OBJECT_DIRECTORY"),
		AlternateObjectDirectories: getenv("GIT_ALTERNATE_OBJECT_DIRECTORIES"),
		ShallowFile:                getenv("GIT_SHALLOW_FILE"),
	}
}

// ErrNoRepo is that of a path in which no repository is.
var ErrNoRepo = errors.New("not a git repository")

// OpenRepo finds the repository that path is in, or is: a work tree or a folder of
// it, a bare repository, a git folder, a ".git" file. With env.GitDir that one is
// taken, relative to path, and path is its work tree, as for git where nothing else
// is said.
//
// Whose the folders are does not matter, for nothing of a repository is executed. A
// ".git" folder that git would not accept, since HEAD is damaged or gone, is opened if
// it has objects; it has a problem then.
func OpenRepo(path string, env Env) (*Repo, error) {
	base, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	// As git does, which asks the system where it is: ".." is the real parent.
	if base, err = filepath.EvalSymlinks(base); err != nil {
		return nil, err
	}
	found, err := locate(base, env)
	if err != nil {
		return nil, err
	}
	return openAt(base, found, env)
}

// place is where a repository was found.
type place struct {
	gitDir   string
	workTree string // the folder that leads to gitDir, if there is one
	doubt    bool   // git would not take it for a repository
}

// openAt reads what says how a repository is to be read.
func openAt(base string, at place, env Env) (*Repo, error) {
	r := &Repo{GitDir: at.gitDir, env: env}
	var err error
	if r.CommonDir, err = commonDir(at.gitDir, base, env); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(at.gitDir, "commondir"), err)
	}
	if at.doubt {
		r.noted.add(filepath.Join(r.GitDir, "HEAD"), "damaged or missing, so that git takes this for no repository")
	}
	r.readConfig()
	r.readFormat()
	r.findWorkTree(at, base)
	if env.WorkTree != "" {
		r.WorkTree, r.Bare = inside(base, env.WorkTree), false
	}
	// git goes to the top of the work tree before it opens these.
	if r.WorkTree != "" && within(r.WorkTree, base) {
		base = r.WorkTree
	} else if r.Bare && env.GitDir == "" {
		base = r.GitDir
	}
	r.Index = filepath.Join(r.GitDir, "index")
	if env.IndexFile != "" {
		r.Index = inside(base, env.IndexFile)
	}
	r.shallowAt = filepath.Join(r.CommonDir, "shallow")
	if env.ShallowFile != "" {
		r.shallowAt = inside(base, env.ShallowFile)
	}
	r.findObjects(base)
	r.Problems = r.noted.all()
	return r, nil
}

// inside makes a path absolute that the environment gives.
func inside(dir, path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(dir, path)
}

func (r *Repo) readConfig() {
	r.Config = new(GitConfig)
	r.addConfig(filepath.Join(r.CommonDir, "config"))
	if r.Config.True("extensions", "", "worktreeconfig") {
		r.addConfig(filepath.Join(r.GitDir, "config.worktree"))
	}
}

func (r *Repo) addConfig(path string) {
	data, err := readFile(path, maxConfig)
	if err != nil {
		if !missing(err) {
			r.noted.fail(path, err)
		}
		return
	}
	if bad := r.Config.add(data); len(bad) > 0 {
		r.noted.add(path, fmt.Sprintf("line %d can't be read", bad[0]))
	}
}

// readFormat looks at the repository's version and extensions (git help
// repository-version). One that is unknown may change anything; all is read as if it
// did not, and the problem says so.
func (r *Repo) readFormat() {
	path := filepath.Join(r.CommonDir, "config")
	if v, ok := r.Config.Last("core", "", "repositoryformatversion"); ok {
		if n, err := strconv.Atoi(v); err != nil || n < 0 || n > 1 {
			r.noted.add(path, "the repository has an unknown format version; it is read as far as it is like the known ones")
		}
	}
	r.RefFormat = inFiles
	for _, e := range r.Config.Entries {
		if e.Section != "extensions" || e.Subsection != "" {
			continue
		}
		switch e.Key {
		case "noop", "noop-v1", "preciousobjects", "partialclone", "worktreeconfig", "relativeworktrees", "compatobjectformat", "submodulepathconfig":
			// None of them changes how what is there is read.
		case "objectformat":
			switch strings.ToLower(e.Value) {
			case "sha1":
				r.Hash = SHA1
			case "sha256":
				r.Hash = SHA256
			default:
				r.noted.add(path, "the repository has an unknown object format; it is read as sha1")
			}
		case "refstorage":
			r.RefFormat = strings.ToLower(e.Value)
		default:
			r.noted.add(path, fmt.Sprintf("the repository has an unknown extension, %.100s; it is read as if it had not", e.Key))
		}
	}
}

// findWorkTree follows git's rules: core.bare and core.worktree are the main work
// tree's alone, and where GIT_DIR is given the current folder is the work tree.
func (r *Repo) findWorkTree(at place, base string) {
	linked := r.GitDir != r.CommonDir
	if to, ok := r.Config.Last("core", "", "worktree"); ok && to != "" && !linked {
		tree, err := follow(r.GitDir, to)
		if err == nil {
			r.WorkTree = tree
			return
		}
		r.noted.fail(filepath.Join(r.CommonDir, "config"), err)
	}
	switch {
	case !linked && r.Config.True("core", "", "bare"):
	case r.env.GitDir != "" && !within(r.GitDir, base):
		r.WorkTree = base
	case at.workTree != "":
		r.WorkTree = at.workTree
	case linked:
		r.WorkTree = r.linkedFrom()
		return
	case filepath.Base(r.GitDir) == ".git":
		r.WorkTree = filepath.Dir(r.GitDir)
	}
	r.Bare = r.WorkTree == ""
}

// within tells whether path is dir or lies in it.
func within(dir, path string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// linkedFrom is the folder of a linked work tree, by the git folder's own word
// (git help repository-layout: worktrees/ID/gitdir).
func (r *Repo) linkedFrom() string {
	data, err := readFile(filepath.Join(r.GitDir, "gitdir"), maxPointer)
	if err != nil {
		return ""
	}
	to, err := follow(r.GitDir, strings.TrimRight(string(data), "\r\n"))
	if err != nil {
		return ""
	}
	return filepath.Dir(to)
}

// Shallow returns the commits at which the history of a shallow clone ends: their
// parents are not there. It is empty for a whole clone.
func (r *Repo) Shallow() (map[ID]struct{}, []Problem) {
	var noted problems
	edge := map[ID]struct{}{}
	data, err := readFile(r.shallowAt, maxList)
	if err != nil {
		if !missing(err) {
			noted.fail(r.shallowAt, err)
		}
		return edge, noted.all()
	}
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if id, ok := hexID([]byte(line), r.Hash); ok {
			edge[id] = struct{}{}
		} else if len(noted.list) == 0 {
			noted.add(r.shallowAt, "a line that is no object id")
		}
	}
	return edge, noted.all()
}

// Partial tells whether the repository is a partial clone: objects may be absent that
// another one has promised.
func (r *Repo) Partial() bool {
	if v, ok := r.Config.Last("extensions", "", "partialclone"); ok && v != "" {
		return true
	}
	for _, e := range r.Config.Entries {
		if e.Section == "remote" && e.Key == "promisor" && r.Config.True("remote", e.Subsection, "promisor") {
			return true
		}
	}
	for _, dir := range r.ObjectDirs {
		if entries, err := os.ReadDir(filepath.Join(dir, "pack")); err == nil {
			for _, e := range entries {
				if strings.HasSuffix(e.Name(), ".promisor") {
					return true
				}
			}
		}
	}
	return false
}
