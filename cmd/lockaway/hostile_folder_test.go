package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Git folders that lead to themselves, and files of theirs without end.
func TestHostileFolders(t *testing.T) {
	for _, c := range hostileFolders() {
		t.Run(c.name, c.run)
	}
}

// link makes a symbolic link in the git folder.
func (r *hostileRepo) link(name, to string) {
	r.check(os.MkdirAll(filepath.Dir(r.path(name)), 0o755))
	if err := os.Symlink(filepath.FromSlash(to), r.path(name)); err != nil {
		r.t.Skipf("no symbolic links here: %v", err)
	}
}

// sparse makes a file that takes no room.
func (r *hostileRepo) sparse(name string, size int64) {
	r.write(name, "")
	r.check(os.Truncate(r.path(name), size))
}

func hostileFolders() []hostileCase {
	return []hostileCase{
		{name: "submodules in themselves", history: "-", commits: "-", write: func(r *hostileRepo) {
			r.link("modules/again", "..")
			r.link("modules/part/modules", "../../modules")
			r.write("modules/part/HEAD", "ref: refs/heads/main\n")
			r.folder("modules/part/refs")
			r.link("modules/part/objects", "../../objects")
			r.link("loop", "loop")
		}},
		{name: "submodules as deep as paths go", history: "too deep; submodules below are not read", commits: "-", write: func(r *hostileRepo) {
			r.folder("modules" + strings.Repeat("/m", 200))
		}},
		{name: "alternates that point at each other", history: "-", commits: "-", write: func(r *hostileRepo) {
			r.write("objects/info/alternates", "../../other/objects\n../objects\n")
			r.write("../other/objects/info/alternates", "../../.git/objects\n../objects\n../../third\n")
			r.write("../third/info/alternates", "../other/objects\n")
		}},
		{name: "alternates without end", history: "problems more", commits: "(?s)an alternate folder of objects is missing", write: func(r *hostileRepo) {
			var b strings.Builder
			for i := range 50_000 {
				fmt.Fprintf(&b, "../../no-%d\n", i)
			}
			r.write("objects/info/alternates", b.String())
		}},
		{name: "alternates as deep as it likes", history: "borrow from each other too deep", commits: "borrow from each other too deep", write: func(r *hostileRepo) {
			r.write("objects/info/alternates", "../../a0\n")
			for i := range 20 {
				r.write(fmt.Sprintf("../a%d/info/alternates", i), fmt.Sprintf("../a%d\n", i+1))
			}
		}},
		{name: "work trees that belong to themselves", history: "-", commits: "-", write: func(r *hostileRepo) {
			r.write("worktrees/w/commondir", ".\n")
			r.write("worktrees/w/gitdir", r.path("worktrees/w/.git")+"\n")
			r.write("worktrees/w/HEAD", "ref: refs/heads/main\n")
			r.write("worktrees/w/.git", "gitdir: "+r.path("worktrees/w")+"\n")
			r.link("worktrees/again", "../worktrees")
		}},
		{name: "configurations that include each other", history: "-", commits: "-", staged: "-", write: func(r *hostileRepo) {
			r.write("config", "[core]\n\tbare = false\n[include]\n\tpath = config\n\tpath = ../../../../../../etc/passwd\n\tpath = /dev/zero\n[includeIf \"gitdir:/\"]\n\tpath = other\n[includeIf \"hasconfig:remote.*.url:**\"]\n\tpath = config\n")
			r.write("other", "[include]\n\tpath = config\n")
		}},
		{name: "a configuration of hundreds of megabytes", history: "config: larger than", commits: "config: larger than", peak: 100, write: func(r *hostileRepo) { r.sparse("config", 1<<29) }},
		{name: "extensions that nobody knows", history: "(?s)unknown extension, a.*unknown extension, b.*unknown format version", commits: "^$|unknown extension", write: func(r *hostileRepo) {
			r.write("config", "[core]\n\trepositoryformatversion = 77\n[extensions]\n\ta = 1\n\tb = 2\n\tobjectFormat = sha512\n")
		}},
		{name: "a reflog of a gigabyte", history: "logs/HEAD: 1 lines that can't be read", commits: "-", write: func(r *hostileRepo) { r.sparse("logs/HEAD", 1<<30) }},
		{name: "a reflog of many lines", history: "-", commits: "-", peak: 150, write: func(r *hostileRepo) {
			var b strings.Builder
			for i := range 500_000 {
				fmt.Fprintf(&b, "%s %s A <a@host.invalid> 1600000000 +0000\tx\n", madeUp(i), madeUp(i+1))
			}
			r.write("logs/HEAD", b.String())
		}},
		{name: "packed refs of many lines", history: "-", commits: "can't be read", peak: 500, write: func(r *hostileRepo) {
			var b strings.Builder
			for i := range 500_000 {
				fmt.Fprintf(&b, "%s refs/pull/%d/head\n", madeUp(i), i)
			}
			r.write("packed-refs", b.String())
		}},
		{name: "packed refs that are none", history: "(?s)packed-refs: 2 lines that can't be read", commits: "packed-refs: 2 lines that can't be read", write: func(r *hostileRepo) {
			r.write("packed-refs", "x\n"+strings.Repeat("y", 200<<20)+"\n"+r.tip()+" refs/tags/ok\n")
		}},
		{name: "refs that point at each other", history: "circle", commits: "circle", write: func(r *hostileRepo) {
			r.write("refs/heads/a", "ref: refs/heads/b\n")
			r.write("refs/heads/b", "ref: refs/heads/a\n")
			r.write("refs/heads/self", "ref: refs/heads/self\n")
			r.link("refs/heads/above", "..")
			r.link("refs/heads/linked", "refs/heads/linked")
			r.link("refs/heads/passwd", "/etc/passwd")
		}},
		{name: "a HEAD that points at itself", history: "HEAD: ", commits: "HEAD: ", staged: "HEAD: ", write: func(r *hostileRepo) {
			r.write("HEAD", "ref: refs/heads/a\n")
			r.write("refs/heads/a", "ref: refs/heads/a\n")
		}},
		{name: "refs' names that lead out", history: "-", commits: "-", write: func(r *hostileRepo) {
			r.write("packed-refs", r.tip()+" refs/heads/../../../../x\n"+r.tip()+" /etc/passwd\n"+r.tip()+" refs/heads/\x1b[31m\n")
		}},
		{name: "folders as deep as paths go", history: "-", commits: "-", write: func(r *hostileRepo) {
			for _, name := range []string{"refs/heads", "logs/refs", "hooks", "rr-cache"} {
				r.folder(name + strings.Repeat("/deep", 400))
			}
		}},
		{name: "tables of refs that are none", history: "reftable", commits: "reftable", lost: true, write: func(r *hostileRepo) {
			r.write("config", "[core]\n\trepositoryformatversion = 1\n[extensions]\n\trefstorage = reftable\n")
			r.write("reftable/tables.list", "../../../../etc/passwd\na.ref\nb.ref\n"+strings.Repeat("c.ref\n", 1000))
			r.write("reftable/a.ref", "REFT\x01\xff\xff\xff"+strings.Repeat("\xff", 1000))
			r.write("reftable/b.ref", "REFT\x01"+strings.Repeat("\x00", 1000))
		}},
		{name: "a list of shallow commits without end", history: "shallow", commits: "shallow", peak: 100, write: func(r *hostileRepo) { r.sparse("shallow", 1<<29) }},
		{name: "large files that are their own pointers", history: "-", commits: "-", write: func(r *hostileRepo) {
			oid := strings.Repeat("ab", 32)
			text := "version https://git-lfs.github.com/spec/v1\noid sha256:" + oid + "\nsize 100\n"
			r.write("lfs/objects/ab/ab/"+oid, text)
			r.link("lfs/objects/loop", "..")
			r.linked(r.loose("blob", text))
		}},
	}
}

// .git files that lead to each other are no repository.
func TestHostileGitFiles(t *testing.T) {
	dir := t.TempDir()
	for name, to := range map[string]string{"a": "../b/.git", "b": "../a/.git", "c": "../c/.git", "d": "."} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name, ".git"), []byte("gitdir: "+to+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{{"git"}, {"git", "--all"}, {"scan", "--staged"}} {
			r := &hostileRepo{t: t, dir: filepath.Join(dir, name)}
			if run := r.scan(args...); run.status != 2 || !run.names("in (no|a) git repository") {
				t.Errorf("%s, %v: status %d\n%s", name, args, run.status, run.said)
			}
		}
	}
}
