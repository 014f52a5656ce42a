// Package history is the source that gives everything a git repository holds, and
// tells afterwards where in the history a finding stands.
//
// Its way through a repository, in the order of the files:
//
//  1. source.go: every pack is walked in the order of its file, each delta right
//     behind its base; commits, tags and blobs first, then trees; then the loose
//     objects. Reachable or not, each object is looked at once.
//  2. visitor.go: objects become contents. A blob that is made of a quiet one goes
//     to the sink with the ranges in which it differs (source.Comparer).
//  3. trees.go: the names in trees are content, too. Which tree holds which other,
//     and which holds a blob that was not quiet, is written down.
//     staged.go does the same for indexes, which list what is in no tree.
//  4. files.go: what else the git folder has: refs, reflogs, config, hooks.
//  5. graph.go, place.go: of the findings' objects, and of no others, it is worked
//     out which commit brought them in first, under which paths, and which refs
//     still reach them.
//
// The repository is untrusted: see package gitpack. The room knows nothing of
// rules; it sees findings only to place them.
package history
