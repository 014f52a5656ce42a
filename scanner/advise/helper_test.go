package advise

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"lockaway/rules"
	"lockaway/rules/awskey"
	"lockaway/scanner/finding"
)

var now = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

// maker makes keys, the same ones in every run.
type maker struct{ r *rand.Rand }

func newMaker(seed uint64) maker { return maker{rand.New(rand.NewPCG(seed, 99))} }

func (m maker) text(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[m.r.IntN(64)]
	}
	return string(b)
}

func (m maker) id(prefix, account string) string {
	id, err := awskey.Encode(prefix, account, m.r.Uint64())
	if err != nil {
		panic(err)
	}
	return id
}

// find is a text in which marks stand for the parts of a credential: ‹id›,
// ‹secret›, ‹token›. It returns the finding that a scan would give for it, with
// the places and surroundings worked out from the text.
type find struct {
	rule, path, text string
	account, prefix  string
	value            string // of a credential without parts, for ‹value›
	near             int    // how far the wider surroundings reach; 2000
}

func (c find) finding(m maker) *finding.Finding {
	prefix, acc := c.prefix, c.account
	if prefix == "" {
		prefix = "AKIA"
	}
	if acc == "" {
		acc = "111122223333"
	}
	f := &finding.Finding{
		Rule: c.rule, Title: "AWS access key", Confidence: finding.HighConfidence, Severity: finding.High,
		Place: finding.Place{Path: c.path, Source: "file"},
	}
	text, from, to := c.text, len(c.text), 0
	for _, p := range []struct{ mark, kind, value string }{
		{"‹id›", "key-id", m.id(prefix, acc)}, {"‹secret›", "secret", m.text(40)}, {"‹token›", "session-token", "IQoJb3JpZ2luX2Vj" + m.text(300)},
		{"‹value›", "", c.value},
	} {
		if !strings.Contains(text, p.mark) {
			continue
		}
		text = strings.Replace(text, p.mark, p.value, 1)
		if p.kind != "" {
			f.Parts = append(f.Parts, finding.Part{Kind: p.kind, Value: finding.NewSecret(p.value)})
		}
		if f.Value.Len() == 0 || p.kind != "key-id" && p.kind != "session-token" {
			f.Value = finding.NewSecret(p.value)
		}
		if p.kind == "key-id" {
			k, _ := awskey.Parse(p.value)
			f.AWS = &finding.AWS{KeyID: k.ID, AccountID: k.Account, Partition: "unknown", Canary: k.Canary, Example: k.Example}
		}
	}
	values := []string{f.Value.Reveal()}
	for _, p := range f.Parts {
		values = append(values, p.Value.Reveal())
	}
	for _, v := range values {
		if i := strings.Index(text, v); v != "" && i >= 0 {
			from, to = min(from, i), max(to, i+len(v))
		}
	}
	from, to = min(from, to), max(from, to)
	f.Fingerprint = f.Value.Fingerprint()
	c.surround(f, text, from, to)
	return f
}

func (c find) surround(f *finding.Finding, text string, from, to int) {
	reach := c.near
	if reach == 0 {
		reach = 2000
	}
	f.StartLine = 1 + strings.Count(text[:from], "\n")
	f.EndLine = 1 + strings.Count(text[:to], "\n")
	begin := strings.LastIndexByte(text[:from], '\n') + 1
	end := len(text)
	if i := strings.IndexByte(text[to:], '\n'); i >= 0 {
		end = to + i
	}
	f.Around.Lines, f.Around.Column = text[begin:end], from-begin
	if begin > 0 {
		before := text[:begin-1]
		f.Around.Before = before[strings.LastIndexByte(before, '\n')+1:]
	}
	if end < len(text) {
		f.Around.After, _, _ = strings.Cut(text[end+1:], "\n")
	}
	f.Around.Near = text[max(from-reach, 0):min(to+reach, len(text))]
}

func advisor(t testing.TB) *Advisor {
	t.Helper()
	c, err := rules.LoadGuidance()
	if err != nil {
		t.Fatal(err)
	}
	set, err := rules.NewSet(nil)
	if err != nil {
		t.Fatal(err)
	}
	a, err := New(c, set, now)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func ids(f *finding.Finding) []string {
	var out []string
	for _, g := range f.Guidance {
		out = append(out, g.ID)
	}
	return out
}

// expect compares what guidance a finding carries: want must be there, in that
// order, no entry of not may, and none of the places' beside those wanted.
func expect(t *testing.T, name string, f *finding.Finding, want, not string) {
	t.Helper()
	got, at := ids(f), 0
	for _, id := range strings.Fields(want) {
		i := slices.Index(got, id)
		if i < 0 {
			t.Errorf("%s: lacks %s: %v", name, id, got)
			continue
		}
		if i < at {
			t.Errorf("%s: %s stands too early: %v", name, id, got)
		}
		at = i
	}
	for _, id := range append(strings.Fields(not), "ROOT-03", "ROOT-04", "ROOT-13", "KEY-03", "KEY-05", "KEY-09", "KEY-10", "KEY-11") {
		if slices.Contains(got, id) && !slices.Contains(strings.Fields(want), id) {
			t.Errorf("%s: has %s: %v", name, id, got)
		}
	}
}

// placed is a key in a file, and the guidance that it must carry, in order.
type placed struct{ name, path, text, want string }

// finding is that of the key.
func (c placed) finding(m maker) *finding.Finding {
	return find{rule: "aws-access-key", path: c.path, text: c.text}.finding(m)
}

// fits holds keys in files against the guidance that they must carry, each by itself:
// nothing that compares them fits.
func fits(t *testing.T, seed uint64, cases []placed) {
	t.Helper()
	a, m := advisor(t), newMaker(seed)
	for _, c := range cases {
		f := c.finding(m)
		a.Advise([]*finding.Finding{f})
		expect(t, c.name+" ("+c.path+")", f, c.want+" CRED-03", "CRED-01 CRED-02 KEY-12 KEY-04")
	}
}
