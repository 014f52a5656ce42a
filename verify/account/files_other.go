//go:build !unix

package account

// noWait does nothing where no pipe can stand in a folder.
const noWait = 0
