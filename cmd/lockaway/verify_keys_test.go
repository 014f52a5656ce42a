package main

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A secret of any kind is refused, whatever stands around it, and isn't repeated; names
// of files and key IDs are not taken for one.
func TestSecretsAreNoArguments(t *testing.T) {
	t.Chdir(t.TempDir())
	r := rand.New(rand.NewPCG(1, 2))
	random := func(alphabet string, n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = alphabet[r.IntN(len(alphabet))]
		}
		return string(b)
	}
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	id := "AKIA" + random("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)
	for range 200 {
		secret := random(letters+"+/", 40)
		for _, arg := range []string{
			secret, id + ":" + secret, "aws_secret_access_key=" + secret, secret + "\n", "ghp_" + random(letters, 36),
			"IQoJb3JpZ2luX2Vj" + random(letters, 400), "ABSK" + random(letters, 120),
		} {
			_, err := keyIDs([]string{id, arg})
			if err == nil || !strings.Contains(err.Error(), "looks like a secret") {
				t.Errorf("%q: %v", arg, err)
			}
			if err != nil && strings.Contains(err.Error(), secret) {
				t.Errorf("it is repeated: %v", err)
			}
		}
	}
	for _, arg := range []string{"findings.json", "../Findings/OfTheWholeOrganisation", "../out/2026-11-25_report_of_the_whole_thing.json", strings.Repeat("a", 64), strings.Repeat("0123456789abcdef", 4) + ".json", "-", "."} {
		if ids, err := keyIDs([]string{arg}); err != nil || ids != nil {
			t.Errorf("%q: %v, %v", arg, ids, err)
		}
	}
	// A file of that name is a report, whatever it looks like.
	name := random(letters, 40)
	if err := os.WriteFile(filepath.Join(".", name), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if ids, err := keyIDs([]string{name}); err != nil || ids != nil {
		t.Errorf("a file: %v, %v", ids, err)
	}
	if ids, err := keyIDs([]string{id, "AKIAIOSFODNN7EXAMPLE"}); err != nil || len(ids) != 2 || ids[0].ID != id {
		t.Errorf("%v, %v", ids, err)
	}
}
