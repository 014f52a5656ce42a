package match

import (
	"strings"

	"lockaway/rules"
	"lockaway/rules/awskey"
	"lockaway/scanner/finding"
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
	run                              int32 // places compare within one run only
	lines, blanks, closings, headers int32
}

// count adds what stands in a text.
func (t tally) count(text string) tally {
	text = unescaped(text)
	t.lines += int32(strings.Count(text, "\n"))
	t.blanks += int32(strings.Count(text, "\n\n") + strings.Count(text, "\n\r\n"))
	t.closings += int32(strings.Count(text, "}") + strings.Count(text, "\n- ") + strings.Count(text, "\n---"))
	if section(text) {
		t.headers++
	}
	return t
}

// mark is the tally where a find begins, and the lines that it goes on for.
type mark struct {
	begin tally
	lines int32
}

// end is the tally where the find ends.
func (m mark) end() tally {
	m.begin.lines += m.lines
	return m.begin
}

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
		lines := int32(f.endLine - f.line)
		f.inner, f.outward = mark{begin: tally{run: int32(i)}}, mark{begin: tally{run: int32(i)}, lines: lines}
		if f.text == (textID{}) {
			f.inner.lines = lines
		}
		if o := last[f.text]; o != nil {
			if between, ok := innerBetween(o, f); ok {
				f.inner.begin = o.inner.end().count(between)
			}
		}
		if before != nil {
			if between, ok := outerBetween(before, f); ok {
				f.outward.begin = before.outward.end().count(between)
			}
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
	from, to, n := a.outward.end(), b.outward.begin, b.start-a.end
	if a.text == b.text {
		from, to, n = a.inner.end(), b.inner.begin, b.tstart-a.tend
		if n < -3 {
			return -1 // one within the other
		}
	}
	if from.run != to.run || n > joinReach {
		return -1
	}
	if !suited(id, o) {
		return -1
	}
	lines, most := int(to.lines-from.lines), plainLines
	if o.named || o.Part == rules.SessionToken {
		most = namedLines
	}
	if lines > most || to.headers > from.headers || lines > 0 && strange(id, o) {
		return -1
	}
	cost += lines*lineCost + int(max(n, 0))/40
	return cost + closingCost*int(to.closings-from.closings) + blankCost*int(to.blanks-from.blanks)
}

// suited tells whether two finds can be parts of one credential by what they are.
// A placeholder opens nothing, whatever it stands beside, and says nothing against
// what is real; but what a sandbox made an ID for is the sandbox's too. A session
// token belongs to a temporary key.
func suited(id, o *find) bool {
	real, other := id.severity != finding.Info, o.severity != finding.Info
	if real == other && o.Part != rules.SessionToken {
		return true
	}
	k, ok := awskey.Parse(id.value)
	sandbox := ok && k.Example && !awskey.ExampleID(id.value)
	return (real == other || sandbox) && (o.Part != rules.SessionToken || !ok || k.Kind != awskey.LongTerm)
}

// strange tells whether two names say that their values are of different
// credentials: each says what its value is, and they share nothing of what else
// they say, as DEV_KEY and PROD_SECRET do.
func strange(a, b *find) bool {
	return a.kind && b.kind && a.stem != "" && b.stem != "" &&
		!strings.Contains(a.stem, b.stem) && !strings.Contains(b.stem, a.stem)
}

// unescaped puts line feeds in the place of their escapes: a text within a string
// has lines too.
func unescaped(s string) string {
	if !strings.Contains(s, `\n`) {
		return s
	}
	return lineEscapes.Replace(s)
}

var lineEscapes = strings.NewReplacer(`\r\n`, "\n", `\n`, "\n")

// leads are what lines of comments and patches begin with.
const leads = " \t+#;/*>!"

// section tells whether an INI header, such as [profile], stands in a text.
func section(s string) bool {
	for line := range strings.Lines(s) {
		if !strings.HasSuffix(line, "\n") {
			break
		}
		line = strings.TrimRight(strings.TrimLeft(line, leads), "\\ \t\r\n")
		if strings.HasPrefix(line, "-[") {
			line = line[1:]
		}
		if len(line) > 2 && line[0] == '[' && line[len(line)-1] == ']' && !strings.ContainsAny(line, ",\"'=") {
			return true
		}
	}
	return false
}
