//go:build dev && unix

package main

import (
	"os"
	"runtime"
	"syscall"
)

// peakMB returns the peak memory of an ended process in MB. Darwin counts bytes,
// others kilobytes. Linux counts what the process was before it became the program
// that is measured, so this is never less than what cmd/bench itself takes, some
// 8 MB.
func peakMB(p *os.ProcessState) float64 {
	usage, ok := p.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" {
		return float64(usage.Maxrss) / 1e6
	}
	return float64(usage.Maxrss) / 1e3
}
