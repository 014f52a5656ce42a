package match

import (
	"math/rand/v2"
	"strings"
	"testing"

	"lockaway/rules"
	"lockaway/scanner/finding"
)

// scattered lays key IDs and secrets out in a made-up text, with everything
// between that costs something to cross.
func scattered(r *rand.Rand, n int) (text string, finds []*find) {
	var b strings.Builder
	id := &plan{Rule: &rules.Rule{Part: rules.KeyID}}
	secret := &plan{Rule: &rules.Rule{Part: rules.SecretPart}, index: 1}
	names := []string{"", "key", "DEV_KEY", "dev_secret", "PROD_SECRET", "other"}
	for range n {
		for range r.IntN(6) {
			b.WriteString([]string{"\n", "\n\n", "\r\n\r\n", "x = y\n", "}\n", "\n- ", "\n---\n", strings.Repeat("word ", 30), "\n[section]\n", ", ", `\n[a]\n`, `\r\n\r\n`, "\n# [old]\n", "\n-[b]\n"}[r.IntN(14)])
		}
		f := &find{plan: id, start: int64(b.Len()), named: r.IntN(2) == 0, severity: finding.Low}
		if r.IntN(2) == 0 {
			f.plan = secret
		}
		if r.IntN(8) == 0 {
			f.severity = finding.Info
		}
		f.name = names[r.IntN(len(names))]
		f.stem, f.kind = stem(f.name)
		f.line = strings.Count(b.String(), "\n") + 1
		b.WriteString("VALUE")
		f.end, f.endLine = int64(b.Len()), f.line
		f.tstart, f.tend = f.start, f.end
		finds = append(finds, f)
	}
	for _, f := range finds {
		f.before, f.outer = b.String()[:f.start], b.String()
	}
	return b.String(), finds
}

// plainApart is apart without survey: it looks at the text between.
func plainApart(text string, id, o *find) int {
	a, b, cost := id, o, 0
	if o.start < id.start {
		a, b, cost = o, id, behindCost
	}
	between := unescaped(text[a.end:b.start])
	lines, most := strings.Count(between, "\n"), plainLines
	if o.named {
		most = namedLines
	}
	if b.start-a.end > joinReach || lines > most || section(between) || lines > 0 && strange(id, o) || !suited(id, o) {
		return -1
	}
	cost += lines*lineCost + int(b.start-a.end)/40
	cost += closingCost * (strings.Count(between, "}") + strings.Count(between, "\n- ") + strings.Count(between, "\n---"))
	return cost + blankCost*(strings.Count(between, "\n\n")+strings.Count(between, "\n\r\n"))
}

// What is measured once, step by step, is what the text between any two says.
func TestApart(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	joinable := 0
	for range 3000 {
		text, finds := scattered(r, 2+r.IntN(9))
		survey(finds)
		for _, id := range finds {
			for _, o := range finds {
				if id.Part != rules.KeyID || o.Part != rules.SecretPart {
					continue
				}
				got, want := apart(id, o), plainApart(text, id, o)
				if got != want {
					t.Fatalf("%d, not %d, between %d and %d of %q", got, want, id.start, o.start, text)
				}
				if got >= 0 {
					joinable++
				}
			}
		}
	}
	if joinable < 4000 {
		t.Fatalf("only %d could be joined", joinable)
	}
}

// cheapest tries every way of joining that keeps the order, and returns the cost
// of the cheapest.
func cheapest(ids, others []*find) int {
	if len(ids) == 0 || len(others) == 0 {
		return lonely * (len(ids) + len(others))
	}
	best := lonely + min(cheapest(ids[1:], others), cheapest(ids, others[1:]))
	if c := apart(ids[0], others[0]); c >= 0 {
		best = min(best, c+cheapest(ids[1:], others[1:]))
	}
	return best
}

// The alignment is one of the cheapest of all, in order, each find once.
func TestAlign(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	joined := 0
	for range 4000 {
		text, finds := scattered(r, 1+r.IntN(11))
		survey(finds)
		var ids, others []*find
		for _, f := range finds {
			if f.Part == rules.KeyID {
				ids = append(ids, f)
			} else {
				others = append(others, f)
			}
		}
		if len(ids) == 0 || len(others) == 0 {
			continue
		}
		matches := align(ids, others)
		cost := lonely * (len(ids) + len(others) - 2*len(matches))
		for i, m := range matches {
			c := apart(m.id, m.other)
			if c < 0 {
				t.Fatalf("joins %d and %d, which can't be joined, in %q", m.id.start, m.other.start, text)
			}
			if i > 0 && (m.id.start <= matches[i-1].id.start || m.other.start <= matches[i-1].other.start) {
				t.Fatalf("crosses %d with %d in %q", m.id.start, m.other.start, text)
			}
			cost += c
		}
		if want := cheapest(ids, others); cost != want {
			t.Fatalf("costs %d, the cheapest way %d, in %q", cost, want, text)
		}
		joined += len(matches)
	}
	if joined < 2000 {
		t.Fatalf("only %d joined", joined)
	}
}
