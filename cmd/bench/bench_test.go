//go:build dev

package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestMedian(t *testing.T) {
	const s = time.Second
	for _, c := range []struct {
		of   []time.Duration
		want time.Duration
	}{
		{nil, 0},
		{[]time.Duration{7 * s}, 7 * s},
		{[]time.Duration{9 * s, 1 * s, 2 * s}, 2 * s},
		{[]time.Duration{100 * s, 1 * s, 3 * s, 2 * s}, 2500 * time.Millisecond},
		{[]time.Duration{4 * s, 4 * s, 4 * s, 4 * s}, 4 * s},
	} {
		was := slices.Clone(c.of)
		if got := median(c.of); got != c.want {
			t.Errorf("median of %v is %v, want %v", c.of, got, c.want)
		}
		if !slices.Equal(was, c.of) {
			t.Errorf("%v became %v", was, c.of)
		}
	}
}

func TestResultIsALineOfTheTable(t *testing.T) {
	var b strings.Builder
	result{name: "tree", took: 150 * time.Millisecond, peak: 18.94, rival: "rg", theirs: 100 * time.Millisecond}.write(&b)
	result{name: "line", took: 1234567 * time.Microsecond, peak: 8}.write(&b)
	result{name: "some", took: time.Second, peak: 8, rival: "log", failed: true}.write(&b)
	want := "tree               150.0 ms       18.9           rg   100.0 ms     1.50\n" +
		"line              1234.6 ms        8.0\n" +
		"some              1000.0 ms        8.0          log     failed        -\n"
	if b.String() != want {
		t.Errorf("wrote\n%swant\n%s", b.String(), want)
	}
	// The figures stand under the words that they belong to.
	line, _, _ := strings.Cut(b.String(), "\n")
	if len(line) != len(columns) {
		t.Errorf("a line of %d columns below a header of %d", len(line), len(columns))
	}
	for _, end := range []string{"lockaway", "peak MB", "beside", "its time", "ratio"} {
		at := strings.Index(columns, end) + len(end)
		if line[at-1] == ' ' || at < len(line) && line[at] != ' ' {
			t.Errorf("no figure ends under %q:\n%s\n%s", end, columns, line)
		}
	}
}

func TestRepositoriesAreNamedWithTheirSize(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "service.git")
	if err := os.MkdirAll(filepath.Join(dir, "objects", "pack"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, size := range map[string]int{"a.pack": 2_000_000, "b.pack": 1_600_000, "b.idx": 5_000_000} {
		if err := os.WriteFile(filepath.Join(dir, "objects", "pack", name), make([]byte, size), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got := histories([]string{dir})[0].title(); got != "service 4 MB" {
		t.Errorf("called %q", got)
	}
	if got := repoLabel(filepath.Join("of", "a", "tree", ".git")); got != "tree 0 MB" {
		t.Errorf("called %q", got)
	}
}

// A rival that fails is told as such; the others are measured.
func TestRivalThatFails(t *testing.T) {
	l := workload{name: "start", args: []string{"version"}, rivals: [][]string{{"go", "no-such-command"}, {"go", "version"}}}
	got, err := l.measure(t.Context(), "go", 1)
	if err != nil || len(got) != 2 || !got[0].failed || got[1].failed || got[1].theirs == 0 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestChoose(t *testing.T) {
	all := workloads("src", t.TempDir())
	if got, err := choose(all, nil); err != nil || len(got) != len(all) {
		t.Errorf("%d of %d workloads, %v", len(got), len(all), err)
	}
	got, err := choose(all, []string{"many", "start"})
	if err != nil || len(got) != 2 || got[0].name != "many" || got[1].name != "start" {
		t.Errorf("chose %v, %v", got, err)
	}
	if _, err := choose(all, []string{"tree", "forest"}); err == nil || !strings.Contains(err.Error(), `"forest"`) {
		t.Errorf("a workload that there is none of: %v", err)
	}
}

// A workload's arguments must not share memory with another's.
func TestWorkloadsSearchTheirOwnTree(t *testing.T) {
	for _, l := range workloads("src", "temp") {
		if len(l.rivals) == 0 || len(l.rivals[0]) < 4 {
			continue
		}
		rival := l.rivals[0]
		want := "src"
		if l.name == "many" {
			want = filepath.Join("temp", "many")
		}
		if got := rival[len(rival)-1]; got != want || l.args[len(l.args)-1] != want {
			t.Errorf("%s scans %s beside %s, want %s", l.name, l.args[len(l.args)-1], got, want)
		}
		if n := strings.Count(strings.Join(rival, " "), " -e "); n != len(patterns) {
			t.Errorf("%s: %d patterns of %d", l.name, n, len(patterns))
		}
	}
}

func TestInputsAreWhatTheirNamesSay(t *testing.T) {
	dir := t.TempDir()
	line, hole, many := filepath.Join(dir, "line"), filepath.Join(dir, "hole"), filepath.Join(dir, "many")
	for _, err := range []error{writeLine(line, 1000), writeHole(hole, 1<<20), writeMany(many, 7)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(line)
	if err != nil || len(text) < 1000 || len(text) > 1100 || strings.Contains(string(text), "\n") {
		t.Errorf("a line of %d bytes, %v", len(text), err)
	}
	if info, err := os.Stat(hole); err != nil || info.Size() != 1<<20 {
		t.Errorf("hole: %v, %v", info, err)
	}
	if files, err := os.ReadDir(many); err != nil || len(files) != 7 {
		t.Errorf("%d files, %v", len(files), err)
	}
}

// The README's table is a run's: the same columns, and a line for each workload.
func TestReadmeHoldsTheTable(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(text), columns+"\n")
	if !found {
		t.Fatalf("no table with the columns\n%s", columns)
	}
	table, _, _ = strings.Cut(table, "```")
	for _, l := range workloads("src", "temp") {
		if !strings.Contains("\n"+table, "\n"+l.name+" ") {
			t.Errorf("workload %s is not in README's table", l.name)
		}
	}
}
