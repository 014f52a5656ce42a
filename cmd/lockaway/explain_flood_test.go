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

// secretsFile writes a file with a secret on each of n lines, and returns them.
func secretsFile(t *testing.T, n int) (name string, secrets []string) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	var text strings.Builder
	for range n {
		raw := make([]byte, 30)
		for i := range raw {
			raw[i] = byte(r.Uint32())
		}
		secrets = append(secrets, base64.StdEncoding.EncodeToString(raw))
		fmt.Fprintf(&text, "aws_secret_access_key = %s\n", secrets[len(secrets)-1])
	}
	name = filepath.Join(t.TempDir(), "f.env")
	if err := os.WriteFile(name, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return name, secrets
}

// explainedLine is what explain says of a line, on standard error, and by its status.
func explainedLine(t *testing.T, name string, line int) (text, errs string, status int) {
	t.Helper()
	flags, fs := newFlags(), pflag.NewFlagSet("", pflag.ContinueOnError)
	flags.addAll(fs)
	var says strings.Builder
	a := &app{ctx: t.Context(), ui: &ui{err: &says}, env: func(string) string { return "" }, out: os.Stdout}
	s, err := a.setup(fs, flags, name)
	if err != nil {
		t.Fatal(err)
	}
	if text, err = a.explainLine(s, name, line); err != nil {
		t.Fatal(err)
	}
	return text, says.String(), a.status
}

// Of a file with more values than are kept, no line is shown: those that are not
// known would stand there in clear. That holds for the lines beside it as well, and
// it is told that the file was not scanned to its end.
func TestExplainAFlood(t *testing.T) {
	name, secrets := secretsFile(t, scanner.MaxFindings+500)
	for _, line := range []int{1, scanner.MaxFindings, len(secrets)} {
		text, errs, status := explainedLine(t, name, line)
		for n := max(line-1, 1); n <= min(line+1, len(secrets)); n++ {
			if strings.Contains(text+errs, secrets[n-1][5:15]) {
				t.Errorf("line %d: the value of line %d is shown:\n%s%s", line, n, text, errs)
			}
		}
		if !strings.Contains(text, "not shown") {
			t.Errorf("line %d: nothing says that lines are left out:\n%s", line, text)
		}
		if !strings.Contains(errs, "more than") || status != exitFailed {
			t.Errorf("line %d: status %d, says %q", line, status, errs)
		}
	}
}

// As long as all values are known their lines are shown, masked.
func TestExplainBelowAFlood(t *testing.T) {
	name, secrets := secretsFile(t, 50)
	text, errs, status := explainedLine(t, name, 50)
	mask := secrets[49][:4] + "…" + secrets[49][36:]
	if !strings.Contains(text, mask) || strings.Contains(text, secrets[49]) || strings.Contains(text, "not shown") || errs != "" || status != exitClean {
		t.Errorf("status %d, says %q\n%s", status, errs, text)
	}
}
