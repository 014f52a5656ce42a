package staged

import (
	"slices"
	"strings"

	"lockaway/scanner/internal/gitignore"
	"lockaway/scanner/source"
	"lockaway/scanner/source/changes"
)

// ignoreFile is the name of the files that say what is left out. Those of the index
// count: what they say is committed along.
const ignoreFile = ".lockawayignore"

// LeaveOut leaves out paths by patterns in gitignore syntax, relative to the top, and,
// if files is true, what the index's ignore files say.
func (s *Source) LeaveOut(patterns []string, files bool) {
	exclude := gitignore.Parse([]byte(strings.Join(patterns, "\n")))
	tree := gitignore.NewTree(ignoreFile, func(path string) ([]byte, bool) {
		if !files {
			return nil, false
		}
		data, found, err := s.File(path)
		if err != nil {
			s.problems = append(s.problems, s.missing(source.Problem{Where: path, What: source.Describe(err)}, err))
		}
		return data, found
	})
	n := len(s.files)
	s.files = slices.DeleteFunc(slices.Clone(s.files), func(f changes.File) bool {
		return gitignore.MatchPath(exclude, f.Path) || tree.Ignores(f.Path)
	})
	s.skipped += n - len(s.files)
	for _, path := range tree.TooComplex() {
		s.problems = append(s.problems, source.Problem{Where: path, What: "has more patterns than are matched; nothing is left out by it"})
	}
}

// Has tells whether a file is among those that are scanned: it is staged, and not as
// any parent has it.
func (s *Source) Has(path string) bool {
	return slices.ContainsFunc(s.files, func(f changes.File) bool { return f.Path == path })
}

// Only leaves out all files but those of the given paths. What was there before is
// still looked for in all.
func (s *Source) Only(paths map[string]bool) {
	s.files = slices.DeleteFunc(slices.Clone(s.files), func(f changes.File) bool { return !paths[f.Path] })
}
