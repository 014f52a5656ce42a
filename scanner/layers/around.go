package layers

import "sort"

// around calls do for each stretch of bytes that are in the class and hold a
// hit, in parts that each have a hit within sight and touch an owned byte. at
// are the hits, ascending. Each byte is looked at once, however many hits a
// stretch holds.
func (t Text) around(at []int, class *[256]bool, do func(part)) {
	floor := 0 // where the stretch before ended
	for len(at) > 0 {
		hit := at[0]
		if hit < floor || hit >= len(t.Data) || !class[t.Data[hit]] {
			at = at[1:]
			continue
		}
		start, end := hit, hit
		for start > floor && class[t.Data[start-1]] {
			start--
		}
		for end < len(t.Data) && class[t.Data[end]] {
			end++
		}
		n := sort.SearchInts(at, end)
		t.parts(start, end, func(p part) {
			if i := sort.SearchInts(at[:n], p.start); i < n && at[i] < p.end {
				do(p)
			}
		})
		at, floor = at[n:], end
	}
}

// unhex returns the value of n hexadecimal digits at data[i:end].
func unhex(data []byte, i, n, end int) (v rune, ok bool) {
	if i+n > end {
		return 0, false
	}
	for _, c := range data[i : i+n] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		v = v<<4 | rune(c)
	}
	return v, true
}
