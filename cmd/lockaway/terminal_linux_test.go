package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/sys/unix"

	"lockaway/scanner/rulecheck"
)

// terminal is a pseudo-terminal, and what was written to it.
type terminal struct {
	t             *testing.T
	master, slave *os.File
	mu            sync.Mutex
	grown         *sync.Cond
	said          bytes.Buffer
	ended         bool
}

// openTerminal opens a terminal of so many columns (pty(7), ioctl_tty(2)).
func openTerminal(t *testing.T, columns int) *terminal {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("this system gives no terminal: %v", err)
	}
	t.Cleanup(func() { master.Close() })
	fd := int(master.Fd())
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 40, Col: uint16(columns)})
	}
	if err != nil {
		t.Skipf("this system gives no terminal: %v", err)
	}
	slave, err := os.OpenFile("/dev/pts/"+strconv.Itoa(n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("this system gives no terminal: %v", err)
	}
	term := &terminal{t: t, master: master, slave: slave}
	term.grown = sync.NewCond(&term.mu)
	go term.read()
	return term
}

// read takes what is written until nobody has the terminal open.
func (x *terminal) read() {
	buf := make([]byte, 4096)
	for {
		n, err := x.master.Read(buf)
		x.mu.Lock()
		x.said.Write(buf[:n])
		x.ended = x.ended || err != nil
		x.grown.Broadcast()
		x.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// started is called once the program has the terminal: it ends then with it.
func (x *terminal) started() { x.slave.Close() }

// wait waits until a pattern was written, and forgets what stands up to its end.
// The time limit is only there to end a test that hangs.
func (x *terminal) wait(pattern string) string {
	x.t.Helper()
	re := regexp.MustCompile(pattern)
	late := false
	defer time.AfterFunc(time.Minute, func() {
		x.mu.Lock()
		late = true
		x.grown.Broadcast()
		x.mu.Unlock()
	}).Stop()
	x.mu.Lock()
	defer x.mu.Unlock()
	for {
		if m := re.FindIndex(x.said.Bytes()); m != nil {
			return string(x.said.Next(m[1]))
		}
		if x.ended || late {
			x.t.Fatalf("%s was not written:\n%q", pattern, x.said.String())
		}
		x.grown.Wait()
	}
}

// rest waits for the program's end and returns all that was written.
func (x *terminal) rest() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	for !x.ended {
		x.grown.Wait()
	}
	return x.said.String()
}

// environment is a plain one, with some settings.
func environment(set ...string) []string {
	return append([]string{"PATH=" + os.Getenv("PATH"), "HOME=/nowhere", "TERM=xterm", "LANG=C.UTF-8"}, set...)
}

// planted writes a file with a made-up key between long stretches of a line, and
// returns it with the secret.
func planted(t *testing.T) (file, secret string) {
	t.Helper()
	text, named, err := rulecheck.ExpandNamed("{{repeat 60 'x '}} AWS_ACCESS_KEY_ID={{key-id}} AWS_SECRET_ACCESS_KEY={{s=secret}} {{repeat 90 'y '}}\n日本語{{repeat 50 '語'}} {{key-id}} {{secret}}\n", 5)
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "a b.env")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return file, named["s"]
}

var (
	escapes = regexp.MustCompile("\x1b\\[[0-9;]*m|\x1b\\]8;;[^\x1b]*\x1b\\\\")
	wide    = regexp.MustCompile(`\p{Han}`)
)

// On a terminal the report has colours, links to files, and lines that fit it;
// where the environment says so, it has neither.
func TestReportOnTerminal(t *testing.T) {
	file, secret := planted(t)
	for _, c := range []struct {
		env, flag     string
		colour, links bool
	}{
		{"X=1", "--quiet=false", true, true},
		{"NO_COLOR=1", "--quiet=false", false, false},
		{"NO_COLOR=", "--quiet=false", true, true},
		{"TERM=dumb", "--quiet=false", false, false},
		{"X=1", "--color=never", false, false},
		{"NO_COLOR=1", "--color=always", true, true},
	} {
		t.Run(c.env+" "+c.flag, func(t *testing.T) {
			for _, columns := range []int{80, 61, 133} {
				term := openTerminal(t, columns)
				cmd := exec.Command("lockaway", "scan", c.flag, file)
				cmd.Env, cmd.Stdout = environment(c.env), term.slave
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				term.started()
				said := term.rest()
				if err := cmd.Wait(); cmd.ProcessState.ExitCode() != 1 {
					t.Fatal(err)
				}
				if got := strings.Contains(said, "\x1b["); got != c.colour {
					t.Errorf("colours: %v\n%q", got, said)
				}
				if got := strings.Contains(said, "\x1b]8;;file://"); got != c.links {
					t.Errorf("links: %v\n%q", got, said)
				}
				plain := escapes.ReplaceAllString(said, "")
				if strings.ContainsRune(plain, '\x1b') || strings.Contains(said, secret) || !strings.Contains(plain, "2 findings") {
					t.Errorf("%q", plain)
				}
				for line := range strings.SplitSeq(plain, "\r\n") {
					width := utf8.RuneCountInString(line) + len(wide.FindAllString(line, -1))
					if width > columns && !strings.Contains(line, "`") && !strings.Contains(line, file) {
						t.Errorf("%d of %d columns: %q", width, columns, line)
					}
				}
			}
		})
	}
}

// The progress line comes after a second, on a terminal alone, and is gone before
// the program ends.
func TestProgressLine(t *testing.T) {
	scan := func(set func(*exec.Cmd), args ...string) (end func(), cmd *exec.Cmd) {
		in, out, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		cmd = exec.Command("lockaway", append([]string{"scan", "-"}, args...)...)
		cmd.Env, cmd.Stdin = environment(), in
		set(cmd)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		in.Close()
		return func() { out.Close() }, cmd
	}
	term, quiet, never := openTerminal(t, 80), openTerminal(t, 80), openTerminal(t, 80)
	var piped bytes.Buffer
	// Those that must stay silent begin before the one that must not.
	endPiped, pipedCmd := scan(func(c *exec.Cmd) { c.Stderr = &piped })
	endQuiet, quietCmd := scan(func(c *exec.Cmd) { c.Stderr = quiet.slave }, "--quiet")
	endNever, neverCmd := scan(func(c *exec.Cmd) { c.Stderr = never.slave }, "--progress", "never")
	end, cmd := scan(func(c *exec.Cmd) { c.Stderr = term.slave })
	for _, x := range []*terminal{term, quiet, never} {
		x.started()
	}
	first := term.wait(`scanning: 0 files, 0 B, \d+ s`)
	if n, err := strconv.Atoi(regexp.MustCompile(`(\d+) s$`).FindStringSubmatch(first)[1]); err != nil || n < 1 {
		t.Errorf("the first line came too early: %q", first)
	}
	term.wait(`scanning: 0 files, 0 B, ([2-9]|\d\d+) s`)
	for _, f := range []func(){endPiped, endQuiet, endNever, end} {
		f()
	}
	rest := term.rest()
	if last := rest[strings.LastIndexByte(strings.TrimSuffix(rest, "\r"), '\r')+1:]; strings.TrimSpace(last) != "" || !strings.HasSuffix(rest, "\r") {
		t.Errorf("the line stays: %q", rest)
	}
	for _, c := range []*exec.Cmd{cmd, pipedCmd, quietCmd, neverCmd} {
		if err := c.Wait(); err != nil {
			t.Error(err)
		}
	}
	if piped.Len() > 0 || quiet.rest() != "" || never.rest() != "" {
		t.Errorf("no terminal, or not wanted: %q, %q, %q", piped.String(), quiet.rest(), never.rest())
	}
}

// Bash completes as a person types, with nothing but what the script brings.
func TestBashCompletesOnTerminal(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash")
	}
	term := openTerminal(t, 200)
	cmd := exec.Command(bash, "--noprofile", "--norc", "-i")
	cmd.Dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(cmd.Dir, "prod.env"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	cmd.Env = environment("TERM=dumb", "PS1=$ ", "HISTFILE=", "INPUTRC=/dev/null")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = term.slave, term.slave, term.slave
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	term.started()
	typed := func(s string) {
		if _, err := term.master.WriteString(s); err != nil {
			t.Fatal(err)
		}
	}
	typed("source <(lockaway completion bash); echo rea''dy\n")
	term.wait("ready\r\n")
	for _, c := range [][2]string{
		{"lockaway sca", "lockaway scan "},
		{"lockaway rules l", "lockaway rules list "},
		{"lockaway scan --min-c", "lockaway scan --min-confidence[ =]"},
		{"lockaway scan --min-severity crit", "lockaway scan --min-severity critical "},
		{"lockaway scan --min-severity=crit", "lockaway scan --min-severity=critical "},
		{"lockaway scan --report jsonl=x --exit", "lockaway scan --report jsonl=x --exit-zero "},
		{"lockaway explain KEY-0", "lockaway explain KEY-0"},
		{"lockaway explain github-refr", "lockaway explain github-refresh-token "},
		{"lockaway explain prod", "lockaway explain prod.env "},
		{"lockaway rules show aws-access", "lockaway rules show aws-access-key "},
		{"lockaway scan pro", "lockaway scan prod.env "},
		{"lockaway completion power", "lockaway completion powershell "},
	} {
		typed(c[0] + "\t")
		term.wait(c[1])
		typed("\x15echo ne''xt\n") // throws the line away
		if said := term.wait("next\r\n"); strings.Contains(said, "not found") {
			t.Errorf("%s: %q", c[0], said)
		}
	}
	typed("exit\n")
	if err := cmd.Wait(); err != nil {
		t.Error(fmt.Errorf("bash: %w", err))
	}
}
