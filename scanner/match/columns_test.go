package match

import (
	"bytes"
	"testing"

	"lockaway/rules"
)

// A field is where cutting the row at its separators says it is.
func FuzzColumns(f *testing.F) {
	f.Add([]byte("user,Secret access key\nbob,x"), uint8(','))
	f.Add([]byte("\xef\xbb\xbf\"a\";\"secret\"\r\n \"b\" ; \"c\" \r\n"), uint8(';'))
	f.Add([]byte("secret\t\t\n\t\n,,\n"), uint8('\t'))
	p := &plan{Rule: &rules.Rule{Names: []string{"secret"}}}
	f.Fuzz(func(t *testing.T, data []byte, sep uint8) {
		header, _, _ := bytes.Cut(data, []byte{'\n'})
		s, i, name := column(header, p)
		if s != 0 {
			fields := bytes.Split(bytes.TrimRight(header, "\r"), []byte{s})
			if i >= len(fields) || !bytes.Equal(bytes.Trim(fields[i], " \""), name) || !bytes.Contains(bytes.ToLower(name), []byte("secret")) {
				t.Fatalf("column %d, %q of %q", i, name, header)
			}
		}
		if sep == '\n' || sep == ' ' || sep == '"' || sep == '\r' {
			return
		}
		row, _, _ := bytes.Cut(data, []byte{'\n'})
		row = row[:min(len(row), rowMax)]
		for n, want := range bytes.Split(row, []byte{sep}) {
			from, to := field(data, 0, sep, n)
			if from > to || to > len(data) {
				t.Fatalf("field %d at %d to %d", n, from, to)
			}
			want = bytes.TrimRight(bytes.TrimLeft(want, " \""), " \"\r")
			if got := data[from:to]; !bytes.Equal(got, want) {
				t.Fatalf("field %d is %q, want %q", n, got, want)
			}
		}
		if from, to := field(data, 0, sep, bytes.Count(row, []byte{sep})+1); from != to {
			t.Fatalf("a field behind the last: %q", data[from:to])
		}
	})
}
