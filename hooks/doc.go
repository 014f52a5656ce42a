// Package hooks knows what an installed git hook looks like: how it is written, kept
// beside one that was there before, and taken away again; what git hands to each type
// of hook; and how other programs that manage hooks want to be told of one.
//
//   - types.go: the types, and which come with which.
//   - script.go: the few lines of shell that a hook is.
//   - folder.go, install.go, uninstall.go: a hook and the one that was there before, in
//     the folder where git looks for them.
//   - silenced.go: hooks for a folder that is meant for all repositories, and so keeps
//     git from looking into each one's own.
//   - push.go, message.go: what git writes to a hook, and what of it counts.
//   - manager.go and one file for each: husky, lefthook, pre-commit and overcommit.
//
// The room is given folders and never looks for them. It starts no program, reads no
// repository and knows nothing of scanning.
package hooks
