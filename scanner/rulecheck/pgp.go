package rulecheck

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"fmt"
)

// pgpKey makes an armored OpenPGP key of version 4 (RFC 4880, RFC 9580): an
// Ed25519 key for signing and its user ID; plain, or encrypted.
func pgpKey(x *expander, args []string) (string, error) {
	seed := x.bytes(ed25519.SeedSize)
	seed[0] |= 0x80
	public := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	key := bytes.Join([][]byte{
		{4}, binary.BigEndian.AppendUint32(nil, 1767326645), {22}, // version, time, EdDSA
		{9, 0x2b, 0x06, 0x01, 0x04, 0x01, 0xda, 0x47, 0x0f, 0x01}, // the curve's name
		{0x01, 0x07, 0x40}, public, // 263 bits
	}, nil)
	secret := append([]byte{0x01, 0x00}, seed...) // 256 bits
	switch {
	case len(args) == 0:
		sum := uint16(0)
		for _, b := range secret {
			sum += uint16(b)
		}
		key = append(append(append(key, 0), secret...), byte(sum>>8), byte(sum))
	case args[0] == "encrypted":
		// Under AES-256 with a hash; the passphrase hashed again and again.
		key = append(append(append(key, 254, 9, 3, 8), x.bytes(8)...), 0x60)
		key = append(key, x.bytes(16+len(secret)+20)...)
	default:
		return "", fmt.Errorf("pgp: unknown kind %q", args[0])
	}
	user := []byte("Somebody <somebody@host.invalid>")
	data := append([]byte{0xc5, byte(len(key))}, key...)
	data = append(append(data, 0xcd, byte(len(user))), user...)
	return "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n" + lines(base64.StdEncoding.EncodeToString(data), 64) +
		"=" + crc24(data) + "\n-----END PGP PRIVATE KEY BLOCK-----", nil
}

// crc24 is the checksum of RFC 4880 §6.1, byte by byte from a table.
func crc24(data []byte) string {
	var table [256]uint32
	for i := range table {
		v := uint32(i) << 16
		for range 8 {
			if v <<= 1; v > 0xffffff {
				v ^= 0x1864cfb
			}
		}
		table[i] = v & 0xffffff
	}
	crc := uint32(0xb704ce)
	for _, b := range data {
		crc = crc<<8&0xffffff ^ table[byte(crc>>16)^b]
	}
	return base64.StdEncoding.EncodeToString([]byte{byte(crc >> 16), byte(crc >> 8), byte(crc)})
}
