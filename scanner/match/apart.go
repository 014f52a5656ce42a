package match

import (
	"strings"

	"lockaway/rules"
)

// The costs of what stands between two finds. A line costs ten; what closes or
// opens a group of settings costs more than the lines of one.
const (
	lineCost    = 10
	blankCost   = 15
	closingCost = 60
	behindCost  = 1 // the secret stands before its ID: rarer
	namedLines  = 60
	plainLines  = nearLines
)

// tally counts what stands before a place, since the first find of its run.
type tally struct {
	run                              int // places compare within one run only
	lines, blanks, closings, headers int
}

// count adds what stands in a text.
func (t tally) count(text string) tally {
	t.lines += strings.Count(text, "\n")
	t.blanks += strings.Count(text, "\n\n") + strings.Count(text, "\n\r\n")
	t.closings += strings.Count(text, "}") + strings.Count(text, "\n- ") + strings.Count(text, "\n---")
	if section(text) {
		t.headers++
	}
	return t
}

// marks are the tallies where a find begins and ends.
type marks struct{ begin, end tally }

// survey measures, once, what stands between each part and the one before it: in
// the text that it stands in, and in the content. How far apart any two stand is
// then a matter of subtraction. Finds are in order of place.
func survey(finds []*find) {
	last := map[textID]*find{}
	var before *find
	for i, f := range finds {
		if f.Part == rules.NoPart {
			continue
		}
		f.inner, f.outward = marks{}, marks{}
		f.inner.begin.run, f.outward.begin.run = i, i
		if o := last[f.text]; o != nil {
			if between, ok := innerBetween(o, f); ok {
				f.inner.begin = o.inner.end.count(between)
			}
		}
		if before != nil {
			if between, ok := outerBetween(before, f); ok {
				f.outward.begin = before.outward.end.count(between)
			}
		}
		f.inner.end, f.outward.end = f.inner.begin, f.outward.begin
		f.outward.end.lines += f.endLine - f.line
		if f.text == (textID{}) {
			f.inner.end.lines += f.endLine - f.line
		}
		last[f.text], before = f, f
	}
}

// innerBetween is the text between two finds in the text that both stand in.
func innerBetween(a, b *find) (string, bool) {
	n := b.tstart - a.tend
	if n <= 0 {
		return "", true
	}
	if n > int64(len(b.before)) {
		return "", false
	}
	return b.before[int64(len(b.before))-n:], true
}

// outerBetween is the text between two finds in the content.
func outerBetween(a, b *find) (string, bool) {
	lo, hi := a.end-b.outerAt, b.start-b.outerAt
	lo = min(lo, hi)
	if lo < 0 || hi > int64(len(b.outer)) {
		return "", false
	}
	return b.outer[lo:hi], true
}

// apart says how far apart two finds stand as parts of one credential; below
// zero, they can't be.
func apart(id, o *find) int {
	a, b, cost := id, o, 0
	if o.start < id.start {
		a, b, cost = o, id, behindCost
	}
	from, to, n := a.outward.end, b.outward.begin, b.start-a.end
	if a.text == b.text {
		from, to, n = a.inner.end, b.inner.begin, b.tstart-a.tend
		if n < -3 {
			return -1 // one within the other
		}
	}
	if from.run != to.run || n > joinReach {
		return -1
	}
	lines, most := to.lines-from.lines, plainLines
	if o.named || o.Part == rules.SessionToken {
		most = namedLines
	}
	if lines > most || to.headers > from.headers || lines > 0 && strange(id, o) {
		return -1
	}
	cost += lines*lineCost + int(max(n, 0))/40
	return cost + closingCost*(to.closings-from.closings) + blankCost*(to.blanks-from.blanks)
}

// strange tells whether two names say that their values are of different
// credentials: each says what its value is, and they share nothing of what else
// they say, as DEV_KEY and PROD_SECRET do.
func strange(a, b *find) bool {
	return a.kind && b.kind && a.stem != "" && b.stem != "" &&
		!strings.Contains(a.stem, b.stem) && !strings.Contains(b.stem, a.stem)
}

// section tells whether an INI header, such as [profile], stands in a text.
func section(s string) bool {
	for line := range strings.Lines(s) {
		if !strings.HasSuffix(line, "\n") {
			break
		}
		line = strings.TrimSpace(line)
		if len(line) > 2 && line[0] == '[' && line[len(line)-1] == ']' && !strings.ContainsAny(line, ",\"'=") {
			return true
		}
	}
	return false
}
