package gitpack

import "encoding/binary"

// adler32 is the checksum of RFC 1950, 8.2: two sums modulo 65521, of the bytes and
// of the first sum after each byte.
//
// Eight bytes are taken at a time, in lanes of 16 bits: even and odd bytes of words
// are added up in one pair of sums, and these in another after each word, which is
// what makes the second sum. After wordsInLanes words the lanes are nearly full and
// are added up in whole numbers.
func adler32(data []byte) uint32 {
	const (
		mod   = 65521
		lanes = 0x00ff00ff00ff00ff
		ones  = 0x0001000100010001
	)
	a, b := uint64(1), uint64(0)
	for len(data) >= 8 {
		words := min(len(data)/8, wordsInLanes)
		var even, odd, evens, odds uint64
		for i := range words {
			w := binary.LittleEndian.Uint64(data[8*i:])
			evens += even
			odds += odd
			even += w & lanes
			odd += w >> 8 & lanes
		}
		// Of a word's bytes, the first is in the second sum eight times at its end,
		// the last once; and each eight times more for every word after it.
		b += a * uint64(8*words)
		for l := range 4 {
			e, o := even>>(16*l)&0xffff, odd>>(16*l)&0xffff
			b += 8*(evens>>(16*l)&0xffff+odds>>(16*l)&0xffff) + e*uint64(8-2*l) + o*uint64(7-2*l)
			a += e + o
		}
		a, b = a%mod, b%mod
		data = data[8*words:]
	}
	for _, c := range data {
		a += uint64(c)
		b += a
	}
	return uint32(b%mod)<<16 | uint32(a%mod)
}

// wordsInLanes is how many words can be added up before a lane of the second sums
// may overflow: 255*22*23/2 < 65536.
const wordsInLanes = 23
