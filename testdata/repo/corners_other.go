//go:build dev

package main

import (
	"os"
	"slices"
	"strings"
)

// worktree plants in what belongs to a linked work tree: a commit that its HEAD alone
// reaches, what is staged there, its reflog and a message that was begun.
func (b *builder) worktree() {
	b.git(mainRepo, "worktree", "add", "-q", "--detach", "../linked")
	text, secret := b.pair()
	id := b.commit("linked", "detached", map[string]string{"linked.ini": text})
	b.plant(Planted{Corner: "linked work tree's HEAD", Value: secret, Path: "linked.ini", Source: "blob", Commit: id, Ref: "worktrees/linked/HEAD", AtTip: yes(), Reachable: yes()})

	reflog := b.token()
	b.gitWith("linked", []string{"GIT_REFLOG_ACTION=reset with " + reflog}, "", "reset", "-q", "--hard", "HEAD~1")
	b.git("linked", "reset", "-q", "--hard", id)
	b.plant(Planted{Corner: "linked work tree's reflog", Value: reflog, Path: "main/.git/worktrees/linked/logs/HEAD", Source: "reflog"})

	text, secret = b.pair()
	b.write("linked/staged-there.ini", text)
	b.git("linked", "add", "staged-there.ini")
	b.plant(Planted{Corner: "linked work tree's index", Value: secret, Path: "staged-there.ini", Source: "index", Ref: "worktrees/linked/index", AtTip: no(), Reachable: yes()})

	text, secret = b.pair()
	b.write(mainRepo+"/.git/worktrees/linked/MERGE_MSG", text)
	b.plant(Planted{Corner: "linked work tree's message", Value: secret, Path: "main/.git/worktrees/linked/MERGE_MSG", Source: "config"})

	for _, p := range b.planted {
		if p.Corner == "packed" || p.Corner == "linked work tree's HEAD" || p.Corner == "stash, staged" || p.Corner == "linked work tree's index" {
			p.Repo, p.Corner = "linked", p.Corner+", from a linked work tree"
			p.Ref = strings.TrimPrefix(p.Ref, "worktrees/linked/")
			b.plant(p)
		}
	}
}

// staged plants in what is staged and was never committed, a file's name among it, in a
// version of the index that shortens names.
func (b *builder) staged() {
	text, secret := b.pair()
	name := b.token()
	b.write(mainRepo+"/new/staged.ini", text)
	b.write(mainRepo+"/new/"+name+"/empty", "empty\n")
	b.git(mainRepo, "add", "new")
	b.git(mainRepo, "update-index", "--index-version", "4")
	b.plant(Planted{Corner: "index", Value: secret, Path: "new/staged.ini", Source: "index", Ref: "index", AtTip: no(), Reachable: yes()})
	b.plant(Planted{Corner: "name in the index", Value: name, Path: "new/" + name, Source: "path-name", Ref: "index", AtTip: no(), Reachable: yes()})
}

// submodule plants in a submodule's history and config, which lie in the git folder of
// the repository that has it.
func (b *builder) submodule() {
	b.git("", "init", "-q", "part")
	b.commit("part", "first", map[string]string{"a": "a\n"})
	p := b.gone("part", "submodule's source", "part.ini")
	b.git(mainRepo, "submodule", "--quiet", "add", "file://"+b.path("part"), "vendor/part")
	b.git(mainRepo, "commit", "-q", "-m", "part")
	b.plant(Planted{Corner: "submodule", Value: p.Value, Path: "part.ini", Source: "blob", Submodule: part, Commit: p.Commit, AtTip: no(), Reachable: yes()})

	text, secret := b.pair()
	lost := b.commit("main/vendor/part", "local", map[string]string{"local.ini": text})
	b.plant(Planted{Corner: "submodule's own commit", Value: secret, Path: "local.ini", Source: "blob", Submodule: part, Commit: lost, AtTip: yes(), Reachable: yes()})

	url := b.token()
	b.git("main/vendor/part", "remote", "add", "other", "https://jane:"+url+"@host.invalid/r.git")
	b.plant(Planted{Corner: "submodule's config", Value: url, Path: "main/.git/modules/vendor/part/config", Source: "config", Submodule: part})

	text, secret = b.pair()
	b.write("main/vendor/part/staged.ini", text)
	b.git("main/vendor/part", "add", "staged.ini")
	b.plant(Planted{Corner: "submodule's index", Value: secret, Path: "staged.ini", Source: "index", Submodule: part, Ref: "index", Reachable: yes()})
}

// part is the git folder of the submodule.
const part = "main/.git/modules/vendor/part"

// elsewhere are corners of what a clone does not bring along though something reaches
// it.
var elsewhere = []string{
	"deleted branch", "linked work tree's HEAD", "linked work tree's index", "index", "name in the index",
}

// mirror makes a mirror clone, packed, which has all that refs reach, and what Git LFS
// has fetched for it.
func (b *builder) mirror() {
	b.git("", "clone", "-q", "--mirror", "file://"+b.path(mainRepo), "mirror.git")
	if err := os.CopyFS(b.path("mirror.git/lfs"), os.DirFS(b.path(mainRepo, ".git/lfs"))); err != nil && b.err == nil {
		b.err = err
	}
	for _, p := range b.planted {
		if p.Repo != mainRepo || p.Reachable == nil || !*p.Reachable || p.Submodule != "" || slices.Contains(elsewhere, p.Corner) {
			continue // not among what refs of the repository itself reach
		}
		if len(p.Ref) > 6 && p.Ref[:6] == "stash@" {
			if p.Ref != "stash@{0}" {
				continue
			}
			p.Ref = "refs/stash"
		}
		p.Repo, p.Corner = "mirror.git", p.Corner+", mirrored"
		b.plant(p)
	}
}

// alternates makes a repository that borrows another's objects, and has a commit of
// its own.
func (b *builder) alternates() {
	b.git("", "init", "-q", "store")
	b.commit("store", "first", map[string]string{"a": "a\n"})
	lent := b.gone("store", "lender", "lent.ini")
	b.git("store", "repack", "-q", "-a", "-d")
	loose := b.gone("store", "lender, loose", "loose.ini")
	b.git("", "clone", "-q", "--shared", "store", "borrower")
	for _, p := range []Planted{lent, loose} {
		p.Repo, p.Corner = "borrower", "alternates, "+p.Path
		b.plant(p)
	}
	b.gone("borrower", "beside alternates", "own.ini")
}

// sha256 makes a repository of the other object format, packed and loose.
func (b *builder) sha256() {
	b.git("", "init", "-q", "--object-format=sha256", "sha256")
	b.commit("sha256", "first", map[string]string{"a": b.words(50)})
	b.gone("sha256", "SHA-256, packed", "packed.ini")
	b.git("sha256", "repack", "-q", "-a", "-d", "-f")
	b.gone("sha256", "SHA-256, loose", "loose.ini")
}

// cruft makes a repository in which what nothing reaches is packed, too.
func (b *builder) cruft() {
	b.git("", "init", "-q", "cruft")
	b.commit("cruft", "first", map[string]string{"a": "a\n"})
	b.git("cruft", "checkout", "-q", "-b", "stale")
	text, secret := b.pair()
	id := b.commit("cruft", "stale", map[string]string{"stale.ini": text})
	b.git("cruft", "checkout", "-q", "main")
	b.git("cruft", "branch", "-q", "-D", "stale")
	b.git("cruft", "reflog", "expire", "--expire=now", "--all")
	b.git("cruft", "repack", "-q", "-a", "-d", "--cruft")
	b.plant(Planted{Corner: "cruft pack", Repo: "cruft", Value: secret, Path: "stale.ini", Source: "blob", Commit: id, AtTip: no(), Reachable: no()})
}
