package gitpack

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
)

// refTable is one file of refs and reflogs (git's Documentation/technical/reftable).
// After a header come blocks of sorted records: refs, an index of them, objects and
// an index of those, reflogs, which are deflated, and an index; then a footer. It is
// read from the front to the back, without the indexes.
type refTable struct {
	data   []byte // without the footer
	hash   Hash
	header int
	block  int // what blocks of refs are aligned to; 0 if they aren't
	logs   int // where blocks of reflogs begin; 0 if nothing says so
}

var errTable = errors.New("damaged table of refs")

func tableError(what string) error { return fmt.Errorf("%w: %s", errTable, what) }

const (
	tableHeader1 = 24 // of version 1; version 2 adds the hash
	tableHeader2 = 28
	tableFooter  = 44 // what the footer has after its copy of the header
	maxRecordKey = 4 << 10
)

// parseRefTable reads the footer.
func parseRefTable(data []byte, h Hash) (*refTable, error) {
	if len(data) < tableHeader1+tableFooter || string(data[:4]) != "REFT" {
		return nil, tableError("no signature")
	}
	t := &refTable{header: tableHeader1, hash: SHA1}
	switch data[4] {
	case 1:
	case 2:
		t.header = tableHeader2
		switch string(data[24:28]) {
		case "sha1":
		case "s256":
			t.hash = SHA256
		default:
			return nil, tableError("unknown hash")
		}
	default:
		return nil, tableError("unknown version")
	}
	end := len(data) - t.header - tableFooter
	if end < t.header || t.hash != h {
		return nil, tableError("too short, or of another hash")
	}
	foot := data[end:]
	sum := len(foot) - 4
	if !bytes.Equal(foot[:t.header], data[:t.header]) || crc32.ChecksumIEEE(foot[:sum]) != binary.BigEndian.Uint32(foot[sum:]) {
		return nil, tableError("the checksum is wrong")
	}
	t.data = data[:end]
	t.block = int(binary.BigEndian.Uint32(data[4:]) & 0xffffff)
	if logs := binary.BigEndian.Uint64(foot[t.header+24:]); logs < uint64(end) {
		t.logs = int(logs)
	} else {
		return nil, tableError("its reflogs lie behind its end")
	}
	return t, nil
}

// tableRecord is a record of a table: of a ref, or of a reflog.
type tableRecord struct {
	key  []byte // the name; of a reflog, then NUL and 8 bytes that sort the newest first
	kind uint8  // recordGone and the like

	id, peeled ID     // of a ref
	target     []byte // of a symbolic ref
	old        ID     // of a reflog, whose new id is id
	who        Ident
	message    []byte
}

// Kinds of records of refs; those of reflogs are the first two.
const (
	recordGone     = 0
	recordID       = 1
	recordPeeled   = 2
	recordSymbolic = 3
)

// tableCursor goes through a table's refs, or its reflogs.
type tableCursor struct {
	tableRecord
	table *refTable
	kinds byte   // 'r' or 'g'
	next  int    // where the next block begins
	rest  []byte // what is left of this one's records
	last  []byte // the key before, in this block
	order int    // of its table in the stack
	done  bool
	err   error
}

// refs begins with the table's refs.
func (t *refTable) refs() *tableCursor { return &tableCursor{table: t, kinds: 'r'} }

// reflogs begins with its reflogs.
func (t *refTable) reflogs() *tableCursor {
	c := &tableCursor{table: t, kinds: 'g', next: t.logs}
	if t.logs == 0 && (len(t.data) <= t.header || t.data[t.header] != 'g') {
		c.done = true
	}
	return c
}

// advance goes to the next record; false at the end, or where the table is damaged.
func (c *tableCursor) advance() bool {
	for !c.done && len(c.rest) == 0 {
		c.key = c.key[:0]
		if c.err = c.open(); c.err != nil {
			c.done = true
		}
	}
	if c.done {
		return false
	}
	c.last = append(c.last[:0], c.key...)
	if c.err = c.record(); c.err == nil && len(c.last) > 0 && bytes.Compare(c.last, c.key) >= 0 {
		c.err = tableError("records that are not in order")
	}
	c.done = c.err != nil
	return !c.done
}

// open goes to the next block, if it is one of those that are asked for.
func (c *tableCursor) open() error {
	t, head := c.table, 0
	if c.next == 0 {
		head = t.header // the first block counts it as its own
	}
	if c.next+head+4 > len(t.data) || t.data[c.next+head] != c.kinds {
		c.done = true
		return nil
	}
	d := t.data[c.next:]
	size := int(binary.BigEndian.Uint32(d[head:]) & 0xffffff)
	block, used := d, size
	if c.kinds == 'g' {
		if size < head+4 {
			return tableError("a block that is too short")
		}
		body, n, err := inflateBlock(d[head+4:], size-head-4)
		if err != nil {
			return err
		}
		used = head + 4 + n
		block, head, size = body, -4, len(body) // the body alone
	} else if size > len(d) {
		return tableError("a block that is cut off")
	}
	if size < head+4+2 {
		return tableError("a block that is too short")
	}
	restarts := size - 2 - 3*int(binary.BigEndian.Uint16(block[size-2:]))
	if restarts < head+4 {
		return tableError("a block's restarts")
	}
	c.rest = block[head+4 : restarts]
	if c.kinds == 'r' && t.block > size && size < len(d) && d[size] == 0 {
		used = t.block // padded
	}
	c.next += used
	return nil
}

// inflateBlock inflates a block of reflogs, size bytes long; used is how many bytes
// it took.
func inflateBlock(d []byte, size int) (body []byte, used int, err error) {
	in := bytes.NewReader(d)
	z, err := zlib.NewReader(in)
	if err != nil {
		return nil, 0, tableError("reflogs that can't be inflated")
	}
	// Not set aside before it is there: the size may be made up.
	body, err = io.ReadAll(io.LimitReader(z, int64(size)+1))
	if err != nil || len(body) != size {
		return nil, 0, tableError("reflogs that can't be inflated")
	}
	return body, len(d) - in.Len(), nil
}

// record reads one record.
func (c *tableCursor) record() error {
	p := recordParser{rest: c.rest, hash: c.table.hash}
	prefix, suffix := p.number(), p.number()
	key := p.bytes(suffix >> 3)
	if p.bad || prefix > uint64(len(c.key)) || prefix+uint64(len(key)) > maxRecordKey {
		return tableError("a record's name")
	}
	c.key = append(c.key[:prefix], key...)
	c.tableRecord = tableRecord{key: c.key, kind: uint8(suffix & 7)}
	if c.kinds == 'g' {
		c.log(&p)
	} else {
		c.ref(&p)
	}
	if p.bad {
		return tableError("a record's value")
	}
	c.rest = p.rest
	return nil
}

func (c *tableCursor) ref(p *recordParser) {
	p.number() // when it was written
	switch c.kind {
	case recordGone:
	case recordID:
		c.id = p.id()
	case recordPeeled:
		c.id, c.peeled = p.id(), p.id()
	case recordSymbolic:
		c.target = p.bytes(p.number())
	default:
		p.bad = true
	}
}

func (c *tableCursor) log(p *recordParser) {
	if n := len(c.key) - 9; n < 1 || c.key[n] != 0 {
		p.bad = true
	}
	switch c.kind {
	case recordGone:
		return
	case recordID:
	default:
		p.bad = true
	}
	c.old, c.id = p.id(), p.id()
	c.who.Name = p.bytes(p.number())
	c.who.Email = p.bytes(p.number())
	c.who.Time = int64(p.number())
	if b := p.bytes(2); len(b) == 2 {
		// git writes hours and minutes as decimal digits here, whatever the
		// description of the format says.
		hhmm := int(int16(binary.BigEndian.Uint16(b)))
		if abs := max(hhmm, -hhmm); abs%100 < 60 && abs <= 2400 {
			c.who.Zone = hhmm/100*60 + hhmm%100
		}
	}
	c.message = bytes.TrimSuffix(p.bytes(p.number()), []byte("\n"))
}

// recordParser takes a record apart; bad if there is too little.
type recordParser struct {
	rest []byte
	hash Hash
	bad  bool
}

func (p *recordParser) number() uint64 {
	n, used := backward(p.rest)
	if used == 0 {
		p.bad = true
	}
	p.rest = p.rest[used:]
	return n
}

func (p *recordParser) bytes(n uint64) []byte {
	if p.bad || n > uint64(len(p.rest)) {
		p.bad = true
		return nil
	}
	b := p.rest[:n:n]
	p.rest = p.rest[n:]
	return b
}

func (p *recordParser) id() ID { return IDFrom(p.bytes(uint64(p.hash.Size()))) }
