package gitpack

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/iotest"
)

// plainDelta is ApplyDelta written for reading: it notes of each byte of the target
// where in the base it is from, and works the ranges out of that.
func plainDelta(base, delta []byte) (target []byte, changed []Range, ok bool) {
	number := func() (n uint64) {
		for shift := 0; ; shift += 7 {
			if len(delta) == 0 || shift > 56 {
				ok = false
				return 0
			}
			c := delta[0]
			delta = delta[1:]
			n |= uint64(c%128) << shift
			if c < 128 {
				return n
			}
		}
	}
	ok = true
	baseSize, size := number(), number()
	if !ok || baseSize != uint64(len(base)) {
		return nil, nil, false
	}
	var from []int // -1: inserted
	for len(delta) > 0 {
		op := delta[0]
		delta = delta[1:]
		if op < 128 {
			if op == 0 || int(op) > len(delta) {
				return nil, nil, false
			}
			target = append(target, delta[:op]...)
			from = append(from, slices.Repeat([]int{-1}, int(op))...)
			delta = delta[op:]
			continue
		}
		var b [7]int
		for i := range b {
			if op>>i&1 == 1 {
				if len(delta) == 0 {
					return nil, nil, false
				}
				b[i] = int(delta[0])
				delta = delta[1:]
			}
		}
		start, n := b[0]|b[1]<<8|b[2]<<16|b[3]<<24, b[4]|b[5]<<8|b[6]<<16
		if n == 0 {
			n = 65536
		}
		if start+n > len(base) || len(target)+n > 1<<26 {
			return nil, nil, false
		}
		for i := range n {
			target = append(target, base[start+i])
			from = append(from, start+i)
		}
	}
	if uint64(len(target)) != size {
		return nil, nil, false
	}
	// Position p lies between bytes p-1 and p; the base goes from -1 to len(base).
	from = append(append([]int{-1}, from...), len(base)) // from[p], from[p+1] meet at p
	inserted := func(i int) bool { return i > 0 && i < len(from)-1 && from[i] == -1 }
	for p := 0; p < len(from)-1; p++ {
		switch {
		case inserted(p + 1):
			start := p
			for inserted(p + 2) {
				p++
			}
			changed = append(changed, Range{start, p + 1})
		case !inserted(p) && from[p+1] != from[p]+1:
			changed = append(changed, Range{p, p})
		}
	}
	return target, changed, true
}

// readAllDelta reads a delta's target piece by piece.
func readAllDelta(base, delta []byte) ([]byte, error) {
	r, size, err := readDelta(base, delta)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(iotest.HalfReader(r))
	if err == nil && len(data) != size {
		err = errors.New("another size than it said")
	}
	return data, err
}

func checkDelta(t *testing.T, dst, base, delta []byte) (made int) {
	t.Helper()
	want, wantChanged, ok := plainDelta(base, delta)
	got, changed, err := ApplyDelta(dst, base, delta, nil)
	if (err == nil) != ok {
		t.Fatalf("base %.80q, delta %.80q: %v, plainly sound: %t", base, delta, err, ok)
	}
	if read, readErr := readAllDelta(base, delta); (readErr == nil) != ok || ok && !bytes.Equal(read, want) || !ok && !errors.Is(readErr, ErrDelta) {
		t.Fatalf("base %.80q, delta %.80q: read %.80q, %v", base, delta, read, readErr)
	}
	if err != nil {
		if !errors.Is(err, ErrDelta) {
			t.Fatal(err)
		}
		return 0
	}
	if !bytes.Equal(got, want) {
		t.Fatalf("base %.80q, delta %.80q: %.80q, not %.80q", base, delta, got, want)
	}
	if !slices.Equal(changed, wantChanged) {
		t.Fatalf("base %.80q, delta %.80q: changed %v, not %v", base, delta, changed, wantChanged)
	}
	b, n, err := DeltaSizes(delta)
	if err != nil || b != len(base) || n != len(got) {
		t.Fatalf("sizes %d, %d, %v", b, n, err)
	}
	return len(got)
}

func appendSize(d []byte, n int) []byte {
	for ; n >= 128; n >>= 7 {
		d = append(d, byte(n)|128)
	}
	return append(d, byte(n))
}

func appendCopy(d []byte, from, n int) []byte {
	at := len(d)
	d = append(d, 128)
	for i := range 4 {
		if b := byte(from >> (8 * i)); b != 0 {
			d[at] |= 1 << i
			d = append(d, b)
		}
	}
	for i := range 3 {
		if b := byte(n >> (8 * i)); b != 0 && n != 0x10000 {
			d[at] |= 16 << i
			d = append(d, b)
		}
	}
	return d
}

// madeDelta makes a delta of the given number of instructions, and its size.
func madeDelta(rng *rand.Rand, base []byte, ops int) []byte {
	var body []byte
	size, next := 0, 0
	for range ops {
		if len(base) == 0 || rng.IntN(3) == 0 {
			n := 1 + rng.IntN(127)
			body = append(body, byte(n))
			for range n {
				body = append(body, byte(rng.Uint32()))
			}
			size += n
			continue
		}
		from := rng.IntN(len(base))
		if rng.IntN(2) == 0 && next < len(base) {
			from = next
		}
		n := 1 + rng.IntN(min(len(base)-from, 0xffffff))
		if rng.IntN(3) == 0 {
			n = min(len(base)-from, 0xffffff) // to the end
		}
		body = appendCopy(body, from, n)
		size += n
		next = from + n
	}
	return append(appendSize(appendSize(nil, len(base)), size), body...)
}

func TestApplyDelta(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	var dst []byte
	for range 800 {
		base := make([]byte, rng.IntN([]int{1, 3, 300, 70_000}[rng.IntN(4)]))
		for i := range base {
			base[i] = byte(rng.Uint32())
		}
		delta := madeDelta(rng, base, rng.IntN(12))
		if n := checkDelta(t, dst, base, delta); n > cap(dst) {
			dst = make([]byte, n)
		}
		bad := slices.Clone(delta)
		bad[rng.IntN(len(bad))] ^= 1 << rng.IntN(8)
		checkDelta(t, dst, base, bad)
		checkDelta(t, nil, base, delta[:rng.IntN(len(delta))])
	}
}

func TestApplyDeltaRanges(t *testing.T) {
	base := []byte("0123456789")
	insert := func(s string) []byte { return append([]byte{byte(len(s))}, s...) }
	for _, c := range []struct {
		ops     [][]byte
		target  string
		changed []Range
	}{
		{nil, "", []Range{{0, 0}}},
		{[][]byte{appendCopy(nil, 0, 10)}, "0123456789", nil},
		{[][]byte{appendCopy(nil, 0, 4), appendCopy(nil, 4, 6)}, "0123456789", nil},
		{[][]byte{appendCopy(nil, 0, 9)}, "012345678", []Range{{9, 9}}},
		{[][]byte{appendCopy(nil, 1, 9)}, "123456789", []Range{{0, 0}}},
		{[][]byte{appendCopy(nil, 0, 4), appendCopy(nil, 5, 5)}, "012356789", []Range{{4, 4}}},
		{[][]byte{appendCopy(nil, 0, 4), insert("a"), insert("bc"), appendCopy(nil, 4, 6)}, "0123abc456789", []Range{{4, 7}}},
		{[][]byte{insert("a"), appendCopy(nil, 0, 10)}, "a0123456789", []Range{{0, 1}}},
		{[][]byte{appendCopy(nil, 0, 10), insert("a")}, "0123456789a", []Range{{10, 11}}},
		{[][]byte{appendCopy(nil, 5, 5), appendCopy(nil, 0, 5)}, "5678901234", []Range{{0, 0}, {5, 5}, {10, 10}}},
		{[][]byte{appendCopy(nil, 0, 10), appendCopy(nil, 0, 10)}, "01234567890123456789", []Range{{10, 10}}},
	} {
		delta := appendSize(appendSize(nil, len(base)), len(c.target))
		delta = append(delta, bytes.Join(c.ops, nil)...)
		got, changed, err := ApplyDelta(nil, base, delta, nil)
		if err != nil || string(got) != c.target || !slices.Equal(changed, c.changed) {
			t.Errorf("%q, %v, %v; not %q, %v", got, changed, err, c.target, c.changed)
		}
		// Ranges are appended to those that are there.
		if _, changed, _ = ApplyDelta(nil, base, delta, []Range{{-5, -4}}); len(changed) != 1+len(c.changed) {
			t.Errorf("%v", changed)
		}
	}
}

// TestDeltaTakesNoMemoryForLies declares much and makes little.
func TestDeltaTakesNoMemoryForLies(t *testing.T) {
	base := make([]byte, 1<<16)
	head := appendSize(nil, len(base))
	lie := appendCopy(appendSize(slices.Clone(head), 1<<40), 0, 0x10000)
	n := testing.AllocsPerRun(1, func() {
		if _, _, err := ApplyDelta(nil, base, lie, nil); !errors.Is(err, ErrDelta) {
			t.Error(err)
		}
	})
	if n > 10 { // with a terabyte it would have ended otherwise
		t.Errorf("%v allocations", n)
	}
	// A bomb that holds what it says can be told by its size.
	bomb := appendSize(slices.Clone(head), 1<<33)
	for range 1 << 17 {
		bomb = appendCopy(bomb, 0, 0x10000)
	}
	if b, size, err := DeltaSizes(bomb); err != nil || b != len(base) || size != 1<<33 {
		t.Errorf("%d, %d, %v", b, size, err)
	}
	for _, huge := range []string{
		"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x00",
		"\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
		"\xff", "\x01\xff", "", "\x00",
	} {
		if _, _, err := DeltaSizes([]byte(huge)); !errors.Is(err, ErrDelta) {
			t.Errorf("%q: %v", huge, err)
		}
	}
}

func FuzzApplyDelta(f *testing.F) {
	rng := rand.New(rand.NewPCG(13, 14))
	base := []byte("a base of some bytes, more than sixty-four of them, so that copies cross")
	for n := range 6 {
		f.Add(base, madeDelta(rng, base, n), 100)
	}
	f.Fuzz(func(t *testing.T, base, delta []byte, have int) {
		_, target, err := DeltaSizes(delta)
		if err == nil && target > 1<<24 {
			t.Skip("more than the plain twin takes")
		}
		checkDelta(t, make([]byte, min(max(have, 0), 1<<16)), base, delta)
	})
}
