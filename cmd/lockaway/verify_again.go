package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"time"

	"lockaway/scanner"
	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
	"lockaway/scanner/gitpack"
	"lockaway/scanner/source"
)

// Reports are masked, so what their findings hold is read again where it stood, and
// known by its fingerprint. Nothing of that is taken on trust: a report may come from
// anybody, and name any file; what is found in it counts only where whoever wrote the
// report knew the value too.

// again reads the places of a report's findings once more. It is a source.Source.
type again struct {
	a      *app
	target string // what the report was asked for
	beside string // the report's folder: paths may be meant from there

	contents []*placed
	index    map[placedKey]*placed
	repos    map[string]*openedRepo
	now      []*finding.Finding // what stands there
}

// placed is a content that findings of a report stood in.
type placed struct {
	key  placedKey
	refs []string // those of a tag
	why  string   // it can't be read
}

// placedKey tells contents apart. Files have no object.
type placedKey struct {
	kind               chunk.Kind
	path, repo, object string
}

// openedRepo is a repository whose objects are read, or why it can't be.
type openedRepo struct {
	git     *gitpack.Repo
	objects *gitpack.Objects
	why     string
}

// masked tells whether a credential that AWS may be asked about is not known whole.
func masked(f *finding.Finding) bool {
	return slices.ContainsFunc(f.Parts, func(p finding.Part) bool { return !p.Value.Known() })
}

// recover fills in what a report masks, as far as it still stands where it stood. It
// returns why of each finding that it is not so of, and the values that stand beside.
func (a *app) recover(s *setup, r *scanner.Result, path string) (lost map[*finding.Finding]string, err error) {
	g := &again{a: a, target: r.Scan.Target, index: map[placedKey]*placed{}, repos: map[string]*openedRepo{}}
	if path != "-" {
		g.beside = filepath.Dir(path)
	}
	defer g.close()
	var want []*finding.Finding
	for _, f := range r.Findings {
		if masked(f) && f.Allowed == nil {
			want = append(want, f)
			for _, at := range placesOf(f) {
				g.add(at)
			}
		}
	}
	if len(want) == 0 {
		return nil, nil
	}
	o := scanner.Options{Kind: "tree", Target: r.Scan.Target, Source: g, Threads: 1}
	if o.Matcher, err = s.matcher(nil); err != nil {
		return nil, err
	}
	found, err := scanner.Run(a.ctx, o)
	if err != nil {
		return nil, err
	}
	g.now = found.Findings
	lost = map[*finding.Finding]string{}
	for _, f := range want {
		if why := g.take(f); why != "" {
			lost[f] = why
		}
	}
	// What else stands there may stand in an excerpt, and be no finding of the report.
	for _, f := range found.Findings {
		r.Others = append(r.Others, f.Value)
		for _, p := range f.Parts {
			r.Others = append(r.Others, p.Value)
		}
	}
	r.Others = append(r.Others, found.Others...)
	return lost, nil
}

// placesOf returns a finding's places, its own first.
func placesOf(f *finding.Finding) []*finding.Place {
	out := []*finding.Place{&f.Place}
	for i := range f.Places {
		if i > 0 {
			out = append(out, &f.Places[i])
		}
	}
	return out
}

func keyOf(at *finding.Place) placedKey {
	k := placedKey{kind: at.Source, path: at.Path}
	if g := at.Git; g != nil {
		k.object, k.repo = g.Object, g.Repo
	}
	switch {
	case k.object != "":
		k.path = "" // whatever its name
	case at.Source == chunk.Tag && at.Git != nil:
		k.path = tagRef(at.Git.Refs)
	}
	return k
}

// add notes a content to be read.
func (g *again) add(at *finding.Place) {
	k := keyOf(at)
	if g.index[k] != nil {
		return
	}
	p := &placed{key: k}
	if at.Git != nil {
		p.refs = at.Git.Refs
	}
	g.index[k] = p
	g.contents = append(g.contents, p)
}

// Run implements source.Source. What can't be read says so in its placed: whoever
// only asks again need not be told of each.
func (g *again) Run(ctx context.Context, sinks []source.Sink) error {
	feeder := source.NewFeeder()
	for i, p := range g.contents {
		if ctx.Err() != nil {
			p.why = "interrupted before it was read"
			continue
		}
		// The number stands in the path, so that what is found leads back here.
		c := &chunk.Content{Kind: p.key.kind, Path: fmt.Sprint(i)}
		err := g.open(p, func(in io.Reader) error { return feeder.Feed(ctx, sinks[0], c, in) })
		switch {
		case ctx.Err() != nil:
			p.why = "interrupted before it was read"
		case err != nil:
			p.why = reason(err)
		}
	}
	return ctx.Err()
}

// take fills in what a finding's places hold now, or says why they don't.
func (g *again) take(f *finding.Finding) (why string) {
	for n, at := range placesOf(f) {
		p := g.index[keyOf(at)]
		if p.why != "" {
			if why == "" {
				why = p.why
			}
			continue
		}
		best := g.best(f, at, fmt.Sprint(slices.Index(g.contents, p)))
		if best == nil {
			if why == "" {
				why = "the value stands no more in " + standsIn(at)
			}
			continue
		}
		f.Value, f.Pieces = best.Value, best.Pieces
		f.AWS.Canary = f.AWS.Canary || best.AWS.Canary
		if n > 0 {
			fill(f.Parts, best.Parts)
			return ""
		}
		f.Parts, f.Around = best.Parts, best.Around
		f.StartLine, f.EndLine, f.StartColumn, f.EndColumn = best.StartLine, best.EndLine, best.StartColumn, best.EndColumn
		if len(f.Places) > 0 {
			f.Places[0].StartLine = best.StartLine
		}
		return ""
	}
	return why
}

// best is what stands in a content of the finding's value and key, the nearest to
// where it stood; nil if nothing does.
func (g *again) best(f *finding.Finding, at *finding.Place, content string) (best *finding.Finding) {
	far := func(c *finding.Finding) int { return max(c.StartLine-at.StartLine, at.StartLine-c.StartLine) }
	for _, c := range g.now {
		same := c.Path == content && c.Fingerprint == f.Fingerprint && len(c.Parts) > 0 &&
			c.AWS != nil && f.AWS != nil && c.AWS.KeyID == f.AWS.KeyID
		if same && (best == nil || far(c) < far(best)) {
			best = c
		}
	}
	return best
}

// fill puts values in where a finding's parts stand elsewhere than what was read.
func fill(parts, now []finding.Part) {
	for i := range parts {
		for _, p := range now {
			if p.Kind == parts[i].Kind {
				parts[i].Value = p.Value
			}
		}
	}
}

func standsIn(at *finding.Place) string {
	switch {
	case at.Path != "":
		return at.Path
	case at.Git != nil && at.Git.Object != "":
		return "the object " + at.Git.Object
	}
	return "its place"
}

func (g *again) close() {
	for _, r := range g.repos {
		if r.objects != nil {
			r.objects.Close()
		}
	}
}

var _ source.Source = (*again)(nil)

// notAgain are the words for a finding that could not be read again.
func notAgain(v *finding.Verification, why string) *finding.Verification {
	said := "its value is masked and could not be read again: " + why
	if v == nil || v.State == finding.NotCalled {
		return &finding.Verification{State: finding.NotCalled, Reasons: []string{said}}
	}
	// What was told before still says more than nothing.
	kept := *v
	when := ""
	if !v.Asked.IsZero() {
		when = " since " + v.Asked.UTC().Format(time.DateTime+" MST")
	}
	kept.Reasons = append(slices.Clone(v.Reasons), "not asked again"+when+": "+said)
	return &kept
}
