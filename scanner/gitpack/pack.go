package gitpack

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"sync"
)

// Errors of packs.
var (
	// ErrPackHeader is that of a file that is no pack of a known version, or whose
	// index speaks of another one.
	ErrPackHeader = errors.New("no pack that can be read")
	// ErrEntry is that of an entry whose head makes no sense.
	ErrEntry = errors.New("damaged pack entry")
	// ErrNoBase is that of a delta whose base is nowhere.
	ErrNoBase = errors.New("the base of a delta is missing")
	// ErrTooLarge is that of an object that takes more memory than may be used.
	ErrTooLarge = errors.New("too large for the memory that may be used")
)

const (
	packHeaderSize = 12
	leastEntry     = 9 // bytes: a head, and what zlib makes of nothing
	// maxEntries bounds the tables that are made for a pack: entries are numbered
	// with 31 bits.
	maxEntries = math.MaxInt32 - 1
)

// Pack is a pack with its index. In a Store its entries are numbered, in the order
// in which they stand in the file.
type Pack struct {
	// Path is the file's.
	Path string

	file  *mapped
	data  []byte
	index *mapped
	idx   *PackIndex
	hash  Hash
	offs  []uint64 // where each entry begins, and where the last one ends
	byOff []uint32 // each entry's number in the index
	lost  int      // how many objects a made index does not list

	once  sync.Once
	fault error // why the pack can't be read: see load
}

// OpenPack maps the index beside the pack at path, whose name ends in ".pack". The pack
// itself is mapped when something of it is read: of most packs nothing is. Close frees
// both.
func OpenPack(path string, h Hash) (*Pack, error) {
	p := &Pack{Path: path, hash: h}
	if err := p.openIndex(); err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

// load maps the pack, and holds it against its index. Any number of goroutines may call
// it.
func (p *Pack) load() error {
	p.once.Do(func() {
		if fault := onFault(func() { p.fault = p.mapPack() }); fault != nil {
			p.fault = fault
		}
	})
	return p.fault
}

func (p *Pack) mapPack() (err error) {
	if p.file == nil {
		if p.file, err = mapFile(p.Path); err != nil {
			return err
		}
		p.data = p.file.data
	}
	return p.check()
}

// openIndex maps the pack's index.
func (p *Pack) openIndex() (err error) {
	if p.index, err = mapFile(strings.TrimSuffix(p.Path, ".pack") + ".idx"); missing(err) {
		return errors.New("its index is missing")
	} else if err != nil {
		return fmt.Errorf("index: %w", err)
	}
	if p.idx, err = ParsePackIndex(p.index.data, p.hash); err != nil {
		return fmt.Errorf("index: %w", err)
	}
	return nil
}

// openWhole opens a pack for reading all of it: it is numbered, its index is verified,
// and another one is made if need be. With a pack it may return ErrReindexed.
func openWhole(path string, h Hash) (*Pack, error) {
	p := &Pack{Path: path, hash: h}
	var err error
	if p.file, err = mapFile(path); err != nil {
		return nil, err
	}
	p.data = p.file.data
	fault := onFault(func() {
		if err = p.openIndex(); err == nil {
			err = p.load()
		}
		if err == nil {
			err = p.idx.Verify()
		}
		if err == nil {
			err = p.order()
		}
	})
	if fault != nil {
		err = fault
	}
	if err == nil {
		return p, nil
	}
	lost := err
	p.once.Do(func() {}) // it is held against the index that is made
	p.fault = nil
	if fault := onFault(func() { err = p.reindex() }); fault != nil {
		err = fault
	}
	if err != nil {
		p.Close()
		return nil, lost
	}
	return p, fmt.Errorf("%w (%w)", ErrReindexed, lost)
}

// Close unmaps the files. Nothing of the pack may be used any more.
func (p *Pack) Close() {
	for _, m := range []*mapped{p.file, p.index} {
		if m != nil {
			m.close()
		}
	}
}

// check holds the pack against its index.
func (p *Pack) check() error {
	d, n := p.data, p.idx.Len()
	if len(d) < packHeaderSize+p.hash.Size() || string(d[:4]) != "PACK" {
		return fmt.Errorf("%w: no signature", ErrPackHeader)
	}
	if v := binary.BigEndian.Uint32(d[4:]); v != 2 && v != 3 {
		return fmt.Errorf("%w: version %d", ErrPackHeader, v)
	}
	if count := binary.BigEndian.Uint32(d[8:]); uint64(count) != uint64(n) || n > maxEntries {
		return fmt.Errorf("%w: it holds %d objects, its index lists %d", ErrPackHeader, count, n)
	}
	if uint64(n)*leastEntry > uint64(len(d)) {
		return fmt.Errorf("%w: %d objects in %d bytes", ErrPackHeader, n, len(d))
	}
	end := uint64(len(d) - p.hash.Size())
	if !bytes.Equal(p.idx.PackChecksum(), d[end:]) {
		return fmt.Errorf("%w: its index belongs to another pack", ErrPackHeader)
	}
	return nil
}

// number numbers the entries, unless that was done when the pack was opened.
func (p *Pack) number() (err error) {
	if p.byOff != nil {
		return nil
	}
	if err := p.load(); err != nil {
		return err
	}
	if fault := onFault(func() { err = p.order() }); fault != nil {
		err = fault
	}
	if err != nil {
		p.offs, p.byOff = nil, nil
	}
	return err
}

// order numbers the entries by offset.
func (p *Pack) order() error {
	n, end := p.idx.Len(), uint64(len(p.data)-p.hash.Size())
	p.offs, p.byOff = make([]uint64, n, n+1), make([]uint32, n)
	for i := range n {
		p.offs[i], p.byOff[i] = p.idx.Offset(i), uint32(i)
	}
	sortByOffset(p.offs, p.byOff)
	last := uint64(packHeaderSize - 1)
	for _, o := range p.offs {
		if o <= last || o >= end {
			return fmt.Errorf("%w: its index gives offset %d", ErrPackHeader, o)
		}
		last = o
	}
	p.offs = append(p.offs, end)
	return nil
}

// Len is the number of entries.
func (p *Pack) Len() int { return len(p.byOff) }

// ID is the id of entry e.
func (p *Pack) ID(e int) ID { return p.idx.ID(int(p.byOff[e])) }

// IDBytes is the id of entry e, as a part of the index.
func (p *Pack) IDBytes(e int) []byte { return p.idx.Bytes(int(p.byOff[e])) }

// Find returns the entry of the object with the given id.
func (p *Pack) Find(id []byte) (e int, ok bool) {
	i, ok := p.idx.Find(id)
	if !ok {
		return 0, false
	}
	return p.at(p.idx.Offset(i))
}

// at returns the entry that begins at an offset.
func (p *Pack) at(off uint64) (e int, ok bool) {
	lo, hi := 0, len(p.byOff)
	for lo < hi {
		m := int(uint(lo+hi) >> 1)
		if p.offs[m] < off {
			lo = m + 1
		} else {
			hi = m
		}
	}
	return lo, lo < len(p.byOff) && p.offs[lo] == off
}

// entryHead is what stands before an entry's deflated bytes.
type entryHead struct {
	kind Kind
	size uint64 // inflated
	back uint64 // of an OfsDelta: how far before the entry its base begins
	ref  []byte // of a RefDelta: the base's id
	body []byte // deflated, and what follows it
}

// head reads the head of entry e.
func (p *Pack) head(e int) (entryHead, error) {
	return readHead(p.data[p.offs[e]:p.offs[e+1]], p.hash)
}

// headAt reads the head of the entry at an offset.
func (p *Pack) headAt(off uint64) (entryHead, error) {
	end := uint64(len(p.data) - p.hash.Size())
	if off < packHeaderSize || off >= end {
		return entryHead{}, fmt.Errorf("%w: offset %d", ErrEntry, off)
	}
	return readHead(p.data[off:end], p.hash)
}

// readHead reads what an entry begins with (gitformat-pack, "pack-*.pack files").
func readHead(d []byte, hash Hash) (h entryHead, err error) {
	c := d[0]
	h.kind, h.size = Kind(c>>4&7), uint64(c&15)
	i := 1
	for shift := 4; c&0x80 != 0; shift += 7 {
		if i >= len(d) || shift > 57 {
			return h, fmt.Errorf("%w: size", ErrEntry)
		}
		c = d[i]
		i++
		h.size |= uint64(c&0x7f) << shift
	}
	switch h.kind {
	case Commit, Tree, Blob, Tag:
	case RefDelta:
		if len(d)-i < hash.Size() {
			return h, fmt.Errorf("%w: base id", ErrEntry)
		}
		h.ref = d[i : i+hash.Size()]
		i += hash.Size()
	case OfsDelta:
		n, used := backward(d[i:])
		if used == 0 {
			return h, fmt.Errorf("%w: base offset", ErrEntry)
		}
		h.back = n
		i += used
	default:
		return h, fmt.Errorf("%w: kind %d", ErrEntry, h.kind)
	}
	h.body = d[i:]
	return h, nil
}

// backward reads the distance to a delta's base; used is 0 if there is none.
func backward(d []byte) (n uint64, used int) {
	for i, c := range d {
		if i > 0 {
			n++
		}
		if n > math.MaxUint64>>8 {
			return 0, 0
		}
		n = n<<7 | uint64(c&0x7f)
		if c&0x80 == 0 {
			return n, i + 1
		}
	}
	return 0, 0
}

// base returns the entry that a delta is made on. It is noBase for what is no
// delta, and foreign for one whose base is another pack's.
func (p *Pack) base(e int, h entryHead) (int32, error) {
	switch h.kind {
	case OfsDelta:
		if h.back == 0 || h.back > p.offs[e] {
			return 0, fmt.Errorf("%w: base offset", ErrEntry)
		}
		b, ok := p.at(p.offs[e] - h.back)
		if !ok {
			return 0, fmt.Errorf("%w: no entry at its base offset", ErrEntry)
		}
		return int32(b), nil
	case RefDelta:
		if b, ok := p.Find(h.ref); ok {
			return int32(b), nil
		}
		return foreign, nil
	}
	return noBase, nil
}

const (
	noBase  = -1
	foreign = -2
)

// sortByOffset sorts offsets, and the numbers that belong to them alike: a radix
// sort, for the order is that of a hash.
func sortByOffset(offs []uint64, nums []uint32) {
	high := uint64(0)
	for _, o := range offs {
		high |= o
	}
	offs2, nums2 := make([]uint64, len(offs)), make([]uint32, len(nums))
	const bits = 11
	for shift := 0; shift < 64 && high>>shift != 0; shift += bits {
		var count [1 << bits]int
		for _, o := range offs {
			count[o>>shift&(1<<bits-1)]++
		}
		sum := 0
		for i, n := range count {
			count[i] = sum
			sum += n
		}
		for i, o := range offs {
			d := o >> shift & (1<<bits - 1)
			offs2[count[d]], nums2[count[d]] = o, nums[i]
			count[d]++
		}
		copy(offs, offs2)
		copy(nums, nums2)
	}
}

// packPaths lists the packs of an object folder, by their names.
func packPaths(objects string) ([]string, error) {
	entries, err := os.ReadDir(objects + "/pack")
	if err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return nil, nil
		}
		return nil, err
	}
	var out []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".pack") {
			out = append(out, objects+"/pack/"+e.Name())
		}
	}
	return out, nil
}
