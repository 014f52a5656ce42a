package match_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// covers write a text as it stands within another.
var covers = []func(string) string{
	func(s string) string { return s },
	func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	func(s string) string {
		return base64.StdEncoding.EncodeToString([]byte(base64.URLEncoding.EncodeToString([]byte(s))))
	},
	func(s string) string {
		all := base64.StdEncoding.EncodeToString([]byte(strings.Repeat(s, 3)))
		var b strings.Builder
		for line := range slices.Chunk([]byte(all), 76) {
			b.WriteString(string(line) + "\n")
		}
		return b.String()
	},
	url.QueryEscape,
	strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace,
	func(s string) string {
		var b bytes.Buffer
		binary.Write(&b, binary.LittleEndian, utf16.Encode([]rune(s)))
		return b.String()
	},
}

// Every shape, wrapped in every way, gives the same wherever a cut goes through it
// or comes near.
func TestCutsThroughShapes(t *testing.T) {
	e := engine(t)
	r := rand.New(rand.NewPCG(3, 7))
	filler := bytes.Repeat([]byte("words of a text\n"), 5000)
	cases := 0
	for i, s := range shapes {
		text, _ := newMaker(uint64(i)).fill(s.text)
		for n, cover := range covers {
			inner := cover(text)
			at := len(filler)/2 + r.IntN(100)
			data := slices.Concat(filler[:at], []byte(inner), filler[at:])
			want := cutInto(e, data)
			cuts := []int{at - 1 - r.IntN(30_000), at + len(inner) + r.IntN(30_000)}
			for range 4 {
				cuts = append(cuts, at+r.IntN(len(inner)))
			}
			for _, c := range cuts {
				cases++
				if got := cutInto(e, data, c); got != want {
					t.Fatalf("%s, cover %d, cut %d bytes behind its beginning:\n%s", s.name, n, c-at, firstDifference(want, got))
				}
			}
		}
	}
	t.Logf("%d cuts", cases)
}
