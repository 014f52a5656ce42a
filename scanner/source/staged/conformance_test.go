package staged

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"lockaway/scanner/chunk"
	"lockaway/scanner/source"
	"lockaway/scanner/source/changes"
	"lockaway/scanner/source/sourcetest"
)

// subjects stages contents in the place of others, each lot once.
type subjects struct {
	tb     testing.TB // of all tests
	packed bool
	made   map[[32]byte]*sandbox
}

func (m *subjects) sandbox(contents map[string][]byte) *sandbox {
	m.tb.Helper()
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(contents)) {
		fmt.Fprintf(h, "%q %d ", name, len(contents[name]))
		h.Write(contents[name])
	}
	key := [32]byte(h.Sum(nil))
	if s := m.made[key]; s != nil {
		return s
	}
	s := newSandbox(m.tb)
	s.git("config", "core.compression", "0")
	for name := range contents {
		s.write(name, "something else\n")
	}
	s.git("add", "-A")
	s.git("commit", "-q", "--allow-empty", "-m", "before")
	for name, data := range contents {
		s.write(name, string(data))
	}
	s.git("add", "-A")
	if m.packed && len(contents) > 0 {
		s.feed(strings.Join(s.staged(), "\n")+"\n", "pack-objects", "-q", "--window=0", ".git/objects/pack/pack")
		s.git("prune-packed", "-q")
	}
	m.made[key] = s
	return s
}

// subject is the source of contents; large is from which size on blobs are read in pieces.
func (m *subjects) subject(large int64) sourcetest.Subject {
	return sourcetest.Subject{Kind: chunk.Index, Source: func(tb testing.TB, contents map[string][]byte) source.Source {
		src := m.sandbox(contents).open()
		src.largeFrom = large
		return src
	}}
}

// staged are the ids of what is staged.
func (s *sandbox) staged() []string {
	var out []string
	for _, c := range s.byGit() {
		out = append(out, c.id)
	}
	return out
}

func TestSource(t *testing.T) {
	for _, packed := range []bool{false, true} {
		m := &subjects{t, packed, map[[32]byte]*sandbox{}}
		t.Run(fmt.Sprintf("packed %v", packed), func(t *testing.T) { sourcetest.Test(t, m.subject(changes.LargeFrom)) })
		t.Run(fmt.Sprintf("packed %v, in pieces", packed), func(t *testing.T) { sourcetest.Test(t, m.subject(1)) })
	}
}

func BenchmarkSource(b *testing.B) {
	m := &subjects{b, false, map[[32]byte]*sandbox{}}
	sourcetest.Benchmark(b, m.subject(changes.LargeFrom))
}
