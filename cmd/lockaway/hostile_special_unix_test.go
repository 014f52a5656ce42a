//go:build unix

package main

import (
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// gitPlaces are the files of a git folder, and of a work tree, that a scan may look at.
var gitPlaces = []string{
	"HEAD", "config", "config.worktree", "packed-refs", "index", "shallow", "commondir", "gitdir", "ORIG_HEAD", "FETCH_HEAD", "MERGE_HEAD", "MERGE_MSG",
	"refs", "refs/heads", "refs/heads/main", "refs/tags/v1", "refs/stash", "refs/bisect/bad", "logs", "logs/HEAD", "logs/refs/heads/main",
	"objects", "objects/info", "objects/info/alternates", "objects/pack", "objects/pack/pack-x.pack", "objects/pack/pack-x.idx", "objects/ab", "objects/ab/" + abcd,
	"hooks", "hooks/pre-commit", "info/exclude", "modules", "modules/m", "modules/m/HEAD", "worktrees", "worktrees/w", "worktrees/w/HEAD", "worktrees/w/index", "worktrees/w/commondir",
	"rebase-merge/onto", "lfs", "lfs/objects", "reftable/tables.list", "sharedindex." + abcd + "ab", "../.lockaway.toml", "../.lockawayignore", "../.lockaway.baseline.json",
}

const abcd = "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"

// What is no regular file, in each place of a git folder that is read, is neither
// opened nor waited for.
func TestHostileSpecialFiles(t *testing.T) {
	kinds := map[string]func(path string) error{
		"pipe":    func(path string) error { return syscall.Mkfifo(path, 0o644) },
		"folder":  func(path string) error { return os.Mkdir(path, 0o755) },
		"endless": func(path string) error { return os.Symlink("/dev/zero", path) },
		"loop":    func(path string) error { return os.Symlink(path, path) },
		"nowhere": func(path string) error { return os.Symlink("../nowhere/at/all", path) },
		"socket": func(path string) error {
			dir, err := os.MkdirTemp("", "s") // a socket's path must be a short one
			if err != nil {
				return err
			}
			defer os.RemoveAll(dir)
			l, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(dir, "s"), Net: "unix"})
			if err != nil {
				return err
			}
			l.SetUnlinkOnClose(false)
			defer l.Close()
			return os.Rename(filepath.Join(dir, "s"), path)
		},
	}
	for kind, put := range kinds {
		t.Run(kind, func(t *testing.T) {
			for _, place := range gitPlaces {
				r := newHostileRepo(t)
				r.sound()
				path := r.path(place)
				if info, err := os.Lstat(path); kind == "folder" && err == nil && info.IsDir() {
					continue // as it should be
				}
				r.check(os.RemoveAll(path))
				r.check(os.MkdirAll(filepath.Dir(path), 0o755))
				if err := put(path); err != nil {
					t.Skipf("%s can't be made here: %v", kind, err)
				}
				calls := [][]string{{"git"}, {"scan", "--staged"}}
				if essential(place) || strings.HasPrefix(place, "refs") || strings.HasPrefix(place, "objects") {
					calls = append(calls, []string{"git", "--all"})
				}
				for _, args := range calls {
					run := r.scan(args...)
					// What stands where nothing need stand hides nothing.
					if !essential(place) && args[0] == "git" && !run.found(r.key) {
						t.Errorf("%s, %v: what is sound is not found, status %d\n%s", place, args, run.status, begins(run.said))
					}
					if essential(place) && args[0] == "git" && run.status == 0 && !(kind == "folder" && place == "refs/heads/main") {
						t.Errorf("%s, %v: status 0", place, args)
					}
					if strings.Contains(run.said, "interrupted") || run.peak > anyScan<<20 {
						t.Errorf("%s, %v: %d MiB\n%s", place, args, run.peak>>20, begins(run.said))
					}
				}
			}
		})
	}
}

// essential tells whether without a file nothing, or not all of what is asked for, can
// be read of a repository. An empty folder in the place of a ref is none.
func essential(place string) bool {
	switch place {
	case "HEAD", "refs", "refs/heads", "refs/heads/main", "objects", "commondir", "../.lockaway.toml", "../.lockaway.baseline.json":
		return true
	}
	return false
}

// Folders that may not be read are named, and what else there is is scanned.
func TestHostileUnreadable(t *testing.T) {
	for place, want := range map[string]string{
		"objects/pack": "objects/pack: permission denied", "objects/ab": "objects/ab: permission denied", "refs/tags": "refs/tags: permission denied",
		"logs": "logs: permission denied", "modules": "modules: permission denied", "worktrees": "worktrees: permission denied", "hooks": "hooks: permission denied",
		"info": "info: permission denied",
	} {
		r := newHostileRepo(t)
		r.sound()
		r.folder(place)
		r.check(os.Chmod(r.path(place), 0))
		t.Cleanup(func() { os.Chmod(r.path(place), 0o755) })
		cmd := asSomebody(t, r.dir, "git")
		out, err := cmd.CombinedOutput()
		if cmd.ProcessState == nil {
			t.Skipf("the program can't be run as somebody else: %v", err)
		}
		if cmd.ProcessState.ExitCode() != 1 || !strings.Contains(string(out), want) || !strings.Contains(string(out), "sound.env") {
			t.Errorf("%s: status %d\n%s", place, cmd.ProcessState.ExitCode(), begins(string(out)))
		}
	}
}

// Whose a repository is does not matter, for nothing of it is executed: git refuses to
// read what belongs to somebody else.
func TestHostileOwner(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only the super-user gives files to others")
	}
	r := newHostileRepo(t)
	r.sound()
	r.check(filepath.WalkDir(r.dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, 12345, 12345)
	}))
	if git, err := exec.LookPath("git"); err == nil {
		cmd := exec.Command(git, "-C", r.dir, "log")
		cmd.Env = append(hostileEnv(), "HOME=/nowhere", "GIT_CONFIG_NOSYSTEM=1", "GIT_TEST_ASSUME_DIFFERENT_OWNER=1")
		if out, err := cmd.CombinedOutput(); err == nil {
			t.Errorf("git reads it:\n%s", out)
		}
	}
	if run := r.scan("git"); run.status != 1 || !run.found(r.key) || run.said != "" {
		t.Errorf("status %d\n%s", run.status, run.said)
	}
	if run := r.scan("scan", "--staged"); run.status != 0 || run.said != "" {
		t.Errorf("staged: status %d\n%s", run.status, run.said)
	}
}
