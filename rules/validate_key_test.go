package rules

import (
	"bytes"
	"crypto/dsa"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"strings"
	"sync"
	"testing"

	"golang.org/x/crypto/ssh"
)

// testKeys are keys as the standard library and x/crypto write them: what our own
// reading is held against.
type testKeys struct {
	rsa, rsa512, pkcs8, ec, ecPKCS8, ed25519, dsa, legacy, openssh, opensshLocked []byte
}

var keysOnce = sync.OnceValue(func() (k testKeys) {
	must := func(b []byte, err error) []byte {
		if err != nil {
			panic(err)
		}
		return b
	}
	block := func(label string, der []byte) []byte {
		return bytes.TrimSpace(pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der}))
	}
	r, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	e, _ := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	_, ed, _ := ed25519.GenerateKey(rand.Reader)
	k.rsa = block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(r))
	k.pkcs8 = block("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(r)))
	k.ec = block("EC PRIVATE KEY", must(x509.MarshalECPrivateKey(e)))
	k.ecPKCS8 = block("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(e)))
	k.ed25519 = block("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(ed)))
	k.dsa = block("DSA PRIVATE KEY", must(asn1.Marshal(dsaNumbers())))
	//lint:ignore SA1019 the older encryption is what is read here
	legacy, err := x509.EncryptPEMBlock(rand.Reader, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(r), []byte("word"), x509.PEMCipherAES256)
	if err != nil {
		panic(err)
	}
	k.legacy = bytes.TrimSpace(pem.EncodeToMemory(legacy))
	open, err := ssh.MarshalPrivateKey(ed, "somebody")
	if err != nil {
		panic(err)
	}
	locked, err := ssh.MarshalPrivateKeyWithPassphrase(ed, "somebody", []byte("word"))
	if err != nil {
		panic(err)
	}
	k.openssh = bytes.TrimSpace(pem.EncodeToMemory(open))
	k.opensshLocked = bytes.TrimSpace(pem.EncodeToMemory(locked))
	return k
})

func dsaNumbers() any {
	var params dsa.Parameters
	params.P, params.Q, params.G = big.NewInt(1).Lsh(big.NewInt(1), 1023), big.NewInt(1).Lsh(big.NewInt(1), 159), big.NewInt(4)
	random, _ := rand.Int(rand.Reader, params.P)
	x, _ := rand.Int(rand.Reader, params.Q)
	return struct {
		Version       int
		P, Q, G, Y, X *big.Int
	}{0, params.P.Add(params.P, random), params.Q.Add(params.Q, x), random, random, x}
}

// whole is the candidate that is all of a text.
func whole(text string) Candidate { return Candidate{Text: []byte(text), End: len(text)} }

// found is the candidate that the rule's own pattern finds in a text.
func found(t testing.TB, rule, text string) (Candidate, bool) {
	t.Helper()
	set, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	r := set.Rule(rule)
	at := strings.Index(text, r.Literals[0])
	if at < 0 {
		t.Fatalf("no literal of %s in the text", rule)
	}
	m := r.Regexp().FindStringSubmatchIndex(text[at:min(at+r.Span, len(text))])
	if m == nil {
		return Candidate{}, false
	}
	return Candidate{Text: []byte(text), Start: at + m[0], End: at + m[1]}, true
}

func TestKeysParse(t *testing.T) {
	k := keysOnce()
	for _, c := range []struct {
		name, rule string
		text       []byte
		why        string
		severity   string
	}{
		{"rsa", "private-key", k.rsa, "it parses as an RSA key of 2048 bits", ""},
		{"pkcs8", "private-key", k.pkcs8, "it parses as an RSA key of 2048 bits", ""},
		{"ec", "private-key", k.ec, "it parses as an elliptic-curve key of 384 bits", ""},
		{"ec in pkcs8", "private-key", k.ecPKCS8, "it parses as an elliptic-curve key of 384 bits", ""},
		{"ed25519", "private-key", k.ed25519, "it parses as an Ed25519 key", ""},
		{"dsa", "private-key", k.dsa, "it parses as a DSA key of 1024 bits", ""},
		{"older encryption", "private-key", k.legacy, encryptedWhy, "low"},
		{"openssh", "private-key-openssh", k.openssh, "it parses as an OpenSSH key without a passphrase", ""},
		{"openssh with passphrase", "private-key-openssh", k.opensshLocked, encryptedWhy, "low"},
	} {
		t.Run(c.name, func(t *testing.T) {
			set, _ := Builtin()
			check, _ := ValidatorByName(set.Rule(c.rule).Validators[0])
			for way, text := range quotings(string(c.text)) {
				cand, ok := found(t, c.rule, text)
				if !ok {
					t.Errorf("%s: the pattern does not match", way)
					continue
				}
				v := check(cand)
				if v.Reject != "" || v.Confidence != "high" || v.Why != c.why || v.Severity != c.severity {
					t.Errorf("%s: %+v", way, v)
				}
				// The library wraps OpenSSH's blocks at another column than ssh-keygen.
				got, want := string(v.Value), string(c.text)
				if c.rule == "private-key-openssh" {
					got, want = strings.ReplaceAll(got, "\n", ""), strings.ReplaceAll(want, "\n", "")
				}
				if got != want {
					t.Errorf("%s: the value is\n%s\nand not\n%s", way, got, want)
				}
				if (v.Rule == encryptedRule) != (c.severity == "low") {
					t.Errorf("%s: of rule %q", way, v.Rule)
				}
			}
		})
	}
}

// quotings are the ways in which a block of several lines stands in other files.
func quotings(block string) map[string]string {
	lines := strings.Split(block, "\n")
	each := func(before, after string) string {
		return before + strings.Join(lines, after+"\n"+before) + after
	}
	percent := strings.NewReplacer("\n", "%0A", "+", "%2B", "/", "%2F", "=", "%3D").Replace(block)
	return map[string]string{
		"plain":             block + "\n",
		"CRLF":              "x\r\n" + strings.ReplaceAll(block, "\n", "\r\n") + "\r\n",
		"CR":                strings.ReplaceAll(block, "\n", "\r"),
		"YAML":              "key: |\n" + each("    ", "") + "\nnext: 1\n",
		"tabs":              each("\t\t", "") + "\n",
		"JSON":              `{"key": "` + strings.ReplaceAll(block, "\n", `\n`) + `\n", "a": 1}`,
		"JSON in JSON":      `{\"key\": \"` + strings.ReplaceAll(block, "\n", `\\n`) + `\\n\"}`,
		"JSON, slashes":     `{"key": "` + strings.NewReplacer("\n", `\r\n`, "/", `\/`).Replace(block) + `"}`,
		"XML references":    "<k>" + strings.ReplaceAll(block, "\n", "&#10;") + "</k>",
		"percent":           "?key=" + percent + "&x=1",
		"Java":              `String k = ` + "\n" + each(`    "`, `\n" +`) + "\n\"\";",
		"C":                 each(`"`, `\n"`) + ";",
		"JavaScript array":  "[\n" + each("  '", "',") + "\n].join('\\n')",
		"JavaScript, small": "a=" + `"` + strings.ReplaceAll(block, "\n", `\n"+"`) + `"`,
		"PHP":               each("'", `\n' .`) + ";",
		"PHP, named":        each("'", `' . PHP_EOL .`) + "'';",
		"C#":                each(`"`, `" + Environment.NewLine +`) + `"";`,
		"Visual Basic":      each(`"`, `" & vbCrLf & _`) + `""`,
		"ABAP":              each("  '", "' && cl_abap_char_utilities=>cr_lf &&") + "\n''.",
		"SQL":               each("'", "' || chr(10) ||") + "''",
		"Go raw":            "const k = `" + block + "`\n",
		"shell comment":     each("# ", "") + "\n",
		"slash comment":     each("// ", "") + "\n",
		"star comment":      "/*\n" + each(" * ", "") + "\n */",
		"quoted mail":       each("> ", "") + "\n",
		"added lines":       "@@ -1 +1 @@\n" + each("+", "") + "\n",
		"removed lines":     "@@ -1 +1 @@\n" + each("-", "") + "\n",
		"one line":          "KEY='" + strings.ReplaceAll(block, "\n", " ") + "'",
		"continued":         each("", `\`) + "\n",
		"HEREDOC":           "cat <<EOF\n" + block + "\nEOF\n",
	}
}

func TestDamagedKeys(t *testing.T) {
	k := keysOnce()
	rsaText := string(k.rsa)
	lines := strings.Split(rsaText, "\n")
	swapped := append([]string{}, lines...)
	swapped[5], swapped[6] = swapped[6], swapped[5]
	filler := strings.Repeat("abcdefghijklmnop", 10)
	begin, end := "-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----"
	for _, c := range []struct{ name, text, confidence string }{
		{"lines swapped", strings.Join(swapped, "\n"), "medium"},
		{"cut within a line", rsaText[:700], "medium"},
		{"cut behind a line", strings.Join(lines[:9], "\n") + "\n", "medium"},
		{"cut, then other text", strings.Join(lines[:9], "\n") + "\n\nand so on, said the file (see below)\n", "medium"},
		{"END of another kind", strings.Replace(rsaText, "END RSA", "END EC", 1), "high"},
		{"a line lost", strings.Join(append(append([]string{}, lines[:4]...), lines[5:]...), "\n"), "medium"},
		{"nothing inside", begin + "\n" + end, ""},
		{"dots inside", begin + "\n...\n" + end, ""},
		{"dots behind its beginning", lines[0] + "\n" + lines[1] + "\n...\n" + end, ""},
		{"redacted", begin + "\n[REDACTED]\n" + end, ""},
		{"variable", begin + "\n${PRIVATE_KEY}\n" + end, ""},
		{"too short", begin + "\nMIIEpAIBAAKCAQEA\n" + end, ""},
		{"filler", begin + "\n" + filler + "\n" + end, ""},
		{"one letter", begin + "\n" + strings.Repeat("A", 800) + "\n" + end, ""},
		{"code between", `x.startswith("` + begin + `") and x.endswith("` + end + `")`, ""},
		{"its first line alone", begin + "\n" + lines[1] + "\n" + end, "low"},
		{"begins as nothing known", begin + "\n" + strings.Join(lines[3:9], "\n") + "\n" + end, "low"},
		{"a public key", begin + "\nMIIBCgKCAQEA" + lines[3][:52] + "\n" + strings.Join(lines[4:9], "\n") + "\n" + end, "low"},
		{"of documentation", begin + "\nMIIEXAMPLE" + lines[3][:54] + "\n" + strings.Join(lines[4:9], "\n") + "\n" + end, "low"},
		{"public key's number", begin + "\n" + strings.Join(lines[1:3], "\n"), "medium"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cand, ok := found(t, "private-key", c.text)
			if !ok {
				if c.confidence != "" {
					t.Error("the pattern does not match")
				}
				return
			}
			v := pemPrivateKey(cand)
			if (v.Reject != "") != (c.confidence == "") || v.Confidence != c.confidence {
				t.Errorf("%+v", v)
			}
		})
	}
	// What is no private key is none, however it is labelled.
	if v := pemPrivateKey(whole("-----BEGIN CERTIFICATE-----\n" + strings.Join(lines[1:], "\n"))); v.Reject == "" {
		t.Errorf("a certificate: %+v", v)
	}
}

// A key that is cut anywhere is never less than of medium confidence as long as
// enough of it is left, and never more.
func TestKeyCutAnywhere(t *testing.T) {
	text := string(keysOnce().pkcs8)
	end := strings.Index(text, "-----END")
	for n := 130; n < end-1; n += 7 {
		cand, ok := found(t, "private-key", text[:n])
		if !ok {
			t.Fatalf("cut at %d: the pattern does not match", n)
		}
		if v := pemPrivateKey(cand); v.Reject != "" || v.Confidence != "medium" {
			t.Fatalf("cut at %d: %+v", n, v)
		}
	}
}

const puttyOpen = `PuTTY-User-Key-File-2: ssh-ed25519
Encryption: none
Comment: somebody
Public-Lines: 2
%P%
Private-Lines: 1
%S%
Private-MAC: %M%`

func puttyText(t testing.TB, encryption string) string {
	t.Helper()
	b := make([]byte, 140)
	if _, err := rand.Read(b); err != nil {
		t.Fatal(err)
	}
	b64 := func(b []byte) string {
		return strings.ReplaceAll(strings.TrimSpace(strings.Join(strings.Split(string(pem.EncodeToMemory(&pem.Block{Type: "X", Bytes: b})), "\n")[1:], "\n")), "\n-----END X-----", "")
	}
	s := strings.NewReplacer("%P%", b64(b[:51]), "%S%", b64(b[51:87]), "%M%", strings.Repeat("0123456789abcdef", 3)[:40]).Replace(puttyOpen)
	return strings.Replace(s, "Encryption: none", "Encryption: "+encryption, 1)
}

func TestPutty(t *testing.T) {
	open, locked := puttyText(t, "none"), puttyText(t, "aes256-cbc")
	for _, c := range []struct{ name, text, confidence, rule string }{
		{"open", open, "high", ""},
		{"CRLF", strings.ReplaceAll(open, "\n", "\r\n"), "high", ""},
		{"indented", "  " + strings.ReplaceAll(open, "\n", "\n  "), "high", ""},
		{"encrypted", locked, "high", encryptedRule},
		{"cut", open[:strings.Index(open, "Private-MAC")], "medium", ""},
		{"without private part", strings.Replace(open, "Private-Lines: 1", "Private-Lines: 0", 1), "", ""},
	} {
		cand, ok := found(t, "private-key-putty", c.text)
		if !ok {
			t.Errorf("%s: the pattern does not match", c.name)
			continue
		}
		v := puttyPrivateKey(cand)
		if v.Confidence != c.confidence || v.Rule != c.rule || (v.Reject != "") != (c.confidence == "") {
			t.Errorf("%s: %+v", c.name, v)
		}
		if c.confidence == "high" && c.rule == "" && string(v.Value) != open {
			t.Errorf("%s: the value is %q", c.name, v.Value)
		}
	}
}

func FuzzPEM(f *testing.F) {
	k := keysOnce()
	for _, b := range [][]byte{k.rsa[:400], k.ec, k.ed25519, k.legacy[:300], k.openssh, k.opensshLocked} {
		for _, q := range quotings(string(b)) {
			f.Add([]byte(q))
		}
	}
	f.Add([]byte("-----BEGIN PRIVATE KEY----------END PRIVATE KEY-----"))
	body := strings.Split(string(k.ed25519), "\n")[1]
	f.Add([]byte("@@ -1 +1 @@\n+-----BEGIN PRIVATE KEY-----\n+" + body[:6] + "\n" + body[7:] + "A+-----END PRIVATE KEY-----\n"))
	f.Add([]byte("@@ -1 +1 @@\n+-----BEGIN PRIVATE KEY-----\n+" + body[:6] + "\n" + body[7:] + "+-----END PRIVATE KEY-----\n"))
	f.Add([]byte("-----BEGIN \n-----BEGIN RSA PRIVATE KEY-----\"' + \\"))
	set, err := Builtin()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, id := range []string{"private-key", "private-key-openssh", "private-key-encrypted"} {
			r := set.Rule(id)
			check, _ := ValidatorByName(r.Validators[0])
			for at := 0; ; at++ {
				i := bytes.Index(text[at:], []byte(r.Literals[0]))
				if i < 0 {
					break
				}
				at += i
				m := r.Regexp().FindIndex(text[at:])
				if m == nil {
					continue
				}
				holdVerdict(t, check, Candidate{Text: text, Start: at, End: at + m[1]}, r.Literals[0])
			}
		}
	})
}

// holdVerdict checks what every verdict on a block promises: a reason, and a
// value that judged by itself is judged alike.
func holdVerdict(t *testing.T, check Validator, c Candidate, literal string) {
	t.Helper()
	v := check(c)
	if v.Reject != "" {
		return
	}
	if v.Why == "" || v.Confidence != "high" && v.Confidence != "medium" && v.Confidence != "low" {
		t.Fatalf("no reason, or a strange confidence: %+v", v)
	}
	again := check(whole(string(v.Value)))
	if again.Reject != "" || again.Confidence != v.Confidence || again.Rule != v.Rule || !bytes.Equal(again.Value, v.Value) {
		t.Fatalf("judged by itself, the value %q gives\n%+v instead of\n%+v", v.Value, again, v)
	}
}

func FuzzPutty(f *testing.F) {
	f.Add([]byte(puttyText(f, "none")))
	f.Add([]byte(puttyText(f, "aes256-cbc")))
	f.Add([]byte("PuTTY-User-Key-File-2: x\nPrivate-Lines: 99999999999999999999\n"))
	f.Add([]byte("Private-Lines: 3\nPrivate-Lines: 1"))
	f.Fuzz(func(t *testing.T, text []byte) {
		v := puttyPrivateKey(whole(string(text)))
		if v.Reject == "" && (v.Why == "" || v.Value == nil) {
			t.Fatalf("%+v", v)
		}
	})
}

// The reader of keys never panics, and takes what the standard library takes.
func FuzzKeyKind(f *testing.F) {
	for _, b := range [][]byte{keysOnce().rsa, keysOnce().pkcs8, keysOnce().ec, keysOnce().ed25519, keysOnce().dsa} {
		block, _ := pem.Decode(b)
		f.Add(block.Bytes)
	}
	for _, version := range []byte{0x1c, 0xb8} { // others don't care for it
		block, _ := pem.Decode(keysOnce().ed25519)
		block.Bytes[4] = version
		f.Add(block.Bytes)
	}
	f.Fuzz(func(t *testing.T, der []byte) {
		kind, encrypted := keyKind(der)
		_, err1 := x509.ParsePKCS8PrivateKey(der)
		_, err2 := x509.ParseECPrivateKey(der)
		if kind == "" && (err1 == nil || err2 == nil) {
			t.Fatalf("the standard library parses it: %v, %v", err1, err2)
		}
		if encrypted && (err1 == nil || err2 == nil) {
			t.Fatal("taken as encrypted, though it parses")
		}
	})
}
