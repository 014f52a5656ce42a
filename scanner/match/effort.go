package match

import "lockaway/rules"

// A repository's own configuration may bring rules, and a few lines of them can be
// written so that a megabyte takes hours: a literal that stands everywhere before a
// pattern that goes on for ever. So what rules that don't come with the program may
// cost is bounded by what a content has to offer; a rule as people write them takes
// a hundredth of it.
const (
	// effortBase is how many steps of trying them any content is worth, and
	// effortByte how many more each of its bytes.
	effortBase = 1 << 20
	effortByte = 400
	// attempt is what any attempt costs, in steps.
	attempt = 64
	// effortShare is the share of the steps that a pattern could take at worst,
	// instruction by instruction, which it takes at most.
	effortShare = 4
)

// effort is what is left for rules that don't come with the program.
type effort struct {
	left  int64
	spent bool
}

// GaveUp tells whether, in the content that was matched last, there were rules that
// were no longer tried because together they take too long on it.
func (w *Worker) GaveUp() bool { return w.effort.spent }

// affords tells whether an attempt of a rule is still to be made.
func (w *Worker) affords(p *plan, steps int) bool {
	if p.Builtin || w.plain {
		return true
	}
	if w.effort.left < 0 {
		w.effort.spent, w.loud = true, true
		return false
	}
	w.effort.left -= int64(attempt + steps)
	return true
}

// took counts what trying a pattern may have taken: where it matched, on what it
// matched, else on all that it was shown.
func (w *Worker) took(p *plan, m []int, shown int) {
	if p.Builtin {
		return
	}
	if m != nil {
		shown = m[1]
	}
	w.effort.left -= int64(shown * p.size / effortShare)
}

// sizeOf is how many instructions a rule's pattern has. It is not asked of the
// rules that come with the program: that takes longer than a scan of a small file.
func sizeOf(r *rules.Rule) int {
	if r.Builtin {
		return 0
	}
	return r.Size()
}
