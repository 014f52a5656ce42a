package gitpack

import "encoding/binary"

// adler32 is the checksum of RFC 1950, 8.2: two sums modulo 65521, one of the bytes
// and one of the first sum as it is after each byte.
//
// Eight bytes are taken at a time, in lanes of 16 bits: even and odd bytes are added
// up in one pair of sums, and these after each word in another, which is what makes
// the second sum. Before the lanes are full they are added up.
func adler32(data []byte) uint32 {
	a, b := uint64(1), uint64(0)
	for len(data) > adlerPiece {
		a, b = adlerSums(a, b, data[:adlerPiece])
		data = data[adlerPiece:]
	}
	a, b = adlerSums(a, b, data)
	return uint32(b)<<16 | uint32(a)
}

// adlerPiece is how many bytes are added up before the modulo: far fewer than what
// the sums have room for.
const adlerPiece = 1 << 20

func adlerSums(a, b uint64, data []byte) (uint64, uint64) {
	for len(data) >= 8 {
		n := min(len(data)&^7, laneBytes)
		a, b = adlerLanes(a, b, data[:n])
		data = data[n:]
	}
	for _, c := range data {
		a += uint64(c)
		b += a
	}
	return a % adlerMod, b % adlerMod
}

const (
	adlerMod = 65521
	lanes    = 0x00ff00ff00ff00ff

	// laneWords is how many words can be added up before a lane of the second pair
	// of sums overflows: 255*22*23/2 < 65536.
	laneWords = 23
	laneBytes = 8 * laneWords
)

// adlerLanes adds words, at most laneWords of them, to the sums.
func adlerLanes(a, b uint64, words []byte) (uint64, uint64) {
	var even, odd, evens, odds uint64
	for i := 0; i <= len(words)-8; i += 8 {
		v := binary.LittleEndian.Uint64(words[i : i+8])
		evens += even
		odds += odd
		even += v & lanes
		odd += v >> 8 & lanes
	}
	const pairs = 0x0000ffff0000ffff
	before := evens&pairs + evens>>16&pairs + odds&pairs + odds>>16&pairs
	sum, later := addWord(even, odd)
	return a + sum, b + uint64(len(words))*a + 8*(before&(1<<32-1)+before>>32) + later
}

// addWord adds up lanes of even and of odd bytes: the bytes, and the bytes each as
// many times as the second sum takes them, the first of a word eight times and the
// last once. A multiplication adds up lanes in its highest one; there they stay below
// 65536, for a lane is at most 255*laneWords.
func addWord(even, odd uint64) (sum, later uint64) {
	const (
		ones  = 1<<48 | 1<<32 | 1<<16 | 1
		place = 1<<32 | 2<<16 | 3 // lane n of four counts n times
	)
	e, o := even*ones>>48, odd*ones>>48
	return e + o, 8*e + 7*o - 2*(even*place>>48+odd*place>>48)
}
