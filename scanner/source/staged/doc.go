// Package staged is the source that gives what the next commit adds: the files that
// the index has and HEAD has not, or has otherwise.
//
// Index and trees are compared by their ids, without git and without any setting of
// its: no attribute, no external diff, no filter changes what is looked at. Folders
// whose trees git has noted in the index are passed by if HEAD has the same tree, so
// that the time goes by what has changed, not by what there is.
//
// Which findings the change has added is package changes' to tell. The room knows
// nothing of rules.
package staged
