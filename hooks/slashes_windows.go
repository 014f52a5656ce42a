package hooks

import "path/filepath"

// slashes writes a path as the shell takes it that comes with Git for Windows: C:/…
func slashes(path string) string { return filepath.ToSlash(path) }
