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
	Action, NotAction     Words
	Resource, NotResource Words
	Condition             json.RawMessage
}

// Words are a list of strings in a policy, or one alone.
type Words []string

// UnmarshalJSON implements json.Unmarshaler. A list is never nil, but for null.
func (w *Words) UnmarshalJSON(b []byte) error {
	if bytes.HasPrefix(bytes.TrimSpace(b), []byte(`"`)) {
		var one string
		err := json.Unmarshal(b, &one)
		*w = Words{one}
		return err
	}
	all := []string{}
	err := json.Unmarshal(b, &all)
	*w = all
	return err
}

// PolicyText returns a policy's text as JSON. The API hands it out in percent-encoding,
// the AWS CLI as it is. The error is of a broken encoding.
func PolicyText(text string) (string, error) {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "%7B") || strings.HasPrefix(text, "%7b") {
		return url.PathUnescape(text) // a plus sign stays one
	}
	return text, nil
}

// grants reads a policy's text, in JSON or JSON in percent-encoding as IAM sends it. It
// looks at what the policy allows alone: what another one denies, the caller's own
// calls have shown not to be everything.
func grants(text string) grant {
	text, err := PolicyText(text)
	if err != nil {
		return unreadable
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
