package report

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
)

// forms returns the escaped and encoded forms in which a value may stand in a
// text, as far as they differ from it: as in JSON (RFC 8259 §7), with the slash
// escaped too as PHP writes it, percent-encoded (RFC 3986 §2.1) in either case;
// and what the layers that it was found under make of it: base64 (RFC 4648 §4,
// §5) wherever it begins in an encoded stream, UTF-16.
func forms(v string, layers []string) []string {
	var out []string
	if strings.ContainsFunc(v, func(r rune) bool { return !alphanumeric(r) }) {
		j := inJSON(v, false)
		out = append(out, j, inJSON(v, true), strings.ReplaceAll(j, "/", `\/`))
		if q := strings.NewReplacer("/", "%2F", "+", "%2B", "=", "%3D").Replace(v); q != v {
			out = append(out, q, lowerPercent(q))
		}
		for _, q := range []string{url.QueryEscape(v), url.PathEscape(v)} {
			out = append(out, q, lowerPercent(q))
		}
	}
	for _, l := range layers {
		switch {
		case strings.Contains(l, "base64"):
			out = append(out, inBase64(v)...)
		case isUTF16(l):
			out = append(out, inUTF16(v))
		}
	}
	return out
}

func alphanumeric(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
}

func inJSON(v string, html bool) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(html)
	if e.Encode(v) != nil {
		return v
	}
	return strings.TrimSuffix(strings.TrimPrefix(b.String(), `"`), "\"\n")
}

// lowerPercent writes the digits of percent escapes in lower case.
func lowerPercent(s string) string {
	b := []byte(s)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			copy(b[i+1:i+3], strings.ToLower(s[i+1:i+3]))
		}
	}
	return string(b)
}

// inBase64 returns what v alone decides of an encoded stream that holds it, for
// each of the three ways in which it can lie to the stream's groups; and the
// whole of a stream that holds nothing else.
func inBase64(v string) []string {
	out := []string{base64.StdEncoding.EncodeToString([]byte(v)), base64.URLEncoding.EncodeToString([]byte(v))}
	for shift := range 3 {
		data := append(make([]byte, shift), v...)
		for _, alphabet := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			s := alphabet.EncodeToString(data)
			out = append(out, s[(shift*8+5)/6:len(data)*8/6])
		}
	}
	return out
}

func isUTF16(layer string) bool {
	l := strings.ToLower(layer)
	return strings.Contains(l, "utf-16") || strings.Contains(l, "utf16")
}

// inUTF16 returns an ASCII value's bytes with zeros between: both byte orders
// hold that.
func inUTF16(v string) string {
	return strings.Join(strings.Split(v, ""), "\x00")
}

// secretLines returns the lines of a value of several that tell something by
// themselves: the body of a PEM block, not its header. An excerpt may hold only
// some of them.
func secretLines(v string) []string {
	if !strings.Contains(v, "\n") {
		return nil
	}
	var out []string
	for line := range strings.Lines(v) {
		line = strings.TrimSpace(line)
		if len(line) >= 16 && !strings.ContainsAny(line, " :") && !strings.HasPrefix(line, "-----") {
			out = append(out, line)
		}
	}
	return out
}
