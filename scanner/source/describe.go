package source

import (
	"errors"
	"io/fs"
	"strings"
	"syscall"
	"unicode"
	"unicode/utf8"
)

// Describe says what went wrong as a Problem's What does: the cause alone, in
// lower case, without path and period.
func Describe(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	var call syscall.Errno
	if errors.As(err, &call) {
		err = call
	}
	s := strings.TrimSuffix(strings.TrimSpace(err.Error()), ".")
	if r, n := utf8.DecodeRuneInString(s); n > 0 && len(s) > n && !unicode.IsUpper(rune(s[n])) {
		s = string(unicode.ToLower(r)) + s[n:]
	}
	return s
}
