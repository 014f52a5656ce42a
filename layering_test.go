// Package lockaway_test holds the rules of the house that a machine can keep: who
// may import whom, what no room may touch, and how large things may grow. Each
// failure says why the rule is there.
package lockaway_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "lockaway"

// layers is the table of rooms: which others of this module each may import. A
// room that ends in "/…" stands for itself and all below it; the longest name
// that fits holds. Imports point to nouns (chunk, finding, rules), never sideways
// between stages: what a stage needs of another is handed to it by the command.
var layers = map[string][]string{
	"scanner/chunk":      {},
	"scanner/finding":    {"scanner/chunk"},
	"scanner/internal/…": {},

	"rules":        {"rules/awskey"},
	"rules/awskey": {},

	"scanner/source/…":          {"scanner/chunk", "scanner/source"},
	"scanner/source/files":      {"scanner/chunk", "scanner/source", "scanner/internal/…"},
	"scanner/gitpack":           {},
	"scanner/source/changes":    {"scanner/finding", "scanner/gitpack"},
	"scanner/source/history":    {"scanner/chunk", "scanner/source", "scanner/source/changes", "scanner/finding", "scanner/gitpack"},
	"scanner/source/ranges":     {"scanner/chunk", "scanner/source", "scanner/source/changes", "scanner/finding", "scanner/gitpack"},
	"scanner/source/staged":     {"scanner/chunk", "scanner/source", "scanner/source/changes", "scanner/finding", "scanner/gitpack", "scanner/internal/…"},
	"scanner/source/sourcetest": {"scanner/chunk", "scanner/source"},

	"scanner/layers": {"scanner/chunk", "scanner/internal/…"},
	"scanner/match":  {"scanner/chunk", "scanner/finding", "scanner/layers", "rules", "rules/awskey", "scanner/internal/…"},

	"scanner/filter":    {"scanner/chunk", "scanner/finding", "rules", "scanner/internal/…"},
	"scanner/config":    {"scanner/finding", "rules", "scanner/internal/…"},
	"scanner/advise":    {"scanner/finding", "rules", "rules/awskey"},
	"scanner/report":    {"scanner/chunk", "scanner/finding"}, // the kinds of content are nouns, too
	"scanner/rulecheck": {"rules", "rules/awskey", "scanner/match", "scanner/chunk", "scanner/finding"},

	"scanner": {"scanner/chunk", "scanner/finding", "scanner/source"},

	"verify":         {"scanner/finding", "rules", "rules/awskey"},
	"verify/aws":     {"scanner/finding", "rules", "rules/awskey", "verify"},
	"verify/account": {"scanner/finding", "rules", "rules/awskey", "verify", "verify/aws"},

	"hooks":    {},
	"hooks/ci": {},

	"cmd/…":      {"…"},
	"testdata/…": {"…"},
}

// sealed are imports that no file of a room may have, with the reason.
var sealed = []struct {
	rooms  []string
	imp    []string
	except string // the one file that may
	why    string
}{
	{[]string{"scanner", "scanner/…", "rules", "rules/…", "hooks", "hooks/…"}, []string{"net", "net/http", "net/http/…", "net/rpc", "net/smtp"}, "",
		"nothing that is found leaves the machine"},
	{[]string{"scanner", "scanner/…", "rules", "rules/…", "hooks", "hooks/…"}, []string{"os/exec", "plugin"}, "",
		"no code of what is scanned runs"},
	{[]string{"scanner", "scanner/…", "rules", "rules/…", "verify", "cmd/lockaway"}, []string{"github.com/aws/…"}, "",
		"verify/aws and verify/account alone talk to AWS"},
	{[]string{"verify", "verify/…"}, []string{"os/exec", "plugin"}, "",
		"whoever asks AWS runs nothing"},
	{[]string{"cmd/lockaway"}, []string{"net", "net/http", "net/http/…"}, "",
		"verify/aws and verify/account alone reach the network"},
	{[]string{"cmd/lockaway"}, []string{"os/exec"}, "gitexec.go",
		"gitexec.go is the only place that starts another program"},
	{[]string{"cmd/lockaway"}, []string{module + "/scanner/source/files", module + "/scanner/source/stdin", module + "/scanner/source/history", module + "/scanner/source/ranges", module + "/scanner/source/staged", module + "/scanner/match", module + "/scanner/filter", module + "/scanner/advise"}, "wire.go",
		"wire.go is the only place that builds the stages of a scan"},
}

// file is one parsed Go file.
type file struct {
	name string // from the root, with slashes
	room string // its folder, likewise
	test bool
	ast  *ast.File
	set  *token.FileSet
}

// files parses every Go file of the module, whatever its build tags.
func files(t *testing.T) []file {
	t.Helper()
	var out []file
	err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := filepath.ToSlash(p)
		if d.IsDir() {
			if base := d.Name(); name != "." && (strings.HasPrefix(base, ".") || base == "bin" || base == "demo" || base == "vendor") {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(name) != ".go" {
			return nil
		}
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, p, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		out = append(out, file{name, path.Dir(name), strings.HasSuffix(name, "_test.go"), f, set})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 10 {
		t.Fatalf("only %d Go files found: the test must run in the module's root", len(out))
	}
	return out
}

func (f file) imports() []string {
	var out []string
	for _, spec := range f.ast.Imports {
		p, _ := strconv.Unquote(spec.Path.Value)
		out = append(out, p)
	}
	return out
}

// fits tells whether a name is meant by a pattern, which is a name or ends in "…".
func fits(pattern, name string) bool {
	if below, ok := strings.CutSuffix(pattern, "…"); ok {
		return strings.HasPrefix(name+"/", below)
	}
	return pattern == name
}

// allowed returns what a room may import; ok is false for a room the table lacks.
func allowed(room string) (list []string, ok bool) {
	best := -1
	for pattern, l := range layers {
		if fits(pattern, room) && len(pattern) > best {
			best, list, ok = len(pattern), l, true
		}
	}
	return list, ok
}

func TestImportsFollowTheTable(t *testing.T) {
	for _, f := range files(t) {
		if f.test || f.room == "." {
			continue
		}
		list, ok := allowed(f.room)
		if !ok {
			t.Errorf("%s: the room %s is not in the table: add it, with the nouns it needs", f.name, f.room)
			continue
		}
		for _, imp := range f.imports() {
			room, ours := strings.CutPrefix(imp, module+"/")
			if ours && !slices.ContainsFunc(list, func(p string) bool { return fits(p, room) }) {
				t.Errorf("%s imports %s, but %s may import only %v: imports point to nouns, never sideways between stages", f.name, imp, f.room, list)
			}
			if ours && strings.HasPrefix(room, "cmd/") {
				t.Errorf("%s imports %s: nothing imports a command", f.name, imp)
			}
		}
	}
}

func TestSealedImports(t *testing.T) {
	for _, f := range files(t) {
		if f.test {
			continue
		}
		for _, s := range sealed {
			if path.Base(f.name) == s.except || !slices.ContainsFunc(s.rooms, func(p string) bool { return fits(p, f.room) }) {
				continue
			}
			for _, imp := range f.imports() {
				if slices.ContainsFunc(s.imp, func(p string) bool { return fits(p, imp) }) {
					t.Errorf("%s imports %s: %s", f.name, imp, s.why)
				}
			}
		}
	}
}

// stderrWriters may name standard error: the one that writes to it, and the one
// that opens report files, for a user may ask for /dev/stderr as one.
var stderrWriters = []string{"cmd/lockaway/ui.go", "scanner/report/create.go"}

// Standard error has one writer, so that the progress line, the messages' form
// and what a terminal may be sent are decided in one place.
func TestOnlyUIWritesToStandardError(t *testing.T) {
	for _, f := range files(t) {
		if f.test || f.room == "testdata" || strings.HasPrefix(f.room, "testdata/") || f.room == "cmd/bench" {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			x, ok := sel.X.(*ast.Ident)
			if ok && x.Name == "os" && sel.Sel.Name == "Stderr" && !slices.Contains(stderrWriters, f.name) {
				t.Errorf("%s: os.Stderr belongs to cmd/lockaway/ui.go alone", f.set.Position(n.Pos()))
			}
			if ok && x.Name == "os" && sel.Sel.Name == "Exit" && f.name != "cmd/lockaway/main.go" {
				t.Errorf("%s: only a main file ends the process", f.set.Position(n.Pos()))
			}
			return true
		})
	}
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	said := map[string]bool{}
	for _, f := range files(t) {
		if f.test && f.room != "." {
			continue
		}
		if banned := []string{"util", "utils", "common", "helpers", "types", "models"}; slices.Contains(banned, f.ast.Name.Name) {
			t.Errorf("%s: a package named %s says nothing of what is in it", f.name, f.ast.Name.Name)
		}
		said[f.room] = said[f.room] || f.ast.Doc != nil && len(f.ast.Doc.Text()) > 60
	}
	for room, ok := range said {
		if !ok {
			t.Errorf("%s: no package comment that tells a newcomer what the room is for", room)
		}
	}
}

// Large functions and files are where the next reader gives up. Tables of data
// and tests are left alone.
func TestSizes(t *testing.T) {
	for _, f := range files(t) {
		if f.test {
			continue
		}
		lines := f.set.File(f.ast.Pos()).LineCount()
		limit := 400
		if f.name == "cmd/lockaway/main.go" {
			limit = 80
		}
		if lines > limit {
			t.Errorf("%s: %d lines, more than %d: cut it by what it does", f.name, lines, limit)
		}
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			from, to := f.set.Position(fn.Pos()).Line, f.set.Position(fn.End()).Line
			if to-from >= 100 {
				t.Errorf("%s:%d: %s has %d lines; 60 is the aim", f.name, from, fn.Name.Name, to-from+1)
			}
		}
	}
}

// The table's own rules: a name that is longer holds, a pattern does not leak to
// neighbours whose names begin alike.
func TestTable(t *testing.T) {
	for _, test := range []struct {
		pattern, name string
		want          bool
	}{
		{"scanner", "scanner", true},
		{"scanner", "scanner/chunk", false},
		{"scanner/source/…", "scanner/source", true},
		{"scanner/source/…", "scanner/source/files", true},
		{"scanner/source/…", "scanner/sourcery", false},
		{"…", "cmd/lockaway", true},
		{"net/http/…", "net/http", true},
		{"net", "net/url", false},
	} {
		if got := fits(test.pattern, test.name); got != test.want {
			t.Errorf("fits(%q, %q) = %v", test.pattern, test.name, got)
		}
	}
	if list, ok := allowed("scanner/source/files"); !ok || !slices.Contains(list, "scanner/internal/…") {
		t.Errorf("scanner/source/files: %v, %v", list, ok)
	}
	if _, ok := allowed("elsewhere"); ok {
		t.Error("a room that is not in the table is let through")
	}
}
