package gitpack

import (
	"os"
	"path/filepath"
	"strings"
)

const (
	// maxDepth is how many alternates may borrow from each other, as for git.
	maxDepth = 5
	// maxObjectDirs bounds what a hostile list, or a tree of them, may ask for.
	maxObjectDirs = 1000
)

// findObjects lists the folders of objects: the repository's own, and those that
// objects/info/alternates names, there and in what it names (git help
// repository-layout).
func (r *Repo) findObjects(base string) {
	own := filepath.Join(r.CommonDir, "objects")
	if r.env.ObjectDirectory != "" {
		own = inside(base, r.env.ObjectDirectory)
	}
	f := alternates{r: r, seen: map[string]bool{}}
	f.add(own)
	if !isDir(own) {
		r.noted.add(own, "the folder of objects is missing")
	}
	for _, to := range splitAlternates(r.env.AlternateObjectDirectories, string(os.PathListSeparator)) {
		f.visit(inside(base, to), "GIT_ALTERNATE_OBJECT_DIRECTORIES", 0)
	}
	f.list(own, 0)
}

// alternates is the search for them.
type alternates struct {
	r     *Repo
	seen  map[string]bool // real paths
	asked int
}

// add takes a folder, unless it was there before.
func (f *alternates) add(dir string) bool {
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		real = dir
	}
	if f.seen[real] {
		return false
	}
	f.seen[real] = true
	f.r.ObjectDirs = append(f.r.ObjectDirs, dir)
	return true
}

// list goes through what one folder of objects names.
func (f *alternates) list(dir string, depth int) {
	path := filepath.Join(dir, "info", "alternates")
	data, err := readFile(path, maxPointer)
	if err != nil {
		if !missing(err) {
			f.r.noted.fail(path, err)
		}
		return
	}
	names := splitAlternates(string(data), "\n")
	if len(names) > 0 && depth > maxDepth {
		f.r.noted.add(path, "object folders that borrow from each other too deep; these alternates are not read")
		return
	}
	for _, name := range names {
		to, err := follow(dir, name)
		if err != nil {
			f.r.noted.fail(path, err)
			continue
		}
		f.visit(to, path, depth)
	}
}

// visit takes an alternate, and what it names itself. from is what named it.
func (f *alternates) visit(dir, from string, depth int) {
	switch f.asked++; {
	case f.asked == maxObjectDirs+1:
		f.r.noted.add(from, "too many alternates; the rest are not read")
	case f.asked > maxObjectDirs:
	case !isDir(dir):
		f.r.noted.add(dir, "an alternate folder of objects is missing, which "+from+" names")
	case f.add(dir):
		f.list(dir, depth+1)
	}
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// splitAlternates cuts a list of paths, as git does: lines that begin with "#" are
// comments, a path may be quoted as in C.
func splitAlternates(list, separator string) []string {
	var out []string
	for list != "" {
		path, rest, ok := unquoteC(list)
		switch {
		case list[0] == '#':
			path = ""
			_, list, _ = strings.Cut(list, separator)
		case ok:
			list = strings.TrimPrefix(rest, separator)
		default:
			path, list, _ = strings.Cut(list, separator)
		}
		if path != "" {
			out = append(out, path)
		}
	}
	return out
}

// unquoteC reads a string that begins with a quotation mark, as git writes odd paths;
// rest is what follows it.
func unquoteC(s string) (text, rest string, ok bool) {
	if s == "" || s[0] != '"' {
		return "", s, false
	}
	var out []byte
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return string(out), s[i+1:], true
		case s[i] != '\\':
			out = append(out, s[i])
			continue
		}
		if i++; i >= len(s) {
			break
		}
		if c := strings.IndexByte(`abfnrtv"\`, s[i]); c >= 0 {
			out = append(out, "\a\b\f\n\r\t\v\"\\"[c])
			continue
		}
		if i+3 > len(s) || s[i] > '3' || strings.Trim(s[i:i+3], "01234567") != "" {
			break
		}
		out = append(out, (s[i]-'0')<<6|(s[i+1]-'0')<<3|(s[i+2]-'0'))
		i += 2
	}
	return "", s, false
}
