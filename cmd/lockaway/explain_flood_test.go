package main

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"lockaway/scanner"
)

// Of a file with more values than are kept, no line is shown: those that are not
// known would stand there in clear.
func TestExplainAFlood(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var text strings.Builder
	var last string
	for range scanner.MaxFindings + 500 {
		raw := make([]byte, 30)
		for i := range raw {
			raw[i] = byte(r.Uint32())
		}
		last = base64.StdEncoding.EncodeToString(raw)
		fmt.Fprintf(&text, "aws_secret_access_key = %s\n", last)
	}
	name := filepath.Join(t.TempDir(), "f.env")
	if err := os.WriteFile(name, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	flags, fs := newFlags(), pflag.NewFlagSet("", pflag.ContinueOnError)
	flags.addAll(fs)
	a := &app{ctx: t.Context(), ui: &ui{err: &strings.Builder{}}, env: func(string) string { return "" }, out: os.Stdout}
	s, err := a.setup(fs, flags, name)
	if err != nil {
		t.Fatal(err)
	}
	got, err := a.explainLine(s, name, scanner.MaxFindings+500)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(got, last[5:15]) || !strings.Contains(got, "not shown") {
		t.Errorf("%s", got)
	}
}
