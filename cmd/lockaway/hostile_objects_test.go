package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// Objects that no git makes. What can be read is scanned, and the rest is named; each
// scan ends by itself, and keeps to its memory.
func TestHostileObjects(t *testing.T) {
	for _, c := range hostileObjects() {
		t.Run(c.name, c.run)
	}
}

func hostileObjects() []hostileCase {
	return []hostileCase{
		{name: "a tree that holds itself", history: "-", commits: "folders too deep", staged: "-", peak: 500, write: func(r *hostileRepo) {
			r.forge(madeUp(1), "tree", treeOf("40000", "a", madeUp(2))+treeOf("40000", "b", madeUp(1)))
			r.forge(madeUp(2), "tree", treeOf("40000", "c", madeUp(1)))
			r.on(madeUp(1), r.tip())
		}},
		{name: "commits that are each other's parents", history: "-", commits: "-", write: func(r *hostileRepo) {
			tree := r.loose("tree", "")
			r.forge(madeUp(1), "commit", commitOf(tree, madeUp(2), madeUp(1)))
			r.forge(madeUp(2), "commit", commitOf(tree, madeUp(1), r.tip()))
			r.write("refs/heads/loop", madeUp(1)+"\n")
		}},
		{name: "a submodule of the commit itself", history: "-", commits: "-", write: func(r *hostileRepo) {
			tree := r.loose("tree", treeOf("160000", "self", madeUp(1)))
			r.forge(madeUp(1), "commit", commitOf(tree, r.tip()))
			r.write("refs/heads/main", madeUp(1)+"\n")
		}},
		{name: "tags that tag each other", history: "-", commits: "tags that tag each other too often", write: func(r *hostileRepo) {
			r.forge(madeUp(1), "tag", tagOf(madeUp(2), "tag"))
			r.forge(madeUp(2), "tag", tagOf(madeUp(1), "tag"))
			r.write("refs/tags/v1", madeUp(1)+"\n")
		}},
		{name: "a chain of tags", history: "-", commits: "tags that tag each other too often", write: func(r *hostileRepo) {
			p, id, kind := newPack(), r.tip(), "commit"
			for range 100_000 {
				id, _ = p.add(packTag, []byte(tagOf(id, kind)))
				kind = "tag"
			}
			r.pack("tags", p)
			r.write("refs/tags/v1", id+"\n")
			r.write("refs/heads/main", r.loose("commit", commitOf(r.loose("tree", "")))+"\n")
		}, lost: true, after: func(r *hostileRepo, run *hostileRun) {
			// The end of the chain is reached by it alone.
			if refs := run.refs(r.key); len(refs) != 1 || refs[0] != "refs/tags/v1" {
				r.t.Errorf("reached by %q", refs)
			}
		}},
		{name: "a commit of too many header lines", history: "commit [0-9a-f]{40}: too large", commits: "-", peak: 900, write: func(r *hostileRepo) {
			tree := r.loose("tree", "")
			head := "tree " + tree + "\n" + strings.Repeat("x y\n", 25<<20) + "author " + person + "committer " + person + "\nm\n"
			r.write("refs/heads/main", r.loose("commit", strings.Replace(head, "author", "parent "+r.tip()+"\nauthor", 1))+"\n")
		}},
		{name: "a commit of too many parents", history: "too many entries", commits: "no more than 4096 are looked at", lost: true, write: func(r *hostileRepo) {
			tree := r.loose("tree", "")
			many := []string{r.tip()}
			for range 5000 {
				many = append(many, r.tip())
			}
			r.on(tree, many...)
		}},
		{name: "a commit of a million parents", history: "too large", commits: "no more than 4096 are looked at", lost: true, peak: 400, write: func(r *hostileRepo) {
			r.on(r.loose("tree", ""), strings.Fields(strings.Repeat(r.tip()+" ", 1_000_000))...)
		}},
		{name: "a tree of a million entries", history: "tree [0-9a-f]{40}: too large", peak: 200, write: func(r *hostileRepo) {
			r.on(r.loose("tree", manyEntries(r.loose("blob", "x"), 1_000_000)), r.tip())
		}},
		{name: "names of seven megabytes", history: "-", commits: "-", peak: 250, write: func(r *hostileRepo) {
			long := strings.Repeat("long name ", 700_000)
			blob := r.loose("blob", "x")
			r.on(r.loose("tree", treeOf("100644", long, blob)+treeOf("40000", long+"folder", r.loose("tree", treeOf("100644", "x", blob)))), r.tip())
		}},
		{name: "many objects that are missing", history: "more objects are missing", commits: "is missing in the repository", peak: 300, write: func(r *hostileRepo) {
			var b strings.Builder
			for i := range 150_000 {
				b.WriteString(treeOf("100644", fmt.Sprint(i), madeUp(i)))
			}
			r.on(r.loose("tree", b.String()), r.tip())
		}},
		{name: "kinds that are none", history: `its kind is "blub"`, commits: "-", write: func(r *hostileRepo) {
			r.loose("blub", "x")
			r.write("objects/ab/"+strings.Repeat("c", 38), "\x00\x01")
		}},
		{name: "a loose object of another size", history: "(?s)bytes less than its head says.*another size than expected", commits: "-", write: func(r *hostileRepo) {
			id := madeUp(1)
			r.write("objects/"+id[:2]+"/"+id[2:], string(deflate([]byte("blob 10\x00"+strings.Repeat("x", 64<<20)))))
			id = madeUp(2)
			r.write("objects/"+id[:2]+"/"+id[2:], string(deflate([]byte("blob 1000000000000\x00xxxx"))))
		}},
		{name: "a loose object that inflates to a thousand times its size", history: "-", commits: "-", write: func(r *hostileRepo) {
			r.on(r.loose("tree", treeOf("100644", "bomb", r.loose("blob", strings.Repeat("\x00", 1<<28)))), r.tip())
		}},
	}
}

// tip is the commit that main points to.
func (r *hostileRepo) tip() string {
	data, err := os.ReadFile(r.path("refs/heads/main"))
	r.check(err)
	return strings.TrimSpace(string(data))
}

func tagOf(target, kind string) string {
	return "object " + target + "\ntype " + kind + "\ntag v\ntagger " + person + "\nm\n"
}

// manyEntries is a tree of n files.
func manyEntries(blob string, n int) string {
	var b strings.Builder
	raw := string(bytesOf(blob))
	for i := range n {
		b.WriteString("100644 ")
		fmt.Fprintf(&b, "%08x\x00%s", i, raw)
	}
	return b.String()
}
