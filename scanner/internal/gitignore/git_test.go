package gitignore

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// world is a folder with ignore files in it, and what lies below.
type world struct {
	folders []string          // "" is the world itself
	files   []string          // relative, as folders
	ignore  map[string]string // by folder
}

// ignored judges a path of the world as the walk does: from the top down, at
// each level the nearest ignore file that decides.
func (w *world) ignored(p string, isDir bool) bool {
	lists := map[string]*List{}
	for dir, text := range w.ignore {
		lists[dir] = Parse([]byte(text))
	}
	parts := strings.Split(p, "/")
	for n := 1; n <= len(parts); n++ {
		rel := strings.Join(parts[:n], "/")
		for k := n - 1; k >= 0; k-- {
			dir := strings.Join(parts[:k], "/")
			list := lists[dir]
			if list == nil {
				continue
			}
			below := strings.TrimPrefix(strings.TrimPrefix(rel, dir), "/")
			ignored, decided := list.Match(below, isDir || n < len(parts))
			if ignored {
				return true
			}
			if decided {
				break
			}
		}
	}
	return false
}

// words make names; most are plain, so that patterns meet names often.
var words = []string{
	"foo", "bar", "a", "b", "x", "foo", "bar", "a", "keep", ".log", "b.log", "é", "\xff", " ", "\n", "\\",
	"[", "]", "*", "?", "!", "#", "-", "^", "+", "$", "(", "|", "{2}", ".", "A", "0", "\t", "\v", "\r", "~", "x ", "\xef\xbb\xbf",
}

// pieces are what patterns are mutated with.
var pieces = []string{
	"*", "*", "**", "**/", "/**", "/**/", "***", "?", "?", "??", "[a-z]", "[!a]", "[^a-f]", "[]x]", "[!]a]", "[a-]", "[-a]",
	"[[:alpha:]]", "[[:space:]]", "[[:punct:]]", "[[:cntrl:]]", "[[:graph:]]", "[![:upper:]]", "[[:nope:]]", "[[:alpha:]",
	"[", "]", "[a", "[\\]]", "[\\a-f]", "[+-0]", "[z-a]", "[a-f-z]", "[[:x]", "[[:]", "[[::]]", "\\", "\\*", "\\?", "\\[", "\\\\", "\\/", "\\a", "/", "//",
	"!", "#", "\\!", "\\#", " ", "\\ ", "\t", "\r", "\x00", "é", "\xff", "[\xc3]", "[\x80-\xff]", "(", ")", "{", "}", "$", "^", "|", "+", ".",
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

func name(r *rand.Rand) string {
	s := ""
	for range 1 + r.IntN(3)*r.IntN(2) {
		s += pick(r, words)
	}
	if strings.Trim(s, ".") == "" {
		s += "a"
	}
	return s
}

func makeWorld(r *rand.Rand) *world {
	w := &world{folders: []string{""}, ignore: map[string]string{}}
	taken := map[string]bool{"": true}
	for range 30 {
		p := path.Join(pick(r, w.folders), name(r))
		if taken[p] || strings.Count(p, "/") > 3 {
			continue
		}
		taken[p] = true
		if r.IntN(3) == 0 {
			w.folders = append(w.folders, p)
		} else {
			w.files = append(w.files, p)
		}
	}
	w.ignore[""] = ignoreText(r, w, "")
	for range r.IntN(3) {
		dir := pick(r, w.folders)
		w.ignore[dir] = ignoreText(r, w, dir)
	}
	return w
}

func ignoreText(r *rand.Rand, w *world, dir string) string {
	var b strings.Builder
	if r.IntN(20) == 0 {
		b.WriteString("\xef\xbb\xbf")
	}
	for range 1 + r.IntN(6) {
		b.WriteString(line(r, w, dir))
		b.WriteString(pick(r, []string{"\n", "\n", "\n", "\r\n", "\n\n"}))
	}
	return b.String()
}

// line makes a pattern of a path that is there, or of nothing.
func line(r *rand.Rand, w *world, dir string) string {
	var s string
	all := slices.Concat(w.folders, w.files)
	for s == "" {
		p := pick(r, all)
		if dir == "" || strings.HasPrefix(p, dir+"/") {
			s = strings.TrimPrefix(strings.TrimPrefix(p, dir), "/")
		} else if r.IntN(4) == 0 {
			s = name(r)
		}
	}
	if r.IntN(2) == 0 {
		s = path.Base(s)
	}
	for range r.IntN(4) {
		i := r.IntN(len(s) + 1)
		j := min(i+r.IntN(4), len(s))
		s = s[:i] + pick(r, pieces) + s[j:]
	}
	if r.IntN(4) == 0 {
		s = pick(r, []string{"!", "/", "**/", "!/", "*", "!!", " "}) + s
	}
	if r.IntN(4) == 0 {
		s += pick(r, []string{"/", "/*", "/**", " ", "  ", "\\ ", "*"})
	}
	return s
}

// TestAgainstGit compares with what git itself says of the same files.
func TestAgainstGit(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("needs git on PATH to compare with")
	}
	worlds := 400
	if testing.Short() {
		worlds = 60
	}
	root := t.TempDir()
	git(t, root, nil, "init", "-q")
	r := rand.New(rand.NewPCG(7, 11))
	type query struct {
		w     *world
		rel   string
		isDir bool
	}
	asked := map[string]query{}
	var input bytes.Buffer
	for i := range worlds {
		w, top := makeWorld(r), fmt.Sprintf("w%03d", i)
		ask := func(rel string, isDir bool) {
			p := top + "/" + rel
			asked[p] = query{w, rel, isDir}
			input.WriteString(p + "\x00")
		}
		for _, d := range w.folders {
			if err := os.MkdirAll(filepath.Join(root, top, d), 0o755); err != nil {
				t.Fatal(err)
			}
			if d != "" {
				ask(d, true)
			}
		}
		for _, f := range w.files {
			write(t, filepath.Join(root, top, f), "")
			ask(f, false)
		}
		for dir, text := range w.ignore {
			write(t, filepath.Join(root, top, dir, ".gitignore"), text)
		}
	}
	out := git(t, root, input.Bytes(), "check-ignore", "--no-index", "--stdin", "-z", "-v", "-n")
	fields := bytes.Split(bytes.TrimSuffix(out, []byte{0}), []byte{0})
	if len(fields) != 4*len(asked) {
		t.Fatalf("git answered %d fields for %d paths", len(fields), len(asked))
	}
	leftOut, wrong := 0, 0
	for ; len(fields) > 0; fields = fields[4:] {
		q, ok := asked[string(fields[3])]
		if !ok {
			t.Fatalf("git answered for %q", fields[3])
		}
		want := len(fields[2]) > 0 && fields[2][0] != '!'
		if want {
			leftOut++
		}
		if got := q.w.ignored(q.rel, q.isDir); got != want {
			if wrong++; wrong <= 10 {
				t.Errorf("%q (folder: %v): ignored = %v, git says %v by %q line %s of %q\nignore files: %q",
					q.rel, q.isDir, got, want, fields[2], fields[1], fields[0], q.w.ignore)
			}
		}
	}
	t.Logf("%d paths, %d left out, %d wrong", len(asked), leftOut, wrong)
	if leftOut < len(asked)/10 || leftOut > len(asked)*9/10 {
		t.Errorf("%d of %d left out: the cases say little", leftOut, len(asked))
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func git(t *testing.T, dir string, input []byte, args ...string) []byte {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Stdin = dir, bytes.NewReader(input)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull, "HOME="+dir, "XDG_CONFIG_HOME="+dir)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	// check-ignore ends with 1 when nothing at all is ignored.
	if err != nil && stderr.Len() > 0 {
		t.Fatalf("git %s: %v\n%s", args[0], err, stderr.Bytes())
	}
	return out
}
