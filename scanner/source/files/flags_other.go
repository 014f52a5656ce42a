//go:build !unix

package files

// No such flags: what a name is was looked at before.
const (
	noWait   = 0
	noFollow = 0
)
