package main

import (
	"errors"
	"slices"
	"strings"

	"lockaway/hooks"
	"lockaway/scanner"
	"lockaway/scanner/finding"
	"lockaway/scanner/gitpack"
)

// hookPush scans what a remote lacks, as far as that can be known without asking it:
// what is pushed, less what the refs had there that are changed, less what the refs that
// track it reach.
func (a *app) hookPush(h *hookRun) error {
	updates, err := hooks.ReadPush(h.input)
	if err != nil {
		return failf("git runs this hook itself; lockaway git --range scans commits", "%s", err)
	}
	p, err := a.openPushed()
	if err != nil {
		return err
	}
	defer p.objects.Close()
	for _, u := range updates {
		if p.take(u) && !u.Creates() {
			p.leaveOut(u.Old)
		}
	}
	if p.nothing() {
		return nil
	}
	tracking := trackingRefs(p.repo.Config, h.args)
	p.leaveOutRefs(func(name string) bool {
		return slices.ContainsFunc(tracking, func(ref string) bool {
			prefix, all := strings.CutSuffix(ref, "*")
			return name == ref || all && strings.HasPrefix(name, prefix)
		})
	})
	top := a.openTop(p.repo)
	defer top.close()
	return a.scanPushed(h, p, top)
}

// trackingRefs are the refs that track the remote of a push, by their names or, with a
// star, by what these begin with: pre-push is told the remote's name and its address, the
// latter twice where it has none.
func trackingRefs(c *gitpack.GitConfig, args []string) (out []string) {
	var names []string
	for i, arg := range args[:min(len(args), 2)] {
		for _, e := range c.Entries {
			known := i == 0 && e.Subsection == arg || (e.Key == "url" || e.Key == "pushurl") && e.Value == arg
			if e.Section == "remote" && known && !slices.Contains(names, e.Subsection) {
				names = append(names, e.Subsection)
			}
		}
	}
	for _, name := range names {
		for _, spec := range c.All("remote", name, "fetch") {
			_, to, ok := strings.Cut(strings.TrimPrefix(spec, "+"), ":")
			if ok && strings.HasPrefix(to, "refs/remotes/") {
				out = append(out, to)
			}
		}
	}
	return out
}

// pushed is what a push brings, as commits that are wanted and such that are left out.
type pushed struct {
	repo     *gitpack.Repo
	objects  *gitpack.Objects
	want     []string
	not      []string
	problems []finding.Problem
}

// openPushed opens the repository that a push leaves or comes to.
func (a *app) openPushed() (*pushed, error) {
	repo, err := a.openRepo(".")
	if err != nil {
		return nil, err
	}
	return &pushed{repo: repo, objects: gitpack.OpenObjects(repo.ObjectDirs, repo.Hash)}, nil
}

func (p *pushed) nothing() bool { return len(p.want)+len(p.problems) == 0 }

// take adds what a ref is to point to; false if it is deleted.
func (p *pushed) take(u hooks.RefUpdate) bool {
	if u.Deletes() {
		return false
	}
	id, err := gitpack.ParseID(u.New)
	if err == nil {
		_, err = p.commit(id)
	}
	switch {
	case err == nil:
		p.want = append(p.want, u.New) // with its annotated tags
	case errors.Is(err, errNoCommit):
		p.problems = append(p.problems, finding.Problem{Where: u.Ref, What: "points to no commit, so that there is no history to be scanned",
			Hint: "lockaway git scans all that a repository holds"})
	default:
		p.problems = append(p.problems, finding.Problem{Where: u.Ref, What: "what it is to point to can't be read: " + reason(err)})
	}
	return true
}

// leaveOut leaves out what a commit reaches, if it is here.
func (p *pushed) leaveOut(hex string) {
	id, err := gitpack.ParseID(hex)
	if err != nil {
		return
	}
	if id, err = p.commit(id); err == nil {
		p.not = append(p.not, id.String())
	}
}

// leaveOutRefs leaves out what refs reach. One that can't be followed leaves nothing out.
func (p *pushed) leaveOutRefs(of func(name string) bool) {
	seen := map[gitpack.ID]bool{}
	_, _ = p.repo.Refs(func(r gitpack.Ref) error {
		if !r.ID.IsZero() && !seen[r.ID] && of(r.Name) {
			seen[r.ID] = true
			p.leaveOut(r.ID.String())
		}
		return nil
	})
}

var errNoCommit = errors.New("not a commit")

// maxTagChain is how many tags may tag each other.
const maxTagChain = 100

// commit follows annotated tags.
func (p *pushed) commit(id gitpack.ID) (gitpack.ID, error) {
	for range maxTagChain {
		kind, data, err := p.objects.ObjectWithin(id, 64<<20)
		switch {
		case errors.Is(err, gitpack.ErrTooLarge):
			return id, errNoCommit
		case err != nil:
			return id, err
		case kind == gitpack.Commit:
			return id, nil
		case kind != gitpack.Tag:
			return id, errNoCommit
		}
		var t gitpack.TagObject
		if err := gitpack.ParseTag(data, p.repo.Hash, &t); t.Target.IsZero() {
			return id, err
		}
		id = t.Target
	}
	return id, errNoCommit
}

// scanPushed scans it. top gives the configuration that holds.
func (a *app) scanPushed(h *hookRun, p *pushed, top *top) error {
	s, err := a.setupTop(h.fs, h.flags, top)
	if err != nil {
		return err
	}
	end := a.hookEnding(h)
	specs, err := end.outputs(h.flags)
	if err != nil {
		return err
	}
	r := &scanner.Result{Scan: finding.Scan{Kind: "range", Target: ".", Complete: true}}
	if len(p.want) > 0 {
		words := strings.Join(append(p.want, prefixed("^", p.not)...), " ")
		r, err = a.scanRange(s, p.repo, &gitFlags{only: rangeFlags{ranges: []string{words}}, largeElsewhere: hooks.ForServers(h.typ)})
		if err != nil {
			return err
		}
	}
	r.Scan.Problems = append(r.Scan.Problems, p.problems...)
	top.addTo(r)
	r.Scan.Complete = len(r.Scan.Problems) == 0
	return end.finish(r, h.flags, specs)
}

func prefixed(prefix string, words []string) (out []string) {
	for _, w := range words {
		out = append(out, prefix+w)
	}
	return out
}
