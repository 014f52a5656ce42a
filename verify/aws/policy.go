package aws

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strings"
)

// grant is what a policy gives of every right.
type grant int

const (
	some          grant = iota // less than all
	all                        // every right, or that to take it: all of IAM
	conditionally              // that, under a condition
	unreadable
)

// statement is one of a policy's. Source: IAM User Guide, "Grammar of the IAM JSON
// policy language".
type statement struct {
	Effect                string
	Action, NotAction     words
	Resource, NotResource words
	Condition             json.RawMessage
}

// words are a list of strings, or one alone.
type words []string

// UnmarshalJSON implements json.Unmarshaler.
func (w *words) UnmarshalJSON(b []byte) error {
	if bytes.HasPrefix(b, []byte("[")) {
		return json.Unmarshal(b, (*[]string)(w))
	}
	*w = words{""}
	return json.Unmarshal(b, &(*w)[0])
}

// grants reads a policy's text, in JSON or JSON in percent-encoding as IAM sends it. It
// looks at what the policy allows alone: what another one denies, the caller's own
// calls have shown not to be everything.
func grants(text string) grant {
	if text = strings.TrimSpace(text); strings.HasPrefix(text, "%7B") || strings.HasPrefix(text, "%7b") {
		plain, err := url.PathUnescape(text)
		if err != nil {
			return unreadable
		}
		text = plain
	}
	var doc struct{ Statement json.RawMessage }
	if json.Unmarshal([]byte(text), &doc) != nil || len(doc.Statement) == 0 {
		return unreadable
	}
	list := []byte(doc.Statement)
	if !bytes.HasPrefix(list, []byte("[")) {
		list = []byte("[" + string(list) + "]")
	}
	var statements []statement
	if json.Unmarshal(list, &statements) != nil {
		return unreadable
	}
	best := some
	for _, s := range statements {
		switch {
		case s.Effect != "Allow" || !s.everything():
		case conditional(s.Condition):
			best = conditionally
		default:
			return all
		}
	}
	return best
}

// everything tells whether a statement is about every action, or all of IAM's, on every
// resource.
func (s *statement) everything() bool {
	everywhere := false
	for _, r := range s.Resource {
		everywhere = everywhere || strings.Trim(r, "*") == "" && r != ""
	}
	if !everywhere && len(s.NotResource) == 0 {
		return false
	}
	for _, a := range s.Action {
		if a = strings.ToLower(a); strings.Trim(a, "*") == "" && a != "" || a == "*:*" || a == "iam:*" {
			return true
		}
	}
	if len(s.NotAction) == 0 {
		return false
	}
	for _, a := range s.NotAction {
		if a = strings.ToLower(a); strings.HasPrefix(a, "*") || strings.HasPrefix(a, "iam:") || strings.HasPrefix(a, "i*") {
			return false
		}
	}
	return true
}

// conditional tells whether a statement holds under a condition.
func conditional(c json.RawMessage) bool {
	c = bytes.TrimSpace(c)
	return len(c) > 0 && !bytes.Equal(c, []byte("null")) && !bytes.Equal(c, []byte("{}"))
}
