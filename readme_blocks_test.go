package lockaway_test

import (
	"bytes"
	"debug/buildinfo"
	"debug/elf"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
)

// leftOut stands in the documents' examples for what is not shown. It keeps out of
// them whatever looks like a key.
const leftOut = "[…]"

// like tells whether text is what an example shows, left-out parts aside.
func like(example, text string) bool {
	parts := strings.Split(example, leftOut)
	for i, p := range parts {
		parts[i] = regexp.QuoteMeta(p)
	}
	return regexp.MustCompile(`^(?s:` + strings.Join(parts, `.*`) + `)$`).MatchString(text)
}

// packs returns README's blocks that are packs, and the others of their language,
// which are configurations.
func packs(t *testing.T) (packs, configs []string) {
	t.Helper()
	for _, b := range blocks(t, "README.md", "toml") {
		if strings.HasPrefix(b, "provider = ") {
			packs = append(packs, b)
		} else {
			configs = append(configs, b)
		}
	}
	if len(packs) != 1 || len(configs) < 4 {
		t.Fatalf("%d packs and %d configurations in README", len(packs), len(configs))
	}
	return packs, configs
}

// write writes a file below a folder.
func write(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestExamplePack(t *testing.T) {
	dir := t.TempDir()
	pack, _ := packs(t)
	write(t, dir, "acme.toml", pack[0])
	out, says, status := call(t, dir, "rules", "test", "acme.toml")
	if status != 0 || !strings.Contains(out, "all as they should be") {
		t.Errorf("status %d: %s%s", status, out, says)
	}
	write(t, dir, "app.conf", "token = acme_live_"+strings.Repeat("aB3dE5gH", 4)+"\n")
	if out, says, status = call(t, dir, "scan", "--rules", "acme.toml", "app.conf"); status != 1 || !strings.Contains(out, "acme-api-token") {
		t.Errorf("status %d, the pack's rule finds nothing: %s%s", status, out, says)
	}
}

// The loader is strict: what it takes has no unknown key, no wrong type and no rule
// that doesn't exist. The files are found, not named, so they keep to what a
// repository's file may say.
func TestExampleConfigurations(t *testing.T) {
	pack, configs := packs(t)
	for _, text := range configs {
		dir := t.TempDir()
		write(t, dir, ".lockaway.toml", text)
		write(t, dir, "rules/acme.toml", pack[0])
		out, says, status := call(t, dir, "config", "show")
		if status != 0 || says != "" || !strings.Contains(out, ".lockaway.toml:") {
			t.Errorf("status %d: %s\nof\n%s\n%s", status, says, text, out)
		}
	}
}

// headed returns the part of README below a heading.
func headed(t *testing.T, heading string) string {
	t.Helper()
	_, text, found := strings.Cut(document(t, "README.md"), "\n## "+heading+"\n")
	if !found {
		t.Fatalf("README has no section %q", heading)
	}
	text, _, _ = strings.Cut(text, "\n## ")
	return text
}

// A hint of the program sends people to the section "Configuration" of README, for
// all that a configuration may hold.
func TestConfigurationIsComplete(t *testing.T) {
	text := headed(t, "Configuration")
	shown, _, status := call(t, "", "config", "show")
	if status != 0 {
		t.Fatal("config show failed")
	}
	_, scan, _ := strings.Cut(shown, "[scan]\n")
	scan, _, _ = strings.Cut(scan, "\n[")
	var keys []string
	for _, m := range regexp.MustCompile(`(?m)^([a-z-]+) = `).FindAllStringSubmatch(scan, -1) {
		keys = append(keys, m[1])
	}
	if len(keys) < 10 {
		t.Fatalf("config show has only the keys %q", keys)
	}
	// The other tables' keys, as the loader's own list and its code have them.
	source := document(t, "scanner/config/allow.go") + document(t, "scanner/config/config.go") + document(t, "scanner/config/account.go") + document(t, "scanner/config/verify.go")
	for _, list := range []string{`verifyKeys = \[\]string\{(.*)\}`, `accountKeys = \[\]string\{(.*)\}`, `allowKeys = \[\]string\{(.*)\}`, `"in \[rules\]", \[\]string\{(.*)\}`, `tableNames = \[\]string\{(.*)\}`} {
		m := regexp.MustCompile(list).FindStringSubmatch(source)
		if m == nil {
			t.Fatalf("scanner/config holds no %s", list)
		}
		for name := range strings.SplitSeq(m[1], ", ") {
			keys = append(keys, strings.Trim(name, `"`))
		}
	}
	for _, k := range append(keys, "exclude") {
		if !regexp.MustCompile("`" + `\[*` + k + `\]*` + "`").MatchString(text) {
			t.Errorf("README's Configuration doesn't tell %s", k)
		}
	}
}

// Every call of lockaway in README's shell blocks does what it says on the demo.
func TestShellBlocksRun(t *testing.T) {
	if _, err := program(); err != nil {
		t.Fatal(err)
	}
	work := filepath.Join(built, "work")
	pack, _ := packs(t)
	write(t, work, "acme.toml", pack[0])
	if out, err := exec.Command("git", "init", work).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	n := 0
	for _, b := range blocks(t, "README.md", "sh") {
		for line := range strings.SplitSeq(strings.TrimSpace(b), "\n") {
			args, ok := ours(line)
			if !ok {
				continue
			}
			n++
			out, says, status := call(t, "", args...)
			if status > 1 || says != "" || args[0] != "scan" && status != 0 {
				t.Errorf("%s: status %d: %s", line, status, says)
			}
			if out == "" && !strings.Contains(line, "=") && !strings.Contains(line, "-q") {
				t.Errorf("%s printed nothing", line)
			}
		}
	}
	if n < 10 {
		t.Errorf("only %d calls found", n)
	}
	// Other tests look at the demo as if nothing were known of it.
	if err := os.Remove(filepath.Join(work, ".lockaway.baseline.json")); err != nil {
		t.Error(err)
	}
}

// The template runs, and tells the demo's findings.
func TestTemplateExample(t *testing.T) {
	examples := blocks(t, "README.md", "gotemplate")
	if len(examples) != 1 {
		t.Fatalf("%d templates in README", len(examples))
	}
	dir := t.TempDir()
	write(t, dir, "own.tmpl", examples[0])
	out, says, status := call(t, "", "scan", "-r", "template:"+filepath.Join(dir, "own.tmpl"), "demo")
	if status != 1 || says != "" || !strings.Contains(out, "CRITICAL demo/deploy/prod.env:3 AWS access key with its secret\n  account 111122223333, ") {
		t.Errorf("status %d: %s%s", status, out, says)
	}
}

// The text example is a part of what `make demo` prints.
func TestTextExample(t *testing.T) {
	text := blocks(t, "README.md", "text")
	out, _, status := call(t, "", "scan", "demo")
	if len(text) == 0 || status != 1 {
		t.Fatalf("%d examples, status %d", len(text), status)
	}
	lines := strings.Split(strings.TrimRight(out, "\n"), "\n")
	for want := range strings.SplitSeq(strings.TrimRight(text[0], "\n"), "\n") {
		if want == leftOut {
			continue
		}
		i := slices.IndexFunc(lines, func(l string) bool { return like(want, l) })
		if i < 0 {
			t.Fatalf("the demo doesn't print, or not in this order:\n%s\nof\n%s", want, out)
		}
		lines = lines[i+1:]
	}
}

// The JSON example is a part of the demo's report, and its keys are the schema's.
func TestJSONExample(t *testing.T) {
	examples := blocks(t, "README.md", "json")
	if len(examples) != 1 {
		t.Fatalf("%d JSON examples", len(examples))
	}
	out, _, _ := call(t, "", "scan", "-q", "-r", "json", "demo")
	var example, report, schema any
	for text, into := range map[string]*any{examples[0]: &example, out: &report, document(t, "testdata/schemas/report.schema.json"): &schema} {
		if err := json.Unmarshal([]byte(text), into); err != nil {
			t.Fatal(err)
		}
	}
	if err := partOf(example, report, "report"); err != nil {
		t.Error(err)
	}
	inSchema(t, example, schema.(map[string]any), schema.(map[string]any), "report")
}

// partOf says where an example holds something that the whole doesn't: a key, a
// value, or a list's element that none is like.
func partOf(example, whole any, at string) error {
	switch e := example.(type) {
	case map[string]any:
		w, _ := whole.(map[string]any)
		for k, v := range e {
			if _, ok := w[k]; !ok {
				return fmt.Errorf("%s has no %s", at, k)
			}
			if err := partOf(v, w[k], at+"."+k); err != nil {
				return err
			}
		}
	case []any:
		w, _ := whole.([]any)
		for _, v := range e {
			if !slices.ContainsFunc(w, func(x any) bool { return partOf(v, x, at) == nil }) {
				return fmt.Errorf("%s holds nothing like %v", at, v)
			}
		}
	case string:
		if w, ok := whole.(string); !ok || !like(e, w) {
			return fmt.Errorf("%s is %q, not %q", at, whole, e)
		}
	default:
		if e != whole {
			return fmt.Errorf("%s is %v, not %v", at, whole, e)
		}
	}
	return nil
}

// inSchema complains about keys that the schema doesn't know.
func inSchema(t *testing.T, example any, schema, root map[string]any, at string) {
	t.Helper()
	if ref, ok := schema["$ref"].(string); ok {
		schema = root["$defs"].(map[string]any)[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
	}
	switch e := example.(type) {
	case map[string]any:
		known, _ := schema["properties"].(map[string]any)
		for k, v := range e {
			if known[k] == nil {
				t.Errorf("the schema has no %s.%s", at, k)
				continue
			}
			inSchema(t, v, known[k].(map[string]any), root, at+"."+k)
		}
	case []any:
		for _, v := range e {
			inSchema(t, v, schema["items"].(map[string]any), root, at)
		}
	}
}

// CONTRIBUTING's rule: nothing in the repository looks like a live credential.
func TestNothingHereLooksAlive(t *testing.T) {
	root, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	if out, says, status := call(t, root, "scan", "--gitignore", "--no-repo-config", "."); status != 0 {
		t.Errorf("status %d: %s%s", status, out, says)
	}
}

// README says that nothing that is found leaves the machine unless AWS is to be asked,
// SECURITY that what scans can't reach anything: what could is not among all that it is
// made of.
func TestNothingLeaves(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "./scanner/...", "./rules/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	deps := strings.Fields(string(out))
	if !slices.Contains(deps, "lockaway/scanner") {
		t.Fatalf("these are not its packages: %q", deps)
	}
	for _, p := range []string{"net/http", "net/rpc", "net/smtp", "crypto/tls", "os/exec", "plugin"} {
		if slices.Contains(deps, p) {
			t.Errorf("what scans depends on %s: SECURITY.md says that it can't reach anything", p)
		}
	}
}

// "One file without dependencies": what the Makefile's command builds for Linux
// names no interpreter and no library, is stripped, carries the version that it is
// given, and nothing of the folder it was built in.
func TestBinaryIsStatic(t *testing.T) {
	m := regexp.MustCompile(`(?m)^BUILD +=(.*)$`).FindStringSubmatch(document(t, "Makefile"))
	if m == nil || !strings.Contains(m[1], `CGO_ENABLED=0 $(GO) build -trimpath -ldflags "-s -w -X main.version=$(VERSION)"`) {
		t.Fatal("the Makefile builds in another way than this test")
	}
	bin := filepath.Join(t.TempDir(), "lockaway")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w -X main.version=v0.0.0-stamp", "-o", bin, "./cmd/lockaway")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	f, err := elf.Open(bin)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC {
			t.Errorf("it has a segment %v", p.Type)
		}
	}
	if f.Section(".symtab") != nil || f.Section(".debug_info") != nil {
		t.Error("it is not stripped")
	}
	info, err := buildinfo.ReadFile(bin)
	if err != nil || !slices.ContainsFunc(info.Settings, func(s debug.BuildSetting) bool { return s.Key == "CGO_ENABLED" && s.Value == "0" }) {
		t.Errorf("not built without cgo: %v %v", info, err)
	}
	data, err := os.ReadFile(bin)
	if err != nil {
		t.Fatal(err)
	}
	root, _ := os.Getwd()
	if !bytes.Contains(data, []byte("v0.0.0-stamp")) || bytes.Contains(data, []byte(root+string(filepath.Separator))) {
		t.Error("no version in it, or the folder it was built in")
	}
}
