package gitpack

import (
	"bytes"
	"encoding/hex"
	"fmt"
)

// Hash is a repository's object format: what its object ids are made with.
type Hash uint8

// The object formats (gitformat: extensions.objectFormat).
const (
	SHA1   Hash = iota // ids of 20 bytes
	SHA256             // ids of 32 bytes
)

// Size is the length of an id, in bytes.
func (h Hash) Size() int {
	if h == SHA256 {
		return 32
	}
	return 20
}

func (h Hash) String() string {
	if h == SHA256 {
		return "sha256"
	}
	return "sha1"
}

// ID is an object id. The zero ID is no object's.
type ID struct {
	size uint8
	sum  [32]byte
}

// IDFrom returns the id of the given 20 or 32 bytes.
func IDFrom(b []byte) ID {
	id := ID{size: uint8(len(b))}
	if copy(id.sum[:], b) != len(b) || (len(b) != 20 && len(b) != 32) {
		return ID{}
	}
	return id
}

// ParseID reads an id of 40 or 64 hexadecimal digits.
func ParseID(s string) (ID, error) {
	b, err := hex.DecodeString(s)
	if err != nil || (len(b) != 20 && len(b) != 32) {
		return ID{}, fmt.Errorf("%.70q is no object id", s)
	}
	return IDFrom(b), nil
}

// Bytes are the id's 20 or 32 bytes; none for the zero ID.
func (id ID) Bytes() []byte { return id.sum[:id.size] }

// IsZero tells whether the id names no object: it is the zero ID, or all of its
// bytes are zero, which is how git writes "none".
func (id ID) IsZero() bool { return id.sum == [32]byte{} }

func (id ID) String() string { return hex.EncodeToString(id.Bytes()) }

// Compare orders ids by their bytes.
func (id ID) Compare(other ID) int { return bytes.Compare(id.Bytes(), other.Bytes()) }

// Kind is an object's kind, by its number in a pack (gitformat-pack).
type Kind uint8

// The kinds of objects, and the two kinds of deltas that a pack has besides.
const (
	Commit   Kind = 1
	Tree     Kind = 2
	Blob     Kind = 3
	Tag      Kind = 4
	OfsDelta Kind = 6
	RefDelta Kind = 7
)

var kindNames = [8]string{1: "commit", 2: "tree", 3: "blob", 4: "tag", 6: "offset delta", 7: "reference delta"}

func (k Kind) String() string {
	if int(k) < len(kindNames) && kindNames[k] != "" {
		return kindNames[k]
	}
	return fmt.Sprintf("kind %d", uint8(k))
}

// Range is a stretch of bytes: from From up to, not including, To.
type Range struct{ From, To int }
