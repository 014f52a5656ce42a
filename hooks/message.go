package hooks

import (
	"bytes"
	"strings"
)

// MessageOptions say how git will clean a message up (git help commit, --cleanup).
type MessageOptions struct {
	// Comment is what begins a comment line: core.commentString or core.commentChar,
	// "#" if empty. Of "auto" nobody but git knows what it chose: nothing counts as a
	// comment then.
	Comment string
	// Cleanup is commit.cleanup; empty for the default.
	Cleanup string
	// Edited tells whether an editor is shown: git takes comments out by default only
	// then.
	Edited bool
}

// scissors is what stands in the line below which git leaves a message out.
const scissors = " ------------------------ >8 ------------------------"

// Message takes out of a message what git will not commit: comment lines, and what
// follows the scissors. Lines are emptied, so that the others keep their numbers. Where
// it can't be told what git does, the text is kept.
func Message(text []byte, o MessageOptions) []byte {
	comment := o.Comment
	if comment == "" {
		comment = "#"
	}
	if comment == "auto" {
		comment = ""
	}
	strip := comment != "" && (o.Cleanup == "strip" || o.Edited && (o.Cleanup == "" || o.Cleanup == "default" || o.Cleanup == "scissors"))
	var out bytes.Buffer
	rest := string(text)
	for rest != "" {
		line, after, _ := strings.Cut(rest, "\n")
		if comment != "" && cutLine(line, comment) && (o.Cleanup == "scissors" || o.Edited && strings.HasPrefix(after, comment)) {
			break // git explains the line in a comment behind it; without, somebody else wrote it
		}
		if !strip || !strings.HasPrefix(line, comment) {
			out.WriteString(line)
		}
		if len(line) < len(rest) {
			out.WriteByte('\n')
		}
		rest = after
	}
	return out.Bytes()
}

func cutLine(line, comment string) bool {
	return strings.TrimSuffix(line, "\r") == comment+scissors
}
