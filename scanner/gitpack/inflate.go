package gitpack

import "errors"

// Errors of Inflate.
var (
	// ErrInflateTruncated: the stream goes on behind the end of the source.
	ErrInflateTruncated = errors.New("deflated data is cut off")
	// ErrInflateCorrupt: what the source holds is no zlib stream.
	ErrInflateCorrupt = errors.New("deflated data is damaged")
	// ErrInflateSize: the stream is sound as far as it was read, but gives more or
	// fewer bytes than expected.
	ErrInflateSize = errors.New("deflated data has another size than expected")
	// ErrInflateChecksum: the inflated bytes have another Adler-32 than the stream
	// says.
	ErrInflateChecksum = errors.New("deflated data has another checksum than it says")
	// ErrInflateDictionary: the stream wants a dictionary, which git never uses.
	ErrInflateDictionary = errors.New("deflated data wants a preset dictionary")
)

// Inflater inflates zlib streams (RFC 1950, RFC 1951) whose inflated size is known.
// It has tables that are used again: one Inflater serves one goroutine.
type Inflater struct {
	plainInflater
}

// NewInflater returns an Inflater.
func NewInflater() *Inflater { return &Inflater{} }

// maxInflateRatio is how many bytes deflate can make of one at most: 258 of two
// bits.
const maxInflateRatio = 1032
