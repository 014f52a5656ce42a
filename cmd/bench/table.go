//go:build dev

package main

import (
	"fmt"
	"io"
	"slices"
	"time"
)

// columns is the table's first line. README.md holds such a table; a test holds
// the two together.
var columns = fmt.Sprintf("%-16s %10s %10s %12s %10s %8s", "workload", "lockaway", "peak MB", "beside", "its time", "ratio")

// result is what came of one workload, beside one rival.
type result struct {
	name   string
	took   time.Duration // the median
	peak   float64       // MB, the largest of all runs
	rival  string        // empty where none was run
	theirs time.Duration // the rival's median
	failed bool          // the rival could not do it
}

// write writes the result as a line of the table.
func (r result) write(w io.Writer) {
	fmt.Fprintf(w, "%-16s %10s %10.1f", r.name, ms(r.took), r.peak)
	switch {
	case r.rival != "" && r.failed:
		fmt.Fprintf(w, " %12s %10s %8s", r.rival, "failed", "-")
	case r.rival != "":
		fmt.Fprintf(w, " %12s %10s %8.2f", r.rival, ms(r.theirs), r.ratio())
	}
	fmt.Fprintln(w)
}

// ratio is how many times the rival's time ours is.
func (r result) ratio() float64 { return float64(r.took) / float64(r.theirs) }

// median returns the middle of times, or the mean of the two in the middle; 0 of
// none. It leaves them as they are.
func median(times []time.Duration) time.Duration {
	if len(times) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(times))
	half := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[half]
	}
	return (sorted[half-1] + sorted[half]) / 2
}

// ms writes a time in milliseconds.
func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }
