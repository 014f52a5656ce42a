package scanner

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync/atomic"
	"time"

	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
	"lockaway/scanner/source"
)

// Content that is made of keys would fill memory. What is beyond these limits is
// told as a problem, and the result is not complete then.
const (
	// MaxFindings is how many findings of one content are kept; of values that
	// were not found in it before, more.
	MaxFindings = 10_000
	// MaxValues is how many different values of one content are kept. A content
	// with more findings than MaxFindings that has as many values, too, is not
	// scanned to its end.
	MaxValues = MaxFindings
	// MaxListed is how many findings of a scan are kept, the worst first.
	MaxListed = 50_000
	// MaxProblems is how many problems are named.
	MaxProblems = 10_000
)

// maxThreads is how many workers there may be where there are fewer cores: each
// has buffers of some megabytes.
const maxThreads = 64

// Matcher finds what a chunk holds. It is used by one goroutine, and may keep
// state from a content's first chunk to its last.
type Matcher interface {
	// Match yields the findings that the chunk owns. What it yields is kept and
	// must not point into the chunk's bytes.
	Match(c *chunk.Chunk, yield func(*finding.Finding))
}

// Verdict says what becomes of a finding.
type Verdict int

// The verdicts.
const (
	Keep  Verdict = iota
	Allow         // someone said that it may stand there; Finding.Allowed says who
	Hide          // below what was asked for
)

// Filter judges one finding in its place; it may change the finding's levels,
// title and reasons.
type Filter struct {
	Name string
	// Judge is called from several goroutines at once.
	Judge func(*finding.Finding) Verdict
}

// hides asks the filters about a finding in its place, and tells whether one hides
// it; whether one allows it stands in the finding then.
func (o *Options) hides(f *finding.Finding) bool {
	hidden := false
	for _, filter := range o.Filters {
		switch filter.Judge(f) {
		case Allow:
			filter.allow(f)
		case Hide:
			hidden = true
		}
	}
	return hidden
}

// allow marks a finding as allowed, unless another filter has done so.
func (filter Filter) allow(f *finding.Finding) {
	if f.Allowed == nil {
		f.Allowed = &finding.Allowed{By: filter.Name}
	}
}

// Progress counts while a scan runs. It may be read at any time.
type Progress struct {
	Files, Bytes, Findings atomic.Int64
	// Done and Total are how much of a source was read and how much there is of it, in
	// whatever it counts; the source adds to them. Total stays 0 where nobody knows.
	Done, Total atomic.Int64
	// Asked and ToAsk are how many credentials were asked about, and how many are to be;
	// ToAsk is 0 until that begins.
	Asked, ToAsk atomic.Int64
}

// Options say what is scanned and by which stages.
type Options struct {
	// Kind and Target go to the summary as they are: "tree", ".".
	Kind, Target string
	Source       source.Source
	// Matcher makes one worker's matcher. It is called again after a failure.
	Matcher func() Matcher
	// Place, if set, says where the findings stand, once all are found: it fills in
	// their paths and the rest of Place, and leaves out what doesn't count. Filters
	// are asked then, for each path. With Merge, findings of one value become one,
	// with its places.
	Place func(ctx context.Context, fs []*finding.Finding) ([]*finding.Finding, []source.Problem)
	Merge bool
	// Filters are asked in this order, all of them for every finding.
	Filters []Filter
	// Link, if set, works on all findings together, allowed ones too, once they are
	// merged and sorted: it gives those that are derived from one another the same
	// fingerprint. Relinked is asked about each finding whose fingerprint changed.
	Link     func([]*finding.Finding)
	Relinked *Filter
	// Verify, if set, asks about all findings together, behind that: it fills in their
	// Verification, may change their severity, and returns soon when ctx ends. Again, if
	// set, is asked anew about those that became less severe.
	Verify func(ctx context.Context, fs []*finding.Finding)
	Again  *Filter
	// OnlyLive hides, behind Verify, what wasn't said to be live.
	OnlyLive bool
	// Stages work on all findings together, behind that and in this order. They
	// may change findings, not their places.
	Stages []func([]*finding.Finding)
	// Threads is how many contents are read and scanned at once; GOMAXPROCS if 0.
	Threads int
	// Rules is how many rules are looked for, for the summary.
	Rules int
	// ShowAllowed keeps allowed findings in the result.
	ShowAllowed bool
	// Progress, if set, is counted up.
	Progress *Progress
}

// Result is what a scan gives, in an order that the input alone decides.
type Result struct {
	// Findings are sorted by finding.Compare.
	Findings []*finding.Finding
	// Others are the values of findings that were allowed or hidden. No report may
	// show them either.
	Others []finding.Secret
	// Unshown are findings that were hidden by what Verify told. What they found stands
	// there all the same.
	Unshown []*finding.Finding
	Scan    finding.Scan
}

// Run scans what the source gives. When ctx ends early it returns soon, with what
// was found until then and a problem that says so. The error is not nil only when
// nothing of what was asked for could be done.
func Run(ctx context.Context, o Options) (*Result, error) {
	began := time.Now()
	if o.Progress == nil {
		o.Progress = &Progress{}
	}
	if o.Threads <= 0 {
		o.Threads = runtime.GOMAXPROCS(0)
	}
	o.Threads = min(o.Threads, max(maxThreads, runtime.GOMAXPROCS(0)))
	workers := make([]*sink, o.Threads)
	sinks := make([]source.Sink, o.Threads)
	all := newGathered()
	for i := range sinks {
		workers[i] = &sink{ctx: ctx, o: &o, all: all}
		sinks[i] = workers[i]
	}
	err := o.Source.Run(ctx, sinks)
	r := merge(&o, workers, all)
	interrupted := err != nil && ctx.Err() != nil
	for _, w := range workers {
		interrupted = interrupted || w.interrupted
	}
	switch {
	case interrupted:
		r.Scan.Problems = append(r.Scan.Problems, finding.Problem{
			Where: o.Target, What: "interrupted before everything was scanned",
		})
	case err != nil:
		return nil, err
	}
	if o.Place != nil {
		r.place(ctx, &o)
	}
	slices.SortStableFunc(r.Findings, finding.Compare)
	r.link(&o)
	r.conclude(ctx, &o)
	r.Scan.Complete = len(r.Scan.Problems) == 0
	r.Scan.Began, r.Scan.Elapsed = began, time.Since(began)
	return r, nil
}

// Resume does with findings that are there already what Run does once it has scanned:
// it asks about them and runs the stages. Of the options, those that say how something
// is found don't matter.
func Resume(ctx context.Context, r *Result, o Options) {
	problems := len(r.Scan.Problems)
	r.conclude(ctx, &o)
	r.Scan.Complete = r.Scan.Complete && len(r.Scan.Problems) == problems
}

// conclude asks about the findings, runs the stages, and puts all in its order.
func (r *Result) conclude(ctx context.Context, o *Options) {
	r.ask(ctx, o)
	for _, stage := range o.Stages {
		r.together(o.Target, stage)
	}
	if !o.ShowAllowed {
		r.dropAllowed()
	}
	r.sortOthers()
	sortProblems(r.Scan.Problems)
}

// merge joins what the workers gathered.
func merge(o *Options, workers []*sink, all *gathered) *Result {
	r := &Result{Scan: finding.Scan{Kind: o.Kind, Target: o.Target, Rules: o.Rules}}
	for _, w := range workers {
		w.finish()
		s := &r.Scan
		s.Files += w.files
		s.Blobs += w.blobs
		s.Commits += w.commits
		s.Bytes += w.bytes
		s.Skipped += w.skipped
		s.Allowed += w.allowed
		s.Foreign += w.foreign
		s.Hidden += w.hidden
	}
	var more, spared, values int
	r.Findings, more = all.findings.list()
	if more > 0 {
		all.problems.add(finding.Problem{Where: o.Target, What: fmt.Sprintf("more than %d findings: the least severe are not listed", MaxListed)})
	}
	var allowed []*finding.Finding
	allowed, spared = all.spared.list()
	r.Findings = append(r.Findings, allowed...)
	r.Others, values = all.others.list()
	if more+spared+values > 0 {
		for _, f := range r.Findings {
			f.Around.Veiled = true // values that no report knows of may stand in it
		}
	}
	r.Scan.Problems, more = all.problems.list()
	if more > 0 {
		r.Scan.Problems = append(r.Scan.Problems, finding.Problem{
			Where: o.Target, What: fmt.Sprintf("%d more things could not be scanned", more),
			Low: r.Scan.Problems[MaxProblems-1].Low,
		})
	}
	return r
}

// worse orders findings for the case that there are too many.
func worse(a, b *finding.Finding) int {
	return cmp.Or(-cmp.Compare(a.Severity, b.Severity), -cmp.Compare(a.Confidence, b.Confidence), finding.Compare(a, b))
}

// link joins derived values. What an allow entry says of the one's fingerprint
// holds for the other then.
func (r *Result) link(o *Options) {
	if o.Link == nil {
		return
	}
	before := make([]string, len(r.Findings))
	for i, f := range r.Findings {
		before[i] = f.Fingerprint
	}
	r.together(o.Target, o.Link)
	for i, f := range r.Findings {
		if f.Fingerprint == before[i] || f.Allowed != nil || o.Relinked == nil {
			continue
		}
		if o.Relinked.Judge(f) == Allow {
			o.Relinked.allow(f)
			r.Scan.Allowed++
		}
	}
}

// dropAllowed takes allowed findings out, but for their values.
func (r *Result) dropAllowed() {
	r.Findings = slices.DeleteFunc(r.Findings, func(f *finding.Finding) bool {
		if f.Allowed == nil {
			return false
		}
		r.Others = append(r.Others, f.Value)
		for _, p := range f.Parts {
			r.Others = append(r.Others, p.Value)
		}
		return true
	})
}

// sortOthers leaves each value once, in an order that no worker decides.
func (r *Result) sortOthers() {
	slices.SortFunc(r.Others, compareSecrets)
	r.Others = slices.Compact(r.Others)
}

func compareSecrets(a, b finding.Secret) int { return cmp.Compare(a.Reveal(), b.Reveal()) }

// together runs a stage over all findings. A failure costs what the stage would
// have added, never the findings.
func (r *Result) together(target string, stage func([]*finding.Finding)) {
	r.guard(target, "advice is incomplete", func() { stage(r.Findings) })
}

// guard runs what may fail; then it says what is lacking.
func (r *Result) guard(target, lacking string, do func()) {
	defer func() {
		if p := recover(); p != nil {
			r.Scan.Problems = append(r.Scan.Problems, finding.Problem{Where: target, What: lacking + ": " + failure(p)})
		}
	}()
	do()
}

func sortProblems(ps []finding.Problem) {
	slices.SortFunc(ps, func(a, b finding.Problem) int {
		return cmp.Or(cmp.Compare(a.Where, b.Where), cmp.Compare(a.What, b.What), cmp.Compare(a.Hint, b.Hint))
	})
}

// compareProblems puts those that count first.
func compareProblems(a, b finding.Problem) int {
	switch {
	case a.Low == b.Low:
		return cmp.Or(cmp.Compare(a.Where, b.Where), cmp.Compare(a.What, b.What), cmp.Compare(a.Hint, b.Hint))
	case b.Low:
		return -1
	}
	return 1
}

// failure words a recovered panic. Only the runtime's own text is passed on: a
// panic's value might hold bytes of what was scanned.
func failure(p any) string {
	var re runtime.Error
	if err, ok := p.(error); ok && errors.As(err, &re) {
		return fmt.Sprintf("internal error (%s)", re)
	}
	return "internal error"
}
