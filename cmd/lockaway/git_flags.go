package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/spf13/pflag"
)

// add registers the flags of a repository's scan alone.
func (g *gitFlags) add(fs *pflag.FlagSet) {
	g.only.add(fs)
	g.addMemory(fs)
	fs.Var((*fileName)(&g.replacements), "replacements", "write the values found, in plain text, to this new file, as git filter-repo --replace-text takes them")
}

// addMemory registers that of the memory.
func (g *gitFlags) addMemory(fs *pflag.FlagSet) {
	fs.Var(&g.memory, "max-memory", "hold at most `SIZE` of objects in memory, as in 512MB or 2GiB (default 1GiB)")
}

// byteSize is a number of bytes of a megabyte at least; 0 stands for the default.
type byteSize int64

// leastMemory is less than one large file takes: it is there to find a size without
// its unit.
const leastMemory = 1_000_000

// units are what a size may end with: powers of 1000, or of 1024 where an i says so
// (IEC 80000-13). Letters alone are meant as such, as other tools take them.
var units = map[string]float64{
	"": 1, "b": 1,
	"kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12,
	"kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "tib": 1 << 40,
	"k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40,
}

// String, Set and Type implement pflag.Value.
func (b *byteSize) String() string {
	if *b == 0 {
		return ""
	}
	return strconv.FormatInt(int64(*b), 10)
}
func (b *byteSize) Type() string { return "SIZE" }
func (b *byteSize) Set(s string) error {
	digits := strings.TrimRight(s, "BKMGTIbkmgti ")
	unit, known := units[strings.ToLower(strings.TrimSpace(s[len(digits):]))]
	n, err := strconv.ParseFloat(digits, 64)
	switch size := n * unit; {
	case err != nil || !known || !(size >= 0) || strings.ContainsAny(digits, "xXeEpP_+"):
		return fmt.Errorf("%q is no size, such as 512MB or 2GiB", s)
	case size < leastMemory:
		return fmt.Errorf("%q is less than a megabyte", s)
	case size > math.MaxInt64/2:
		return fmt.Errorf("%q is more than there can be", s)
	default:
		*b = byteSize(size)
	}
	return nil
}
