// Package files is the source that reads files and folders.
package files

import (
	"context"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"lockaway/scanner/chunk"
	"lockaway/scanner/source"
)

// Options says what is read.
type Options struct {
	// Paths are the files and folders to read; "." if there are none.
	Paths []string
	// Gitignore leaves out what .gitignore and .git/info/exclude leave out.
	Gitignore bool
	// Exclude are patterns in gitignore's syntax of what is left out, relative to
	// ExcludeFrom or, outside of it or if it is empty, to each of Paths.
	Exclude     []string
	ExcludeFrom string
}

// Source reads files and folders.
type Source struct{ opt Options }

// New returns a source.
func New(opt Options) *Source { return &Source{opt} }

// Run reads everything. See package source.
func (s *Source) Run(ctx context.Context, sinks []source.Sink) error {
	feeder := source.NewFeeder()
	paths := s.opt.Paths
	if len(paths) == 0 {
		paths = []string{"."}
	}
	for _, p := range paths {
		p = path.Clean(filepath.ToSlash(p))
		err := filepath.WalkDir(p, func(name string, d fs.DirEntry, err error) error {
			name = filepath.ToSlash(name)
			switch {
			case ctx.Err() != nil:
				return ctx.Err()
			case err != nil:
				sinks[0].Problem(source.Problem{Where: name, What: source.Describe(err)})
				return nil
			case d.IsDir() && d.Name() == ".git":
				return fs.SkipDir
			case !d.Type().IsRegular():
				return nil
			}
			f, err := os.Open(name)
			if err == nil {
				err = feeder.Feed(ctx, sinks[0], &chunk.Content{Kind: chunk.File, Path: name}, f)
				f.Close()
			}
			if err != nil && ctx.Err() == nil {
				sinks[0].Problem(source.Problem{Where: name, What: source.Describe(err)})
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
