package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"lockaway/hooks"
)

// This file alone starts other programs: git, to be told what only git can tell, and
// hooks that git would have run had lockaway not taken their place. Neither is done by
// a scan.

// gitError is what git said when it could not do something.
type gitError struct{ says string }

func (e *gitError) Error() string { return e.says }

// gitSays runs git in a folder and returns what it prints, without the last line feed. more
// are environment variables besides.
func (a *app) gitSays(dir string, more []string, args ...string) (string, error) {
	cmd := exec.CommandContext(a.ctx, "git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), append([]string{"LC_ALL=C"}, more...)...)
	var out, says bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &says
	err := cmd.Run()
	if errors.Is(err, exec.ErrNotFound) {
		return "", failf("install git, or put its folder on PATH", "git is not on PATH")
	}
	if err != nil {
		text := strings.TrimPrefix(strings.TrimSpace(says.String()), "fatal: ")
		if text == "" {
			text = "git " + args[0] + ": " + err.Error()
		}
		return strings.TrimSuffix(out.String(), "\n"), &gitError{text}
	}
	return strings.TrimSuffix(out.String(), "\n"), nil
}

// runHook runs a hook that was there before, as git would: with the arguments and the
// environment of this one. input, if not nil, is its standard input, else it has ours.
// The status is its exit status. One that git would not run is passed by.
func (a *app) runHook(path string, args []string, input []byte) (status int, err error) {
	info, err := os.Stat(path)
	if err != nil || !hooks.Executable(info) {
		return 0, nil
	}
	err = a.start(a.hookProgram(path, args), input)
	if errors.Is(err, syscall.ENOEXEC) { // a script that does not say by what it is run: git takes sh
		err = a.start(exec.CommandContext(a.ctx, "sh", append([]string{path}, args...)...), input)
	}
	exit, failed := errors.AsType[*exec.ExitError](err)
	switch {
	case err == nil:
		return 0, nil
	case failed && exit.ExitCode() > 0:
		return exit.ExitCode(), nil
	case failed:
		return 128, nil // a signal has ended it
	}
	return exitFailed, failf("", "can't run the hook %q: %s", path, reason(err))
}

// hookProgram is the command that runs a hook. Windows runs no scripts: git reads their
// first line, and so does the shell that comes with it.
func (a *app) hookProgram(path string, args []string) *exec.Cmd {
	if runtime.GOOS == "windows" && !strings.EqualFold(filepath.Ext(path), ".exe") {
		return exec.CommandContext(a.ctx, "sh", append([]string{"-c", `exec "$0" "$@"`, filepath.ToSlash(path)}, args...)...)
	}
	return exec.CommandContext(a.ctx, path, args...)
}

func (a *app) start(cmd *exec.Cmd, input []byte) error {
	cmd.Stdin = a.in
	if input != nil {
		cmd.Stdin = bytes.NewReader(input)
	}
	cmd.Stdout, cmd.Stderr = a.out, a.ui.err
	err := cmd.Run()
	// One that does not read its input ends before it is written.
	if errors.Is(err, syscall.EPIPE) && cmd.ProcessState != nil && cmd.ProcessState.Success() {
		return nil
	}
	return err
}

// ourProgram is the path by which hooks call this program: the one that PATH leads to if
// that is the same, since it stays when a newer version takes its place.
func ourProgram() (path string, onPath bool, err error) {
	self, err := os.Executable()
	if err != nil {
		return "", false, failf("", "can't tell where this program is: %s", err)
	}
	if found, err := exec.LookPath("lockaway"); err == nil {
		if found, err = filepath.Abs(found); err == nil && samePath(found, self) {
			return found, true, nil
		}
	}
	return self, false, nil
}

// runnable tells whether a hook finds its program.
func runnable(path string) bool {
	if info, err := os.Stat(path); err == nil && hooks.Executable(info) {
		return true
	}
	_, err := exec.LookPath("lockaway")
	return err == nil
}
