package rules

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"strings"
	"testing"
)

// Packets are built here as RFC 9580 lays them out, from its tables, and not with
// what reads them.

// mpi is a number of so many bits (RFC 9580 §3.2).
func mpi(seed uint64, bits int) []byte {
	v := []byte(drawn(seed, base64Alphabet, (bits+7)/8))
	v[0] = v[0]&byte(0xff>>((8-bits%8)%8)) | 1<<((bits-1)%8)
	return append(binary.BigEndian.AppendUint16(nil, uint16(bits)), v...)
}

func oid(b ...byte) []byte { return append([]byte{byte(len(b))}, b...) }

// public parts by the name of the algorithm.
func pgpPublics() map[string]struct {
	algorithm byte
	public    []byte
} {
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	return map[string]struct {
		algorithm byte
		public    []byte
	}{
		"RSA":             {1, join(mpi(1, 2048), mpi(2, 17))},
		"Elgamal":         {16, join(mpi(1, 1024), mpi(2, 3), mpi(3, 1023))},
		"DSA":             {17, join(mpi(1, 1024), mpi(2, 160), mpi(3, 1020), mpi(4, 1024))},
		"ECDH":            {18, join(oid(0x2b, 6, 1, 4, 1, 0x97, 0x55, 1, 5, 1), mpi(1, 263), []byte{3, 1, 8, 7})},
		"ECDSA":           {19, join(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7), mpi(1, 515))},
		"EdDSA":           {22, join(oid(0x2b, 6, 1, 4, 1, 0xda, 0x47, 0x0f, 1), mpi(1, 263))},
		"X25519":          {25, []byte(drawn(1, base64Alphabet, 32))},
		"Ed448":           {28, []byte(drawn(1, base64Alphabet, 57))},
		"one yet to come": {40, []byte(drawn(1, base64Alphabet, 300))},
	}
}

// secretPart is what follows the public part, under a usage.
func secretPart(version, usage byte) []byte {
	number := mpi(9, 256)
	sum := uint16(0)
	for _, b := range number {
		sum += uint16(b)
	}
	check := binary.BigEndian.AppendUint16(nil, sum)
	locked := []byte(drawn(9, base64Alphabet, 70))
	switch {
	case usage == 0 && version == 6:
		return append([]byte{0}, number...)
	case usage == 0 && version == 5:
		return append(append([]byte{0, 0}, binary.BigEndian.AppendUint32(nil, uint32(len(number)))...), append(number, check...)...)
	case usage == 0:
		return append(append([]byte{0}, number...), check...)
	case usage < 253: // the cipher alone
		return append([]byte{usage}, locked...)
	case version >= 5:
		return append([]byte{usage, 28, 9, 11, 3, 8}, locked...)
	}
	return append([]byte{usage, 9, 3, 8}, locked...)
}

func pgpBody(version, algorithm byte, public, secret []byte) []byte {
	b := append([]byte{version}, 0x66, 0x55, 0x44, 0x33)
	if version == 3 {
		b = append(b, 0, 0)
	}
	b = append(b, algorithm)
	if version >= 5 {
		b = binary.BigEndian.AppendUint32(b, uint32(len(public)))
	}
	return append(append(b, public...), secret...)
}

// packet puts a header before a body, in the newer or the older form.
func packet(tag byte, body []byte, older bool) []byte {
	n := len(body)
	switch {
	case older && n < 256:
		return append([]byte{0x80 | tag<<2, byte(n)}, body...)
	case older:
		return append([]byte{0x80 | tag<<2 | 1, byte(n >> 8), byte(n)}, body...)
	case n < 192:
		return append([]byte{0xc0 | tag, byte(n)}, body...)
	case n < 8384:
		return append([]byte{0xc0 | tag, byte((n-192)>>8 + 192), byte(n - 192)}, body...)
	}
	return append(binary.BigEndian.AppendUint32([]byte{0xc0 | tag, 255}, uint32(n)), body...)
}

// armored writes a block as GnuPG does.
func armored(data []byte, checksum string, headers ...string) string {
	var out strings.Builder
	out.WriteString("-----BEGIN PGP " + "PRIVATE KEY BLOCK-----\n")
	for _, h := range headers {
		out.WriteString(h + "\n")
	}
	out.WriteString("\n")
	text := base64.StdEncoding.EncodeToString(data)
	for text != "" {
		n := min(64, len(text))
		out.WriteString(text[:n] + "\n")
		text = text[n:]
	}
	if checksum != "" {
		out.WriteString("=" + checksum + "\n")
	}
	return out.String() + "-----END PGP " + "PRIVATE KEY BLOCK-----"
}

func judgePGP(t testing.TB, text string) Verdict {
	t.Helper()
	c, ok := found(t, "private-key-pgp", text)
	if !ok {
		return Verdict{Reject: "the pattern does not match"}
	}
	return pgpPrivateKey(c)
}

func TestChecksumOfArmor(t *testing.T) {
	// The catalogue of CRCs (reveng, CRC-24/OPENPGP) gives this check value.
	if got, want := crc24([]byte("123456789")), base64.StdEncoding.EncodeToString([]byte{0x21, 0xcf, 0x02}); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestPGPKeys(t *testing.T) {
	for name, p := range pgpPublics() {
		for _, version := range []byte{3, 4, 5, 6} {
			for _, usage := range []byte{0, 9, 253, 254, 255} {
				for _, older := range []bool{false, true} {
					body := pgpBody(version, p.algorithm, p.public, secretPart(version, usage))
					data := append(packet(5, body, older), packet(13, []byte("Somebody <s@host.invalid>"), older)...)
					text := armored(data, crc24(data))
					v := judgePGP(t, text)
					want := "high"
					switch {
					case name == "one yet to come" && version < 5:
						want = "medium"
					case usage != 0:
						want = "high low"
					}
					if got := level(v); got != want || (v.Rule == encryptedRule) != (want == "high low") {
						t.Errorf("%s, version %d, usage %d, older %v: %s (%s%s) of rule %q, want %s", name, version, usage, older, got, v.Reject, v.Why, v.Rule, want)
					}
					if string(v.Value) != text {
						t.Errorf("%s, version %d: the value is\n%s\nand not\n%s", name, version, v.Value, text)
					}
				}
			}
		}
	}
}

func TestPGPBlocks(t *testing.T) {
	rsa := pgpPublics()["RSA"]
	open := pgpBody(4, 1, rsa.public, secretPart(4, 0))
	locked := pgpBody(4, 1, rsa.public, secretPart(4, 254))
	away := pgpBody(4, 1, rsa.public, []byte("\xff\x00\x65\x02GNU\x01"))
	card := pgpBody(4, 1, rsa.public, []byte("\xff\x00\x65\x00GNU\x02\x10"+strings.Repeat("\x01", 16)))
	public := pgpBody(4, 1, rsa.public, nil)
	user := packet(13, []byte("Somebody <s@host.invalid>"), false)
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"locked, an open subkey", join(packet(5, locked, false), user, packet(7, open, false)), "high"},
		{"kept apart, an open subkey", join(packet(5, away, false), user, packet(7, open, true)), "high"},
		{"kept apart, a locked subkey", join(packet(5, away, false), user, packet(7, locked, false)), "high low"},
		{"kept apart", join(packet(5, away, false), user), "rejected"},
		{"on a card", join(packet(5, card, false), user, packet(7, card, false)), "rejected"},
		{"a public key before it", join(packet(6, public, false), user, packet(5, open, false)), "high"},
		{"a public key alone", join(packet(6, public, false), user), "rejected"},
		{"damaged numbers", join(packet(5, append(open[:6:6], []byte(drawn(7, base64Alphabet, 460))...), true), user), "medium"},
		{"no algorithm", join(packet(5, append(append(open[:5:5], 0xee), open[6:]...), true), user), "rejected"},
		{"something else", join(packet(11, []byte(drawn(5, base64Alphabet, 200)), false)), "rejected"},
		{"random", []byte(drawn(6, base64Alphabet, 400)), "rejected"},
	} {
		if got := level(judgePGP(t, armored(c.data, crc24(c.data)))); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	data := join(packet(5, open, false), user)
	if v := judgePGP(t, armored(data, "AAAA")); v.Confidence != "medium" || !strings.Contains(v.Why, "checksum") {
		t.Errorf("a wrong checksum: %+v", v)
	}
	if v := judgePGP(t, armored(data, "")); v.Confidence != "high" {
		t.Errorf("no checksum: %+v", v)
	}
	plain, headed := judgePGP(t, armored(data, "")), judgePGP(t, armored(data, crc24(data), "Version: GnuPG v2", "Comment: Bob's key (old)"))
	if headed.Confidence != "high" || string(plain.Value) != string(headed.Value) {
		t.Errorf("headers change the value:\n%s\n%s", plain.Value, headed.Value)
	}
	text := armored(data, crc24(data))
	if v := judgePGP(t, text[:len(text)-60]); v.Confidence != "high" {
		t.Errorf("cut short: %+v", v)
	}
	if v := judgePGP(t, text[:140]); v.Confidence != "medium" || !strings.HasSuffix(v.Why, "cut short") {
		t.Errorf("cut very short: %+v", v)
	}
}

func TestPGPQuoted(t *testing.T) {
	rsa := pgpPublics()["RSA"]
	data := packet(5, pgpBody(4, 1, rsa.public, secretPart(4, 0)), true)
	block := armored(data, crc24(data), "Version: GnuPG v2")
	want := judgePGP(t, block)
	for way, text := range quotings(block) {
		if v := judgePGP(t, text); v.Confidence != "high" || string(v.Value) != string(want.Value) {
			t.Errorf("%s: %+v", way, v)
		}
	}
}

func FuzzPGP(f *testing.F) {
	for _, p := range pgpPublics() {
		for _, version := range []byte{3, 4, 5, 6} {
			body := pgpBody(version, p.algorithm, p.public, secretPart(version, 254))
			f.Add(packet(5, body, version == 3))
			f.Add(packet(5, body[:len(body)/2], false))
		}
	}
	f.Add([]byte{0xc5, 0xff, 0xff, 0xff, 0xff, 0xff, 4})
	f.Fuzz(func(t *testing.T, data []byte) {
		keys := pgpKeys(data)
		if len(keys) > len(data)/2+1 {
			t.Fatalf("%d keys in %d bytes", len(keys), len(data))
		}
		text := []byte(armored(data, crc24(data)))
		v := pgpPrivateKey(Candidate{Text: text, End: len(text)})
		if v.Reject != "" {
			return
		}
		if len(keys) == 0 || v.Confidence == "" || v.Why == "" || !bytes.HasPrefix(v.Value, []byte("-----BEGIN PGP ")) {
			t.Fatalf("%d keys: %+v", len(keys), v)
		}
		// Judging the canonical form must give the same.
		again := pgpPrivateKey(Candidate{Text: v.Value, End: len(v.Value)})
		if again.Confidence != v.Confidence || again.Rule != v.Rule || string(again.Value) != string(v.Value) {
			t.Fatalf("%+v\nand again\n%+v", v, again)
		}
	})
}
