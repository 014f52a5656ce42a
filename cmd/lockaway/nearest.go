package main

import "strings"

// nearest returns the one of names that name was probably meant to be, or "" if
// none is near: at most a third of its letters differ, capitals aside.
func nearest(name string, names []string) string {
	if len(name) > 60 {
		return ""
	}
	name = strings.ToLower(name)
	best, limit := "", max(len(name)/3, 1)+1
	for _, n := range names {
		if d := distance(name, n); d < limit {
			best, limit = n, d
		}
	}
	return best
}

// distance is how many letters are added, left out, changed, or swapped with
// their neighbour between a and b.
func distance(a, b string) int {
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := last[j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			row[j] = min(last[j]+1, row[j-1]+1, change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}

// didYouMean is the hint that names the nearest name, or says where all stand.
func didYouMean(name, prefix string, names []string, otherwise string) string {
	if n := nearest(name, names); n != "" {
		return "did you mean " + prefix + n + "?"
	}
	return otherwise
}
