//go:build !windows

package hooks

// slashes writes a path as the shell takes it that runs hooks.
func slashes(path string) string { return path }
