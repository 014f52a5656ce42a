package hooks

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

func script(typ string) Script {
	return Script{Type: typ, Program: "/opt/lockaway", Chain: First, IfMissing: Fail}
}

// state is all that a folder holds: names, modes, contents, links.
func state(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, e.Name())
		if to, err := os.Readlink(path); err == nil {
			b.WriteString(e.Name() + " -> " + to + "\n")
			continue
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString(e.Name() + " " + info.Mode().String() + " " + string(data) + "\n")
	}
	return b.String()
}

func mustInstall(t *testing.T, dir string, s Script, want Change) {
	t.Helper()
	if got, err := Install(dir, s); err != nil || got != want {
		t.Fatalf("install: %q, %v; want %q", got, err, want)
	}
}

func TestUninstallRestoresWhatWasThere(t *testing.T) {
	for name, lay := range map[string]func(path string) error{
		"nothing":        func(string) error { return nil },
		"script":         func(p string) error { return os.WriteFile(p, []byte("#!/bin/sh\r\nno feed at the end"), 0o751) },
		"not executable": func(p string) error { return os.WriteFile(p, []byte("#!/bin/sh\n"), 0o640) },
		"bytes":          func(p string) error { return os.WriteFile(p, []byte("\x7fELF\x00\xff\xfe"), 0o755) },
		"empty":          func(p string) error { return os.WriteFile(p, nil, 0o755) },
		"large":          func(p string) error { return os.WriteFile(p, bytes.Repeat([]byte("x"), maxHook+1), 0o755) },
		"link":           func(p string) error { return os.Symlink("../shared/pre-commit", p) },
		"speaks of ours": func(p string) error {
			return os.WriteFile(p, []byte("#!/bin/sh\n# lockaway-hook\nlockaway hook run pre-commit\n"), 0o755)
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "hooks")
			if err := os.Mkdir(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := lay(filepath.Join(dir, PreCommit)); err != nil {
				t.Skip("not possible here:", err)
			}
			before := state(t, dir)
			want, back := Chained, Restored
			if name == "nothing" {
				want, back = Installed, Removed
			}
			mustInstall(t, dir, script(PreCommit), want)
			f, err := Look(dir, PreCommit)
			if err != nil || !f.Ours || f.Changed || !f.Runs || (f.Kept != "") != (want == Chained) || f.Script != script(PreCommit) {
				t.Fatalf("%+v, %v", f, err)
			}
			installed := state(t, dir)
			mustInstall(t, dir, script(PreCommit), None)
			if got := state(t, dir); got != installed {
				t.Errorf("installed again it is\n%s\nand was\n%s", got, installed)
			}
			if got, err := Uninstall(dir, PreCommit); err != nil || got != back {
				t.Fatalf("uninstall: %q, %v", got, err)
			}
			if got := state(t, dir); got != before {
				t.Errorf("left is\n%s\nwhere was\n%s", got, before)
			}
			if got, err := Uninstall(dir, PreCommit); err != nil || got != NotThere {
				t.Errorf("once more: %q, %v", got, err)
			}
		})
	}
}

// A hook of ours that is the same is not even written again.
func TestInstallAgainWritesNothing(t *testing.T) {
	dir := t.TempDir()
	mustInstall(t, dir, script(PrePush), Installed)
	path := filepath.Join(dir, PrePush)
	past := time.Unix(1_000_000_000, 0)
	if err := os.Chtimes(path, past, past); err != nil {
		t.Fatal(err)
	}
	mustInstall(t, dir, script(PrePush), None)
	if info, err := os.Stat(path); err != nil || !info.ModTime().Equal(past) {
		t.Errorf("it was written again: %v", err)
	}
	s := script(PrePush)
	s.Chain = Last
	mustInstall(t, dir, s, Renewed)
	if f, err := Look(dir, PrePush); err != nil || f.Script.Chain != Last || f.Kept != "" {
		t.Errorf("%+v, %v", f, err)
	}
}

func TestModeIsMended(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no modes on Windows")
	}
	dir := t.TempDir()
	mustInstall(t, dir, script(PreCommit), Installed)
	path := filepath.Join(dir, PreCommit)
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if f, err := Look(dir, PreCommit); err != nil || f.Runs || !f.Ours {
		t.Fatalf("%+v, %v", f, err)
	}
	mustInstall(t, dir, script(PreCommit), Renewed)
	if f, err := Look(dir, PreCommit); err != nil || !f.Runs {
		t.Errorf("%+v, %v", f, err)
	}
}

// What nobody can tell the meaning of is left alone.
func TestRefusals(t *testing.T) {
	write := func(t *testing.T, path, text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for name, spoil := range map[string]func(t *testing.T, path string){
		"changed by hand": func(t *testing.T, path string) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			write(t, path, string(data)+"make lint\n")
		},
		"replaced by another": func(t *testing.T, path string) {
			write(t, path+KeptSuffix, "#!/bin/sh\n")
			write(t, path, "#!/bin/sh\nother\n")
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			mustInstall(t, dir, script(PreCommit), Installed)
			spoil(t, filepath.Join(dir, PreCommit))
			before := state(t, dir)
			if _, err := Install(dir, script(PreCommit)); !isRefusal(err) {
				t.Errorf("install: %v", err)
			}
			if _, err := Uninstall(dir, PreCommit); !isRefusal(err) {
				t.Errorf("uninstall: %v", err)
			}
			if got := state(t, dir); got != before {
				t.Errorf("left is\n%s\nwhere was\n%s", got, before)
			}
		})
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, PreCommit), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := Install(dir, script(PreCommit)); err == nil || !strings.Contains(err.Error(), "is a folder") {
		t.Errorf("a folder: %v", err)
	}
}

func isRefusal(err error) bool {
	r, ok := errors.AsType[*Refusal](err)
	return ok && r.Next != ""
}

// Twenty at once, some of which ask for another chain: in the end a whole hook is there,
// what was there before is kept once, and at no moment was there none, or half of one.
func TestManyInstallAtOnce(t *testing.T) {
	const before = "#!/bin/sh\necho before\n"
	dir := t.TempDir()
	path := filepath.Join(dir, PreCommit)
	if err := os.WriteFile(path, []byte(before), 0o755); err != nil {
		t.Fatal(err)
	}
	whole := map[string]bool{before: true}
	var scripts []Script
	for i := range 20 {
		s := script(PreCommit)
		if i%3 == 0 {
			s.Chain = Last
		}
		whole[s.String()] = true
		scripts = append(scripts, s)
	}
	stop, watched := make(chan struct{}), make(chan string, 1)
	go func() {
		for {
			select {
			case <-stop:
				close(watched)
				return
			default:
			}
			if data, err := os.ReadFile(path); runtime.GOOS != "windows" && (err != nil || !whole[string(data)]) {
				watched <- string(data)
				close(watched)
				return
			}
		}
	}()
	var group sync.WaitGroup
	for _, s := range scripts {
		group.Go(func() {
			if _, err := Install(dir, s); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	close(stop)
	if bad, ok := <-watched; ok {
		t.Errorf("on the way there stood %q", bad)
	}
	if _, err := Uninstall(dir, PreCommit); err != nil {
		t.Error(err)
	}
	if got := state(t, dir); !strings.HasSuffix(got, before+"\n") || strings.Count(got, "pre-commit") != 1 {
		t.Errorf("left is %s", got)
	}
}

func TestReadOnlyFolder(t *testing.T) {
	if os.Geteuid() == 0 || runtime.GOOS == "windows" {
		t.Skip("modes bind nobody here")
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(dir, 0o755)
	if _, err := Install(dir, script(PreCommit)); !errors.Is(err, os.ErrPermission) {
		t.Error(err)
	}
}

// Whatever a script is made of can be read out of it, and the shell takes it.
func TestScripts(t *testing.T) {
	for _, program := range []string{"", "/usr/bin/lockaway", "/a b/it's 100% $HOME \"x\" `y` \\z/lockaway", "/two\nlines/'\n[ -x/lockaway", "C:/Program Files/lockaway.exe"} {
		for _, typ := range append(Types(), others...) {
			for _, s := range []Script{
				{Type: typ, Program: program, Chain: First, IfMissing: Fail},
				{Type: typ, Program: program, Chain: Last, IfMissing: Pass},
				{Type: typ, Program: program, Chain: First, IfMissing: Pass, Repository: true, TimeLimit: "1m30s"},
				{Type: typ, Chain: First, IfMissing: Fail, PassOn: true},
			} {
				got, ours, changed := ParseScript(s.String())
				if !ours || changed || got != s {
					t.Errorf("%+v became %+v, %v, %v, by\n%s", s, got, ours, changed, s)
				}
				if _, ours, changed = ParseScript(strings.Replace(s.String(), "exit ", "exit  ", 1)); !ours || !changed {
					t.Errorf("a change goes unnoticed: %+v", s)
				}
			}
		}
	}
	if sh, err := exec.LookPath("sh"); err == nil {
		for _, typ := range append(Types(), others...) {
			for _, s := range []Script{script(typ), {Type: typ, PassOn: true, Chain: First, IfMissing: Fail}, {Type: typ, Program: "/it's", Chain: Last, IfMissing: Pass, Repository: true}} {
				cmd := exec.Command(sh, "-n")
				cmd.Stdin = strings.NewReader(s.String())
				if out, err := cmd.CombinedOutput(); err != nil {
					t.Errorf("%s\n%s", out, s)
				}
			}
		}
	}
}

func TestWith(t *testing.T) {
	for _, test := range []struct{ give, want string }{
		{"pre-commit", "pre-commit pre-merge-commit prepare-commit-msg pre-applypatch"},
		{"pre-push", "pre-push"},
		{"pre-push commit-msg pre-push", "commit-msg pre-push"},
		{"update pre-commit", "pre-commit pre-merge-commit prepare-commit-msg pre-applypatch update"},
	} {
		if got := strings.Join(With(strings.Fields(test.give)), " "); got != test.want {
			t.Errorf("%s: %s", test.give, got)
		}
	}
	if got := len(Silenced(With([]string{PreCommit}))) + 4; got != len(others)+len(Types()) {
		t.Errorf("%d types in all", got)
	}
}

func FuzzParseScript(f *testing.F) {
	f.Add(script(PreCommit).String())
	f.Add(Script{Type: PreReceive, Program: "/it's", Chain: Last, IfMissing: Pass, TimeLimit: "5m0s"}.String())
	f.Add("#!/bin/sh\n# lockaway-hook 1 pre-commit sum=00\n")
	f.Fuzz(func(t *testing.T, text string) {
		s, ours, changed := ParseScript(text)
		if ours && !changed && strings.HasPrefix(text, "#!/bin/sh\n# Looks") {
			// What is not changed was written by us, perhaps by another version; the words of
			// the mark mean the same when they are written again.
			if again, _, _ := ParseScript(s.String()); again != s && s.Chain != "" && s.IfMissing != "" && s.Program == again.Program {
				t.Errorf("%+v became %+v", s, again)
			}
		}
	})
}
