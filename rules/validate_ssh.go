package rules

import (
	"bytes"
	"encoding/binary"
	"strconv"
	"strings"
)

// opensshMagic begins a key in OpenSSH's own format. Source: PROTOCOL.key in
// OpenSSH's source.
const opensshMagic = "openssh-key-v1\x00"

// opensshPrivateKey judges a block of OpenSSH's own format by its header, which
// says whether a passphrase guards it.
func opensshPrivateKey(c Candidate) Verdict {
	b, ok := readPEM(c.Text, c.Start, c.End)
	if !ok || b.label != opensshLabel {
		return Verdict{Reject: "no block of OpenSSH's format begins here"}
	}
	if v := b.placeholder(); v.Reject != "" {
		return v
	}
	data, err := decodeBase64(b.body)
	cipher, secret, read := opensshHeader(data)
	v := Verdict{Value: b.canonical()}
	switch {
	case !bytes.HasPrefix(data, []byte(opensshMagic)) && !b.complete:
		return Verdict{Reject: "no END follows, and what is there does not begin as a key does"}
	case !read || err != nil:
		v.Confidence, v.Why = "medium", "it has the form of a key, but does not parse"
	case cipher != "none":
		enc := encryptedKey(b.complete)
		enc.Value = v.Value
		return enc
	case b.complete && len(secret) >= 8 && bytes.Equal(secret[:4], secret[4:8]):
		v.Confidence, v.Why = "high", "it parses as an OpenSSH key without a passphrase"
	case !b.complete:
		v.Confidence, v.Why = "medium", "it begins as a key does, and is cut short"
	default:
		v.Confidence, v.Why = "medium", "it has the form of a key, but its check numbers differ"
	}
	return v
}

// opensshHeader reads the cipher's name and, as far as it is there, the part
// that the cipher is for.
func opensshHeader(data []byte) (cipher string, secret []byte, ok bool) {
	rest, ok := bytes.CutPrefix(data, []byte(opensshMagic))
	if !ok {
		return "", nil, false
	}
	name, rest, ok := sshString(rest)
	if !ok || len(name) > 64 {
		return "", nil, false
	}
	_, rest, ok = sshString(rest) // key derivation
	if !ok {
		return string(name), nil, true
	}
	_, rest, ok = sshString(rest) // its options
	if !ok || len(rest) < 4 {
		return string(name), nil, true
	}
	_, rest, ok = sshString(rest[4:]) // behind the number of keys: the public one
	if !ok {
		return string(name), nil, true
	}
	secret, _, _ = sshString(rest)
	return string(name), secret, true
}

// sshString reads RFC 4251's string: a length of four bytes, then as many bytes.
func sshString(b []byte) (s, rest []byte, ok bool) {
	if len(b) < 4 {
		return nil, nil, false
	}
	n := binary.BigEndian.Uint32(b)
	if uint64(n) > uint64(len(b)-4) {
		return nil, nil, false
	}
	return b[4 : 4+n], b[4+n:], true
}

var puttyField = lazily(`(?m)^[ \t]*(PuTTY-User-Key-File-\d|Encryption|Public-Lines|Private-Lines|Private-MAC|Private-Hash): *([^\r\n]*)`)

// puttyPrivateKey judges a file of PuTTY's format. Source: the PuTTY manual's
// appendix "PPK file format".
func puttyPrivateKey(c Candidate) Verdict {
	v := c.Value()
	fields := map[string]string{}
	at := map[string]int{}
	for _, m := range puttyField().FindAllSubmatchIndex(v, 16) {
		name := string(v[m[2]:m[3]])
		fields[name] = strings.TrimSpace(string(v[m[4]:m[5]]))
		at[name] = m[1]
	}
	n, err := strconv.Atoi(fields["Private-Lines"])
	if err != nil || n < 1 {
		return Verdict{Reject: "it says nothing of a private part"}
	}
	lines := bytes.Fields(v[at["Private-Lines"]:])
	body := bytes.Join(lines[:min(n, len(lines))], nil)
	if _, err := decodeBase64(string(body)); err != nil || len(body) < 16 || entropy(body) < 3 {
		return Verdict{Reject: "its private part is not the base64 of a key"}
	}
	whole := len(lines) > n && (fields["Private-MAC"] != "" || fields["Private-Hash"] != "")
	// Value: the lines without the indentation of what they stand in.
	value := withoutIndent(v)
	if fields["Encryption"] != "none" {
		enc := encryptedKey(whole)
		enc.Value = value
		return enc
	}
	if !whole {
		return Verdict{Confidence: "medium", Why: "it begins as a PuTTY key does, and is cut short", Value: value}
	}
	return Verdict{Confidence: "high", Why: "it is a PuTTY key without a passphrase", Value: value}
}

func withoutIndent(v []byte) []byte {
	lines := bytes.Split(v, []byte("\n"))
	for i, l := range lines {
		lines[i] = bytes.TrimSpace(l)
	}
	return bytes.Join(lines, []byte("\n"))
}
