package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"lockaway/scanner/rulecheck"
	"lockaway/testdata/fakeaws"
)

// The stories of what a user does stand in testdata/script, one file each. They
// run the real program; these are the commands that they have beside testscript's
// own:
//
//	plant FILE…         fills in the templates in files, so that no story holds
//	                    anything that looks alive; {{x=secret}} also sets $x
//	exits N PROGRAM…    runs a program that must exit with status N
//	lacks FILE TEXT…    no TEXT stands in FILE (or stdout, stderr); empty TEXT fails
//	holds FILE TEXT…    each TEXT stands in it
//	rename FILE NAME    gives a file a name written as a Go string
//	repeat FILE N TEXT  writes TEXT N times, and a line feed after each
//	append FILE FROM    appends a file to another
//	sparse FILE SIZE    makes a file of SIZE zero bytes that takes no room
//	timeless FILE…      replaces the time that a report says the scan took
//	capture NAME FILE REGEXP  sets $NAME to the group of a pattern in FILE
//	substitute FILE     replaces ${NAME} in a file
//	aws …               plays AWS: see fakeaws_test.go
//	encode FILE utf-16le|crlf|one-line  rewrites a file
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("..", "..", "testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("NO_COLOR", "")
			e.Setenv("FORCE_COLOR", "")
			e.Setenv("TERM", "xterm")
			e.Setenv("GIT_CONFIG_NOSYSTEM", "1")
			e.Values[fakesKey{}] = map[string]*fakeaws.Server{}
			return nil
		},
		Condition: func(cond string) (bool, error) {
			if cond == "root" {
				return os.Geteuid() == 0, nil
			}
			return false, errors.New("unknown condition " + cond)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"plant": plant, "exits": exits, "rename": rename, "repeat": repeat, "append": appendFile,
			"sparse": sparse, "timeless": timeless, "encode": encode, "capture": capture, "substitute": substitute,
			"aws":   awsCommand,
			"lacks": func(ts *testscript.TestScript, neg bool, args []string) { contains(ts, neg, false, args) },
			"holds": func(ts *testscript.TestScript, neg bool, args []string) { contains(ts, neg, true, args) },
		},
	})
}

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"lockaway": main, "peak": peakMain})
}

func usage(ts *testscript.TestScript, wrong bool, text string) {
	if wrong {
		ts.Fatalf("usage: %s", text)
	}
}

func plant(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg || len(args) == 0, "plant FILE…")
	for i, name := range args {
		text, named, err := rulecheck.ExpandNamed(ts.ReadFile(name), uint64(i+1))
		ts.Check(err)
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o644))
		for k, v := range named {
			ts.Setenv(k, v)
		}
	}
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg || len(args) < 2, "exits N PROGRAM ARG…")
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("%s exits with %d, want %d", args[1], got, want)
	}
	if strings.Contains(ts.ReadFile("stderr"), "goroutine ") {
		ts.Fatalf("%s crashed", args[1])
	}
}

func contains(ts *testscript.TestScript, neg, want bool, args []string) {
	usage(ts, neg || len(args) < 2, "holds|lacks FILE TEXT…")
	text := ts.ReadFile(args[0])
	for _, s := range args[1:] {
		if s == "" {
			ts.Fatalf("empty text")
		}
		if strings.Contains(text, s) != want {
			ts.Fatalf("%s: %q: found %v, want %v, in\n%s", args[0], s, !want, want, text[:min(len(text), 4000)])
		}
	}
}

func rename(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg || len(args) != 2, "rename FILE NAME")
	name, err := strconv.Unquote(`"` + args[1] + `"`)
	ts.Check(err)
	ts.Check(os.Rename(ts.MkAbs(args[0]), filepath.Join(filepath.Dir(ts.MkAbs(args[0])), name)))
}

func repeat(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg || len(args) != 3, "repeat FILE N TEXT")
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), bytes.Repeat([]byte(args[2]+"\n"), n), 0o644))
}

func appendFile(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg || len(args) != 2, "append FILE FROM")
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o644)
	ts.Check(err)
	_, err = f.WriteString(ts.ReadFile(args[1]))
	ts.Check(errors.Join(err, f.Close()))
}

func sparse(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg || len(args) != 2, "sparse FILE SIZE")
	n, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), nil, 0o644))
	ts.Check(os.Truncate(ts.MkAbs(args[0]), n))
}

var seconds = regexp.MustCompile(`"seconds": ?[0-9.e-]+`)

func timeless(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg || len(args) == 0, "timeless FILE…")
	for _, name := range args {
		text := ts.ReadFile(name)
		if !seconds.MatchString(text) {
			ts.Fatalf("%s says no time", name)
		}
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(seconds.ReplaceAllString(text, `"seconds": 0`)), 0o644))
	}
}

func capture(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg || len(args) != 3, "capture NAME FILE REGEXP")
	re, err := regexp.Compile(args[2])
	ts.Check(err)
	m := re.FindStringSubmatch(ts.ReadFile(args[1]))
	if len(m) != 2 {
		ts.Fatalf("no match for %s in %s", args[2], args[1])
	}
	ts.Setenv(args[0], m[1])
}

func substitute(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg || len(args) != 1, "substitute FILE")
	text := os.Expand(ts.ReadFile(args[0]), ts.Getenv)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o644))
}

func encode(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg || len(args) != 2, "encode FILE FORM")
	text := ts.ReadFile(args[0])
	switch args[1] {
	case "crlf":
		text = strings.ReplaceAll(text, "\n", "\r\n")
	case "one-line":
		text = strings.ReplaceAll(text, "\n", " ")
	case "utf-16le":
		out := []byte{0xff, 0xfe}
		for _, b := range []byte(text) {
			out = append(out, b, 0)
		}
		text = string(out)
	default:
		ts.Fatalf("unknown form %s", args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o644))
}

// The stories that need a device or a mode of a Unix system say so themselves;
// here is only what all of them rely on.
func TestStoriesAreThere(t *testing.T) {
	stories, err := filepath.Glob(filepath.Join("..", "..", "testdata", "script", "*.txtar"))
	if err != nil || len(stories) < 15 {
		t.Fatalf("%d stories found on %s: %v", len(stories), runtime.GOOS, err)
	}
}
