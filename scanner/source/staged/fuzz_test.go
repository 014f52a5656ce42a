package staged

import (
	"bytes"
	"crypto/sha1"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lockaway/scanner/gitpack"
	"lockaway/scanner/source/changes"
)

// FuzzIndex compares indexes that are damaged in any way with a HEAD that is sound:
// what the entries have and HEAD has not is told, unless git has noted of a folder that
// it is HEAD's.
func FuzzIndex(f *testing.F) {
	s := plain(f)
	for _, change := range []func(){
		func() {}, s.stage, func() { s.git("write-tree") },
		func() { s.git("update-index", "--index-version=4"); s.write("later", "x"); s.git("add", "-N", "later") },
		func() {
			s.feed("100644 "+s.line("rev-parse", "HEAD:top")+" 1\ta/b/c\n160000 "+s.line("rev-parse", "HEAD")+"\tz\n", "update-index", "--replace", "--index-info")
		},
	} {
		change()
		data, err := os.ReadFile(filepath.Join(s.dir, ".git", "index"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data[:len(data)-sha1.Size])
	}
	head := map[string]string{}
	for line := range strings.SplitSeq(strings.TrimSuffix(s.git("ls-tree", "-r", "-t", "-z", "HEAD"), "\x00"), "\x00") {
		about, path, _ := strings.Cut(line, "\t")
		fields := strings.Fields(about)
		head[path] = fields[0] + " " + fields[2]
	}
	root, err := gitpack.ParseID(s.line("rev-parse", "HEAD^{tree}"))
	if err != nil {
		f.Fatal(err)
	}
	head[""] = "040000 " + root.String()
	dirs := []string{filepath.Join(s.dir, ".git", "objects")}
	f.Fuzz(func(t *testing.T, data []byte) {
		sum := sha1.Sum(data)
		x, err := gitpack.ReadIndex(append(bytes.Clone(data), sum[:]...), gitpack.SHA1, nil)
		if err != nil {
			return
		}
		objects := gitpack.OpenObjects(dirs, gitpack.SHA1)
		defer objects.Close()
		index := &index{Index: x, trees: changes.Trees{Objects: objects}}
		d := new(changes.Diff)
		if top := index.root(); !top.noted || top.id != root {
			index.check(top.span)
			if d, err = index.trees.Compare(root, top); err != nil {
				t.Fatal(err)
			}
		}
		told := map[string]bool{}
		for _, file := range d.Files {
			told[fmt.Sprintf("%s %06o %s", file.Path, file.Mode, file.ID)] = true
		}
		for i := range x.Entries {
			e := &x.Entries[i]
			kind := e.Mode & gitpack.ModeType
			if e.Stage != 0 || e.IntentToAdd || kind == gitpack.ModeSubmodule || kind == gitpack.ModeDir || unusual(string(e.Path)) {
				continue
			}
			is := fmt.Sprintf("%06o %s", e.Mode, e.ID)
			if head[string(e.Path)] != fmt.Sprintf("%06o %s", canonical(e.Mode), e.ID) && !told[string(e.Path)+" "+is] && !notedAsHead(x, head, string(e.Path)) {
				t.Errorf("%q, %s, is not told", e.Path, is)
			}
		}
	})
}

// canonical is the mode of a file as git would write it.
func canonical(mode uint32) uint32 {
	if mode&gitpack.ModeType == gitpack.ModeFile&gitpack.ModeType {
		return gitpack.ModeFile | mode&0o100>>6*0o111
	}
	return mode & gitpack.ModeType
}

// unusual tells whether a path is one that git refuses.
func unusual(path string) bool {
	return strings.HasPrefix(path, "/") || strings.HasSuffix(path, "/") || strings.Contains(path, "//")
}

// notedAsHead tells whether git has noted HEAD's tree of a folder that a path lies in.
func notedAsHead(x *gitpack.Index, head map[string]string, path string) bool {
	for i := range x.Tree {
		n := &x.Tree[i]
		folder := string(n.Path)
		from, to := x.Below(n.Path)
		if (folder == "" || strings.HasPrefix(path, folder+"/")) && n.Entries == to-from && head[folder] == "040000 "+n.ID.String() {
			return true
		}
	}
	return false
}
