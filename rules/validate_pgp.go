package rules

import (
	"encoding/base64"
	"encoding/binary"
	"strings"
)

// OpenPGP's keys: armor around packets (RFC 9580, before it RFC 4880). They are
// read just far enough to know whether a secret is there and whether a
// passphrase guards it.

const pgpLabel = "PGP PRIVATE KEY BLOCK"

// Packet types (RFC 9580 §5).
const (
	pgpSecretKey    = 5
	pgpPublicKey    = 6 // some blocks hold both
	pgpSecretSubkey = 7
)

// pgpChecksum is the line behind the body: 24 bits in base64 (RFC 4880 §6.1; the
// newer RFC leaves it out).
var pgpChecksum = lazily(`=([A-Za-z0-9+/]{4})$`)

// pgpPrivateKey judges a block of armored OpenPGP.
func pgpPrivateKey(c Candidate) Verdict {
	b, ok := readPEM(c.Text, c.Start, c.End)
	if !ok || b.label != pgpLabel {
		return Verdict{Reject: "no block of an OpenPGP key begins here"}
	}
	sum := ""
	if m := pgpChecksum().FindStringSubmatch(b.body); m != nil && b.complete {
		sum, b.body = m[1], strings.TrimSuffix(b.body, m[0])
	}
	if v := b.placeholder(); v.Reject != "" {
		return v
	}
	data, err := decodeBase64(b.body)
	keys := pgpKeys(data)
	if len(keys) == 0 {
		return Verdict{Reject: "what stands inside does not begin as a secret key does"}
	}
	v := keys.judge()
	if v.Reject != "" {
		return v
	}
	whole := b.complete && err == nil && keys.whole()
	if v.Confidence == "" {
		v.Confidence = "high"
	}
	switch {
	case sum != "" && sum != crc24(data):
		v.Confidence, v.Why = "medium", v.Why+", though its checksum is wrong"
	case !whole && !keys[0].proven:
		v.Confidence = "medium"
		v.Why = strings.Replace(v.Why, "it parses as", "it begins as", 1) + ", and is cut short"
	}
	v.Value = b.armor(data, err == nil)
	return v
}

// pgpKey is one secret key or subkey of a block.
type pgpKey struct {
	usage  byte // how the secret is guarded: 0 not at all (RFC 9580 §3.7.2.1)
	known  bool // usage could be read
	away   bool // the secret is not here: kept apart, or on a card
	whole  bool // all of the packet is there
	proven bool // the check number behind the open secret is right
}

type pgpKeySet []pgpKey

func (s pgpKeySet) whole() bool {
	for _, k := range s {
		if !k.whole {
			return false
		}
	}
	return true
}

// judge says what the keys of a block are together: one open secret is enough.
func (s pgpKeySet) judge() Verdict {
	away, locked := 0, 0
	for _, k := range s {
		switch {
		case k.away:
			away++
		case !k.known:
			return Verdict{Confidence: "medium", Why: "it begins as an OpenPGP key, but its secret part can't be read"}
		case k.usage != 0:
			locked++
		default:
			return Verdict{Why: "it parses as an OpenPGP key without a passphrase"}
		}
	}
	if locked == 0 && away > 0 {
		return Verdict{Reject: "the secret is not in it, but on a smart card or kept apart"}
	}
	return encryptedKey(true)
}

// pgpKeys reads the secret keys among the packets of a key, as many as there are.
func pgpKeys(data []byte) pgpKeySet {
	var out pgpKeySet
	for first := true; len(data) > 0; first = false {
		tag, body, rest, whole, ok := pgpPacket(data)
		if !ok || first && tag != pgpSecretKey && tag != pgpSecretSubkey && tag != pgpPublicKey {
			break
		}
		if tag == pgpSecretKey || tag == pgpSecretSubkey {
			k, ok := readPGPKey(body, whole)
			if !ok {
				break
			}
			out = append(out, k)
		}
		data = rest
	}
	return out
}

// pgpPacket cuts the first packet off (RFC 9580 §4.2). whole is false where the
// data ends before the packet does.
func pgpPacket(data []byte) (tag byte, body, rest []byte, whole, ok bool) {
	if len(data) < 2 || data[0]&0x80 == 0 {
		return 0, nil, nil, false, false
	}
	head, size := 2, 0
	if data[0]&0x40 != 0 { // the newer form
		tag = data[0] & 0x3f
		switch l := int(data[1]); {
		case l < 192:
			size = l
		case l < 224 && len(data) > 2:
			head, size = 3, (l-192)<<8+int(data[2])+192
		case l == 255 && len(data) > 5:
			head, size = 6, int(min(binary.BigEndian.Uint32(data[2:]), 1<<24))
		default:
			return 0, nil, nil, false, false // in parts, which keys never are
		}
	} else {
		tag = data[0] >> 2 & 0x0f
		switch data[0] & 3 {
		case 0:
			size = int(data[1])
		case 1:
			if len(data) < 3 {
				return 0, nil, nil, false, false
			}
			head, size = 3, int(binary.BigEndian.Uint16(data[1:]))
		case 2:
			if len(data) < 5 {
				return 0, nil, nil, false, false
			}
			head, size = 5, int(min(binary.BigEndian.Uint32(data[1:]), 1<<24))
		default:
			head, size = 1, len(data)-1 // to the end
		}
	}
	end := min(head+size, len(data))
	return tag, data[head:end], data[end:], head+size <= len(data), true
}

// readPGPKey reads a key's packet (RFC 9580 §5.5.2 and §5.5.3) up to what says how
// its secret is guarded. It fails for what is no key at all; where the packet is
// damaged, cut short or of a kind that is not known, usage stays unknown.
func readPGPKey(b []byte, whole bool) (pgpKey, bool) {
	k := pgpKey{whole: whole}
	if len(b) < 7 || b[0] < 3 || b[0] > 6 || !pgpAlgorithm(b) {
		return k, false
	}
	version, b := b[0], b[5:] // four bytes are the time of its making
	if version == 3 {
		if len(b) < 3 {
			return k, false
		}
		b = b[2:] // days until it ends
	}
	algorithm, b := b[0], b[1:]
	known := true
	if version >= 5 { // these say how long the public part is
		if len(b) < 4 {
			return k, false
		}
		n := binary.BigEndian.Uint32(b)
		if uint64(n) >= uint64(len(b)-4) {
			return k, true
		}
		b = b[4+n:]
	} else if b, known = pgpPublicPart(algorithm, b); !known || len(b) == 0 {
		return k, true
	}
	k.usage, k.known = b[0], true
	b = b[1:]
	if version >= 5 && k.usage != 0 || version == 5 {
		b = b[min(1, len(b)):] // how long what follows is
	}
	k.away = pgpAway(version, k.usage, b)
	k.proven = k.usage == 0 && whole && version < 5 && len(b) > 2 && sum16(b[:len(b)-2]) == binary.BigEndian.Uint16(b[len(b)-2:])
	return k, true
}

// pgpAlgorithm tells whether a key's packet names an algorithm that is registered
// or about to be (RFC 9580 §9.1, and what is drafted beyond).
func pgpAlgorithm(b []byte) bool {
	at := 5
	if b[0] == 3 {
		at = 7
	}
	if at >= len(b) {
		return false
	}
	a := b[at]
	return a >= 1 && a <= 3 || a >= 16 && a <= 40 || a >= 100 && a <= 110
}

// pgpFixed are the lengths of public keys that are no numbers, by algorithm.
var pgpFixed = map[byte]int{25: 32, 26: 56, 27: 32, 28: 57}

// pgpNumbers says how many numbers a public key has, by algorithm: RSA, Elgamal,
// DSA. Those of elliptic curves name the curve before their one number.
var pgpNumbers = map[byte]int{1: 2, 2: 2, 3: 2, 16: 3, 20: 3, 17: 4}

// pgpPublicPart takes the public part of a key of version 3 or 4 off. It fails
// for algorithms whose form is not known, and for data that is cut short.
func pgpPublicPart(algorithm byte, b []byte) ([]byte, bool) {
	numbers, ok := pgpNumbers[algorithm]
	switch {
	case ok:
	case algorithm == 18, algorithm == 19, algorithm == 22: // ECDH, ECDSA, EdDSA
		if len(b) < 1 || int(b[0]) >= len(b) {
			return nil, false
		}
		b, numbers = b[1+int(b[0]):], 1
	case pgpFixed[algorithm] > 0 && len(b) > pgpFixed[algorithm]:
		return b[pgpFixed[algorithm]:], true
	default:
		return b, false
	}
	for range numbers {
		if len(b) < 2 {
			return nil, false
		}
		n := 2 + (int(binary.BigEndian.Uint16(b))+7)/8
		if n > len(b) {
			return nil, false
		}
		b = b[n:]
	}
	if algorithm == 18 { // how the shared secret is worked on
		if len(b) < 1 || int(b[0]) >= len(b) {
			return nil, false
		}
		b = b[1+int(b[0]):]
	}
	return b, true
}

// pgpAway tells GnuPG's marks for a secret that is not in the file: a way of
// deriving the key of its own (type 101), with "GNU" and 1 or 2 behind.
func pgpAway(version, usage byte, b []byte) bool {
	if usage < 253 {
		return false
	}
	mark := strings.Index(string(b[:min(len(b), 8)]), "GNU")
	return version <= 5 && mark > 0 && mark+3 < len(b) && (b[mark+3] == 1 || b[mark+3] == 2)
}

func sum16(b []byte) (sum uint16) {
	for _, c := range b {
		sum += uint16(c)
	}
	return sum
}

// crc24 is the armor's checksum in base64 (RFC 4880 §6.1).
func crc24(data []byte) string {
	crc := uint32(0xb704ce)
	for _, c := range data {
		crc ^= uint32(c) << 16
		for range 8 {
			if crc <<= 1; crc&0x1000000 != 0 {
				crc ^= 0x1864cfb
			}
		}
	}
	return base64.StdEncoding.EncodeToString([]byte{byte(crc >> 16), byte(crc >> 8), byte(crc)})
}

// armor writes the block in its canonical form: without headers, which differ
// from program to program, and with the checksum where all of it is there.
func (b *pemBlock) armor(data []byte, sound bool) []byte {
	plain := &pemBlock{label: b.label, body: b.body, complete: b.complete, blank: true}
	if b.complete && sound {
		plain.checksum = crc24(data)
	}
	return plain.canonical()
}
