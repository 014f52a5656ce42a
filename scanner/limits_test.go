package scanner_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"lockaway/scanner"
	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
	"lockaway/scanner/source"
)

// A content made of keys doesn't fill memory, and its rest is not passed over in
// silence; other contents keep theirs.
func TestTooManyFindings(t *testing.T) {
	flood := strings.Repeat("A", scanner.MaxFindings+5)
	o := options(&tree{contents: map[string]string{"flood": flood + "B" + flood, "z": "Z"}, cut: 1 << 12})
	r := run(t, o)
	if len(r.Findings) != scanner.MaxFindings+2 || r.Findings[scanner.MaxFindings+1].Path != "z" {
		t.Errorf("%d findings", len(r.Findings))
	}
	if last := r.Findings[scanner.MaxFindings]; last.Value.Reveal() != "B" {
		t.Errorf("a value that is new is lost: %+v", last)
	}
	if r.Scan.Complete || len(r.Scan.Problems) != 1 || r.Scan.Problems[0].Where != "flood" || r.Scan.Files != 2 {
		t.Errorf("summary %+v", r.Scan)
	}
	for _, f := range r.Findings {
		if f.Around.Veiled != (f.Path == "flood") {
			t.Fatalf("%s: veiled %v", f.Path, f.Around.Veiled)
		}
	}
}

// There is an end to values that are new.
func TestTooManyValues(t *testing.T) {
	o := options(&tree{contents: map[string]string{"flood": numbers(3 * scanner.MaxValues)}, cut: 1 << 12})
	o.Matcher = func() scanner.Matcher { return lines{} }
	r := run(t, o)
	if len(r.Findings) != scanner.MaxValues || len(r.Scan.Problems) != 1 || r.Scan.Files != 0 {
		t.Errorf("%d findings, summary %+v", len(r.Findings), r.Scan)
	}
}

// numbers returns n different lines, of one length.
func numbers(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%07d\n", i)
	}
	return b.String()
}

// The same for values that are not shown. Since none of them was to be told, the
// run may end clean; but what stands beside one that is told can't be shown.
func TestTooManyHidden(t *testing.T) {
	o := options(&tree{contents: map[string]string{"flood": numbers(scanner.MaxFindings+2) + "shown\n"}})
	o.Matcher = func() scanner.Matcher { return lines{} }
	o.Filters = []scanner.Filter{{Judge: func(f *finding.Finding) scanner.Verdict {
		if f.Value.Reveal() == "shown\n" {
			return scanner.Keep
		}
		return scanner.Hide
	}}}
	r := run(t, o)
	if len(r.Findings) != 1 || r.Scan.Hidden != scanner.MaxFindings+2 || len(r.Others) != scanner.MaxFindings {
		t.Errorf("%d findings, %d hidden, %d values", len(r.Findings), r.Scan.Hidden, len(r.Others))
	}
	if !r.Scan.Complete || !r.Findings[0].Around.Veiled {
		t.Errorf("summary %+v, %+v", r.Scan, r.Findings[0])
	}
}

// Of very many findings the worst are kept, the same for any number of workers.
func TestTooManyInAll(t *testing.T) {
	contents := map[string]string{}
	for i := range 8 {
		contents[fmt.Sprint(i)] = numbers(scanner.MaxFindings - 1)
	}
	o := options(&tree{contents: contents})
	o.Matcher = func() scanner.Matcher { return lines{} }
	o.Filters = []scanner.Filter{{Judge: func(f *finding.Finding) scanner.Verdict {
		if strings.HasPrefix(f.Value.Reveal(), "00077") {
			f.Severity = finding.Critical
		}
		return scanner.Keep
	}}}
	var first *scanner.Result
	for _, threads := range []int{1, 3} {
		o.Threads = threads
		r := run(t, o)
		worst := 0
		for _, f := range r.Findings {
			if f.Severity == finding.Critical {
				worst++
			}
			if !f.Around.Veiled {
				t.Fatal("values that were dropped may be shown beside another")
			}
		}
		if len(r.Findings) != scanner.MaxListed || worst != 8*100 || len(r.Scan.Problems) != 1 || r.Scan.Complete {
			t.Errorf("%d findings, %d of the worst, summary %+v", len(r.Findings), worst, r.Scan)
		}
		if first == nil {
			first = r
		} else if show(first) != show(r) {
			t.Error("the number of workers decides what is kept")
		}
	}
}

// Problems are named up to a number, those that count first.
func TestTooManyProblems(t *testing.T) {
	src := &tree{contents: map[string]string{"a": ""}}
	for i := range 2 * scanner.MaxProblems {
		src.problems = append(src.problems, source.Problem{Where: fmt.Sprintf("%06d", i), What: "shut", Low: i%4 > 0})
	}
	r := run(t, options(src))
	normal := 0
	for _, p := range r.Scan.Problems {
		if !p.Low {
			normal++
		}
	}
	if len(r.Scan.Problems) != scanner.MaxProblems+1 || normal != scanner.MaxProblems/2 || r.Scan.Complete {
		t.Errorf("%d problems, %d count", len(r.Scan.Problems), normal)
	}
	last := finding.Problem{Where: "here", What: fmt.Sprintf("%d more things could not be scanned", scanner.MaxProblems), Low: true}
	if !slices.Contains(r.Scan.Problems, last) {
		t.Error("the rest is not told")
	}
}

// The text around findings of a content that was not scanned to its end is veiled.
func TestBrokenOffIsVeiled(t *testing.T) {
	r := run(t, options(&tree{contents: map[string]string{"x": "A" + strings.Repeat(".", 50) + "!", "y": "A"}, cut: 10}))
	if len(r.Findings) != 2 || !r.Findings[0].Around.Veiled || r.Findings[1].Around.Veiled {
		t.Errorf("%+v", r.Findings)
	}
}

func TestTooManyThreads(t *testing.T) {
	o := options(&tree{contents: map[string]string{"x": "A"}})
	o.Threads = 1 << 40
	if r := run(t, o); len(r.Findings) != 1 {
		t.Errorf("%+v", r.Findings)
	}
}

// lines finds each line.
type lines struct{}

func (lines) Match(c *chunk.Chunk, yield func(*finding.Finding)) {
	at := int(c.Offset)
	for line := range strings.Lines(string(c.Data)) {
		if i := at - int(c.Offset); c.From <= i && i < c.To {
			v := finding.NewSecret(line)
			yield(&finding.Finding{Value: v, Fingerprint: v.Fingerprint(), Place: finding.Place{Path: c.Content.Path, StartLine: at}})
		}
		at += len(line)
	}
}

// A content with any number of allowed findings may still end clean.
func TestTooManyAllowed(t *testing.T) {
	o := options(&tree{contents: map[string]string{"flood": strings.Repeat("A", scanner.MaxFindings+5)}})
	o.Filters = []scanner.Filter{{Name: "all", Judge: func(*finding.Finding) scanner.Verdict { return scanner.Allow }}}
	if r := run(t, o); len(r.Findings) != 0 || r.Scan.Allowed != scanner.MaxFindings+5 || !r.Scan.Complete {
		t.Errorf("%d findings, summary %+v", len(r.Findings), r.Scan)
	}
}

// tired finds each line, and gives up on some rule where there is an "x".
type tired struct {
	lines
	gaveUp bool
}

func (m *tired) Match(c *chunk.Chunk, yield func(*finding.Finding)) {
	m.gaveUp = strings.Contains(string(c.Data), "x")
	m.lines.Match(c, yield)
}

func (m *tired) GaveUp() bool { return m.gaveUp }

// Rules that were not tried to the end are told, for each content.
func TestGivenUp(t *testing.T) {
	o := options(&tree{contents: map[string]string{"a": "ok\n", "b": "x\n", "c": "ok\n"}})
	o.Matcher = func() scanner.Matcher { return &tired{} }
	r := run(t, o)
	if len(r.Scan.Problems) != 1 || r.Scan.Problems[0].Where != "b" || r.Scan.Complete || len(r.Findings) != 3 {
		t.Fatalf("%+v", r.Scan)
	}
	for _, f := range r.Findings {
		if f.Around.Veiled != (f.Path == "b") {
			t.Errorf("%s: veiled %v", f.Path, f.Around.Veiled)
		}
	}
}
