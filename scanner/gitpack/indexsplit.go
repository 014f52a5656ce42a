package gitpack

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
)

// splitLink is the extension "link" of a split index: the shared file that most
// entries are in, and which of those are no longer, or are replaced by entries that
// have no path.
type splitLink struct {
	base            ID
	delete, replace []byte // bitmaps of entries of the shared file; empty for none
}

func parseLink(d []byte, h Hash) (*splitLink, error) {
	if len(d) < h.Size() {
		return nil, errCutOff
	}
	l := &splitLink{base: IDFrom(d[:h.Size()])}
	if d = d[h.Size():]; len(d) == 0 {
		return l, nil
	}
	var err error
	if l.delete, d, err = cutBitmap(d); err != nil {
		return nil, err
	}
	if l.replace, d, err = cutBitmap(d); err != nil {
		return nil, err
	}
	if len(d) > 0 {
		return nil, errors.New("something follows the bitmaps")
	}
	return l, nil
}

// cutBitmap takes a bitmap's words (gitformat-index, "EWAH bitmaps"; git's
// Documentation/technical/bitmap-format, "Appendix A"): its size in bits and its
// number of words stand before them, the place of its last run behind them.
func cutBitmap(d []byte) (words, rest []byte, err error) {
	if len(d) < 12 {
		return nil, nil, errCutOff
	}
	n := uint64(binary.BigEndian.Uint32(d[4:])) * 8
	if n > uint64(len(d)-12) {
		return nil, nil, errCutOff
	}
	return d[8 : 8+n], d[12+n:], nil
}

var errBitmap = errors.New("its bitmap speaks of entries that the shared file does not have")

// eachBit gives the bits that are set, in order; an error if one is not below limit.
// A word tells of a run of equal words (bit 0: what they are full of, bits 1 to 32:
// how many) and of how many plain words follow (bits 33 to 63).
func eachBit(words []byte, limit int, visit func(int) error) error {
	at := uint64(0)
	for len(words) >= 8 {
		w := binary.BigEndian.Uint64(words)
		words = words[8:]
		run, plain := w>>1&(1<<32-1)*64, w>>33
		if w&1 != 0 {
			if run > uint64(limit) || at > uint64(limit)-run {
				return errBitmap
			}
			for i := range run {
				if err := visit(int(at + i)); err != nil {
					return err
				}
			}
		}
		at = min(at+run, 1<<40) // far beyond any limit already
		if plain*8 > uint64(len(words)) {
			return errCutOff
		}
		for range plain {
			w := binary.BigEndian.Uint64(words)
			words = words[8:]
			for ; w != 0; w &= w - 1 {
				bit := at + uint64(bits.TrailingZeros64(w))
				if bit >= uint64(limit) {
					return errBitmap
				}
				if err := visit(int(bit)); err != nil {
					return err
				}
			}
			at += 64
		}
	}
	return nil
}

// merge puts the entries together with those of the shared file.
func (p *indexParser) merge() error {
	fail := func(err error) error { return fmt.Errorf("shared file %s: %w", p.link.base, err) }
	if p.shared == nil {
		return fail(errors.New("it was not looked for"))
	}
	data, err := p.shared(p.link.base)
	if err != nil {
		return fail(errors.New(reasonOf(err)))
	}
	b := indexParser{data: data, hash: p.hash, index: new(Index)}
	if err := b.parse(); err != nil {
		return fail(err)
	}
	if b.link != nil {
		return fail(errors.New("it is split itself"))
	}
	if !bytes.Equal(data[b.end:], p.link.base.Bytes()) {
		return fail(errors.New("it is another one: its checksum is not its name"))
	}
	p.index.Split = true
	base := b.index.Entries
	own, err := p.replace(base)
	if err != nil {
		return err
	}
	gone := make([]bool, len(base))
	err = eachBit(p.link.delete, len(base), func(i int) error {
		gone[i] = true
		return nil
	})
	if err != nil {
		return err
	}
	p.index.Entries = mergeEntries(base, gone, own)
	return nil
}

// replace gives entries without a path to those of base that they stand for, and
// returns the other ones.
func (p *indexParser) replace(base []IndexEntry) ([]IndexEntry, error) {
	own := p.index.Entries
	err := eachBit(p.link.replace, len(base), func(i int) error {
		if len(own) == 0 || len(own[0].Path) > 0 {
			return errors.New("its bitmap speaks of more entries than replace others")
		}
		own[0].Path = base[i].Path
		base[i] = own[0]
		own = own[1:]
		return nil
	})
	for _, e := range own {
		if err == nil && len(e.Path) == 0 {
			err = errors.New("an entry that replaces none")
		}
	}
	return own, err
}

// mergeEntries merges two sorted lists. One of own counts for one of the same path
// and stage, and one that is merged for those of a conflict.
func mergeEntries(base []IndexEntry, gone []bool, own []IndexEntry) []IndexEntry {
	out := make([]IndexEntry, 0, len(base)+len(own))
	for i := range base {
		for len(own) > 0 && compareEntries(&own[0], &base[i]) < 0 {
			out = append(out, own[0])
			own = own[1:]
		}
		if gone[i] || len(own) > 0 && compareEntries(&own[0], &base[i]) == 0 {
			continue
		}
		if n := len(out); n > 0 && out[n-1].Stage == 0 && bytes.Equal(out[n-1].Path, base[i].Path) {
			continue
		}
		out = append(out, base[i])
	}
	return append(out, own...)
}

func compareEntries(a, b *IndexEntry) int {
	if c := bytes.Compare(a.Path, b.Path); c != 0 {
		return c
	}
	return int(a.Stage) - int(b.Stage)
}
