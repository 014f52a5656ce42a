package main

import (
	"bytes"
	"strings"

	"lockaway/hooks/ci"
	"lockaway/scanner/config"
	"lockaway/scanner/gitpack"
)

// chosen are the commits that a plan means, as far as the clone holds them.
type chosen struct {
	plan      *ci.Plan
	repo      *gitpack.Repo
	objects   *pushed
	want, not []gitpack.ID
	gone      bool // what was there before is
}

// words are the range that they are.
func (c *chosen) words() string {
	var out []string
	for _, id := range c.want {
		out = append(out, id.String())
	}
	for _, id := range c.not {
		out = append(out, "^"+id.String())
	}
	return strings.Join(out, " ")
}

// ciChoose looks up what a plan names. What must be there and isn't is an error that
// tells how to get it: the last commit alone is never taken for all of a change.
func (a *app) ciChoose(repo *gitpack.Repo, plan *ci.Plan) (*chosen, error) {
	objects := gitpack.OpenObjects(repo.ObjectDirs, repo.Hash)
	defer objects.Close()
	c := &chosen{plan: plan, repo: repo, objects: &pushed{repo: repo, objects: objects}}
	if plan.Nothing != "" {
		return c, nil
	}
	want := plan.Want
	if plan.All {
		want = []string{"HEAD"}
	}
	for _, rev := range want {
		id, ok := c.find(rev)
		if !ok {
			return nil, failf(plan.Deeper, "%s: its commit %s is not in the clone", plan.What, rev)
		}
		c.want = append(c.want, id)
	}
	for _, rev := range plan.Merges {
		c.takeMerge(rev)
	}
	if err := c.leaveOut(); err != nil {
		return nil, err
	}
	if c.gone {
		what := "all of the history is scanned"
		if len(c.not) > 0 {
			what = "all is scanned that the default branch lacks"
		}
		a.ui.warn("the commit "+plan.Before+" that was there before is gone, as after a forced push: "+what, "")
	}
	return c, nil
}

// find looks a revision of a plan up. Names come from whoever made the change, so that
// none of them is read as more than an id or a ref.
func (c *chosen) find(rev string) (gitpack.ID, bool) {
	var id gitpack.ID
	var err error
	if ci.IsID(rev) {
		id, err = c.repo.ResolveRev(c.objects.objects, rev)
	} else {
		var ref gitpack.Ref
		ref, err = c.repo.Ref(rev)
		id = ref.ID
	}
	if err == nil && !id.IsZero() {
		id, err = c.objects.commit(id)
	}
	return id, err == nil && !id.IsZero()
}

// takeMerge takes a merge that the CI made, less what it goes into.
func (c *chosen) takeMerge(rev string) {
	id, ok := c.find(rev)
	if !ok {
		return
	}
	_, data, err := c.objects.objects.ObjectWithin(id, 64<<20)
	var commit gitpack.CommitObject
	if err != nil || gitpack.ParseCommit(data, c.repo.Hash, &commit) != nil || len(commit.Parents) < 2 {
		return // it is none, or what is wrong with it is told where it is scanned as part of the change
	}
	c.want = append(c.want, id)
	if first, ok := c.find(commit.Parents[0].String()); ok {
		c.not = append(c.not, first)
	}
}

// leaveOut chooses what the change is told from.
func (c *chosen) leaveOut() error {
	p := c.plan
	c.first(p.Bases)
	if len(p.Bases) > 0 && len(c.not) == 0 {
		return failf(p.Deeper, "%s: what it goes into, %s, is not in the clone, so nothing tells what it adds", p.What, strings.Join(p.Bases, " or "))
	}
	if c.gone = p.Before != "" && !c.first([]string{p.Before}); c.gone {
		if shallow, _ := c.repo.Shallow(); len(shallow) > 0 {
			return failf(p.Deeper, "%s: the commit %s that was there before is not in the clone, which is shallow", p.What, p.Before)
		}
	}
	if p.Before == "" || c.gone {
		for _, rev := range p.Beside {
			c.first([]string{rev})
		}
	}
	if shallow, _ := c.repo.Shallow(); len(shallow) > 0 && len(c.not) == 0 {
		return failf(p.Deeper, "%s: the clone is shallow, so nothing tells what was there before", p.What)
	}
	return nil
}

// first leaves out the first of the revisions that is there.
func (c *chosen) first(revs []string) bool {
	for _, rev := range revs {
		if id, ok := c.find(rev); ok {
			c.not = append(c.not, id)
			return true
		}
	}
	return false
}

// ciTellChanged tells that a change alters what it is judged by.
func (a *app) ciTellChanged(c *chosen, now *top, f *flags) {
	if len(c.not) == 0 || f.configFrom != "" || f.noRepoConfig {
		return
	}
	before, err := openCommit(c.repo, c.not[0].String())
	if err != nil {
		return // without it nothing can be compared; the scan tells of what is damaged
	}
	defer before.Close()
	for _, name := range []string{config.Name, config.BaselineName, ".lockawayignore"} {
		was, err := before.File(name)
		is, _ := now.file(name)
		if err == nil && !bytes.Equal(lineFeeds(was), lineFeeds(is)) {
			a.ui.warn("the change alters the "+name+" that it is judged by", "--config-from "+c.not[0].String()+" takes it from before the change")
		}
	}
}
