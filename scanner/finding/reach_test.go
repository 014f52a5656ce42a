package finding

import (
	"slices"
	"testing"
)

func TestReachJoinsPlaces(t *testing.T) {
	place := func(paths, refs []string, atTip bool) Place {
		return Place{Path: paths[0], Git: &Git{Paths: paths, Refs: refs, AtTip: atTip, Reachable: len(refs) > 0, Placed: true}}
	}
	f := &Finding{Places: []Place{
		place([]string{"b", "a"}, nil, false),
		{Path: ".git/config"},
		place([]string{"c"}, []string{"refs/heads/x", "refs/heads/m"}, false),
		place([]string{"a"}, []string{"refs/heads/m"}, true),
		place([]string{"d"}, []string{"refs/heads/z"}, true),
	}}
	f.Place = f.Places[0]
	r := f.Reach()
	if !r.Placed || !r.Reachable || r.AtTip == nil || r.AtTip.Path != "a" {
		t.Errorf("%+v", r)
	}
	if !slices.Equal(r.Refs, []string{"refs/heads/m", "refs/heads/x", "refs/heads/z"}) || !slices.Equal(r.Paths, []string{"b", "a", "c", "d"}) {
		t.Errorf("refs %q, paths %q", r.Refs, r.Paths)
	}
	f.Places = nil
	if r := f.Reach(); r.Reachable || r.AtTip != nil || !r.Placed || len(r.Paths) != 2 {
		t.Errorf("its own place alone: %+v", r)
	}
	if r := (&Finding{}).Reach(); r.Placed || r.Reachable || r.Paths != nil {
		t.Errorf("no repository: %+v", r)
	}
}
