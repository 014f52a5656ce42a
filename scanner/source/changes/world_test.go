package changes

import (
	"bytes"
	"compress/zlib"
	"crypto/sha1"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lockaway/scanner/finding"
	"lockaway/scanner/gitpack"
)

// objects is a folder of loose objects, written without git and without gitpack.
type objects struct {
	tb   testing.TB
	dir  string
	have map[gitpack.ID]bool
	z    *zlib.Writer
}

func newObjects(tb testing.TB) *objects {
	dir := tb.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "pack"), 0o755); err != nil {
		tb.Fatal(err)
	}
	return &objects{tb, dir, map[gitpack.ID]bool{}, zlib.NewWriter(nil)}
}

// put writes an object and returns its id.
func (o *objects) put(kind, data string) gitpack.ID {
	o.tb.Helper()
	all := fmt.Sprintf("%s %d\x00%s", kind, len(data), data)
	sum := sha1.Sum([]byte(all))
	id := gitpack.IDFrom(sum[:])
	if o.have[id] {
		return id
	}
	o.have[id] = true
	name := id.String()
	path := filepath.Join(o.dir, name[:2], name[2:])
	var b bytes.Buffer
	o.z.Reset(&b)
	_, err := o.z.Write([]byte(all))
	if err == nil {
		err = o.z.Close()
	}
	if err == nil {
		err = os.MkdirAll(filepath.Dir(path), 0o755)
	}
	if err == nil {
		err = os.WriteFile(path, b.Bytes(), 0o644)
	}
	if err != nil {
		o.tb.Fatal(err)
	}
	return id
}

func (o *objects) trees() Trees {
	all := gitpack.OpenObjects([]string{o.dir}, gitpack.SHA1)
	o.tb.Cleanup(all.Close)
	return Trees{Objects: all}
}

// line is an entry of a tree.
func line(mode, name string, id gitpack.ID) string {
	return mode + " " + name + "\x00" + string(id.Bytes())
}

// world is a state of a repository: files by their paths.
type world map[string]string

// tree writes a world and returns the id of its tree.
func (o *objects) tree(w world) gitpack.ID {
	files, folders := map[string]string{}, map[string]world{}
	for path, text := range w {
		name, rest, below := strings.Cut(path, "/")
		if !below {
			files[name] = text
			continue
		}
		if folders[name] == nil {
			folders[name] = world{}
		}
		folders[name][rest] = text
	}
	lines := map[string]string{} // by the name that git sorts them by
	for name, text := range files {
		lines[name] = line("100644", name, o.put("blob", text))
	}
	for name, below := range folders {
		lines[name+"/"] = line("40000", name, o.tree(below))
	}
	var out strings.Builder
	for _, name := range sorted(lines) {
		out.WriteString(lines[name])
	}
	return o.put("tree", out.String())
}

func sorted[T any](m map[string]T) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// find finds on each line "KEY=SECRET" a pair, on "KEY=" and "=SECRET" the one alone.
// What lies in a folder called quiet has nothing, nor does a line without "=".
func find(path, text string) []*finding.Finding {
	if strings.Contains(path, "quiet/") {
		return nil
	}
	var out []*finding.Finding
	for i, l := range strings.Split(text, "\n") {
		key, secret, ok := strings.Cut(strings.TrimSpace(l), "=")
		if !ok || key+secret == "" {
			continue
		}
		at := strings.Index(l, key+"=") + 1
		f := &finding.Finding{Rule: "rule", Place: finding.Place{Path: path, StartLine: i + 1, EndLine: i + 1, StartColumn: at}}
		f.Around.Lines = l
		for _, p := range []finding.Part{{Kind: "key-id", Value: finding.NewSecret(key), Column: at}, {Kind: "secret", Value: finding.NewSecret(secret), Column: at + len(key) + 1}} {
			if p.Line = i + 1; p.Value.Len() > 0 {
				f.Parts, f.Value = append(f.Parts, p), p.Value
			}
		}
		f.Fingerprint = f.Value.Fingerprint()
		out = append(out, f)
	}
	return out
}

func count(path string, data []byte) map[string]int { return Count(find(path, string(data))) }

// added returns which lines of a file are told to be new, as "3:KEY=SECRET", by path,
// when a state follows others.
func (o *objects) added(tb testing.TB, now world, before ...world) map[string][]string {
	tb.Helper()
	o.tb = tb
	tree := o.tree(now)
	all := gitpack.OpenObjects([]string{o.dir}, gitpack.SHA1)
	defer all.Close()
	a := &Added{Trees: Trees{Objects: all}, Count: count}
	for _, w := range before {
		var old gitpack.ID
		if w != nil {
			old = o.tree(w)
		}
		newer, err := a.Tree(tree)
		if err != nil {
			tb.Fatal(err)
		}
		d, err := a.Compare(old, newer)
		if err != nil || len(d.Unread)+len(d.Unknown) > 0 {
			tb.Fatal(err, d.Unread, d.Unknown)
		}
		a.Parents = append(a.Parents, d)
	}
	out := map[string][]string{}
	for _, path := range sorted(now) {
		fs, faults := a.New(path, find(path, now[path]))
		if len(faults) > 0 {
			tb.Fatal(faults)
		}
		for _, f := range fs {
			out[path] = append(out[path], fmt.Sprintf("%d:%s", f.StartLine, strings.TrimSpace(f.Around.Lines)))
		}
	}
	return out
}
