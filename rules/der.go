package rules

import (
	encasn1 "encoding/asn1"
	"fmt"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// The shapes of private keys, read just far enough to know that a block holds
// one. The standard library's readers would also weigh whether a key is fit for
// use, which takes long for large ones and refuses short ones; found keys are
// not going to be used.

var (
	oidRSA     = encasn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1} // RFC 8017
	oidRSAPSS  = encasn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 10}
	oidEC      = encasn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1} // RFC 5480
	oidDSA     = encasn1.ObjectIdentifier{1, 2, 840, 10040, 4, 1} // RFC 3279
	oidEd25519 = encasn1.ObjectIdentifier{1, 3, 101, 112}         // RFC 8410
	oidX25519  = encasn1.ObjectIdentifier{1, 3, 101, 110}
	oidPBES1   = encasn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5} // RFC 8018, all below
	oidPBE12   = encasn1.ObjectIdentifier{1, 2, 840, 113549, 1, 12, 1}
)

// keyKind names what a DER value is, as "an RSA key of 2048 bits"; empty if it is
// no private key that is known. Encrypted PKCS #8 is told by the second result.
func keyKind(der []byte) (kind string, encrypted bool) {
	if s, ok := encryptedPKCS8(der); ok {
		return s, true
	}
	for _, read := range []func(cryptobyte.String) string{rsaKey, ecKey, dsaKey, pkcs8Key} {
		if s := read(cryptobyte.String(der)); s != "" {
			return s, false
		}
	}
	return "", false
}

// sequence opens a value that must begin with a SEQUENCE. What stands behind it
// is let be, as other readers do: a key with something behind it opens as much.
func sequence(in cryptobyte.String) (cryptobyte.String, bool) {
	var inner cryptobyte.String
	return inner, in.ReadASN1(&inner, asn1.SEQUENCE)
}

func integers(in *cryptobyte.String, n int) ([]*big.Int, bool) {
	out := make([]*big.Int, n)
	for i := range out {
		out[i] = new(big.Int)
		if !in.ReadASN1Integer(out[i]) || out[i].Sign() < 0 {
			return nil, false
		}
	}
	return out, true
}

// rsaKey reads RFC 8017's RSAPrivateKey; its modulus must be the primes' product.
func rsaKey(in cryptobyte.String) string {
	seq, ok := sequence(in)
	if !ok {
		return ""
	}
	v, ok := integers(&seq, 6) // version, n, e, d, p, q; what follows comes of them
	if !ok || v[0].BitLen() > 1 || v[1].BitLen() < 256 {
		return ""
	}
	// More than two primes (version 1) follow each other behind: not multiplied.
	if v[0].Sign() == 0 && new(big.Int).Mul(v[4], v[5]).Cmp(v[1]) != 0 {
		return ""
	}
	return fmt.Sprintf("an RSA key of %d bits", v[1].BitLen())
}

// ecKey reads RFC 5915's ECPrivateKey.
func ecKey(in cryptobyte.String) string {
	seq, ok := sequence(in)
	var version int
	var secret cryptobyte.String
	if !ok || !seq.ReadASN1Integer(&version) || version != 1 ||
		!seq.ReadASN1(&secret, asn1.OCTET_STRING) || len(secret) < 14 || len(secret) > 72 {
		return ""
	}
	return fmt.Sprintf("an elliptic-curve key of %d bits", 8*len(secret))
}

// dsaKey reads OpenSSL's form of a DSA key: 0, p, q, g, y, x.
func dsaKey(in cryptobyte.String) string {
	seq, ok := sequence(in)
	if !ok {
		return ""
	}
	v, ok := integers(&seq, 6)
	if !ok || !seq.Empty() || v[0].Sign() != 0 || v[1].BitLen() < 256 || v[4].Cmp(v[1]) >= 0 || v[5].Cmp(v[2]) >= 0 {
		return ""
	}
	return fmt.Sprintf("a DSA key of %d bits", v[1].BitLen())
}

// pkcs8Key reads RFC 5958's OneAsymmetricKey.
func pkcs8Key(in cryptobyte.String) string {
	seq, ok := sequence(in)
	var version int
	var alg, secret cryptobyte.String
	var oid encasn1.ObjectIdentifier
	if !ok || !seq.ReadASN1Integer(&version) ||
		!seq.ReadASN1(&alg, asn1.SEQUENCE) || !alg.ReadASN1ObjectIdentifier(&oid) ||
		!seq.ReadASN1(&secret, asn1.OCTET_STRING) || len(secret) < 16 {
		return ""
	}
	switch {
	case oid.Equal(oidRSA), oid.Equal(oidRSAPSS):
		return rsaKey(secret)
	case oid.Equal(oidEC):
		return ecKey(secret)
	case oid.Equal(oidDSA):
		return "a DSA key"
	case oid.Equal(oidEd25519), oid.Equal(oidX25519):
		var seed cryptobyte.String
		if !secret.ReadASN1(&seed, asn1.OCTET_STRING) || len(seed) != 32 {
			return ""
		}
		if oid.Equal(oidX25519) {
			return "an X25519 key"
		}
		return "an Ed25519 key"
	}
	if version < 0 || version > 1 { // others read such keys, whatever it says; but then it should be one that is known
		return ""
	}
	return "a key of algorithm " + oid.String()
}

// encryptedPKCS8 reads RFC 5958's EncryptedPrivateKeyInfo.
func encryptedPKCS8(der []byte) (string, bool) {
	seq, ok := sequence(cryptobyte.String(der))
	var alg, secret cryptobyte.String
	var oid encasn1.ObjectIdentifier
	if !ok || !seq.ReadASN1(&alg, asn1.SEQUENCE) || !alg.ReadASN1ObjectIdentifier(&oid) ||
		!seq.ReadASN1(&secret, asn1.OCTET_STRING) || len(secret) < 16 {
		return "", false
	}
	if !under(oid, oidPBES1) && !under(oid, oidPBE12) {
		return "", false
	}
	return "a key under a passphrase (PKCS #8)", true
}

func under(oid, parent encasn1.ObjectIdentifier) bool {
	return len(oid) > len(parent) && oid[:len(parent)].Equal(parent)
}

// beginsLikeKey tells whether DER that is damaged or cut short begins as a private
// key: a SEQUENCE with a version number first.
func beginsLikeKey(der []byte) bool {
	if len(der) < 8 || der[0] != 0x30 || der[1] > 0x83 {
		return false
	}
	head := 2
	if der[1] > 0x80 {
		head += int(der[1] & 0x7f)
	}
	body := der[head:]
	if len(body) < 3 {
		return false
	}
	version := body[0] == 0x02 && body[1] == 0x01 && body[2] <= 1
	algorithm := body[0] == 0x30 // an encrypted key begins with its algorithm
	return version || algorithm
}
