// Package chunk holds the noun that travels through the scanner: a run of bytes
// of one content, with the place it came from.
//
// A content (a file, a blob, standard input) reaches the scanner as one chunk or
// as several that overlap, so that memory stays bounded whatever its size. Each
// byte is owned by exactly one chunk; the bytes around the owned ones are there
// to be looked at. What stands Reach bytes away from an owned byte is visible,
// unless the content ends before: whatever is decided within Reach bytes comes
// out the same for every way of cutting.
//
// The room knows nothing of rules, secrets, files or git.
package chunk

import "bytes"

const (
	// Reach is how far, in bytes, a chunk shows its content before its first and
	// behind its last owned byte. No rule may look farther from its anchor. It
	// holds the longest thing that is looked at as a whole: a PEM block of a
	// 16384-bit RSA key with its headers (about 13 KB), wrapped once in base64.
	Reach = 32 << 10
	// HeadSize is how many bytes of a content's beginning every one of its chunks
	// carries in Head: enough for a header line with the columns' names.
	HeadSize = 4 << 10
	// PieceSize is how many bytes of a large content one chunk owns. With two
	// reaches it bounds the buffer that a worker needs for reading.
	PieceSize = 1 << 20
)

// Kind says what a content is. The values are those of "source" in the report.
type Kind string

// The kinds of content: what files and standard input give, and what a repository
// holds.
const (
	File          Kind = "file"
	Stdin         Kind = "stdin"
	Index         Kind = "index" // what the next commit would hold
	Blob          Kind = "blob"
	CommitMessage Kind = "commit-message"
	CommitAuthor  Kind = "commit-author" // a commit's other headers as well
	Tag           Kind = "tag"
	Note          Kind = "note"
	Reflog        Kind = "reflog"
	RefName       Kind = "ref-name"
	PathName      Kind = "path-name"
	Config        Kind = "config" // a file of the git folder
	Symlink       Kind = "symlink"
	Argument      Kind = "argument" // a word of the command line
)

// Content is what the chunks of one content share.
type Content struct {
	Kind Kind
	// Path is the name as it is reported: as given on the command line joined
	// with the path below it, "/" on every system. Its bytes need not be UTF-8. It
	// is empty where the source tells only afterwards where the content stands.
	Path string
	// Object is the id of the git object that the content is of, in hexadecimal;
	// empty for what is no object.
	Object string
	// Repo is the git folder of the submodule that the content is of, as it is
	// reported; empty for what is no submodule's.
	Repo string
}

// Chunk is a run of bytes of one content.
type Chunk struct {
	Content *Content
	// Data are the visible bytes. They may be overwritten as soon as the call
	// that handed the chunk over returns: keep copies.
	Data []byte
	// Offset is where Data[0] stands in the content, in bytes from 0.
	Offset int64
	// Line is the number of line feeds before Data[0] in the content, and Column
	// the number of bytes since the last of them, or since the beginning.
	Line   int
	Column int64
	// From and To bound the owned bytes: Data[From:To].
	From, To int
	// Head are the first bytes of the content, HeadSize at most.
	Head []byte
	// First and Last mark a content's first and last chunk; a content that fits
	// one chunk has both. A content that broke off is closed by a Last chunk
	// that owns nothing.
	First, Last bool
}

// Range is a stretch of bytes: from From up to, not including, To.
type Range struct{ From, To int }

// Whole returns data as the only chunk of a content.
func Whole(c *Content, data []byte) *Chunk {
	return &Chunk{
		Content: c, Data: data, To: len(data), Head: data[:min(len(data), HeadSize)],
		First: true, Last: true,
	}
}

// Cut returns data as the chunks of a content that is cut at the given offsets,
// which must ascend within data. It is what a source does with a file that is
// too large to be held, on bytes that are there: tests compare ways of cutting.
func Cut(c *Content, data []byte, at ...int) []*Chunk {
	cuts := append(append([]int{0}, at...), len(data))
	var out []*Chunk
	for i := 0; i+1 < len(cuts); i++ {
		lo, hi := max(cuts[i]-Reach, 0), min(cuts[i+1]+Reach, len(data))
		out = append(out, &Chunk{
			Content: c, Data: data[lo:hi], Offset: int64(lo), Line: bytes.Count(data[:lo], []byte{'\n'}),
			Column: int64(lo - 1 - bytes.LastIndexByte(data[:lo], '\n')),
			From:   cuts[i] - lo, To: cuts[i+1] - lo, Head: data[:min(len(data), HeadSize)],
			First: i == 0, Last: i+2 == len(cuts),
		})
	}
	return out
}
