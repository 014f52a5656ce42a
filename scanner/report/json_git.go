package report

import (
	"encoding/base64"
	"slices"
	"time"
	"unicode/utf8"

	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
)

// The JSON report's objects of what stands in a repository.
type (
	// jsonGit is a place in the history. What is not known of one is absent.
	jsonGit struct {
		Repo      string   `json:"repo,omitempty"` // of a submodule, its git folder
		Blob      string   `json:"blob,omitempty"`
		Commit    string   `json:"commit,omitempty"`
		Author    string   `json:"author,omitempty"`
		Email     string   `json:"email,omitempty"`
		Date      string   `json:"date,omitempty"` // RFC 3339
		Message   string   `json:"message,omitempty"`
		Paths     []string `json:"paths,omitempty"`
		MorePaths int      `json:"more_paths,omitempty"`
		Refs      []string `json:"refs,omitempty"`
		MoreRefs  int      `json:"more_refs,omitempty"`
		AtTip     *bool    `json:"at_tip,omitempty"`
		Reachable *bool    `json:"reachable,omitempty"`
	}
	jsonPlace struct {
		Path       string   `json:"path"`
		PathBase64 string   `json:"path_base64,omitempty"`
		StartLine  int      `json:"start_line"`
		Source     string   `json:"source"`
		Layers     []string `json:"layers,omitempty"`
		Git        *jsonGit `json:"git,omitempty"`
	}
)

// listedNames is how many paths, and refs, of a place are listed. A mirror of a busy
// repository has tens of thousands of refs, all of which reach what is old: a report
// that listed them for every place would be larger than the repository.
const listedNames = 100

// inRepository tells whether a scan of that kind reads a repository's objects.
func inRepository(kind string) bool { return kind == "repository" || kind == "range" }

// blobKinds are the contents that are blobs: what else has an object has a commit, a
// tag or a tree.
var blobKinds = []chunk.Kind{chunk.Blob, chunk.Index, chunk.Note, chunk.Symlink}

// git returns the object of where a place is in the history; nil if it is in none.
// Ids of objects are not masked: readers look them up.
func (m *Mask) git(at *finding.Place) *jsonGit {
	g := at.Git
	if g == nil {
		return nil
	}
	out := &jsonGit{
		Repo: m.json(g.Repo), Commit: g.Commit, Author: m.piece(g.Author), Email: m.piece(g.Email), Message: m.piece(g.Message),
	}
	paths, refs := g.Paths[:min(len(g.Paths), listedNames)], g.Refs
	if len(refs) > listedNames {
		refs = byRank(refs)[:listedNames]
	}
	out.Paths, out.MorePaths = m.jsonAll(paths), len(g.Paths)-len(paths)+g.MorePaths
	out.Refs, out.MoreRefs = m.jsonAll(refs), len(g.Refs)-len(refs)+g.MoreRefs
	if slices.Contains(blobKinds, at.Source) {
		out.Blob = g.Object
	}
	if !g.Date.IsZero() {
		out.Date = g.Date.Format(time.RFC3339)
	}
	if g.Placed {
		out.AtTip, out.Reachable = &g.AtTip, &g.Reachable
	}
	return out
}

// piece returns what was cut out of a longer text: a value may have been cut, too,
// and what is left of it is hidden like the whole.
func (m *Mask) piece(s string) string { return jsonString(m.Piece(s)) }

// places returns all places of a value; none outside of repository scans.
func (m *Mask) places(f *finding.Finding) []jsonPlace {
	var out []jsonPlace
	for i := range f.Places {
		at := &f.Places[i]
		out = append(out, jsonPlace{
			Path: m.json(at.Path), PathBase64: m.pathBytes(at.Path), StartLine: at.StartLine,
			Source: string(at.Source), Layers: m.jsonAll(at.Layers), Git: m.git(at),
		})
	}
	return out
}

// pathBytes returns a path in base64, if its bytes are not UTF-8.
func (m *Mask) pathBytes(path string) string {
	p := m.Text(path)
	if utf8.ValidString(p) {
		return ""
	}
	return base64.StdEncoding.EncodeToString([]byte(p))
}
