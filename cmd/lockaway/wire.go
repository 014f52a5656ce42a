package main

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"sync"
	"time"

	"lockaway/rules"
	"lockaway/scanner"
	"lockaway/scanner/advise"
	"lockaway/scanner/chunk"
	"lockaway/scanner/filter"
	"lockaway/scanner/finding"
	"lockaway/scanner/gitpack"
	"lockaway/scanner/match"
	"lockaway/scanner/source"
	"lockaway/scanner/source/files"
	"lockaway/scanner/source/history"
	"lockaway/scanner/source/ranges"
	"lockaway/scanner/source/staged"
	"lockaway/scanner/source/stdin"
	"lockaway/verify"
	"lockaway/verify/aws"
)

// This file alone builds the stages of a scan. Each function joins what a setup
// says with one stage; the run loop gets them through scanner.Options.

// streamSource reads standard input.
func streamSource(in *os.File) source.Source { return stdin.New(in) }

// treeSource reads files and folders.
func (s *setup) treeSource(paths []string) source.Source {
	o := files.Options{Paths: paths, Gitignore: s.gitignore, ExcludeFrom: s.config.Dir}
	for _, it := range s.config.Exclude {
		o.Exclude = append(o.Exclude, it.Value)
	}
	return files.New(o)
}

// historySource reads everything that a repository holds. name is what it is called,
// memory how many bytes may be held of objects, the default if 0.
func historySource(repo *gitpack.Repo, name string, memory int64, p *scanner.Progress) *history.Source {
	return history.New(history.Options{Repo: repo, Name: name, Memory: memory, Done: &p.Done, Total: &p.Total})
}

// commitTree gives the files of a commit.
type commitTree = *history.Tree

// openCommit opens the tree of a commit.
func openCommit(repo *gitpack.Repo, rev string) (commitTree, error) {
	return history.OpenTree(repo, rev)
}

// leftOut allows what a repository's history has at paths that are left out.
type leftOut = filter.LeftOut

// leaveOut makes it; read gives the ignore files.
func (s *setup) leaveOut(read func(path string) ([]byte, bool)) *leftOut {
	var exclude []string
	for _, it := range s.config.Exclude {
		exclude = append(exclude, it.Value)
	}
	if s.noRepoConfig {
		read = func(string) ([]byte, bool) { return nil, false }
	}
	return filter.NewLeftOut(exclude, s.config.File, read)
}

// rangeSource reads what some commits of a repository add.
func (s *setup) rangeSource(repo *gitpack.Repo, g *gitFlags, listed []string, progress *scanner.Progress) (*ranges.Source, error) {
	r := &g.only
	return ranges.Open(ranges.Options{
		Repo: repo, Ranges: r.ranges, Branches: r.branches, All: r.all, Commits: listed, Since: r.since.Time,
		Memory: int64(g.memory), Count: s.count, LargeElsewhere: g.largeElsewhere,
		Progress: func(done, all int) {
			progress.Done.Store(int64(done))
			progress.Total.Store(int64(all))
		},
	})
}

// parseSince and readCommits read what says which commits.
var (
	parseSince  = ranges.ParseSince
	readCommits = ranges.ReadCommits
)

// stagedSource reads what the next commit adds. count counts findings in bytes, to
// compare.
func stagedSource(repo *gitpack.Repo, o stagedScan, count func(path string, data []byte) map[string]int) (stagedFiles, error) {
	return staged.Open(staged.Options{Repo: repo, WholeFiles: o.whole, Merged: o.merged, Count: count})
}

// stagedFiles is what is staged.
type stagedFiles = *staged.Source

// engine is what the rules are looked for with.
type engine = match.Engine

// matcher returns what makes a worker's matcher. trace, if not nil, is told what
// each worker considers.
func (s *setup) matcher(trace func(match.Step)) (func() scanner.Matcher, error) {
	if s.engine == nil {
		var err error
		if s.engine, err = match.New(s.rules); err != nil {
			return nil, err
		}
	}
	return func() scanner.Matcher {
		w := s.engine.Worker()
		w.Trace = trace
		return w
	}, nil
}

// judging holds what judges findings, ready to be asked.
type judging struct {
	filters []scanner.Filter
	entries scanner.Filter // those of them that look at fingerprints: allow entries and baseline
	level   scanner.Filter // the one that hides by confidence and severity
	expired []finding.AllowEntry
	advise  func([]*finding.Finding)
}

// judging makes the filters, in their order, and the advice that follows them.
func (s *setup) judging(now time.Time) (*judging, error) {
	rel := s.config.Rel()
	if s.inRepo {
		rel = func(path string) (string, bool) { return path, true }
	}
	allow, err := filter.NewAllow(s.config.Allow, rel, now)
	if err != nil {
		return nil, err
	}
	level, err := s.level()
	if err != nil {
		return nil, err
	}
	advisor, err := s.advisor(now)
	if err != nil {
		return nil, err
	}
	refine := filter.NewRefine(s.rules.Rules())
	out := scanner.Filter{Name: "left out", Judge: func(*finding.Finding) scanner.Verdict { return scanner.Keep }}
	if s.leftOut != nil {
		out.Judge = allowedBy(s.leftOut.Judge)
	}
	known := filter.NewBaseline(s.known.Entries)
	entries := scanner.Filter{Name: "allow", Judge: allowedBy(func(f *finding.Finding) (finding.Allowed, bool) {
		if a, ok := allow.Judge(f); ok {
			return a, true
		}
		return known.Judge(f)
	})}
	hide := scanner.Filter{Name: "level", Judge: func(f *finding.Finding) scanner.Verdict {
		if level.Hides(f) {
			return scanner.Hide
		}
		return scanner.Keep
	}}
	return &judging{
		filters: []scanner.Filter{
			{Name: "refine", Judge: kept(func(f *finding.Finding) { refine.Apply(f) })},
			{Name: "raise", Judge: kept(func(f *finding.Finding) { advisor().Raise(f) })},
			{Name: "inline", Judge: allowedBy(filter.Inline)},
			{Name: "markers", Judge: allowedBy(s.foreign().Judge)},
			entries,
			out,
			{Name: "expiry", Judge: kept(func(f *finding.Finding) { filter.Expire(f, now) })},
			hide,
		},
		entries: entries, level: hide,
		expired: allow.Expired(),
		advise: func(fs []*finding.Finding) {
			if len(fs) > 0 {
				advisor().Advise(fs)
			}
		},
	}, nil
}

// advisor returns what gives the advisor. It is made for the first finding, since most
// scans find nothing, and reading the guidance takes longer than many a scan. The
// rules that come with the program name guidance that is there, as tests make sure;
// others are checked at once.
func (s *setup) advisor(now time.Time) (func() *advise.Advisor, error) {
	load := sync.OnceValues(func() (*advise.Advisor, error) {
		guidance, err := rules.LoadGuidance()
		if err != nil {
			return nil, err
		}
		return advise.New(guidance, s.rules, now)
	})
	if s.ownRules {
		if _, err := load(); err != nil {
			return nil, err
		}
	}
	return func() *advise.Advisor {
		a, err := load()
		if err != nil {
			panic(err)
		}
		return a
	}, nil
}

// How long one call to AWS, and all of a run's, may take where nothing else is said.
const (
	defaultCall  = 8 * time.Second
	defaultTotal = 2 * time.Minute
)

// partitions and checkEndpoint are for the flags that name such.
var (
	partitions    = aws.Partitions
	checkEndpoint = func(s string) error { _, err := aws.CheckEndpoint(s); return err }
)

// verifying makes ready what asks AWS about findings.
func (s *setup) verifying(ctx context.Context) (verify.Options, error) {
	k, c := &s.asking, &s.config.Verify
	o := aws.Options{
		Partitions: k.partitions, Endpoint: string(k.endpoint), Version: versionText(),
		CallTimeout: cmp.Or(time.Duration(c.CallSeconds)*time.Second, defaultCall),
	}
	if k.operator() {
		o.Operator = &aws.Operator{Profile: string(k.profile), Environment: k.environment}
	}
	v, err := aws.New(ctx, o)
	if err != nil {
		return verify.Options{}, err
	}
	return verify.Options{
		Verifier: v, CallCanaries: k.callCanaries,
		Total: cmp.Or(time.Duration(c.TotalSeconds)*time.Second, defaultTotal),
	}, nil
}

// renew fits the steps of findings that were read back from a report, and the guidance
// that depends on whose they are, to what asking AWS told of them since. The rest is
// kept: the text around them, which tells what fits, may not be known any more, so that
// advising them anew would lose it.
func (s *setup) renew(fs []*finding.Finding, now time.Time) error {
	advisor, err := s.advisor(now)
	if err == nil && len(fs) > 0 {
		advisor().Renew(fs)
	}
	return err
}

// checkGuidance tells what entries of the guidance rules name that aren't there.
func checkGuidance(set *rules.Set) error {
	guidance, err := rules.LoadGuidance()
	if err == nil {
		_, err = advise.New(guidance, set, time.Now())
	}
	return err
}

// playbook tells all that is to be done about a finding.
var playbook = advise.Playbook

// markers are the inline markers of other tools that a configuration may have honoured.
var markers = filter.Markers

func (s *setup) foreign() *filter.Foreign {
	var honoured []string
	for _, it := range s.config.Markers {
		honoured = append(honoured, it.Value)
	}
	return filter.NewForeign(honoured)
}

// kept makes a filter of what only changes a finding.
func kept(change func(*finding.Finding)) func(*finding.Finding) scanner.Verdict {
	return func(f *finding.Finding) scanner.Verdict {
		change(f)
		return scanner.Keep
	}
}

// allowedBy makes a filter of what may allow a finding; the first that does is
// the one that is named.
func allowedBy(judge func(*finding.Finding) (finding.Allowed, bool)) func(*finding.Finding) scanner.Verdict {
	return func(f *finding.Finding) scanner.Verdict {
		a, ok := judge(f)
		if !ok {
			return scanner.Keep
		}
		if f.Allowed == nil {
			f.Allowed = &a
		}
		return scanner.Allow
	}
}

func (s *setup) level() (filter.Level, error) {
	c, err := finding.ParseConfidence(s.minConfidence.value)
	if err != nil {
		return filter.Level{}, err
	}
	sev, err := finding.ParseSeverity(s.minSeverity.value)
	return filter.Level{Confidence: c, Severity: sev}, err
}

// options puts the stages behind a source together.
func (s *setup) options(o scanner.Options, j *judging, trace func(step)) (scanner.Options, error) {
	var err error
	if o.Matcher, err = s.matcher(trace); err != nil {
		return o, err
	}
	o.Filters, o.Relinked = j.filters, &j.entries
	o.Link = advise.LinkDerived
	o.Stages = []func([]*finding.Finding){j.advise}
	o.Rules = s.rules.Len()
	return o, nil
}

// step is one thing that a matcher considered.
type step = match.Step

// fileSource reads the one file at path, whatever ignore files say of it.
func fileSource(path string) source.Source { return oneFile(path) }

type oneFile string

// Run implements source.Source.
func (p oneFile) Run(ctx context.Context, sinks []source.Sink) error {
	file, err := os.Open(string(p))
	if err != nil {
		return err
	}
	defer file.Close()
	content := &chunk.Content{Kind: chunk.File, Path: filepath.ToSlash(filepath.Clean(string(p)))}
	if err := source.NewFeeder().Feed(ctx, sinks[0], content, file); err != nil && ctx.Err() == nil {
		sinks[0].Problem(source.Problem{Where: string(p), What: source.Describe(err)})
	}
	return ctx.Err()
}

// leavesOut tells whether a source of one file gives nothing, because of what it is
// told to leave out.
func leavesOut(ctx context.Context, s source.Source) bool {
	seen := &seen{}
	return s.Run(ctx, []source.Sink{seen}) == nil && seen.skipped && !seen.content
}

// seen is a sink that only notes what comes.
type seen struct{ content, skipped bool }

func (s *seen) Chunk(*chunk.Chunk)     { s.content = true }
func (s *seen) Problem(source.Problem) {}
func (s *seen) Skip(int)               { s.skipped = true }

// ignored tells whether git's ignore files, or ours, leave the file at path out.
func ignored(ctx context.Context, path string) bool {
	return leavesOut(ctx, files.New(files.Options{Paths: []string{path}, Gitignore: true}))
}
