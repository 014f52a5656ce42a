package rulecheck

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf16"
)

// wrapping is a function that puts a text, its last argument, into another form.
type wrapping struct {
	options int // arguments before the text
	wrap    func(options []string, text string) (string, error)
}

var wrappings = map[string]wrapping{
	"b64":      plain(func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }),
	"b64url":   plain(func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }),
	"b64lines": plain(func(s string) string { return lines(base64.StdEncoding.EncodeToString([]byte(s)), 76) }),
	"url":      plain(percent),
	"json":     plain(jsonString),
	"escape":   plain(func(s string) string { q := jsonString(s); return q[1 : len(q)-1] }),
	"crlf":     plain(func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }),
	"utf16le":  plain(func(s string) string { return wide(binary.LittleEndian, s) }),
	"utf16be":  plain(func(s string) string { return wide(binary.BigEndian, s) }),
	"indent":   {1, indent},
	"prefix":   {1, func(o []string, s string) (string, error) { return eachLine(s, o[0]), nil }},
	"concat":   {1, concat},
	"cut":      {1, cut},
	"repeat":   {1, repeat},
}

func plain(f func(string) string) wrapping {
	return wrapping{0, func(_ []string, s string) (string, error) { return f(s), nil }}
}

// percent writes everything as %XX that is not a letter, digit or one of -._~.
func percent(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

func jsonString(s string) string {
	var out strings.Builder
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		panic("rulecheck: " + err.Error()) // a string can't fail
	}
	return strings.TrimSuffix(out.String(), "\n")
}

// wide writes UTF-16 behind its byte-order mark.
func wide(order binary.AppendByteOrder, s string) string {
	var out []byte
	for _, u := range utf16.Encode([]rune("\ufeff" + s)) {
		out = order.AppendUint16(out, u)
	}
	return string(out)
}

func eachLine(s, before string) string {
	return before + strings.ReplaceAll(s, "\n", "\n"+before)
}

func indent(options []string, s string) (string, error) {
	n, err := count(options, 0)
	if err != nil || n > 200 {
		return "", fmt.Errorf("indent: by how many blanks?")
	}
	return eachLine(s, strings.Repeat(" ", n)), nil
}

// concat writes lines as source code joins them: "…\n" + "…".
func concat(options []string, s string) (string, error) {
	var parts []string
	for _, l := range strings.SplitAfter(s, "\n") {
		parts = append(parts, jsonString(l))
	}
	return strings.Join(parts, " "+options[0]+"\n  "), nil
}

// cut keeps a text's first bytes.
func cut(options []string, s string) (string, error) {
	n, err := count(options, 0)
	if err != nil {
		return "", fmt.Errorf("cut: %w", err)
	}
	return s[:min(n, len(s))], nil
}

// repeat writes a text several times over.
func repeat(options []string, s string) (string, error) {
	n, err := count(options, 0)
	if err != nil || n*len(s) > maxText {
		return "", fmt.Errorf("repeat: %q times is too much", options[0])
	}
	return strings.Repeat(s, n), nil
}
