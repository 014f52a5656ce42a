package match

// Compiled files keep strings with their length before them and nothing behind:
// what follows may be a letter, which would make a longer word.

// counts are the type codes before a length of one byte: Python's marshal ("z" and
// "Z", with and without 0x80 for a reference) and pickle ("U", "C" and 0x8c).
var counts = func() (set byteSet) {
	for _, c := range []byte("zZ\xfa\xdaUC\x8c") {
		set[c] = true
	}
	return
}()

// counted returns the length that stands before the string at data[s], or 0: a
// byte that is no character, a byte behind a type code, or four bytes, the lowest
// first.
func counted(data []byte, s int) int {
	if s < 2 {
		return 0
	}
	switch c := data[s-1]; {
	case c == 0:
		if s < 4 || data[s-2] != 0 || data[s-3] != 0 {
			return 0
		}
		return int(data[s-4])
	case c >= 16 && c < ' ' || counts[data[s-2]]:
		return int(c)
	}
	return 0
}
