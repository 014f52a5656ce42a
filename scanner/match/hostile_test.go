package match_test

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
	"lockaway/scanner/match"
)

// count looks through a text in pieces of a size and returns what is found.
func count(e *match.Engine, data []byte, size int) []*finding.Finding {
	var cuts []int
	for at := size; at < len(data); at += size {
		cuts = append(cuts, at)
	}
	var out []*finding.Finding
	w := e.Worker()
	for _, c := range chunk.Cut(&chunk.Content{Kind: chunk.File, Path: "f"}, data, cuts...) {
		w.Match(c, func(f *finding.Finding) { out = append(out, f) })
	}
	return out
}

// Where there are more finds in a row than are joined in one go, no credential is
// torn and none told twice.
func TestManyPairs(t *testing.T) {
	e := engine(t)
	const pairs = 3000
	for name, row := range map[string]string{
		"env":      "AWS_ACCESS_KEY_ID=%s\nAWS_SECRET_ACCESS_KEY=%s\n",
		"profiles": "[p%[3]d]\naws_access_key_id = %[1]s\naws_secret_access_key = %[2]s\n",
		"behind":   "secret_access_key: %[2]s\naccess_key_id: %[1]s\n\n",
		"log":      "%s:%s\n",
		"one line": "AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=%s; ",
		"rows":     "bob,%s,%s\n",
	} {
		m := newMaker(1)
		var b strings.Builder
		if name == "rows" {
			b.WriteString("User name,Access key ID,Secret access key\n")
		}
		secretOf := map[string]string{}
		for i := range pairs {
			id, secret := m.id("AKIA"), m.secret()
			secretOf[id] = secret
			text := fmt.Sprintf(row, id, secret, i)
			b.WriteString(strings.Split(text, "%!")[0])
		}
		found := count(e, []byte(b.String()), 100_000)
		wrong := 0
		for _, f := range found {
			if len(f.Parts) != 2 || secretOf[f.Parts[0].Value.Reveal()] != f.Parts[1].Value.Reveal() {
				wrong++
			}
		}
		if len(found) != pairs || wrong > 0 {
			t.Errorf("%s: %d found, %d of them wrong; want %d", name, len(found), wrong, pairs)
		}
	}
}

// What hostile text makes the engine allocate is bounded, and so is the time that
// it takes.
func TestHostileTexts(t *testing.T) {
	e := engine(t)
	r := rand.New(rand.NewPCG(1, 1))
	m := maker{r}
	repeat := func(what func() string) []byte {
		var b strings.Builder
		for b.Len() < 1<<18 {
			b.WriteString(what())
		}
		return []byte(b.String())
	}
	wrap := func(b []byte) []byte {
		return []byte(base64.StdEncoding.EncodeToString([]byte(base64.StdEncoding.EncodeToString(b))))
	}
	for name, c := range map[string]struct {
		text []byte
		most int // bytes allocated for each byte of the text
	}{
		"anchors of an address":   {repeat(func() string { return "AWSAccessKeyId=" + m.id("AKIA") + "&" }), 300},
		"signatures":              {repeat(func() string { return "X-Amz-Signature=" + m.pick("0123456789abcdef", 64) + "&" }), 60},
		"key IDs in one line":     {repeat(func() string { return m.id("AKIA") + " " }), 400},
		"secrets in one line":     {repeat(func() string { return "aws_secret_access_key=" + m.secret() + " " }), 250},
		"names without values":    {repeat(func() string { return "aws_secret_access_key=" }), 20},
		"names before one value":  {append(repeat(func() string { return "session_token" }), []byte("="+m.pick(base64Alphabet, 900))...), 30},
		"blocks that never end":   {repeat(func() string { return "-----BEGIN RSA PRIVATE KEY-----\n" + m.secret() + "\n" }), 30},
		"beginnings of tokens":    {repeat(func() string { return "IQoJb3JpZ2luX2Vj" }), 30},
		"many times escaped":      {repeat(func() string { return `aws_secret_access_key\\\\\":\\\\\"` + m.secret() + `\\\\\"` }), 260},
		"escaped in two ways":     {repeat(func() string { return `aws_secret_access_key%22%3A\"` + m.secret() + `%25%5C\\\\u0025` }), 550},
		"twice in base64":         {wrap(repeat(func() string { return "AWS_SECRET_ACCESS_KEY=" + m.secret() + "\n" })), 120},
		"nothing but backslashes": {repeat(func() string { return `\` }), 10},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		n := len(count(e, c.text, chunk.PieceSize))
		runtime.ReadMemStats(&after)
		each := int(after.TotalAlloc-before.TotalAlloc) / len(c.text)
		t.Logf("%s: %d found, %d bytes allocated for each of %d", name, n, each, len(c.text))
		if each > c.most {
			t.Errorf("%s: %d bytes allocated for each, more than %d", name, each, c.most)
		}
	}
}

// A run that is longer than a secret and directly behind its name is none, however
// much longer: a part of it must not be taken for all. A secret in the same place is.
func TestRunsTooLongForAName(t *testing.T) {
	e := engine(t)
	m := newMaker(3)
	for _, n := range []int{41, 63, 64, 65, 71, 72, 73, 240, 247, 248, 249, 300, 5000} {
		text := "aws_secret_access_key = " + m.pick(base64Alphabet[:62], n) + "\n"
		for _, f := range count(e, []byte(text), len(text)+1) {
			t.Errorf("%d characters: %s", n, f.Rule)
		}
	}
	// Wrapped, nothing else stands guard at the end of what was read: the beginning
	// of a long run in base64 is as good as a secret.
	for n := 43; n <= 90; n++ {
		text := "aws_secret_access_key = " + base64.RawStdEncoding.EncodeToString([]byte(m.pick(base64Alphabet[:62], n))) + "\n"
		for _, f := range count(e, []byte(text), len(text)+1) {
			t.Errorf("%d characters in base64: %s", n, f.Rule)
		}
	}
	secret := m.secret()
	fs := count(e, []byte("aws_secret_access_key = "+secret+"\n"), 1000)
	if len(fs) != 1 || fs[0].Value.Reveal() != secret {
		t.Errorf("a secret behind its name: %d findings", len(fs))
	}
}
