//go:build dev

package main

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"strings"
)

func hexSHA256(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// stashes plants in what stashes hold besides what was changed: what was staged, and
// what git doesn't track. The newest one is dropped again.
func (b *builder) stashes() {
	b.commit(mainRepo, "for stashes", map[string]string{"tracked.ini": "a\n", "staged.ini": "a\n"})
	for i, dropped := range []bool{false, false, true} {
		changed, c := b.pair()
		staged, s := b.pair()
		untracked, u := b.pair()
		b.write(mainRepo+"/staged.ini", staged)
		b.git(mainRepo, "add", "staged.ini")
		b.write(mainRepo+"/staged.ini", "a\n")
		b.write(mainRepo+"/tracked.ini", changed)
		b.write(mainRepo+"/untracked.ini", untracked)
		b.git(mainRepo, "stash", "push", "-q", "-u")
		ref, reachable := []string{"stash@{1}", "stash@{0}", ""}[i], yes()
		corner := "stash"
		if dropped {
			corner, reachable = "dropped stash", no()
		}
		for _, p := range []Planted{{Value: c, Path: "tracked.ini"}, {Value: s, Path: "staged.ini"}, {Value: u, Path: "untracked.ini"}} {
			p.Corner, p.Source, p.Ref, p.Reachable = corner+", "+strings.TrimSuffix(p.Path, ".ini"), "blob", ref, reachable
			b.plant(p)
		}
	}
	b.git(mainRepo, "stash", "drop", "-q")
}

// deleted plants in a branch that is gone, and that a reflog alone still reaches.
func (b *builder) deleted() {
	b.git(mainRepo, "checkout", "-q", "-b", "stale")
	text, secret := b.pair()
	id := b.commit(mainRepo, "stale", map[string]string{"stale.ini": text})
	b.git(mainRepo, "checkout", "-q", "main")
	b.git(mainRepo, "branch", "-q", "-D", "stale")
	b.plant(Planted{Corner: "deleted branch", Value: secret, Path: "stale.ini", Source: "blob", Commit: id, AtTip: no(), Reachable: yes()})
}

// pulls plants in commits that only refs of other kinds reach: a pull request's, and
// a replacement's.
func (b *builder) pulls() {
	b.git(mainRepo, "checkout", "-q", "--detach")
	text, secret := b.pair()
	id := b.commit(mainRepo, "pull", map[string]string{"pull.ini": text})
	b.git(mainRepo, "update-ref", "refs/pull/7/head", id)
	b.git(mainRepo, "checkout", "-q", "main")
	b.plant(Planted{Corner: "pull request", Value: secret, Path: "pull.ini", Source: "blob", Commit: id, Ref: "refs/pull/7/head", AtTip: yes(), Reachable: yes()})

	text, secret = b.pair()
	old := b.gitWith(mainRepo, nil, "harmless\n", "hash-object", "-w", "--stdin")
	other := b.gitWith(mainRepo, nil, text, "hash-object", "-w", "--stdin")
	b.git(mainRepo, "replace", old, other)
	b.plant(Planted{Corner: "replacement", Value: secret, Source: "blob", Ref: "refs/replace/" + old, AtTip: yes(), Reachable: yes()})
}

// dangling plants in objects that nothing leads to: a blob, a commit, a tag, and what
// is only staged.
func (b *builder) dangling() {
	text, secret := b.pair()
	b.gitWith(mainRepo, nil, text, "hash-object", "-w", "--stdin")
	b.plant(Planted{Corner: "dangling blob", Value: secret, Source: "blob", AtTip: no(), Reachable: no()})

	text, secret = b.pair()
	id := b.gitWith(mainRepo, nil, "lost\n\n"+text, "commit-tree", "HEAD^{tree}", "-p", "HEAD")
	b.plant(Planted{Corner: "dangling commit", Value: secret, Source: "commit-message", Commit: id, AtTip: no(), Reachable: no()})

	text, secret = b.pair()
	b.gitWith(mainRepo, nil, "object "+id+"\ntype commit\ntag lost\ntagger J <j@host.invalid> 1600000000 +0000\n\n"+text, "mktag")
	b.plant(Planted{Corner: "dangling tag", Value: secret, Source: "tag", AtTip: no(), Reachable: no()})

	text, secret = b.pair()
	blob := b.gitWith(mainRepo, nil, text, "hash-object", "-w", "--stdin")
	b.gitWith(mainRepo, nil, "100644 blob "+blob+"\tlost.ini\n", "mktree")
	b.plant(Planted{Corner: "dangling tree", Value: secret, Path: "lost.ini", Source: "blob", AtTip: no(), Reachable: no()})
}

// gitFolder plants in files of the git folder.
func (b *builder) gitFolder() {
	reflog := b.token()
	b.gitWith(mainRepo, []string{"GIT_REFLOG_ACTION=reset with " + reflog}, "", "reset", "-q", "--hard", "HEAD")
	b.plant(Planted{Corner: "reflog message", Value: reflog, Path: "main/.git/logs/HEAD", Source: "reflog"})

	url := b.token()
	b.git(mainRepo, "remote", "add", "origin", "https://jane:"+url+"@host.invalid/r.git")
	b.plant(Planted{Corner: "config", Value: url, Path: "main/.git/config", Source: "config"})

	fetched := b.token()
	b.write(mainRepo+"/.git/FETCH_HEAD", b.head(mainRepo)+"\t\tbranch 'main' of https://jane:"+fetched+"@host.invalid/r\n")
	b.plant(Planted{Corner: "FETCH_HEAD", Value: fetched, Path: "main/.git/FETCH_HEAD", Source: "config"})

	for _, k := range [][2]string{{"hook", "hooks/pre-push"}, {"info", "info/exclude"}, {"message that was begun", "MERGE_MSG"}, {"work tree's config", "config.worktree"}} {
		text, secret := b.pair()
		b.write(mainRepo+"/.git/"+k[1], text)
		b.plant(Planted{Corner: k[0], Value: secret, Path: "main/.git/" + k[1], Source: "config"})
	}

	// The first line of packed-refs may hold traits that git doesn't know.
	packed := b.path(mainRepo, ".git/packed-refs")
	comment := b.token()
	data, err := os.ReadFile(packed)
	if err == nil {
		first, rest, _ := strings.Cut(string(data), "\n")
		err = os.WriteFile(packed, []byte(first+comment+" \n"+rest), 0o644)
	}
	if err != nil && b.err == nil {
		b.err = err
	}
	b.plant(Planted{Corner: "packed-refs", Value: comment, Path: "main/.git/packed-refs", Source: "config"})
}
