package gitpack

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// tables is a repository of two tables that git 2.55 wrote: the second one deletes,
// changes and adds refs of the first.
func tables(t *testing.T) *Repo {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("testdata", "reftable"))
	if err != nil {
		t.Fatal(err)
	}
	return &Repo{GitDir: dir, CommonDir: dir, RefFormat: inTables, Config: new(GitConfig)}
}

func TestTablesThatGitWrote(t *testing.T) {
	r := tables(t)
	want := []string{
		"HEAD 6f274f85a17b3e382b02bed81e6649c3b17f6f64 refs/heads/later",
		"refs/heads/alias 686abe4074522b6014940b21362ec5f2d2981c4a refs/heads/side",
		"refs/heads/later 6f274f85a17b3e382b02bed81e6649c3b17f6f64",
		"refs/heads/main 686abe4074522b6014940b21362ec5f2d2981c4a",
		"refs/heads/side 686abe4074522b6014940b21362ec5f2d2981c4a",
		"refs/tags/v2 4a5697239e1769e20f5ebc4b891ffd2ee6062e60",
	}
	if got := refsOf(t, r.Refs); !slices.Equal(got, want) {
		t.Errorf("\n got %q\nwant %q", got, want)
	}
	var logs []string
	problems, err := r.Reflogs(func(e *ReflogEntry) error {
		logs = append(logs, fmt.Sprintf("%s:%d %.7s %.7s %s <%s> %d %d %s", e.Ref, e.Line, e.Old, e.New, e.Who.Name, e.Who.Email, e.Who.Time, e.Who.Zone, e.Message))
		return nil
	})
	const who = " C O Mitter <committer@example.com> 1112911993 120 "
	wantLogs := []string{
		"HEAD:1 0000000 6f274f8" + who + "commit (initial): change 1",
		"HEAD:2 6f274f8 fc3307e" + who + "commit: change 2",
		"HEAD:3 fc3307e 686abe4" + who + "commit: change 3",
		"HEAD:4 686abe4 6f274f8" + who + "checkout: moving from main to later",
		"refs/heads/alias:1 0000000 fc3307e" + who,
		"refs/heads/later:1 0000000 6f274f8" + who + "branch: Created from HEAD~2",
		"refs/heads/main:1 0000000 6f274f8" + who + "commit (initial): change 1",
		"refs/heads/main:2 6f274f8 fc3307e" + who + "commit: change 2",
		"refs/heads/main:3 fc3307e 686abe4" + who + "commit: change 3",
		"refs/heads/side:1 0000000 686abe4" + who + "branch: Created from HEAD",
	}
	if !slices.Equal(logs, wantLogs) || err != nil || len(problems) > 0 {
		t.Errorf("%v, %v\n got %s\nwant %s", problems, err, strings.Join(logs, "\n     "), strings.Join(wantLogs, "\n     "))
	}
	if ref, err := r.Ref("refs/tags/v1"); err == nil {
		t.Errorf("a deleted ref: %+v", ref)
	}
	if ref, err := r.Ref("refs/heads/alias"); err != nil || ref.ID.String()[:7] != "686abe4" {
		t.Errorf("%+v, %v", ref, err)
	}
}

// Many refs and entries: padded blocks, indexes of several levels, and tables that
// are not yet made one.
func TestManyRefsInTablesAgainstGit(t *testing.T) {
	s := newSandbox(t).initRepo("--ref-format=reftable")
	a, b := s.commit("a", "1"), s.commit("a", "2")
	r := rand.New(rand.NewPCG(1, 2))
	for round := range 6 {
		var change strings.Builder
		for range 5_000 >> (2 * round) {
			name := fmt.Sprintf("refs/heads/%c/branch-%05d", 'a'+rune(r.IntN(4)), r.IntN(20_000))
			switch r.IntN(6) {
			case 0:
				fmt.Fprintf(&change, "delete %s\n", name)
			case 1:
				fmt.Fprintf(&change, "update %s %s\n", name, b)
			default:
				fmt.Fprintf(&change, "update %s %s\n", name, a)
			}
		}
		s.feed(dropRepeated(change.String()), "update-ref", "--stdin", "--create-reflog", "-m", fmt.Sprint("round ", round))
	}
	repo := s.open(".", Env{})
	if got, want := below(refsOf(t, repo.Refs)), s.refsByGit(); !slices.Equal(got, want) || len(got) < 3_000 {
		t.Errorf("%d refs, not %d", len(got), len(want))
	}
	logs := map[string]int{}
	problems, err := repo.Reflogs(func(e *ReflogEntry) error { logs[e.Ref]++; return nil })
	if err != nil || len(problems) > 0 || len(logs) < 3_000 {
		t.Errorf("%d logs, %v, %v", len(logs), problems, err)
	}
	for _, name := range []string{"HEAD", "refs/heads/main"} {
		if want := strings.Count(s.git("reflog", "show", "--format=%H", name, "--"), "\n"); logs[name] != want {
			t.Errorf("%s: %d entries, not %d", name, logs[name], want)
		}
	}
}

// dropRepeated drops lines about a ref that was named before.
func dropRepeated(text string) string {
	seen := map[string]bool{}
	var out strings.Builder
	for line := range strings.Lines(text) {
		name := strings.Fields(line)[1]
		if !seen[name] {
			out.WriteString(line)
		}
		seen[name] = true
	}
	return out.String()
}

// seal makes the footer right again, after a change.
func seal(data []byte) []byte {
	head := tableHeader1
	if len(data) > 4 && data[4] == 2 {
		head = tableHeader2
	}
	if at := len(data) - head - tableFooter; at >= head {
		copy(data[at:], data[:head])
		binary.BigEndian.PutUint32(data[len(data)-4:], crc32.ChecksumIEEE(data[at:len(data)-4]))
	}
	return data
}

func TestDamagedTablesAreNamed(t *testing.T) {
	old := readAll(t, filepath.Join("testdata", "reftable", "reftable", "old.ref"))
	for _, test := range []struct {
		name, list, want string
		data             []byte
	}{
		{"good", "x.ref\n", "", old},
		{"missing", "x.ref\ny.ref\n", "it names tables that are missing", old},
		{"elsewhere", "../x.ref\nx.ref\n", "a table's name that leads elsewhere", old},
		{"cut off", "x.ref\n", "no signature", old[:60]},
		{"checksum", "x.ref\n", "the checksum is wrong", old[:len(old)-1]},
		{"version", "x.ref\n", "unknown version", append([]byte("REFT\x03"), old[5:]...)},
		{"a record", "x.ref\n", "a record's name", seal(append(append(slices.Clone(old[:28]), 0xff, 0xff, 0xff, 0xff), old[32:]...))},
		{"a block", "x.ref\n", "a block that is cut off", seal(append(append(slices.Clone(old[:24]), 'r', 0xff, 0xff, 0xff), old[28:]...))},
		{"restarts", "x.ref\n", "a block that is too short", seal(append(append(slices.Clone(old[:24]), 'r', 0, 0, 1), old[28:]...))},
	} {
		dir := t.TempDir()
		for name, data := range map[string][]byte{"HEAD": nil, "reftable/tables.list": []byte(test.list), "reftable/x.ref": test.data} {
			os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o777)
			if err := os.WriteFile(filepath.Join(dir, name), data, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		r := &Repo{GitDir: dir, CommonDir: dir, RefFormat: inTables, Config: new(GitConfig)}
		problems, err := r.Refs(func(Ref) error { return nil })
		if err != nil || test.want == "" && len(problems) > 0 || test.want != "" && (len(problems) != 1 || !strings.Contains(problems[0].What, test.want)) {
			t.Errorf("%s: %v, %v", test.name, problems, err)
		}
	}
}

func FuzzRefTable(f *testing.F) {
	for _, name := range []string{"old.ref", "new.ref"} {
		data, err := os.ReadFile(filepath.Join("testdata", "reftable", "reftable", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		table, err := parseRefTable(seal(slices.Clone(data)), SHA1)
		if err != nil {
			return
		}
		for _, c := range []*tableCursor{table.refs(), table.reflogs()} {
			n := 0
			for c.advance() {
				if n++; n > 1<<20 {
					t.Fatal("more records than can be")
				}
				if c.kinds == 'g' && len(c.key) < 10 || len(c.key) > maxRecordKey {
					t.Fatalf("key %q", c.key)
				}
			}
		}
	})
}
