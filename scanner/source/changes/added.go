package changes

import (
	"slices"
	"strings"

	"lockaway/scanner/finding"
	"lockaway/scanner/gitpack"
)

// Counter counts the findings in the bytes of a file at a path, by fingerprint.
type Counter func(path string, data []byte) map[string]int

// Added tells which findings a change has added.
type Added struct {
	Trees
	Count Counter
	// Parents are the changes from each of the states that there were before.
	Parents []*Diff

	old     []map[string]File // by path, of each parent
	deleted []map[string]int  // likewise; nil until it is asked for
	counts  map[gitpack.ID]map[string]int
	texts   map[gitpack.ID][]byte
	faults  []error
}

// New returns those of a file's findings that are new against every parent, and what
// could not be read of the states before; what can't be compared counts as new.
func (a *Added) New(path string, fs []*finding.Finding) ([]*finding.Finding, []error) {
	a.prepare()
	byValue := map[string][]*finding.Finding{}
	for _, f := range fs {
		byValue[f.Fingerprint] = append(byValue[f.Fingerprint], f)
	}
	var out []*finding.Finding
	for _, f := range fs {
		if same := byValue[f.Fingerprint]; same != nil {
			delete(byValue, f.Fingerprint)
			out = append(out, a.newest(path, same)...)
		}
	}
	faults := a.faults
	a.faults = nil
	return out, faults
}

func (a *Added) prepare() {
	if a.old != nil {
		return
	}
	a.counts, a.texts = map[gitpack.ID]map[string]int{}, map[gitpack.ID][]byte{}
	a.deleted = make([]map[string]int, len(a.Parents))
	for _, d := range a.Parents {
		byPath := make(map[string]File, len(d.Files))
		for _, f := range d.Files {
			byPath[f.Path] = f
		}
		a.old = append(a.old, byPath)
	}
}

// newest returns as many of the findings of one value as are new.
func (a *Added) newest(path string, same []*finding.Finding) []*finding.Finding {
	fresh := len(same)
	var before []byte
	for i := range a.Parents {
		f, changed := a.old[i][path]
		if !changed {
			return nil // as it is there
		}
		were := 0
		if !f.Old.IsZero() {
			were = a.count(path, f.Old)[same[0].Fingerprint]
			before = a.texts[f.Old]
		}
		if were < len(same) {
			were += a.inDeleted(i)[same[0].Fingerprint]
		}
		fresh = min(fresh, len(same)-were)
	}
	if fresh <= 0 {
		return nil
	}
	// Which of several are the new ones: those whose lines were not there, then the
	// last ones.
	same = slices.Clone(same)
	stood := func(f *finding.Finding) int {
		if f.Around.Lines != "" && strings.Contains(string(before), f.Around.Lines) {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(same, func(x, y *finding.Finding) int {
		if c := stood(x) - stood(y); c != 0 {
			return c
		}
		return finding.Compare(y, x)
	})
	out := same[:fresh]
	slices.SortFunc(out, finding.Compare)
	return out
}

// count counts the values in a blob.
func (a *Added) count(path string, id gitpack.ID) map[string]int {
	if n, ok := a.counts[id]; ok {
		return n
	}
	var n map[string]int
	_, data, err := a.Objects.Object(id)
	if err != nil {
		a.faults = append(a.faults, err)
	} else {
		n = a.Count(path, data)
		a.texts[id] = data
	}
	a.counts[id] = n
	return n
}

// inDeleted counts the values in all files that are no more.
func (a *Added) inDeleted(parent int) map[string]int {
	if a.deleted[parent] != nil {
		return a.deleted[parent]
	}
	sum := map[string]int{}
	ids, err := a.AllDeleted(a.Parents[parent])
	if err != nil {
		a.faults = append(a.faults, err)
	}
	for _, id := range ids {
		for value, n := range a.count("", id) {
			sum[value] += n
		}
		delete(a.texts, id)
	}
	a.deleted[parent] = sum
	return sum
}
