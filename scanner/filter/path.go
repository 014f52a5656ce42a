package filter

import ignore "github.com/sabhiram/go-gitignore"

// pathMatcher reads one pattern in gitignore syntax.
func pathMatcher(pattern string) func(rel string) bool {
	list := ignore.CompileIgnoreLines(pattern)
	return list.MatchesPath
}
