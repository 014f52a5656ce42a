package rules

import (
	"bytes"
	"strings"
)

// pemBlock is a PEM block as it was found: inside source code, JSON, YAML,
// comments or a diff, with whatever those put around and into its lines.
type pemBlock struct {
	label    string   // "RSA PRIVATE KEY"
	headers  []string // "Proc-Type: 4,ENCRYPTED"
	body     string   // base64 alone, joined
	foreign  string   // the first thing inside that is neither; empty if all is
	complete bool     // the END line is there
	blank    bool     // an empty line stands before the body though no header does
	checksum string   // OpenPGP's, without its sign; empty if there is none
}

const (
	pemBegin = "-----BEGIN "
	pemEnd   = "-----END "
	pemDash  = "-----"
)

// lineBreaks are the ways in which a line break is written inside a string, the
// longer ones first: escapes of escapes in source code and JSON, character
// references in XML, percent-encoding in addresses.
var lineBreaks = strings.NewReplacer(
	`\\r\\n`, "\n", `\\n`, "\n", `\\r`, "\n",
	`\r\n`, "\n", `\n`, "\n", `\r`, "\n",
	`\u000d`, "\n", `\u000a`, "\n", `\u000D`, "\n", `\u000A`, "\n", `\x0a`, "\n", `\x0d`, "\n",
	"&#10;", "\n", "&#13;", "\n", "&#xA;", "\n", "&#xa;", "\n", "&#xD;", "\n", "&#xd;", "\n",
	"%0D%0A", "\n", "%0A", "\n", "%0a", "\n", "%0D", "\n", "%0d", "\n",
	"\r\n", "\n", "\r", "\n",
	// A slash may be escaped in JSON; = and + always are in an address.
	`\/`, "/", "%2B", "+", "%2b", "+", "%2F", "/", "%2f", "/", "%3D", "=", "%3d", "=", `\u003d`, "=", `\u002b`, "+",
)

// dekHeaders are the headers of the older encryption (RFC 1421): where all stands
// on one line, only their form tells them from the body.
var dekHeaders = lazily(`Proc-Type: *4,ENCRYPTED|DEK-Info: *[A-Z0-9-]+,[0-9A-Fa-f]+`)

// pgpHeader is a header of OpenPGP's armor with the body's first line behind it
// on the same line. What a header says is free: a word as long as a line of the
// body ends it.
var pgpHeader = lazily(`(?m)^([ \t]*[A-Za-z]+: [^\n]*?)[ \t]+([A-Za-z0-9+/]{60,}=*(?:[ \t]|$))`)

// readPEM takes a block apart that begins at text[start] and was found to end at
// text[end]. It fails only where no BEGIN line is there.
func readPEM(text []byte, start, end int) (*pemBlock, bool) {
	label, rest, ok := strings.Cut(strings.TrimPrefix(string(text[start:end]), pemBegin), pemDash)
	if !ok || !bytes.HasPrefix(text[start:], []byte(pemBegin)) || strings.ContainsAny(label, "\r\n") {
		return nil, false
	}
	b := &pemBlock{label: label}
	rest, _, b.complete = strings.Cut(rest, pemEnd)
	rest = betweenQuotes(rest, quoteBefore(text, start))
	lines := withoutMargin(strings.Split(lineBreaks.Replace(rest), "\n"), margin(text, start))
	all := dekHeaders().ReplaceAllString(strings.Join(lines, "\n"), "\n$0\n")
	if label == pgpLabel {
		all = pgpHeader().ReplaceAllString(all, "$1\n$2")
	}
	lines = strings.Split(all, "\n")
	var body strings.Builder
	for _, line := range lines {
		line = strings.TrimSpace(inQuotes(line))
		if isPEMHeader(line) {
			b.headers = append(b.headers, strings.TrimRight(line, `\ `))
			continue
		}
		b.addBody(&body, line)
	}
	b.body = body.String()
	if b.complete {
		b.foreign = strings.TrimSpace(b.foreign)
	}
	return b, true
}

// addBody takes a line of the body: its words of base64, without the comment
// marks, continuations and concatenations around them.
func (b *pemBlock) addBody(body *strings.Builder, line string) {
	for _, word := range strings.Fields(line) {
		switch word {
		case "#", "//", "*", "--", ";", "+", "-", ".", "&", "_", "|", ">", "\\", ",", ")", "(", "+\\", ".\\":
			continue
		}
		word = strings.TrimRight(strings.TrimLeft(word, "#>*"), `\,;`)
		if strings.Trim(word, base64Chars) == "" {
			body.WriteString(word)
		} else if b.foreign == "" {
			b.foreign = word
		}
	}
}

const base64Chars = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="

// margin returns what stands before the block on its first line, as far as it is
// a mark that every line of a diff or comment has.
func margin(text []byte, start int) string {
	line := text[max(start-64, 0):start]
	if i := bytes.LastIndexByte(line, '\n'); i >= 0 {
		line = line[i+1:]
	}
	m := strings.TrimSpace(string(line))
	switch m {
	case "+", "-", "//", "#", "*", ">", "--", ";", "///", "//!":
		return m
	}
	return ""
}

// withoutMargin takes the mark off the lines if every line with something on it
// has it: a lone + may as well be the first character of base64.
func withoutMargin(lines []string, mark string) []string {
	if mark == "" {
		return lines
	}
	out := make([]string, 0, len(lines))
	for i, l := range lines {
		l = strings.TrimSpace(l)
		rest, ok := strings.CutPrefix(l, mark)
		if l != "" && !ok && i > 0 && i+1 < len(lines) {
			return lines
		}
		out = append(out, rest)
	}
	return out
}

// quoteBefore returns the quote that the block begins behind, "" if there is none.
func quoteBefore(text []byte, start int) string {
	if start == 0 || strings.IndexByte("\"'`", text[start-1]) < 0 {
		return ""
	}
	if start > 1 && text[start-2] == '\\' {
		return string(text[start-2 : start])
	}
	return string(text[start-1 : start])
}

// betweenQuotes returns what a text holds inside its quotes, where it begins behind one:
// source code puts a block together of one string for each line, with signs and
// the names of line breaks between.
func betweenQuotes(rest, quote string) string {
	if quote == "" || !strings.Contains(rest, quote) {
		return rest
	}
	var out []string
	for i, part := range strings.Split(rest, quote) {
		if i%2 == 0 {
			out = append(out, part)
		}
	}
	return strings.Join(out, "\n")
}

// inQuotes returns what stands in the quotes of a line of source code, or the
// line without a quote that the one before it left open.
func inQuotes(line string) string {
	for _, q := range []string{`\"`, `"`, "'", "`", "&quot;"} {
		first := strings.Index(line, q)
		if first < 0 {
			continue
		}
		last := strings.LastIndex(line, q)
		if first != last {
			return line[first+len(q) : last]
		}
		before, after := line[:first], line[first+len(q):]
		if strings.Trim(before, " \t+.&,;:=(_\\") == "" {
			return after // it opens here
		}
		return before
	}
	return line
}

// isPEMHeader tells a header of an encrypted or commented block (RFC 1421),
// which base64 can't be for its colon.
func isPEMHeader(line string) bool {
	name, _, ok := strings.Cut(line, ":")
	return ok && name != "" && strings.Trim(name, base64Chars[:52]+"-") == ""
}

// encrypted tells whether the headers say so.
func (b *pemBlock) encrypted() bool {
	for _, h := range b.headers {
		if strings.HasPrefix(h, "Proc-Type:") && strings.Contains(h, "ENCRYPTED") {
			return true
		}
	}
	return false
}

// canonical returns the block as RFC 7468 writes it, so that one key has one
// fingerprint however it was quoted.
func (b *pemBlock) canonical() []byte {
	var out bytes.Buffer
	out.WriteString(pemBegin + b.label + pemDash + "\n")
	for _, h := range b.headers {
		out.WriteString(h + "\n")
	}
	if len(b.headers) > 0 || b.blank {
		out.WriteByte('\n')
	}
	width := 64
	if b.label == opensshLabel {
		width = 70 // as ssh-keygen writes it
	}
	for body := b.body; body != ""; {
		n := min(width, len(body))
		if len(body) == width+1 {
			n = len(body) // of a body that was cut: alone, a "+" would be read as a mark
		}
		out.WriteString(body[:n] + "\n")
		body = body[n:]
	}
	if b.checksum != "" {
		out.WriteString("=" + b.checksum + "\n")
	}
	if b.complete {
		out.WriteString(pemEnd + b.label + pemDash)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}
