package scanner_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"lockaway/scanner"
	"lockaway/scanner/finding"
)

// answers asks about letters: each has an answer by its name, N none at all, and the
// dead ones become low.
func answers(_ context.Context, fs []*finding.Finding) {
	for _, f := range fs {
		state, ok := map[string]finding.State{"L": finding.Live, "I": finding.Inactive, "D": finding.Dead, "U": finding.Unknown, "C": finding.NotCalled}[f.Value.Reveal()]
		if ok {
			f.Verification = &finding.Verification{State: state}
		}
		if state == finding.Dead {
			f.Severity = finding.Low
		}
	}
}

func TestOnlyLive(t *testing.T) {
	for _, test := range []struct {
		name                    string
		onlyLive                bool
		least                   finding.Severity
		want                    string
		hidden, notLive, unsure int
	}{
		{"all", false, finding.Low, "LIDUCNA", 0, 0, 0},
		{"what became less severe", false, finding.Medium, "LIUCNA", 1, 0, 0},
		{"live ones alone", true, finding.Low, "LA", 5, 5, 3},
		{"both", true, finding.Medium, "LA", 5, 4, 3},
	} {
		o := options(&tree{contents: map[string]string{"a": "LIDUCNA"}})
		allow := scanner.Filter{Name: "allow", Judge: func(f *finding.Finding) scanner.Verdict {
			if f.Value.Reveal() == "A" {
				return scanner.Allow
			}
			return scanner.Keep
		}}
		level := scanner.Filter{Name: "level", Judge: func(f *finding.Finding) scanner.Verdict {
			if f.Severity < test.least {
				return scanner.Hide
			}
			return scanner.Keep
		}}
		o.Filters, o.Again, o.Verify, o.OnlyLive, o.ShowAllowed = []scanner.Filter{allow, level}, &level, answers, test.onlyLive, true
		advised := ""
		o.Stages = []func([]*finding.Finding){func(fs []*finding.Finding) {
			for _, f := range fs {
				advised += f.Value.Reveal()
			}
		}}
		r := run(t, o)
		got := ""
		for _, f := range r.Findings {
			got += f.Value.Reveal()
		}
		if got != test.want || advised != test.want {
			t.Errorf("%s: %s are left and %s advised, not %s", test.name, got, advised, test.want)
		}
		if s := r.Scan; s.Hidden != test.hidden || s.NotLive != test.notLive || s.Unsure != test.unsure || !s.Complete {
			t.Errorf("%s: %+v", test.name, s)
		}
		for _, v := range "LIDUCN" {
			if !strings.ContainsRune(test.want, v) && !slices.Contains(r.Others, finding.NewSecret(string(v))) {
				t.Errorf("%s: the value of %c may be shown", test.name, v)
			}
		}
	}
}

// Asking that fails, or is interrupted, costs no finding, and is told.
func TestAskingThatFails(t *testing.T) {
	o := options(&tree{contents: map[string]string{"a": "LD"}})
	o.Verify = func(ctx context.Context, fs []*finding.Finding) {
		answers(ctx, fs[:1])
		panic("the secret is hunter2")
	}
	r := run(t, o)
	if len(r.Findings) != 2 || r.Findings[1].Verification != nil || r.Scan.Complete || r.Scan.Problems[0].What != "not all keys were asked about: internal error" {
		t.Errorf("%+v", r.Scan)
	}
	ctx, stop := context.WithCancel(context.Background())
	o.Verify = func(ctx context.Context, fs []*finding.Finding) {
		answers(ctx, fs[:1])
		stop()
	}
	r, err := scanner.Run(ctx, o)
	if err != nil || len(r.Findings) != 2 || len(r.Scan.Problems) != 1 || r.Scan.Problems[0].What != "interrupted before all keys were asked about" {
		t.Errorf("%+v, %v", r, err)
	}
	called := false
	o.Verify = func(ctx context.Context, fs []*finding.Finding) { called = ctx.Err() != nil }
	if r, err = scanner.Run(ctx, o); err == nil && len(r.Scan.Problems) != 1 || !called {
		t.Errorf("interrupted before: %+v, %v, called %v", r, err, called)
	}
}
