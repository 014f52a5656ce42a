//go:build unix

package account

import "syscall"

// noWait opens a pipe that nobody writes to without waiting.
const noWait = syscall.O_NONBLOCK
