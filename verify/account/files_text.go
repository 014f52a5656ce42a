package account

import (
	"bytes"
	"errors"
	"unicode/utf16"
	"unicode/utf8"
)

// promising tells whether a file may be one that is known, by its beginning of at most
// maxLine bytes.
func promising(head []byte) bool {
	if text, err := toUTF8(head[:len(head)&^1]); err == nil && len(head) > 1 {
		head = text
	}
	text := bytes.TrimSpace(head)
	return len(text) == 0 || isReport(head) || isReportBase64(text) || looksJSON(text) || cliErrors().Match(text)
}

// toUTF8 is a file's text in UTF-8 without a byte order mark. Text in UTF-16 that has
// none begins with a character of ASCII.
func toUTF8(content []byte) ([]byte, error) {
	from, low := 2, 0 // where it begins, and where the low byte of each pair stands
	switch {
	case bytes.HasPrefix(content, []byte("\xef\xbb\xbf")):
		return content[3:], nil
	case len(content) < 2:
		return content, nil
	case content[0] == 0xff && content[1] == 0xfe:
	case content[0] == 0xfe && content[1] == 0xff:
		low = 1
	case content[0] != 0 && content[1] == 0:
		from = 0
	case content[0] == 0 && content[1] != 0:
		from, low = 0, 1
	default:
		return content, nil
	}
	if len(content)%2 != 0 {
		return nil, errors.New("the UTF-16 text is cut off")
	}
	unit := func(i int) rune { return rune(content[i+low]) | rune(content[i+1-low])<<8 }
	out := make([]byte, 0, len(content)/2)
	for i := from; i < len(content); i += 2 {
		r := unit(i)
		if utf16.IsSurrogate(r) && i+2 < len(content) {
			if pair := utf16.DecodeRune(r, unit(i+2)); pair != utf8.RuneError {
				r, i = pair, i+2
			}
		}
		out = utf8.AppendRune(out, r)
	}
	return out, nil
}

// looksJSON tells whether a text begins as JSON documents do. An INI file's section
// begins with a bracket, too.
func looksJSON(head []byte) bool {
	if len(head) == 0 || head[0] != '[' {
		return len(head) > 0 && head[0] == '{'
	}
	rest := bytes.TrimSpace(head[1:])
	return len(rest) == 0 || bytes.IndexByte([]byte("{[]"), rest[0]) >= 0
}
