package rulecheck

import (
	"bytes"
	"crypto/ecdh"
	"crypto/ed25519"
	"encoding/asn1"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math/big"
	"strings"
)

// Keys are made by hand, for the standard library's generators take their
// randomness from the system alone and would give other keys at every run. They
// are as weak as they are quick to make: nothing may rely on them.

var (
	oidRSA     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
	oidEC      = asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}
	oidP256    = asn1.ObjectIdentifier{1, 2, 840, 10045, 3, 1, 7}
	oidEd25519 = asn1.ObjectIdentifier{1, 3, 101, 112}
	oidPBES2   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}
	oidPBKDF2  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}
	oidAES256  = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 42}
)

// derKey makes what a PEM block of a kind holds: base64 on one line.
func derKey(x *expander, args []string) (string, error) {
	block, err := pemKey(x, args)
	if err != nil {
		return "", fmt.Errorf("der: %w", err)
	}
	lines := strings.Split(block, "\n")
	return strings.Join(lines[1:len(lines)-1], ""), nil
}

// pemKey makes a PEM block: rsa (if nothing is given), ec, dsa, ed25519, pkcs8,
// pkcs8-ec, encrypted (PKCS #8) or rsa-encrypted (the older form).
func pemKey(x *expander, args []string) (string, error) {
	kind := "rsa"
	if len(args) > 0 {
		kind = args[0]
	}
	switch kind {
	case "rsa":
		return block("RSA PRIVATE KEY", "", der(x.rsa())), nil
	case "pkcs8":
		return block("PRIVATE KEY", "", der(pkcs8{Algorithm: algorithm{oidRSA, asn1.NullRawValue}, Key: der(x.rsa())})), nil
	case "pkcs8-ec":
		key := x.ec()
		curve := asn1.RawValue{FullBytes: der(key.Curve)}
		key.Curve = nil
		return block("PRIVATE KEY", "", der(pkcs8{Algorithm: algorithm{oidEC, curve}, Key: der(key)})), nil
	case "ec":
		return block("EC PRIVATE KEY", "", der(x.ec())), nil
	case "dsa":
		return block("DSA PRIVATE KEY", "", der(x.dsa())), nil
	case "ed25519":
		seed := der(x.bytes(ed25519.SeedSize))
		return block("PRIVATE KEY", "", der(pkcs8{Algorithm: algorithm{Algorithm: oidEd25519}, Key: seed})), nil
	case "encrypted":
		return block("ENCRYPTED PRIVATE KEY", "", der(x.encrypted())), nil
	case "rsa-encrypted":
		iv := strings.ToUpper(x.draw(alphabets["hex"], 32))
		return block("RSA PRIVATE KEY", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,"+iv+"\n\n", x.bytes(608)), nil
	}
	return "", fmt.Errorf("pem: unknown kind %q", kind)
}

type algorithm struct {
	Algorithm asn1.ObjectIdentifier
	Params    asn1.RawValue `asn1:"optional"`
}

type pkcs8 struct {
	Version   int
	Algorithm algorithm
	Key       []byte
}

// der encodes a value that is known to be encodable.
func der(v any) []byte {
	out, err := asn1.Marshal(v)
	if err != nil {
		panic("rulecheck: " + err.Error())
	}
	return out
}

func (x *expander) bytes(n int) []byte {
	out := make([]byte, n)
	for i := range out {
		out[i] = byte(x.random.Uint32())
	}
	return out
}

// number draws an odd number of so many bits, a multiple of eight; its two
// highest bits are set, so that a product of two has twice as many.
func (x *expander) number(bits int) *big.Int {
	n := new(big.Int).SetBytes(x.bytes(bits / 8))
	n.SetBit(n, bits-1, 1)
	n.SetBit(n, bits-2, 1)
	return n.SetBit(n, 0, 1)
}

func (x *expander) prime(bits int) *big.Int {
	for {
		if n := x.number(bits); n.ProbablyPrime(1) {
			return n
		}
	}
}

type rsaKey struct {
	Version                    int
	N, E, D, P, Q, Dp, Dq, Inv *big.Int
}

// rsa makes a key of 1024 bits.
func (x *expander) rsa() rsaKey {
	one, e := big.NewInt(1), big.NewInt(65537)
	for {
		p, q := x.prime(512), x.prime(512)
		p1, q1 := new(big.Int).Sub(p, one), new(big.Int).Sub(q, one)
		d := new(big.Int).ModInverse(e, new(big.Int).Mul(p1, q1))
		if d == nil || p.Cmp(q) == 0 {
			continue
		}
		return rsaKey{
			0, new(big.Int).Mul(p, q), e, d, p, q,
			new(big.Int).Mod(d, p1), new(big.Int).Mod(d, q1), new(big.Int).ModInverse(q, p),
		}
	}
}

type ecKey struct {
	Version int
	Key     []byte
	Curve   asn1.ObjectIdentifier `asn1:"optional,explicit,tag:0"`
	Public  asn1.BitString        `asn1:"explicit,tag:1"`
}

func (x *expander) ec() ecKey {
	for {
		secret := x.bytes(32)
		key, err := ecdh.P256().NewPrivateKey(secret)
		if err != nil {
			continue // not below the curve's order: once in four billion
		}
		return ecKey{1, secret, oidP256, asn1.BitString{Bytes: key.PublicKey().Bytes(), BitLength: 65 * 8}}
	}
}

type dsaKey struct {
	Version       int
	P, Q, G, Y, X *big.Int
}

// dsa makes something of a DSA key's shape; the numbers have nothing to do with
// each other.
func (x *expander) dsa() dsaKey {
	return dsaKey{0, x.number(1024), x.number(160), x.number(1016), x.number(1016), x.number(152)}
}

type encryptedKey struct {
	Algorithm struct {
		Algorithm asn1.ObjectIdentifier
		Params    struct{ Derivation, Cipher algorithm }
	}
	Data []byte
}

func (x *expander) encrypted() (k encryptedKey) {
	k.Algorithm.Algorithm = oidPBES2
	k.Algorithm.Params.Derivation = algorithm{oidPBKDF2, asn1.RawValue{FullBytes: der(struct {
		Salt  []byte
		Count int
	}{x.bytes(8), 2048})}}
	k.Algorithm.Params.Cipher = algorithm{oidAES256, asn1.RawValue{FullBytes: der(x.bytes(16))}}
	k.Data = x.bytes(640)
	return k
}

// block writes a PEM block without a last line feed.
func block(label, headers string, body []byte) string {
	return "-----BEGIN " + label + "-----\n" + headers +
		lines(base64.StdEncoding.EncodeToString(body), 64) + "-----END " + label + "-----"
}

func lines(s string, width int) string {
	var out strings.Builder
	for s != "" {
		n := min(width, len(s))
		out.WriteString(s[:n] + "\n")
		s = s[n:]
	}
	return out.String()
}

// sshString puts a length before bytes (RFC 4251).
func sshString(parts ...[]byte) []byte {
	body := bytes.Join(parts, nil)
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), body...)
}

// ed25519SSH makes a key pair in the forms that SSH has for them.
func (x *expander) ed25519SSH() (public, private, seed []byte) {
	seed = x.bytes(ed25519.SeedSize)
	key := ed25519.NewKeyFromSeed(seed)
	kind := sshString([]byte("ssh-ed25519"))
	pub := sshString(key.Public().(ed25519.PublicKey))
	public = append(append([]byte{}, kind...), pub...)
	private = bytes.Join([][]byte{kind, pub, sshString(key), sshString([]byte("somebody@host.invalid"))}, nil)
	return public, private, seed
}

// opensshKey makes a block of OpenSSH's format: plain, or encrypted.
func opensshKey(x *expander, args []string) (string, error) {
	public, private, _ := x.ed25519SSH()
	check := x.bytes(4)
	secret := append(append(append([]byte{}, check...), check...), private...)
	for pad := byte(1); len(secret)%8 != 0; pad++ {
		secret = append(secret, pad)
	}
	cipher, kdf, options := "none", "none", []byte{}
	switch {
	case len(args) == 0:
	case args[0] == "encrypted":
		cipher, kdf = "aes256-ctr", "bcrypt"
		options = append(sshString(x.bytes(16)), 0, 0, 0, 16)
		secret = x.bytes(len(secret) + 8)
	default:
		return "", fmt.Errorf("openssh: unknown kind %q", args[0])
	}
	data := bytes.Join([][]byte{
		[]byte("openssh-key-v1\x00"), sshString([]byte(cipher)), sshString([]byte(kdf)), sshString(options),
		{0, 0, 0, 1}, sshString(public), sshString(secret),
	}, nil)
	return "-----BEGIN OPENSSH PRIVATE KEY-----\n" + lines(base64.StdEncoding.EncodeToString(data), 70) +
		"-----END OPENSSH PRIVATE KEY-----", nil
}

// puttyKey makes a file of PuTTY's format, version 3: plain, or encrypted.
func puttyKey(x *expander, args []string) (string, error) {
	public, _, seed := x.ed25519SSH()
	secret := sshString(seed)
	encryption, derivation := "none", ""
	switch {
	case len(args) == 0:
	case args[0] == "encrypted":
		encryption = "aes256-cbc"
		derivation = "Key-Derivation: Argon2id\nArgon2-Memory: 8192\nArgon2-Passes: 21\nArgon2-Parallelism: 1\nArgon2-Salt: " + x.draw(alphabets["hex"], 32) + "\n"
		secret = x.bytes(48)
	default:
		return "", fmt.Errorf("putty: unknown kind %q", args[0])
	}
	pub, sec := lines(base64.StdEncoding.EncodeToString(public), 64), lines(base64.StdEncoding.EncodeToString(secret), 64)
	return fmt.Sprintf("PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: %s\nComment: somebody@host.invalid\nPublic-Lines: %d\n%s%sPrivate-Lines: %d\n%sPrivate-MAC: %s",
		encryption, strings.Count(pub, "\n"), pub, derivation, strings.Count(sec, "\n"), sec, x.draw(alphabets["hex"], 64)), nil
}
