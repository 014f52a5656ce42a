package changes

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"lockaway/scanner/finding"
	"lockaway/scanner/gitpack"
)

// Counter counts the values in the bytes of a file at a path, by fingerprint: Count of
// what is found in them.
type Counter func(path string, data []byte) map[string]int

// Count counts the values of findings in one file, by fingerprint, each once a place:
// parts of several findings may stand in the same one.
func Count(fs []*finding.Finding) map[string]int {
	out := map[string]int{}
	for v, at := range occurrences(fs) {
		out[v] = len(at)
	}
	return out
}

// spot is a place in a file where a value stands.
type spot struct {
	line, column int
	layers       string
}

// occurrences are the spots of each value, with the findings that it belongs to. A
// finding's value is that of one of its parts, if it has any.
func occurrences(fs []*finding.Finding) map[string]map[spot][]*finding.Finding {
	out := map[string]map[spot][]*finding.Finding{}
	for _, f := range fs {
		layers := strings.Join(f.Layers, "\x00")
		add := func(value string, line, column int) {
			if out[value] == nil {
				out[value] = map[spot][]*finding.Finding{}
			}
			at := spot{line, column, layers}
			if !slices.Contains(out[value][at], f) {
				out[value][at] = append(out[value][at], f)
			}
		}
		whole := true
		for _, p := range f.Parts {
			v := p.Value.Fingerprint()
			add(v, p.Line, p.Column)
			whole = whole && v != f.Fingerprint
		}
		if whole {
			add(f.Fingerprint, f.StartLine, f.StartColumn)
		}
	}
	return out
}

// Added tells which findings a change has added. One goroutine may use it at a time.
type Added struct {
	Trees
	Count Counter
	// Parents are the changes from each of the states that there were before.
	Parents []*Diff

	states []*state // of each parent
	counts map[contentAt]map[string]int
	names  map[string]map[string]int
	faults []error
}

// contentAt is a blob at a path: some rules look at the path.
type contentAt struct {
	path string
	id   gitpack.ID
}

// state is what was before, by one of the parents.
type state struct {
	files   map[string]*File // those that are changed or added since, by path
	deleted []File           // those that are no more; inFiles and inPaths count their values
	listed  bool
	inFiles map[string]int // nil until it is asked for, as inPaths
	inPaths map[string]int
}

// New returns those of the findings in a file that are new against every parent, and
// what could not be read of the states before; what can't be compared counts as new.
func (a *Added) New(path string, fs []*finding.Finding) ([]*finding.Finding, []error) {
	a.prepare()
	olds := make([]gitpack.ID, len(a.states))
	for i, s := range a.states {
		f := s.files[path]
		if f == nil {
			return nil, nil // as it is there
		}
		olds[i] = f.Old
	}
	return a.fresh(fs, olds, func(i int, value string, enough int) int {
		n := a.count(path, olds[i])[value]
		if n < enough {
			n += a.inFiles(a.states[i], i)[value]
		}
		return n
	})
}

// NewName is like New for findings in the path of a file. What stands in the names of
// folders that were there before is not new.
func (a *Added) NewName(path string, fs []*finding.Finding) ([]*finding.Finding, []error) {
	a.prepare()
	known := make([]string, len(a.states))
	for i, s := range a.states {
		f := s.files[path]
		if f == nil || !f.Old.IsZero() {
			return nil, nil
		}
		known[i] = path[:f.Known]
	}
	return a.fresh(fs, nil, func(i int, value string, enough int) int {
		n := a.name(known[i])[value]
		if n < enough {
			n += a.inPaths(a.states[i], i)[value]
		}
		return n
	})
}

func (a *Added) prepare() {
	if a.counts != nil {
		return
	}
	a.counts, a.names = map[contentAt]map[string]int{}, map[string]map[string]int{}
	for _, d := range a.Parents {
		s := &state{files: make(map[string]*File, len(d.Files))}
		for i := range d.Files {
			s.files[d.Files[i].Path] = &d.Files[i]
		}
		a.states = append(a.states, s)
	}
}

// fresh returns the findings that have a value which occurs more often than it did in
// each of the parents. before says how often that was, and may stop at enough; olds
// are the blobs in which it may have been.
func (a *Added) fresh(fs []*finding.Finding, olds []gitpack.ID, before func(parent int, value string, enough int) int) ([]*finding.Finding, []error) {
	isNew := map[*finding.Finding]bool{}
	for value, spots := range occurrences(fs) {
		n := len(spots)
		for i := range a.states {
			if n > 0 {
				n = min(n, len(spots)-before(i, value, len(spots)))
			}
		}
		if n <= 0 {
			continue
		}
		for _, at := range a.likeliest(spots, n, olds) {
			for _, f := range spots[at] {
				isNew[f] = true
			}
		}
	}
	faults := a.faults
	a.faults = nil
	return slices.DeleteFunc(slices.Clone(fs), func(f *finding.Finding) bool { return !isNew[f] }), faults
}

// likeliest returns n of the spots of a value, those that are most likely the new
// ones: on lines that were not there before, then the last ones.
func (a *Added) likeliest(spots map[spot][]*finding.Finding, n int, olds []gitpack.ID) []spot {
	order := slices.SortedFunc(maps.Keys(spots), func(x, y spot) int {
		return cmp.Or(y.line-x.line, y.column-x.column, strings.Compare(x.layers, y.layers))
	})
	if n == len(order) {
		return order
	}
	stood := map[spot]int{}
	for _, id := range olds {
		text := a.text(id)
		for at, fs := range spots {
			if lines := fs[0].Around.Lines; lines != "" && strings.Contains(text, lines) {
				stood[at] = 1
			}
		}
	}
	slices.SortStableFunc(order, func(x, y spot) int { return stood[x] - stood[y] })
	return order[:n]
}

// count counts the values in a blob; the zero id is an empty one.
func (a *Added) count(path string, id gitpack.ID) map[string]int {
	if id.IsZero() {
		return nil
	}
	at := contentAt{path, id}
	n, ok := a.counts[at]
	if ok {
		return n
	}
	kind, data, err := a.Objects.Object(id)
	switch {
	case err != nil:
		a.faults = append(a.faults, err)
	case kind != gitpack.Blob:
		a.faults = append(a.faults, fmt.Errorf("object %s is a %s where a file should be", id, kind))
	default:
		n = a.Count(path, data)
	}
	a.counts[at] = n
	return n
}

// text is what a blob holds that was counted; empty if that can't be read.
func (a *Added) text(id gitpack.ID) string {
	if id.IsZero() {
		return ""
	}
	_, data, err := a.Objects.Object(id)
	if err != nil {
		return "" // told already
	}
	return string(data)
}

// name counts the values in a path.
func (a *Added) name(path string) map[string]int {
	n, ok := a.names[path]
	if !ok {
		n = a.Count("", []byte(path))
		a.names[path] = n
	}
	return n
}

// inFiles counts the values in the files that are no more.
func (a *Added) inFiles(s *state, parent int) map[string]int {
	if s.inFiles == nil {
		s.inFiles = map[string]int{}
		a.list(s, parent)
		for _, f := range s.deleted {
			for value, n := range a.count(f.Path, f.ID) {
				s.inFiles[value] += n
			}
		}
	}
	return s.inFiles
}

// inPaths counts the values in the paths of the files that are no more.
func (a *Added) inPaths(s *state, parent int) map[string]int {
	if s.inPaths == nil {
		s.inPaths = map[string]int{}
		a.list(s, parent)
		for _, f := range s.deleted {
			for value, n := range a.name(f.Path) {
				s.inPaths[value] += n
			}
		}
	}
	return s.inPaths
}

// list lists the files that are no more.
func (a *Added) list(s *state, parent int) {
	if s.listed {
		return
	}
	s.listed = true
	var faults []Fault
	s.deleted, faults = a.Deleted(a.Parents[parent])
	for _, f := range faults {
		a.faults = append(a.faults, fmt.Errorf("folder %q: %w", f.Path, f.Err))
	}
}
