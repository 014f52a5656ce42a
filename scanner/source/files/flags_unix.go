//go:build unix

package files

import "syscall"

// What package os doesn't name: never to wait for a FIFO's other end, and not to
// open what a link points to.
const (
	noWait   = syscall.O_NONBLOCK
	noFollow = syscall.O_NOFOLLOW
)
