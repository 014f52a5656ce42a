package main

import (
	"bytes"
	"compress/zlib"
	"crypto/sha1"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"lockaway/scanner/rulecheck"
)

// hostileRepo writes a repository byte by byte, without git, which would not make what
// is needed here.
type hostileRepo struct {
	t   *testing.T
	dir string // the work tree
	key string // the secret of a file that is well: see sound
}

func newHostileRepo(t *testing.T) *hostileRepo {
	t.Helper()
	r := &hostileRepo{t: t, dir: filepath.Join(t.TempDir(), "repo")}
	r.write("HEAD", "ref: refs/heads/main\n")
	r.write("config", "[core]\n\trepositoryformatversion = 0\n\tbare = false\n")
	r.folder("refs/heads")
	r.folder("objects/pack")
	return r
}

// path is that of a file of the git folder.
func (r *hostileRepo) path(name string) string {
	return filepath.Join(r.dir, ".git", filepath.FromSlash(name))
}

func (r *hostileRepo) check(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *hostileRepo) folder(name string) { r.check(os.MkdirAll(r.path(name), 0o755)) }

// write writes a file of the git folder.
func (r *hostileRepo) write(name, text string) {
	r.check(os.MkdirAll(filepath.Dir(r.path(name)), 0o755))
	r.check(os.WriteFile(r.path(name), []byte(text), 0o644))
}

// idOf is an object's id.
func idOf(kind string, data []byte) string {
	h := sha1.New()
	fmt.Fprintf(h, "%s %d\x00", kind, len(data))
	h.Write(data)
	return hex.EncodeToString(h.Sum(nil))
}

// madeUp is an id that is nothing's hash.
func madeUp(n int) string { return fmt.Sprintf("%040x", 0xabcdef_00000000+n) }

func bytesOf(id string) []byte {
	b, err := hex.DecodeString(id)
	if err != nil {
		panic(err)
	}
	return b
}

// deflaters are used again: making one takes far longer than most of what is deflated.
var deflaters = sync.Pool{New: func() any {
	z, _ := zlib.NewWriterLevel(nil, zlib.BestSpeed)
	return z
}}

func deflate(data []byte) []byte {
	var out bytes.Buffer
	z := deflaters.Get().(*zlib.Writer)
	defer deflaters.Put(z)
	z.Reset(&out)
	z.Write(data)
	z.Close()
	return out.Bytes()
}

// loose writes a loose object.
func (r *hostileRepo) loose(kind, data string) string {
	return r.forge(idOf(kind, []byte(data)), kind, data)
}

// forge writes one under any id: nobody holds it against its hash.
func (r *hostileRepo) forge(id, kind, data string) string {
	r.write("objects/"+id[:2]+"/"+id[2:], string(deflate(fmt.Appendf(nil, "%s %d\x00%s", kind, len(data), data))))
	return id
}

func treeOf(mode, name, id string) string { return mode + " " + name + "\x00" + string(bytesOf(id)) }

const person = "A <a@host.invalid> 1600000000 +0000\n"

// commitOf is a commit's text.
func commitOf(tree string, parents ...string) string {
	var b strings.Builder
	b.WriteString("tree " + tree + "\n")
	for _, p := range parents {
		b.WriteString("parent " + p + "\n")
	}
	b.WriteString("author " + person + "committer " + person + "\nm\n")
	return b.String()
}

// sound writes a commit that is well and has a file with a key in it, and returns it
// with its tree. Whatever else there is, that one has to be found.
func (r *hostileRepo) sound() (commit, tree string) {
	text, named, err := rulecheck.ExpandNamed("aws_access_key_id = {{key-id}}\naws_secret_access_key = {{s=secret}}\n", 77)
	r.check(err)
	r.key = named["s"]
	tree = r.loose("tree", treeOf("100644", "sound.env", r.loose("blob", text)))
	commit = r.loose("commit", commitOf(tree))
	r.write("refs/heads/main", commit+"\n")
	return commit, tree
}

// on writes a commit of a tree on top of others, and lets main point to it.
func (r *hostileRepo) on(tree string, parents ...string) string {
	commit := r.loose("commit", commitOf(tree, parents...))
	r.write("refs/heads/main", commit+"\n")
	return commit
}

// packFile is a pack that is being written, and what its index will say.
type packFile struct {
	data []byte
	list []packed
}

type packed struct {
	id  string
	at  int
	crc uint32
}

// The kinds of entries of a pack (gitformat-pack).
const (
	packCommit, packTree, packBlob, packTag = 1, 2, 3, 4
	packOfs, packRef                        = 6, 7
)

// newPack begins a pack.
func newPack() *packFile { return &packFile{data: []byte("PACK\x00\x00\x00\x02\x00\x00\x00\x00")} }

// raw adds an entry that says that it has a size, with anything behind the head, and
// returns where it begins.
func (p *packFile) raw(id string, kind int, size uint64, behind ...[]byte) int {
	at := len(p.data)
	c := byte(kind<<4) | byte(size&15)
	for size >>= 4; size > 0; size >>= 7 {
		p.data = append(p.data, c|0x80)
		c = byte(size & 0x7f)
	}
	p.data = append(p.data, c)
	for _, b := range behind {
		p.data = append(p.data, b...)
	}
	p.list = append(p.list, packed{id, at, crc32.ChecksumIEEE(p.data[at:])})
	return at
}

// add adds an object.
func (p *packFile) add(kind int, data []byte) (id string, at int) {
	id = idOf([]string{1: "commit", 2: "tree", 3: "blob", 4: "tag"}[kind], data)
	return id, p.raw(id, kind, uint64(len(data)), deflate(data))
}

// onOffset adds a delta on the entry at an offset.
func (p *packFile) onOffset(id string, base int, delta []byte) int {
	n := uint64(len(p.data) - base)
	back := []byte{byte(n & 0x7f)}
	for n >>= 7; n > 0; n >>= 7 {
		n--
		back = append([]byte{0x80 | byte(n&0x7f)}, back...)
	}
	return p.raw(id, packOfs, uint64(len(delta)), back, deflate(delta))
}

// onID adds a delta on the object with an id.
func (p *packFile) onID(id, base string, delta []byte) int {
	return p.raw(id, packRef, uint64(len(delta)), bytesOf(base), deflate(delta))
}

// deltaOf makes a delta of its instructions.
func deltaOf(base, target int, ops ...[]byte) []byte {
	out := binary.AppendUvarint(nil, uint64(base))
	out = binary.AppendUvarint(out, uint64(target))
	for _, op := range ops {
		out = append(out, op...)
	}
	return out
}

// copyOf is the instruction that copies from the base: up to 16 MiB at once.
func copyOf(from, n int) []byte {
	out := []byte{0x80}
	for i := range 4 {
		if b := byte(from >> (8 * i)); b != 0 {
			out[0] |= 1 << i
			out = append(out, b)
		}
	}
	for i := range 3 {
		if b := byte(n >> (8 * i)); b != 0 {
			out[0] |= 1 << (4 + i)
			out = append(out, b)
		}
	}
	return out
}

// insertOf is the instruction that inserts up to 127 bytes.
func insertOf(text string) []byte { return append([]byte{byte(len(text))}, text...) }

// finish returns the pack and its index, as git would write them.
func (p *packFile) finish() (pack, index []byte) {
	binary.BigEndian.PutUint32(p.data[8:], uint32(len(p.list)))
	sum := sha1.Sum(p.data)
	pack = append(slices.Clone(p.data), sum[:]...)
	list := slices.SortedFunc(slices.Values(p.list), func(a, b packed) int { return strings.Compare(a.id, b.id) })
	index = []byte("\377tOc\x00\x00\x00\x02")
	n := 0
	for first := range 256 {
		for n < len(list) && int(bytesOf(list[n].id[:2])[0]) <= first {
			n++
		}
		index = binary.BigEndian.AppendUint32(index, uint32(n))
	}
	for _, e := range list {
		index = append(index, bytesOf(e.id)...)
	}
	for _, e := range list {
		index = binary.BigEndian.AppendUint32(index, e.crc)
	}
	for _, e := range list {
		index = binary.BigEndian.AppendUint32(index, uint32(e.at))
	}
	index = append(index, sum[:]...)
	own := sha1.Sum(index)
	return pack, append(index, own[:]...)
}

// pack writes a pack with its index.
func (r *hostileRepo) pack(name string, p *packFile) {
	pack, index := p.finish()
	r.write("objects/pack/pack-"+name+".pack", string(pack))
	r.write("objects/pack/pack-"+name+".idx", string(index))
}
