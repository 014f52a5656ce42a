// Package filter judges findings in their places: what a comment or the
// configuration allows, what is hidden because it is below the level asked for,
// what has expired, and what a rule's find really is in the file it stands in.
//
// There is one file a filter. Each takes a finding and says what becomes of it;
// none looks at files, reads the clock or prints: time is handed in, and the
// text around a value comes with its place. All of them may be used by several
// goroutines at once. Their order is the run's, not theirs; the one that makes
// sense is: Refine (so that everything later sees the final rule), Expire,
// Inline, Foreign, Allow, Baseline, LeftOut, Level.
//
// Each of them must fail on the side of showing: an entry or a comment that is
// not understood allows nothing.
package filter
