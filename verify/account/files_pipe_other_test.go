//go:build !unix

package account

func makePipe(string) bool { return false }
