// Package ranges is the source that gives what some commits of a repository add: those
// of a range such as main..topic, of the last week, or of a list.
//
//  1. select.go: what was asked for becomes commits, by graph.go, which reads them, and
//     walk.go, which goes from those wanted towards those left out. order.go puts them
//     into an order, parents first.
//  2. run.go, content.go: each commit's tree is compared with its parents' by ids alone
//     (package changes). What is new against all of them is content, each version of a
//     file once (at each of its paths, if something comes up in it), and so are the
//     commits' messages and headers, and new paths. bulk.go reads packs in order where
//     much of them is wanted: most versions are looked at only where they differ from
//     another one.
//  3. place.go: of each value that was found it is worked out which commit
//     adds it, against each of its parents; what was moved, or stood there before, is
//     left out.
//
// A commit counts by what it adds, not by what the range leaves in the end: a value
// that a later commit takes away again is in the history for all who have it.
//
// The room has no git and no setting of its, replacement refs included. The repository
// is untrusted: see package gitpack. It knows nothing of rules; it sees findings only
// to place them.
package ranges
