package gitpack

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"strings"
)

// ErrObject is that of a commit, tag or tree that is not as git writes them.
var ErrObject = errors.New("malformed object")

// CommitObject is what stands in a commit. All slices are parts of the bytes that it
// was parsed from.
type CommitObject struct {
	// Header is all of the header, each line with its line feed: also what the fields
	// below leave out, such as signatures, the tags that were merged, lines that
	// stand twice, and lines nobody knows. Headers goes through them.
	Header []byte
	// Message is what follows the header's blank line, as it was written: in
	// Encoding, which may be wrong.
	Message []byte

	Tree              ID
	Parents           []ID
	Author, Committer []byte // for ParseIdent
	Encoding          []byte // empty: UTF-8
}

// ParseCommit reads a commit's bytes (git help hash-object; the layout stands in
// git's user manual under "Commit Object"). It uses c's memory again, so c.Parents
// must be copied to be kept. If something is missing or wrong, the error tells what,
// and c holds what could be read. Where a line stands twice the first counts, as it
// does for git.
func ParseCommit(data []byte, h Hash, c *CommitObject) error {
	*c = CommitObject{Parents: c.Parents[:0]}
	c.Header, c.Message = splitObject(data)
	var wrong faults
	var have struct{ tree, author, committer bool }
	for name, value := range headers(c.Header) {
		switch string(name) {
		case "tree":
			if !have.tree {
				have.tree = true
				c.Tree = wrong.id("tree", value, h)
			}
		case "parent":
			if id := wrong.id("parent", value, h); !id.IsZero() {
				c.Parents = append(c.Parents, id)
			}
		case "author":
			first(&c.Author, value, &have.author)
		case "committer":
			first(&c.Committer, value, &have.committer)
		case "encoding":
			if c.Encoding == nil {
				c.Encoding = value
			}
		}
	}
	wrong.missing("tree", have.tree)
	wrong.missing("author", have.author)
	wrong.missing("committer", have.committer)
	return wrong.err("commit")
}

// Headers goes through the header's lines; see headers.
func (c *CommitObject) Headers() iter.Seq2[[]byte, []byte] { return headers(c.Header) }

// TagObject is what stands in an annotated tag. All slices are parts of the bytes
// that it was parsed from.
type TagObject struct {
	Header  []byte // all of it, as a CommitObject's
	Message []byte // with the signature that may end it

	Target ID   // what is tagged
	Kind   Kind // what the tag says its target is; 0 if it says nothing known
	Name   []byte
	Tagger []byte // for ParseIdent; old tags have none
}

// ParseTag reads a tag's bytes (git help mktag). If something is missing or wrong,
// the error tells what, and t holds what could be read.
func ParseTag(data []byte, h Hash, t *TagObject) error {
	*t = TagObject{}
	t.Header, t.Message = splitObject(data)
	var wrong faults
	var have struct{ object, kind, name, tagger bool }
	for name, value := range headers(t.Header) {
		switch string(name) {
		case "object":
			if !have.object {
				have.object = true
				t.Target = wrong.id("object", value, h)
			}
		case "type":
			if !have.kind {
				have.kind = true
				t.Kind = wrong.kind(value)
			}
		case "tag":
			first(&t.Name, value, &have.name)
		case "tagger":
			first(&t.Tagger, value, &have.tagger)
		}
	}
	wrong.missing("object", have.object)
	wrong.missing("type", have.kind)
	wrong.missing("tag", have.name)
	return wrong.err("tag")
}

// Headers goes through the header's lines; see headers.
func (t *TagObject) Headers() iter.Seq2[[]byte, []byte] { return headers(t.Header) }

// splitObject cuts a commit or a tag at the blank line. Without one all is header.
func splitObject(data []byte) (header, message []byte) {
	if len(data) > 0 && data[0] == '\n' {
		return nil, data[1:]
	}
	if i := bytes.Index(data, []byte("\n\n")); i >= 0 {
		return data[:i+1], data[i+2:]
	}
	return data, nil
}

// headers gives each line's name and value. The value of one that goes on, on lines
// that begin with a space, holds their line feeds and spaces.
func headers(b []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(name, value []byte) bool) {
		for len(b) > 0 {
			end := 0
			for {
				i := bytes.IndexByte(b[end:], '\n')
				if i < 0 {
					end = len(b)
					break
				}
				end += i
				if end+1 >= len(b) || b[end+1] != ' ' {
					break
				}
				end++
			}
			name, value, _ := bytes.Cut(b[:end], []byte(" "))
			b = b[min(end+1, len(b)):]
			if !yield(name, value) {
				return
			}
		}
	}
}

// first sets to, the first time.
func first(to *[]byte, value []byte, have *bool) {
	if !*have {
		*to, *have = value, true
	}
}

// faults gathers what is wrong with an object, without repeating itself.
type faults []string

func (f *faults) add(what string) {
	for _, s := range *f {
		if s == what {
			return
		}
	}
	*f = append(*f, what)
}

func (f *faults) missing(name string, have bool) {
	if !have {
		f.add("no " + name)
	}
}

// id reads the id of a header's line.
func (f *faults) id(name string, value []byte, h Hash) ID {
	id, ok := hexID(value, h)
	if !ok {
		f.add("the " + name + " is no object id")
	}
	return id
}

func (f *faults) kind(name []byte) Kind {
	if k := kindOf(name); k != 0 {
		return k
	}
	f.add("the type is unknown")
	return 0
}

func (f faults) err(what string) error {
	if len(f) == 0 {
		return nil
	}
	return fmt.Errorf("%w: %s: %s", ErrObject, what, strings.Join(f, ", "))
}

// kindOf returns the kind of object that git calls so, else 0.
func kindOf(name []byte) Kind {
	for k := Commit; k <= Tag; k++ {
		if string(name) == kindNames[k] {
			return k
		}
	}
	return 0
}

// hexID reads the digits of an id, exactly as many as the hash has.
func hexID(b []byte, h Hash) (id ID, ok bool) {
	if len(b) != 2*h.Size() {
		return ID{}, false
	}
	if _, err := hex.Decode(id.sum[:], b); err != nil {
		return ID{}, false
	}
	id.size = uint8(h.Size())
	return id, true
}
