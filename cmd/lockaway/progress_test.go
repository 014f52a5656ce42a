package main

import (
	"testing"
	"time"
	"unicode/utf8"

	"lockaway/scanner"
)

func TestProgressText(t *testing.T) {
	for _, c := range []struct {
		files, bytes, findings, done, total int64
		elapsed                             time.Duration
		want                                string
	}{
		{12, 3_400, 0, 0, 0, 5 * time.Second, "scanning: 12 files, 3.4 kB, 5 s"},
		{12, 3_400, 1, 0, 0, 5 * time.Second, "scanning: 12 files, 3.4 kB, 5 s, 1 finding"},
		{12, 3_400, 2, 0, 0, 5 * time.Second, "scanning: 12 files, 3.4 kB, 5 s, 2 findings"},
		{0, 0, 0, 0, 1000, time.Second, "scanning: 0 objects, 0 B, 0%"}, // nothing to guess from
		{10, 2_000_000, 1, 250, 1000, 4 * time.Second, "scanning: 10 objects, 2.0 MB, 25%, 12 s left, 1 match"},
		{10, 2_000_000, 7, 250, 1000, 100 * time.Second, "scanning: 10 objects, 2.0 MB, 25%, 5 min left, 7 matches"},
		{10, 2_000_000, 0, 1200, 1000, 4 * time.Second, "scanning: 10 objects, 2.0 MB, 100%, 0 s left"}, // more than was thought
		{123_456_789, 123_400_000_000, 1_234_567, 999, 1000, 9000 * time.Second, "scanning: 123456789 objects, 123.4 GB, 99%, 9 s left, 1234567 matches"},
	} {
		p := &scanner.Progress{}
		p.Files.Store(c.files)
		p.Bytes.Store(c.bytes)
		p.Findings.Store(c.findings)
		p.Done.Store(c.done)
		p.Total.Store(c.total)
		got := progressText(p, c.elapsed)
		if got != c.want {
			t.Errorf("%q, not %q", got, c.want)
		}
		if n := utf8.RuneCountInString(got); n > 80 {
			t.Errorf("%d columns: %q", n, got)
		}
	}
}

func TestByteSize(t *testing.T) {
	for in, want := range map[string]int64{
		"512MB": 512_000_000, "2GiB": 2 << 30, "1.5gb": 1_500_000_000, "64m": 64 << 20, "1000000": 1_000_000,
		"2000 kB": 2_000_000, "1000000b": 1_000_000, "0.5TiB": 1 << 39, "4G": 4 << 30,
	} {
		var b byteSize
		if err := b.Set(in); err != nil || int64(b) != want {
			t.Errorf("%q: %d, %v", in, b, err)
		}
	}
	for _, in := range []string{"", "MB", "512", "1kB", "-1GB", "1e9", "0x100000MB", "NaN", "Inf", "infGB", "1GiBs", "1 G B", "9999999999TiB", "1_000MB", "+1GB", "½GB"} {
		var b byteSize
		if err := b.Set(in); err == nil {
			t.Errorf("%q is taken, as %d", in, b)
		}
	}
}
