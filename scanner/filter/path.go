package filter

import "lockaway/scanner/internal/gitignore"

// pathMatcher reads one pattern in gitignore syntax. It holds for a path whose
// folder it names, too.
func pathMatcher(pattern string) func(rel string) bool {
	list := gitignore.Parse([]byte(pattern))
	return func(rel string) bool { return gitignore.MatchPath(list, rel) }
}
