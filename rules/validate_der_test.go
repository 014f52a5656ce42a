package rules

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"strings"
	"testing"
)

func TestKeysWithoutFrame(t *testing.T) {
	k := keysOnce()
	for name, block := range map[string][]byte{
		"rsa": k.rsa, "rsa of 512 bits": k.rsa512, "pkcs8": k.pkcs8, "ec": k.ec, "ec in pkcs8": k.ecPKCS8, "ed25519": k.ed25519, "dsa": k.dsa,
	} {
		if block == nil {
			continue
		}
		b, _ := pem.Decode(block)
		if b == nil {
			t.Fatalf("%s: no block", name)
		}
		body := base64.StdEncoding.EncodeToString(b.Bytes)
		lines := strings.Split(string(block), "\n")
		wrapped := strings.Join(lines[1:len(lines)-1], "\n")
		for way, text := range map[string]string{
			"assigned":    "KEY=" + body + "\n",
			"quoted":      `key: "` + body + `", next: 1`,
			"unpadded":    "KEY=" + strings.TrimRight(body, "=") + "\n",
			"wrapped":     "key: |\n  " + strings.ReplaceAll(wrapped, "\n", "\n  ") + "\nnext: abc\n",
			"JSON":        `{"key":"` + strings.ReplaceAll(wrapped, "\n", `\n`) + `"}`,
			"and a word":  body + "\nandalongwordbehindthekeyofsomeletters\n",
			"CRLF":        strings.ReplaceAll(wrapped, "\n", "\r\n"),
			"last of all": body,
		} {
			cand, v := judgeDER(t, text)
			if v.Reject != "" || v.Confidence != "high" || string(v.Value) != body {
				t.Errorf("%s, %s: %+v", name, way, v)
			}
			if cand.End <= cand.Start {
				t.Errorf("%s, %s: %d to %d", name, way, cand.Start, cand.End)
			}
		}
	}
}

// judgeDER judges what the rule's pattern finds at the first of its literals.
func judgeDER(t testing.TB, text string) (Candidate, Verdict) {
	t.Helper()
	set, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	r := set.Rule("private-key-der")
	for i := range text {
		for _, l := range r.Literals {
			if !strings.HasPrefix(text[i:], l) {
				continue
			}
			if m := r.Regexp().FindStringIndex(text[i:min(i+r.Span, len(text))]); m != nil {
				c := Candidate{Text: []byte(text), Start: i + m[0], End: i + m[1]}
				return c, derPrivateKey(c)
			}
		}
	}
	return Candidate{}, Verdict{Reject: "the pattern does not match"}
}

func TestNoKeysWithoutFrame(t *testing.T) {
	block, _ := pem.Decode(keysOnce().rsa)
	body := base64.StdEncoding.EncodeToString(block.Bytes)
	damaged := []byte(body)
	for i := 200; i < 260; i++ {
		damaged[i] = damaged[i+300]
	}
	for _, c := range []struct{ name, text, want string }{
		{"damaged", string(damaged), "medium"},
		{"in its own block", "-----BEGIN RSA PRIVATE KEY-----\n" + body, "rejected"},
		{"in a block for tests", "key := `-----BEGIN RSA TESTING KEY-----\n" + body, "low info"},
		{"in a block of another name", "\"-----BEGIN RSA KEY-----\\n\" +\n\"" + body, "high"},
		{"two thirds", body[:len(body)*2/3], "medium"},
		{"a third", body[:len(body)/3], "rejected"},
		{"its beginning, and dots", body[:64] + "...", "rejected"},
		{"its beginning, other text", body[:40] + drawn(1, base64Alphabet, 4000), "rejected"},
		{"a public key", "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A" + drawn(1, base64Alphabet, 360), "rejected"},
		{"a certificate", "MIIDXTCCAkWgAwIBAgIJ" + drawn(2, base64Alphabet, 900), "rejected"},
		{"one letter behind the beginning", body[:40] + strings.Repeat("F", len(body)-40), "rejected"},
		{"documentation", body[:200] + "EXAMPLE" + body[207:], "low info"},
	} {
		if _, v := judgeDER(t, c.text); level(v) != c.want {
			t.Errorf("%s: %s (%s%s), want %s", c.name, level(v), v.Reject, v.Why, c.want)
		}
	}
}

// Programs that have formats of their own for an encrypted key say so in the
// label, and put something else than DER inside.
func TestEncryptedByLabel(t *testing.T) {
	body := `{"kdf":{"name":"scrypt","params":{"N":32768},"salt":"` + drawn(1, base64Alphabet, 44) + `"},"ciphertext":"` + drawn(2, base64Alphabet, 200) + `"}`
	for label, confidence := range map[string]string{
		"ENCRYPTED COSIGN PRIVATE KEY":   "high",
		"ENCRYPTED SIGSTORE PRIVATE KEY": "high",
	} {
		text := string(bytes.TrimSpace(pem.EncodeToMemory(&pem.Block{Type: label, Bytes: []byte(body)})))
		cand, ok := found(t, "private-key", text)
		if !ok {
			t.Fatalf("%s: the pattern does not match", label)
		}
		v := pemPrivateKey(cand)
		if v.Confidence != confidence || v.Rule != encryptedRule || v.Severity != "low" || string(v.Value) != text {
			t.Errorf("%s: %+v", label, v)
		}
	}
}

func FuzzDER(f *testing.F) {
	for _, b := range [][]byte{keysOnce().rsa, keysOnce().ec, keysOnce().ed25519} {
		block, _ := pem.Decode(b)
		f.Add(block.Bytes)
		f.Add(block.Bytes[:len(block.Bytes)/2+2])
	}
	f.Add([]byte{0x30, 0x82, 0xff, 0xff, 2, 1, 0, 2})
	f.Fuzz(func(t *testing.T, data []byte) {
		text := base64.StdEncoding.EncodeToString(data)
		v := derPrivateKey(whole(text))
		if v.Reject != "" || v.Severity == "info" {
			return
		}
		if v.Why == "" || len(v.Value) == 0 || !strings.HasPrefix(text, strings.TrimRight(string(v.Value), "=")[:8]) {
			t.Fatalf("%+v of %q", v, text)
		}
		if again := derPrivateKey(whole(string(v.Value))); again.Confidence != v.Confidence || string(again.Value) != string(v.Value) {
			t.Fatalf("judged by itself, %+v gives %+v", v, again)
		}
	})
}
