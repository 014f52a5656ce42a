package rules

import (
	"encoding/base64"
	"encoding/json"
	"strings"
)

var keyValidators = map[string]Validator{
	"pem-private-key":     pemPrivateKey,
	"pem-encrypted-key":   pemEncryptedKey,
	"openssh-private-key": opensshPrivateKey,
	"putty-private-key":   puttyPrivateKey,
	"pgp-private-key":     pgpPrivateKey,
	"der-private-key":     derPrivateKey,
}

const (
	// encryptedRule is what an encrypted key is found as, whatever its format.
	encryptedRule     = "private-key-encrypted"
	encryptedSeverity = "low"
	encryptedWhy      = "it is encrypted, and as safe as its passphrase"

	// minKeyText is the shortest body of a key in base64 characters: 48 bytes are
	// an Ed25519 key in PKCS #8, the shortest in use.
	minKeyText = 60
	// minKeyEntropy, in bits a character, is far below what the base64 of random
	// bytes has at that length (5.0 and more) and above what words have.
	minKeyEntropy = 4.3
)

// pemPrivateKey judges a PEM block of a private key: one that parses is one, one
// that is cut short or damaged may be one, one with a placeholder inside isn't.
func pemPrivateKey(c Candidate) Verdict {
	b, ok := readPEM(c.Text, c.Start, c.End)
	if !ok {
		return Verdict{Reject: "no PEM block begins here"}
	}
	if !strings.HasSuffix(b.label, "PRIVATE KEY") {
		return Verdict{Reject: "it is a block of another kind: " + b.label}
	}
	if b.label == opensshLabel || b.label == encryptedLabel {
		return Verdict{Reject: "it is a block of a kind that another rule reads: " + b.label}
	}
	return b.judge()
}

// pemEncryptedKey judges a block that says in its first line to be encrypted.
func pemEncryptedKey(c Candidate) Verdict {
	b, ok := readPEM(c.Text, c.Start, c.End)
	if !ok || b.label != encryptedLabel {
		return Verdict{Reject: "no block of an encrypted key begins here"}
	}
	return b.judge()
}

// holdsDER are the labels of blocks whose body is DER.
var holdsDER = map[string]bool{"PRIVATE KEY": true, "RSA PRIVATE KEY": true, "EC PRIVATE KEY": true, "DSA PRIVATE KEY": true}

const (
	opensshLabel   = "OPENSSH PRIVATE KEY"
	encryptedLabel = "ENCRYPTED PRIVATE KEY"
)

// judge weighs a block and hands it back in its canonical form.
func (b *pemBlock) judge() Verdict {
	v := b.placeholder()
	if v.Reject == "" {
		v = b.weigh()
	}
	if v.Reject == "" {
		v.Value = b.canonical()
	}
	return v
}

// placeholder rejects blocks that never held a key.
func (b *pemBlock) placeholder() Verdict {
	switch {
	case b.body == "" && b.foreign == "":
		return Verdict{Reject: "nothing stands between BEGIN and END"}
	case b.complete && b.foreign != "":
		return Verdict{Reject: "what stands between BEGIN and END is not base64"}
	case len(b.body) < minKeyText:
		return Verdict{Reject: "what follows BEGIN is too short for a key"}
	case entropy([]byte(b.body)) < minKeyEntropy:
		return Verdict{Reject: "what follows BEGIN repeats too much to be a key"}
	}
	return Verdict{}
}

// weigh judges a block whose body may be a key's.
func (b *pemBlock) weigh() Verdict {
	der, err := decodeBase64(b.body)
	if b.encrypted() {
		return encryptedKey(b.complete && err == nil)
	}
	kind, encrypted := keyKind(der)
	switch {
	case err == nil && encrypted:
		return encryptedKey(b.complete)
	case err == nil && kind != "":
		return Verdict{Confidence: "high", Why: "it parses as " + kind}
	case strings.HasPrefix(b.label, "ENCRYPTED "):
		// Of other formats than PKCS #8 it is known that they hold JSON.
		return encryptedKey(b.complete && err == nil && json.Valid(der))
	case strings.Contains(b.body, "EXAMPLE"):
		return Verdict{Confidence: "low", Severity: "info", Why: "a key of documentation: it says EXAMPLE"}
	case !b.complete && beginsLikeKey(der):
		return Verdict{Confidence: "medium", Why: "it begins as a key does, and is cut short"}
	case !b.complete:
		return Verdict{Reject: "no END follows, and what is there does not begin as a key does"}
	case holdsDER[b.label] && !beginsLikeKey(der):
		return Verdict{Confidence: "low", Why: "it has the form of a key, but does not begin as one does"}
	case holdsDER[b.label] && err == nil && hollow(der):
		return Verdict{Confidence: "low", Why: "it begins as a key does, but most of it is missing"}
	}
	return Verdict{Confidence: "medium", Why: "it has the form of a key, but does not parse"}
}

// hollow tells whether DER is less than half of what its head promises.
func hollow(der []byte) bool {
	total, ok := derLength(der)
	return ok && len(der) < total/2
}

func encryptedKey(whole bool) Verdict {
	v := Verdict{Confidence: "high", Severity: encryptedSeverity, Why: encryptedWhy, Rule: encryptedRule}
	if !whole {
		v.Confidence = "medium"
	}
	return v
}

// decodeBase64 decodes as much as there is: with or without padding, and of a
// text that is cut short the whole groups of four.
func decodeBase64(s string) ([]byte, error) {
	trimmed := strings.TrimRight(s, "=")
	if len(trimmed)%4 == 1 {
		out, err := base64.RawStdEncoding.DecodeString(trimmed[:len(trimmed)-1])
		if err == nil {
			err = base64.CorruptInputError(len(trimmed) - 1)
		}
		return out, err
	}
	return base64.RawStdEncoding.DecodeString(trimmed)
}
