package report

import "strings"

// mdText returns text as Markdown that shows it as it is. What could become a link, a
// mention or HTML goes into a code span.
func mdText(s string) string {
	if strings.ContainsAny(s, "@#<&`") || strings.Contains(s, "://") || strings.Contains(strings.ToLower(s), "www.") {
		return mdCode(s)
	}
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune("\\*_[]!|>~$", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// mdCode returns text as a code span, in which nothing else means anything
// (CommonMark 0.31 §6.1).
func mdCode(s string) string {
	longest, run := 0, 0
	for i := range len(s) {
		if s[i] != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	fence := strings.Repeat("`", longest+1)
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") || s == "" || strings.HasPrefix(s, " ") && strings.HasSuffix(s, " ") {
		s = " " + s + " "
	}
	return fence + s + fence
}

// mdCodeCell is mdCode for the cell of a table, which ends at a bar even there unless a
// backslash stands before it (GitHub Flavored Markdown §4.10). One that has a backslash
// of its own before it becomes a broken bar: whether two escape it isn't agreed.
func mdCodeCell(s string) string {
	var b strings.Builder
	slashes := 0
	for _, r := range mdCode(s) {
		switch {
		case r == '|' && slashes%2 == 1:
			r = '¦'
		case r == '|':
			b.WriteByte('\\')
		}
		if slashes++; r != '\\' {
			slashes = 0
		}
		b.WriteRune(r)
	}
	return b.String()
}

// mdTextCell is mdText for the cell of a table.
func mdTextCell(s string) string {
	if t := mdText(s); !strings.HasPrefix(t, "`") {
		return t
	}
	return mdCodeCell(s)
}

// mdSteps returns a step, or advice: its commands, which stand between backquotes, as
// code spans, the rest as text.
func mdSteps(s string) string {
	var b strings.Builder
	for i, part := range strings.Split(s, "`") {
		switch {
		case i%2 == 1:
			b.WriteString(mdCode(part))
		case part != "":
			b.WriteString(mdText(part))
		}
	}
	return b.String()
}
