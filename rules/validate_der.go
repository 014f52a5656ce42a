package rules

import (
	"encoding/base64"
	"strings"
)

// derSpace takes off what may stand between the lines of a body, escapes too.
var derSpace = strings.NewReplacer(`\r`, "", `\n`, "", "\r", "", "\n", "", "\t", "", " ", "")

// derPrivateKey judges the base64 of a private key that stands without BEGIN and
// END. DER says how long it is: what follows behind belongs to something else.
func derPrivateKey(c Candidate) Verdict {
	body := strings.TrimRight(derSpace.Replace(string(c.Value())), "=")
	data, _ := decodeBase64(body)
	total, ok := derLength(data)
	if !ok || !beginsLikeKey(data) {
		return Verdict{Reject: "it does not begin as a private key does"}
	}
	more := len(data) > total
	data = data[:min(total, len(data))]
	text := derText(data)
	label := frameBefore(c)
	switch kind, _ := keyKind(data); {
	case strings.HasSuffix(label, "PRIVATE KEY"):
		return Verdict{Reject: "it stands in a block that another rule reads: " + label}
	case strings.Contains(label, "TEST"):
		return Verdict{Confidence: "low", Severity: "info", Why: "its block is labelled as a test's: " + label, Value: text}
	case hollow(data):
		return Verdict{Reject: "it begins as a private key does, but most of it is missing"}
	case strings.Contains(string(text), "EXAMPLE"):
		return Verdict{Confidence: "low", Severity: "info", Why: "a key of documentation: it says EXAMPLE", Value: text}
	case entropy(text) < minKeyEntropy:
		return Verdict{Reject: "it repeats too much to be a key"}
	case len(data) < total:
		return Verdict{Confidence: "medium", Why: "it begins as a private key does, and is cut short", Value: text}
	case kind != "":
		return Verdict{Confidence: "high", Why: "it parses as " + kind, Value: text}
	case more:
		return Verdict{Reject: "it has the beginning of a private key, but neither parses nor has the length"}
	}
	return Verdict{Confidence: "medium", Why: "it has the length and the beginning of a private key, but does not parse", Value: text}
}

// frame is a BEGIN line at the end of a text, with what may stand behind it.
var frame = lazily(`-----BEGIN ([A-Z0-9 ]{1,40})-----(?:\s|\\[rn]|["'+#/*>])*$`)

// frameBefore is the label of the block that a value is the beginning of, "" if
// it stands in none.
func frameBefore(c Candidate) string {
	if m := frame().FindSubmatch(c.Text[max(c.Start-120, 0):c.Start]); m != nil {
		return string(m[1])
	}
	return ""
}

func derText(data []byte) []byte { return base64.StdEncoding.AppendEncode(nil, data) }

// derLength is how long a value in DER is by its own head, which counts too.
func derLength(data []byte) (int, bool) {
	if len(data) < 4 {
		return 0, false
	}
	switch n := data[1]; {
	case n < 0x80:
		return 2 + int(n), true
	case n == 0x81:
		return 3 + int(data[2]), true
	case n == 0x82:
		return 4 + int(data[2])<<8 + int(data[3]), true
	}
	return 0, false
}
