package main

import (
	"bytes"
	"crypto/sha1"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"lockaway/scanner/rulecheck"
)

// indexEntry is an entry of an index file that is made by hand.
type indexEntry struct {
	path, id string
	mode     uint32
	flags    uint16 // besides the length
	length   int    // of the path, as the flags say; of itself if 0
	drop     int    // in version 4, how many bytes of the path before to drop
}

// extension is an extension of an index file.
func extension(name string, data []byte) []byte {
	return append(binary.BigEndian.AppendUint32([]byte(name), uint32(len(data))), data...)
}

// indexHead writes entries without the checksum.
func indexHead(version, count int, entries ...indexEntry) []byte {
	out := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32([]byte("DIRC"), uint32(version)), uint32(count))
	for _, e := range entries {
		from := len(out)
		out = append(out, make([]byte, 24)...)
		out = binary.BigEndian.AppendUint32(out, e.mode)
		out = append(append(out, make([]byte, 12)...), bytesOf(e.id)...)
		length := e.length
		if length == 0 {
			length = min(len(e.path), 0xfff)
		}
		out = binary.BigEndian.AppendUint16(out, e.flags|uint16(length))
		if version == 4 {
			out = append(append(binary.AppendUvarint(out, uint64(e.drop)), e.path...), 0)
			continue
		}
		out = append(out, e.path...)
		out = append(out, make([]byte, 8-(len(out)-from)%8)...)
	}
	return out
}

func summed(index []byte) string {
	sum := sha1.Sum(index)
	return string(index) + string(sum[:])
}

func indexFile(version int, entries ...indexEntry) string {
	return summed(indexHead(version, len(entries), entries...))
}

// Index files that no git makes. What can't be read ends the scan with an error that
// names it; where only a part can't, what is staged is found.
func TestHostileIndexes(t *testing.T) {
	text, named, err := rulecheck.ExpandNamed("aws_access_key_id = {{key-id}}\naws_secret_access_key = {{s=secret}}\n", 78)
	if err != nil {
		t.Fatal(err)
	}
	file := func(path, id string) indexEntry { return indexEntry{path: path, id: id, mode: 0o100644} }
	for _, c := range []struct {
		name  string
		index func(id string) string
		want  string // named; empty for nothing
		found bool
		peak  int64
	}{
		{"one that is well", func(id string) string { return indexFile(2, file("a.env", id)) }, "", true, 0},
		{"version 4, a prefix longer than the path before", func(id string) string {
			return indexFile(4, file("a.env", id), indexEntry{path: "b", id: id, mode: 0o100644, drop: 1 << 30, length: 1})
		}, "it shares more than the whole path before it", false, 0},
		{"version 4, a prefix without end", func(id string) string {
			x := indexHead(4, 1, file("", id))
			return summed(append(x[:len(x)-2], bytes.Repeat([]byte{0xff}, 1000)...))
		}, "cut off", false, 0},
		{"version 4, paths that double each other", func(id string) string {
			var all []indexEntry
			long := strings.Repeat("x", 1<<16)
			all = append(all, indexEntry{path: long, id: id, mode: 0o100644, length: 0xfff})
			for range 50_000 { // each a byte longer than the one before
				all = append(all, indexEntry{path: "y", id: id, mode: 0o100644, length: 0xfff})
			}
			return indexFile(4, all...)
		}, "paths that take too much memory", false, 150},
		{"version 9", func(id string) string { return indexFile(9, file("a.env", id)) }, "version 9 is not known", false, 0},
		{"a path longer than the file", func(id string) string {
			x := indexHead(2, 1, indexEntry{path: "a.env", id: id, mode: 0o100644, length: 0xffe})
			return summed(x)
		}, "cut off", false, 0},
		{"2^32 entries", func(id string) string { return summed(indexHead(2, 1<<32-1, file("a.env", id))) }, "4294967295 entries, which don't fit in", false, 0},
		{"no entries, and bytes behind", func(id string) string { return summed(append(indexHead(2, 0), "xxxxyyyyzzzz"...)) }, `extension "xxxx": cut off`, false, 0},
		{"the same path twice", func(id string) string { return indexFile(2, file("a.env", id), file("a.env", id)) }, "not in order", false, 0},
		{"another checksum", func(id string) string {
			return string(append(indexHead(2, 1, file("a.env", id)), make([]byte, 19)...)) + "x"
		}, "the checksum is wrong", false, 0},
		{"names that lead out", func(id string) string {
			return indexFile(2, file("../../etc/passwd", id), file(".git/config", id), file("/etc/shadow", id))
		}, "", true, 0},
		{"trees that list themselves as files", func(id string) string {
			return indexFile(2, indexEntry{path: "folder", id: id, mode: 0o40000}, file("x.env", id))
		}, "entry 0 is a folder, which only a sparse index has", false, 0},
		{"an extension without which it can't be read", func(id string) string {
			return summed(append(indexHead(2, 1, file("a.env", id)), extension("xtra", nil)...))
		}, `extension "xtra": it is not known`, false, 0},
		{"an extension of a million entries", func(id string) string {
			return summed(append(indexHead(2, 1, file("a.env", id)), extension("REUC", bytes.Repeat([]byte("x\x00100644\x000\x000\x00"+strings.Repeat("i", 20)), 1_000_000))...))
		}, "", true, 200},
		{"a million trees", func(id string) string {
			var tree bytes.Buffer
			fmt.Fprintf(&tree, "\x00%d %d\n%s", 1, 1_000_000, bytesOf(madeUp(1)))
			for i := range 1_000_000 {
				fmt.Fprintf(&tree, "%d\x00-1 0\n", i)
			}
			return summed(append(indexHead(2, 1, file("a.env", id)), extension("TREE", tree.Bytes())...))
		}, "what git noted of a folder is not what the index lists", true, 250},
		{"trees in trees, a million deep", func(id string) string {
			var tree bytes.Buffer
			for range 1_000_000 {
				tree.WriteString("a\x00-1 1\n")
			}
			return summed(append(indexHead(2, 1, file("a.env", id)), extension("TREE", tree.Bytes())...))
		}, `extension "TREE": `, false, 250},
		{"a tree that is another's", func(id string) string {
			tree := fmt.Appendf(nil, "\x001 0\n%s", bytesOf(madeUp(1)))
			return summed(append(indexHead(2, 1, file("a.env", id)), extension("TREE", tree)...))
		}, "what git noted of a folder is not what the index lists", true, 0},
		{"a tree of other entries", func(id string) string {
			tree := fmt.Appendf(nil, "\x002000000000 1\n%ssub\x00-7 0\n", bytesOf(madeUp(1)))
			return summed(append(indexHead(2, 1, file("a.env", id)), extension("TREE", tree)...))
		}, "", true, 0},
		{"a split index of its own", func(id string) string {
			return summed(append(indexHead(2, 0), extension("link", bytesOf(madeUp(7)))...))
		}, "shared file", false, 0},
		{"a split index of nothing", func(id string) string {
			return summed(append(indexHead(2, 0), extension("link", bytesOf(madeUp(8)))...))
		}, "no such file|sharedindex", false, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newHostileRepo(t)
			r.sound()
			id := r.loose("blob", text)
			r.write("index", c.index(id))
			r.write("sharedindex."+madeUp(7), summed(append(indexHead(2, 0), extension("link", bytesOf(madeUp(7)))...)))
			run := r.scan("scan", "--staged")
			if c.want == "" && run.said != "" || c.want != "" && !run.names(c.want) {
				t.Errorf("it says\n%s, not %q", begins(run.said), c.want)
			}
			if run.found(named["s"]) != c.found {
				t.Errorf("found: %v\n%s", !c.found, begins(run.said))
			}
			if want := map[bool]int{true: 1, false: 2}[c.found]; run.status != want {
				t.Errorf("status %d\n%s", run.status, begins(run.said))
			}
			if run.peak > (anyScan+c.peak)<<20 {
				t.Errorf("%d MiB of memory", run.peak>>20)
			}
			// The whole repository has the blob, whatever the index says of it.
			if run := r.scan("git"); run.status != 1 || !run.found(named["s"]) || !run.found(r.key) || run.peak > (anyScan+c.peak)<<20 {
				t.Errorf("git: status %d, %d MiB\n%s", run.status, run.peak>>20, begins(run.said))
			}
		})
	}
}
