// Package scanner runs a scan: it joins the stages, in the order in which data
// goes through them, and knows none of them by name.
//
//	source   reads files, folders or standard input             scanner/source/…
//	chunk    bytes of one content, with their place             scanner/chunk
//	layers   wrappings taken off: base64, UTF-16, escapes       scanner/layers
//	match    rules against bytes: findings                      scanner/match
//	filter   each finding in its place: keep, allow or hide     scanner/filter
//	merge    every worker's findings and problems, sorted       here
//	link     values that are derived from one another           scanner/advise
//	advise   guidance and steps for each finding                scanner/advise
//	report   what is written                                    scanner/report
//
// Work is parallel up to the merge. A source owns the goroutines; each has a sink
// of its own, and each sink a matcher of its own, so nothing is shared and no lock
// is taken while bytes are looked at. Behind the merge there is one goroutine, and
// from there on the order of things no longer depends on the number of workers:
// the same input gives the same result.
//
// What can't be scanned is never dropped: it becomes a problem of the result, and
// the result is then not complete. That holds for what a source can't read, for a
// content on which a stage fails, and for a run that was interrupted.
//
// The room imports nouns (chunk, finding) and the contract of a source. Concrete
// stages are built by the command, and handed in through Options.
package scanner
