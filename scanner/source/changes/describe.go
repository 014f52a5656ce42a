package changes

import (
	"bytes"
	"time"

	"lockaway/scanner/finding"
	"lockaway/scanner/gitpack"
)

// DescribeCommit fills in what a commit object says of itself: author, date of
// committing, first line of the message. What can't be read in it stays empty.
func DescribeCommit(g *finding.Git, data []byte, h gitpack.Hash) {
	var c gitpack.CommitObject
	_ = gitpack.ParseCommit(data, h, &c) // told already, by who read it
	if who, ok := gitpack.ParseIdent(c.Author); ok {
		g.Author, g.Email = string(who.Name), string(who.Email)
	}
	if who, ok := gitpack.ParseIdent(c.Committer); ok {
		g.Date = who.When().In(time.UTC)
	}
	g.Message = firstLine(c.Message)
}

// DescribeTag fills in what a tag object says of itself: tagger, date, first line of
// the message. What can't be read in it stays empty.
func DescribeTag(g *finding.Git, data []byte, h gitpack.Hash) {
	var t gitpack.TagObject
	_ = gitpack.ParseTag(data, h, &t) // told already, by who read it
	if who, ok := gitpack.ParseIdent(t.Tagger); ok {
		g.Author, g.Email, g.Date = string(who.Name), string(who.Email), who.When().In(time.UTC)
	}
	g.Message = firstLine(t.Message)
}

func firstLine(message []byte) string {
	line, _, _ := bytes.Cut(bytes.TrimSpace(message), []byte{'\n'})
	return string(line)
}
