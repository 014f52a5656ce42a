package gitpack

import (
	"bytes"
	"compress/zlib"
	stdadler "hash/adler32"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
)

// inflateData is data of several kinds, about n bytes of each.
func inflateData(rng *rand.Rand, n int) [][]byte {
	noise := make([]byte, n)
	text := make([]byte, 0, n)
	words := []string{"func ", "return ", "err", "\n\t", "if ", "nil", " != ", "{", "}\n", "the ", "of ", "0x", "1.2.3"}
	for i := range noise {
		noise[i] = byte(rng.Uint32())
	}
	for len(text) < n {
		text = append(text, words[rng.IntN(len(words))]...)
		if rng.IntN(4) == 0 {
			text = append(text, noise[:min(n, rng.IntN(5))]...)
		}
	}
	period := noise[:min(n, 1+rng.IntN(40))]
	far := slices.Concat(noise[:n/2], noise[:n/2])
	few := make([]byte, n)
	for i := range few {
		few[i] = "ab"[rng.IntN(2)]
	}
	return [][]byte{noise, text, make([]byte, n), bytes.Repeat(period, n/max(len(period), 1)+1), far, few}
}

func deflated(data []byte, level int) []byte {
	var out bytes.Buffer
	w, err := zlib.NewWriterLevel(&out, level)
	if err != nil {
		panic(err)
	}
	w.Write(data)
	w.Close()
	return out.Bytes()
}

// inflateBoth inflates with the fast decoder and with its plain twin, which must
// agree, and returns what they say. Bytes around dst must stay as they are.
func inflateBoth(t *testing.T, z *Inflater, size int, src []byte) ([]byte, int, error) {
	t.Helper()
	const guard = 0x5a
	room := bytes.Repeat([]byte{guard}, size+64)
	dst := room[32 : 32+size]
	used, err := z.Inflate(dst, src)
	if i := slices.IndexFunc(slices.Concat(room[:32], room[32+size:]), func(b byte) bool { return b != guard }); i >= 0 {
		t.Fatalf("it wrote outside of its %d bytes", size)
	}
	want := make([]byte, size)
	var plain plainInflater
	used2, err2 := plain.Inflate(want, src)
	// The library sees an end some bits early where the end of a block has a long
	// code, and so may not come to what else is wrong.
	early := err2 == ErrInflateTruncated && (err == ErrInflateSize || err == ErrInflateCorrupt)
	if err != err2 && !early || used != used2 {
		t.Fatalf("%x into %d bytes: %d used, %v; plainly %d, %v", src[:min(len(src), 200)], size, used, err, used2, err2)
	}
	if err == nil && !bytes.Equal(dst, want) {
		t.Fatalf("%x inflates to other bytes than plainly", src[:min(len(src), 200)])
	}
	head, plainHead := make([]byte, size), make([]byte, size)
	n, headErr := z.inflateHead(head, src)
	n2, headErr2 := plain.inflateHead(plainHead, src)
	if same := n == n2 && headErr == headErr2; !same && !(headErr2 == ErrInflateTruncated && n >= n2) || !bytes.Equal(head[:n2], plainHead[:n2]) {
		t.Fatalf("%x: %d bytes of its head, %v; plainly %d, %v", src[:min(len(src), 200)], n, headErr, n2, headErr2)
	}
	return dst, used, err
}

func TestInflateOfLibrary(t *testing.T) {
	rng := rand.New(rand.NewPCG(31, 32))
	z := NewInflater()
	for _, n := range []int{0, 1, 2, 3, 5, 8, 16, 40, 135, 300, 1000, 5000, 70_000, 300_000} {
		for _, data := range inflateData(rng, n) {
			for level := zlib.HuffmanOnly; level <= 9; level++ {
				if n > 1000 && level != 0 && level != 1 && level != 6 {
					continue
				}
				src := deflated(data, level)
				dst := make([]byte, len(data))
				used, err := z.Inflate(dst, append(slices.Clone(src), "what follows"...))
				if err != nil || used != len(src) || !bytes.Equal(dst, data) {
					t.Fatalf("%d bytes at level %d: %d of %d used, %v", len(data), level, used, len(src), err)
				}
				if n > 100_000 {
					continue
				}
				inflateBoth(t, z, len(data), src)
				for _, size := range []int{len(data) - 1, len(data) + 1, len(data) + 300, len(data) / 2, 0} {
					if size == len(data) || size < 0 {
						continue
					}
					if _, _, err := inflateBoth(t, z, size, src); err != ErrInflateSize {
						t.Fatalf("%d bytes, %d expected: %v", len(data), size, err)
					}
				}
			}
		}
	}
}

// TestInflateMade inflates what no compressor makes: unusual codes, of up to 15 bits.
func TestInflateMade(t *testing.T) {
	d := deflater{rng: rand.New(rand.NewPCG(33, 34))}
	z := NewInflater()
	for range 1500 {
		src, want := d.stream(1 + d.rng.IntN(4))
		got, used, err := inflateBoth(t, z, len(want), src)
		if err != nil || used != len(src) || !bytes.Equal(got, want) {
			t.Fatalf("%x: %d of %d used, %v", src, used, len(src), err)
		}
		if len(want) > 0 {
			inflateBoth(t, z, d.rng.IntN(len(want)), src)
		}
		for range 5 {
			bad := slices.Clone(src)
			bad[d.rng.IntN(len(bad))] ^= 1 << d.rng.IntN(8)
			inflateBoth(t, z, len(want), bad)
		}
	}
}

func TestInflateCutOff(t *testing.T) {
	d := deflater{rng: rand.New(rand.NewPCG(35, 36))}
	z := NewInflater()
	var all [][]byte
	for _, data := range inflateData(d.rng, 300) {
		for level := zlib.HuffmanOnly; level <= 9; level++ {
			all = append(all, deflated(data, level))
		}
	}
	for range 30 {
		src, _ := d.stream(2)
		all = append(all, slices.Clone(src))
	}
	for _, src := range all {
		size, _ := z.inflateHead(make([]byte, 1<<20), src)
		for n := range src {
			if _, _, err := inflateBoth(t, z, size, src[:n:n]); err != ErrInflateTruncated {
				t.Fatalf("%d of %d bytes: %v", n, len(src), err)
			}
		}
	}
}

func TestInflateHeads(t *testing.T) {
	z := NewInflater()
	body := deflated([]byte("bytes"), 6)[2:]
	for head := range 1 << 16 {
		src := append([]byte{byte(head >> 8), byte(head)}, body...)
		if head%31 == 0 || head%1000 == 0 {
			inflateBoth(t, z, 5, src)
		}
		sound := head>>8&15 == 8 && head>>12 <= 7 && head%31 == 0
		switch _, err := z.Inflate(make([]byte, 5), src); {
		case !sound && err != ErrInflateCorrupt, sound && head&0x20 != 0 && err != ErrInflateDictionary, sound && head&0x20 == 0 && err != nil:
			t.Fatalf("%04x: %v", head, err)
		}
	}
	src := deflated([]byte("bytes"), 6)
	for i := len(src) - 4; i < len(src); i++ {
		bad := slices.Clone(src)
		bad[i]++
		if _, _, err := inflateBoth(t, z, 5, bad); err != ErrInflateChecksum {
			t.Errorf("checksum byte %d: %v", i, err)
		}
	}
}

func TestAdler32(t *testing.T) {
	rng := rand.New(rand.NewPCG(37, 38))
	data := make([]byte, 100_000)
	for _, fill := range []func() byte{func() byte { return 255 }, func() byte { return 0 }, func() byte { return byte(rng.Uint32()) }} {
		for i := range data {
			data[i] = fill()
		}
		for n := range 2000 {
			at := rng.IntN(100)
			if got, want := adler32(data[at:at+n]), stdadler.Checksum(data[at:at+n]); got != want {
				t.Fatalf("%d bytes: %08x, not %08x", n, got, want)
			}
		}
		if got, want := adler32(data), stdadler.Checksum(data); got != want {
			t.Errorf("%08x, not %08x", got, want)
		}
	}
}

// TestTableSizes counts how large tables may become for any code there is: zlib's
// enough.c does so too. See fill for what is counted.
func TestTableSizes(t *testing.T) {
	for _, c := range []struct{ symbols, first, size int }{{286, litBits, len(litTable{})}, {288, litBits, len(litTable{})}, {30, distBits, len(distTable{})}, {32, distBits, len(distTable{})}} {
		most := 0
		counter := tableCounter{first: c.first, seen: map[[4]int]int{}}
		for open := 1; open <= 1<<c.first; open++ {
			// The other entries of the first level are of at least so many symbols.
			least := onesIn(1<<c.first - open)
			if syms := c.symbols - least; syms >= 2*open {
				for n := 2 * open; n <= syms; n++ {
					most = max(most, counter.second(c.first+1, 2*open, n, 0))
				}
			}
		}
		most += 1 << c.first
		t.Logf("%d symbols, %d bits: %d entries", c.symbols, c.first, most)
		if most > c.size {
			t.Errorf("%d symbols may take %d entries, more than %d", c.symbols, most, c.size)
		}
	}
}

func onesIn(n int) (ones int) {
	for ; n > 0; n &= n - 1 {
		ones++
	}
	return ones
}

type tableCounter struct {
	first int
	seen  map[[4]int]int
}

// second returns how many entries the second levels may still take, when of codes of
// at least l bits there are open ones to be given to exactly syms symbols, and left of
// them in the second level that was begun.
func (c *tableCounter) second(l, open, syms, left int) int {
	if open == syms { // all of them here: there is no way to have longer ones
		return c.begin(l, open, left)
	}
	if l == maxCode || open > syms {
		return -1 << 30
	}
	k := [4]int{l, open, syms, left}
	if most, ok := c.seen[k]; ok {
		return most
	}
	most := -1 << 30
	for n := 0; n < open && 2*(open-n) <= syms-n; n++ {
		size := c.begin(l, n, left)
		rest := left - n
		for rest < 0 {
			rest += 1 << (l - c.first)
		}
		if rest > 0 {
			size += 1 << (l - c.first) // it becomes twice as large
		}
		most = max(most, size+c.second(l+1, 2*(open-n), syms-n, 2*rest))
	}
	c.seen[k] = most
	return most
}

// begin returns how many entries the second levels take that n more codes of l bits
// begin.
func (c *tableCounter) begin(l, n, left int) int {
	width := 1 << (l - c.first)
	return (max(n-left, 0) + width - 1) / width * width
}

func FuzzInflate(f *testing.F) {
	rng := rand.New(rand.NewPCG(39, 40))
	for _, data := range inflateData(rng, 200) {
		for _, level := range []int{zlib.HuffmanOnly, 0, 1, 9} {
			f.Add(deflated(data, level), 0)
		}
	}
	d := deflater{rng: rng}
	for range 20 {
		src, _ := d.stream(2)
		f.Add(slices.Clone(src), 0)
	}
	// The first length repeats the one before it, and the source ends with it.
	f.Add([]byte("x\x01\x04\xc0\x83\x00\x00\x00\x00\x00\x00"), 49)
	z := NewInflater()
	f.Fuzz(func(t *testing.T, src []byte, off int) {
		var plain plainInflater
		size := 0
		if plain.reset(src) == nil {
			n, _ := io.Copy(io.Discard, io.LimitReader(plain.z, 1<<20))
			size = int(n)
		}
		inflateBoth(t, z, size, src)
		inflateBoth(t, z, max(0, size+off%1000), src)
	})
}

// FuzzDeflated inflates what the library deflates of anything.
func FuzzDeflated(f *testing.F) {
	for level, data := range inflateData(rand.New(rand.NewPCG(41, 42)), 300) {
		f.Add(data, level)
	}
	z := NewInflater()
	f.Fuzz(func(t *testing.T, data []byte, level int) {
		src := deflated(data, (level%12+12)%12-2)
		got, used, err := inflateBoth(t, z, len(data), src)
		if err != nil || used != len(src) || !bytes.Equal(got, data) {
			t.Errorf("%d of %d used, %v", used, len(src), err)
		}
	})
}
