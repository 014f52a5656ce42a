//go:build unix

package account

import "syscall"

func makePipe(name string) bool { return syscall.Mkfifo(name, 0o600) == nil }
