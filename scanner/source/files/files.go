// Package files is the source that reads files and folders.
//
// Run looks at each PATH once (root.go), and hands them to workers, one for each
// sink. A worker takes what is next (queue.go), a stretch of a folder to list or
// a batch of files to read (walk.go), and leaves out what ignore files say
// (ignore.go). How the file system is asked stands behind the interface disk: by
// Linux's own calls relative to open folders (disk_linux.go), or by package os
// (disk_portable.go), its plain twin.
//
// What is read: everything below a PATH, hidden files and ignore files too, but
// not what is inside a folder called .git, unless it is named as PATH itself.
// Links are not followed: what they point to is read where it is, if that is
// asked for. A PATH that is a link is. FIFOs, sockets and devices are never
// opened; a FIFO that is a PATH is read as a stream (a shell's <(command)).
//
// A file is read as long as it was when it was opened. One that has become
// shorter meanwhile, or one of several pieces that was written to, is a Problem.
//
// The room knows nothing of what contents are searched for.
package files

import (
	"context"
	"sync"

	"lockaway/scanner/internal/gitignore"
	"lockaway/scanner/source"
)

// Options says what is read.
type Options struct {
	// Paths are the files and folders to read, in any spelling of the system; "."
	// if there are none. What is named twice, or lies below another one, is read
	// once, under the name of that; a name that doesn't exist is a Problem.
	Paths []string
	// Gitignore leaves out what .gitignore files and a repository's info/exclude
	// leave out; .lockawayignore is always honoured, and goes before them.
	Gitignore bool
	// Exclude are patterns in gitignore's syntax of what is left out besides, and
	// ExcludeFrom the folder that they are relative to. For a PATH outside that
	// folder, or if it is empty, they are relative to the PATH or, if that is a
	// file, to its folder.
	Exclude     []string
	ExcludeFrom string
}

// Source reads files and folders.
type Source struct {
	opt     Options
	disk    disk
	exclude *gitignore.List
}

// New returns the source that reads what opt says. Nothing is looked at before
// Run.
func New(opt Options) *Source {
	return &Source{opt: opt, disk: newDisk(), exclude: parseLines(opt.Exclude)}
}

// Run reads everything; see package source for its contract. It returns the
// context's error or nil: what can't be read, missing PATHs included, is told as
// Problems.
func (s *Source) Run(ctx context.Context, sinks []source.Sink) error {
	q := newQueue(len(sinks), s.resolve(sinks[0]))
	defer context.AfterFunc(ctx, q.stop)()
	var wg sync.WaitGroup
	for _, sink := range sinks {
		wg.Go(func() { newWorker(ctx, s, q, sink).run() })
	}
	wg.Wait()
	q.drop()
	return ctx.Err()
}
