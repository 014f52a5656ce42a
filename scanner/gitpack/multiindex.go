package gitpack

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// ErrMultiPackIndex is that of a file that is no multi-pack-index of a known
// version, or whose chunks don't fit together.
var ErrMultiPackIndex = errors.New("no multi-pack-index that can be read")

// MultiPackIndex is an index over several packs (gitformat-pack, "multi-pack-index
// (MIDX) files"), or one layer of a chain of them: the ids of objects in order, and
// in which pack and where in it each is. An object that several packs hold is listed
// once, so this is no full list of what one pack holds. It reads the bytes it was
// parsed from, and may be used by many goroutines.
type MultiPackIndex struct {
	data  []byte
	hash  Hash
	ids   idTable
	packs []string
	offs  []byte // 8 bytes an object: which pack, and where in it
	far   []byte // 8 bytes for each offset that takes more than 31 bits; nil if none
}

const (
	multiHeader = 12
	chunkRow    = 12
)

// ParseMultiPackIndex reads the multi-pack-index in data, which must stay as it is
// for as long as it is used. Errors are ErrMultiPackIndex.
//
// As with ParsePackIndex, what takes reading all of the file is left to Verify.
func ParseMultiPackIndex(data []byte, h Hash) (*MultiPackIndex, error) {
	fail := func(what string, args ...any) (*MultiPackIndex, error) {
		return nil, fmt.Errorf("%w: %s", ErrMultiPackIndex, fmt.Sprintf(what, args...))
	}
	if len(data) < multiHeader+chunkRow+h.Size() || string(data[:4]) != "MIDX" {
		return fail("no signature")
	}
	if data[4] != 1 {
		return fail("version %d", data[4])
	}
	if want := byte(h) + 1; data[5] != want {
		return fail("its object format has the number %d, not %d", data[5], want)
	}
	chunks, err := parseChunks(data, int(data[6]), h)
	if err != nil {
		return fail("%v", err)
	}
	x := &MultiPackIndex{data: data, hash: h}
	if x.packs, err = packNames(chunks["PNAM"], binary.BigEndian.Uint32(data[8:])); err != nil {
		return fail("%v", err)
	}
	n, err := x.ids.parseFanout(chunks["OIDF"])
	if err != nil || len(chunks["OIDF"]) != fanoutSize {
		return fail("%v", errFanout)
	}
	ids, offs := chunks["OIDL"], chunks["OOFF"]
	if uint64(len(ids)) != n*uint64(h.Size()) || uint64(len(offs)) != n*8 || len(chunks["LOFF"])%8 != 0 {
		return fail("%d bytes of ids, %d and %d of offsets for %d objects", len(ids), len(offs), len(chunks["LOFF"]), n)
	}
	x.ids.setIDs(ids, 0, h.Size(), h.Size())
	x.offs, x.far = offs, chunks["LOFF"]
	return x, nil
}

// parseChunks reads the table of chunks (gitformat-chunk): n rows of a name and an
// offset, in the order of the file, and one for the end.
func parseChunks(data []byte, n int, h Hash) (map[string][]byte, error) {
	end := uint64(len(data) - h.Size())
	first := multiHeader + (n+1)*chunkRow
	if uint64(first) > end {
		return nil, errors.New("its table of chunks is cut off")
	}
	chunks := make(map[string][]byte, n)
	for at := multiHeader; ; at += chunkRow {
		name, from := string(data[at:at+4]), binary.BigEndian.Uint64(data[at+4:])
		last := at+chunkRow == first
		if last != (name == "\x00\x00\x00\x00") || from < uint64(first) || from > end {
			return nil, errors.New("its table of chunks makes no sense")
		}
		if last {
			return chunks, nil
		}
		to := binary.BigEndian.Uint64(data[at+chunkRow+4:])
		if _, twice := chunks[name]; twice || to < from || to > end {
			return nil, errors.New("its table of chunks makes no sense")
		}
		chunks[name] = data[from:to:to]
	}
}

// packNames reads n names of packs, each with a zero byte after it, and returns them
// as the packs' file names. They come from whoever made the repository, and paths
// are made of them, so nothing is taken that would lead out of the folder.
func packNames(chunk []byte, n uint32) ([]string, error) {
	if uint64(n) > uint64(len(chunk)) {
		return nil, errors.New("its names of packs are cut off")
	}
	names := make([]string, 0, n)
	for range n {
		name, rest, ok := bytes.Cut(chunk, []byte{0})
		if !ok {
			return nil, errors.New("its names of packs are cut off")
		}
		stem, isIndex := strings.CutSuffix(string(name), ".idx")
		stem, isPack := strings.CutSuffix(stem, ".pack")
		if isIndex == isPack || stem == "" || strings.ContainsAny(stem, `/\:`) {
			return nil, fmt.Errorf("%.80q is no name of a pack", name)
		}
		names = append(names, stem+".pack")
		chunk = rest
	}
	if len(bytes.Trim(chunk, "\x00")) > 0 {
		return nil, errors.New("it names more packs than it says")
	}
	return names, nil
}

// Packs are the file names of the packs, ending in ".pack", beside the index (for a
// layer of a chain: in the folder above it). Their files need not be there.
func (x *MultiPackIndex) Packs() []string { return x.packs }

// Len is the number of objects.
func (x *MultiPackIndex) Len() int { return x.ids.len }

// ID is the id of object i, 0 ≤ i < Len. Ids ascend.
func (x *MultiPackIndex) ID(i int) ID { return IDFrom(x.ids.at(i)) }

// Bytes are the bytes of object i's id, a part of the index.
func (x *MultiPackIndex) Bytes(i int) []byte { return x.ids.at(i) }

// Find returns which object has the given id.
func (x *MultiPackIndex) Find(id []byte) (i int, ok bool) { return x.ids.find(id) }

// At is where object i is: the number of its pack in Packs, and where in the pack it
// begins, in bytes. Where the index is damaged, they are -1 and NoOffset.
func (x *MultiPackIndex) At(i int) (pack int, offset uint64) {
	row := x.offs[8*i : 8*i+8]
	n, off := binary.BigEndian.Uint32(row), uint64(binary.BigEndian.Uint32(row[4:]))
	if uint64(n) >= uint64(len(x.packs)) {
		return -1, NoOffset
	}
	if off < 1<<31 || x.far == nil {
		return int(n), off
	}
	if off -= 1 << 31; off >= uint64(len(x.far)/8) {
		return -1, NoOffset
	}
	return int(n), binary.BigEndian.Uint64(x.far[8*off:])
}

// Bases is the number of layers before this one, as the layer has it.
func (x *MultiPackIndex) Bases() int { return int(x.data[7]) }

// Verify reads all of the index: whether its checksum is right, the ids ascend, and
// each object has a pack and an offset. Errors are ErrMultiPackIndex.
func (x *MultiPackIndex) Verify() error {
	if !checksumEnds(x.data, x.hash) {
		return fmt.Errorf("%w: its checksum is another", ErrMultiPackIndex)
	}
	if err := x.ids.verify(); err != nil {
		return fmt.Errorf("%w: %w", ErrMultiPackIndex, err)
	}
	for i := range x.Len() {
		if _, off := x.At(i); off == NoOffset {
			return fmt.Errorf("%w: object %s has no offset", ErrMultiPackIndex, x.ID(i))
		}
	}
	return nil
}

// MultiPackIndexPaths returns the paths of the multi-pack-indexes in an object
// folder: the one file that is all of it, then the layers of the chain, the lowest
// first (git's technical/multi-pack-index, "File layout"). They need not exist. A
// chain file that is something else is ErrMultiPackIndex.
func MultiPackIndexPaths(objects string, h Hash) ([]string, error) {
	pack := filepath.Join(objects, "pack")
	paths := []string{filepath.Join(pack, "multi-pack-index")}
	folder := paths[0] + ".d"
	f, size, err := openRegular(filepath.Join(folder, "multi-pack-index-chain"))
	if errors.Is(err, os.ErrNotExist) {
		return paths, nil
	} else if err != nil {
		return paths, err
	}
	defer f.Close()
	// A layer more than a byte can count is none that git makes.
	if line := 2*h.Size() + 1; size > 256*line {
		return paths, fmt.Errorf("%w: a chain of %d bytes", ErrMultiPackIndex, size)
	}
	text := make([]byte, size)
	if _, err := io.ReadFull(f, text); err != nil {
		return paths, err
	}
	for line := range strings.Lines(string(text)) {
		id, err := ParseID(strings.TrimSuffix(line, "\n"))
		if err != nil || len(id.Bytes()) != h.Size() {
			return paths, fmt.Errorf("%w: a chain with the line %.80q", ErrMultiPackIndex, line)
		}
		paths = append(paths, filepath.Join(folder, "multi-pack-index-"+id.String()+".midx"))
	}
	return paths, nil
}
