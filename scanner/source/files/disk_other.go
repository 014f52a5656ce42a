//go:build !linux

package files

func newDisk() disk { return portable{} }
