package account

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"lockaway/verify/aws"
)

// maxDocument is how long a policy's text may be, in bytes. IAM's own limits are
// 6,144 characters for a managed policy and 10,240 for a role's inline ones; blanks
// don't count there, so a document may be some times as long.
const maxDocument = 256 << 10

// document is a policy's text, taken apart: an identity's, a boundary or a role's
// trust. Source: IAM User Guide, "Grammar of the IAM JSON policy language".
type document struct {
	statements []statement
}

// statement is one of a document's. Of the lists that come in two forms (Action and
// NotAction) one is filled; not says that it is the second.
type statement struct {
	deny                     bool
	actions, resources       []string
	notActions, notResources bool
	principals               principals
	conditions               []string // the keys that Condition looks at, in lower case
}

// principals says who a trust policy is about.
type principals struct {
	any                     bool
	aws, service, federated []string
	but                     bool // NotPrincipal: all but these
}

// parsePolicy reads a policy's text: JSON, or JSON in percent-encoding as the API
// hands it out. An error says that its meaning isn't known; nothing is taken of a
// document that is wrong in part.
func parsePolicy(text string) (*document, error) {
	if len(text) > maxDocument {
		return nil, fmt.Errorf("the policy is longer than %d KiB", maxDocument>>10)
	}
	text, err := aws.PolicyText(text)
	if err != nil {
		return nil, errors.New("the policy's encoding is broken")
	}
	var raw struct {
		Statement statements
	}
	if err := json.Unmarshal([]byte(text), &raw); err != nil {
		return nil, fmt.Errorf("the policy can't be read: %w", err)
	}
	d := &document{}
	for _, r := range raw.Statement {
		s, err := r.statement()
		if err != nil {
			return nil, err
		}
		d.statements = append(d.statements, s)
	}
	return d, nil
}

// rawStatement is a statement as it is written.
type rawStatement struct {
	Effect                  string
	Action, NotAction       aws.Words
	Resource, NotResource   aws.Words
	Principal, NotPrincipal *principals
	Condition               map[string]map[string]json.RawMessage
}

func (r rawStatement) statement() (s statement, err error) {
	switch r.Effect { // their case counts, to IAM too
	case "Allow":
	case "Deny":
		s.deny = true
	default:
		return s, errors.New("the policy has a statement that neither allows nor denies")
	}
	s.actions, s.notActions = r.Action, false
	if r.NotAction != nil {
		s.actions, s.notActions = r.NotAction, true
	}
	s.resources = r.Resource
	if r.NotResource != nil {
		s.resources, s.notResources = r.NotResource, true
	}
	if r.Principal != nil {
		s.principals = *r.Principal
	}
	if r.NotPrincipal != nil {
		s.principals = *r.NotPrincipal
		s.principals.but = true
	}
	if r.Action != nil && r.NotAction != nil || r.Resource != nil && r.NotResource != nil || r.Principal != nil && r.NotPrincipal != nil {
		return s, errors.New("the policy has a statement that says two things at once")
	}
	for i, a := range s.actions {
		s.actions[i] = strings.ToLower(a)
	}
	for _, keys := range r.Condition {
		for k := range keys {
			s.conditions = append(s.conditions, strings.ToLower(k))
		}
	}
	return s, nil
}

// statements are a list, or one alone.
type statements []rawStatement

// UnmarshalJSON implements json.Unmarshaler.
func (l *statements) UnmarshalJSON(b []byte) error {
	if bytes.HasPrefix(bytes.TrimSpace(b), []byte("{")) {
		var one rawStatement
		err := json.Unmarshal(b, &one)
		*l = statements{one}
		return err
	}
	var all []rawStatement
	err := json.Unmarshal(b, &all)
	*l = all
	return err
}

// UnmarshalJSON implements json.Unmarshaler: "*", or lists by kind.
func (p *principals) UnmarshalJSON(b []byte) error {
	if bytes.HasPrefix(bytes.TrimSpace(b), []byte(`"`)) {
		var who string
		if err := json.Unmarshal(b, &who); err != nil {
			return err
		}
		if who != "*" {
			return fmt.Errorf("unknown principal %q", who)
		}
		p.any = true
		return nil
	}
	var kinds struct{ AWS, Service, Federated, CanonicalUser aws.Words }
	if err := json.Unmarshal(b, &kinds); err != nil {
		return err
	}
	p.service, p.federated = kinds.Service, kinds.Federated
	for _, who := range kinds.AWS {
		if who == "*" {
			p.any = true
			continue
		}
		p.aws = append(p.aws, who)
	}
	return nil
}

// verdict is what policies say of a call.
type verdict int

// The verdicts. Perhaps is where it hangs on a condition that isn't looked into: a
// second factor, an address, a tag.
const (
	no verdict = iota
	perhaps
	yes
)

// call is what is asked about: an action, in lower case, on a resource.
type call struct {
	action, resource string
	// user is the IAM user's name that ${aws:username} stands for; empty for others.
	user string
}

// says tells whether a statement is about a call: yes, no, or perhaps.
func (s *statement) says(c call) verdict {
	if matchesAny(s.actions, c.action) == s.notActions {
		return no
	}
	v := s.onResource(c)
	if v == yes && len(s.conditions) > 0 {
		return perhaps
	}
	return v
}

// onResource is says for the resource alone. A variable that isn't known may stand
// for anything.
func (s *statement) onResource(c call) verdict {
	best := no
	for _, r := range s.resources {
		pattern, known := substitute(r, c.user)
		switch {
		case !wildcard(pattern, c.resource):
		case known:
			best = yes
		case best == no:
			best = perhaps
		}
	}
	if s.notResources {
		return yes - best
	}
	return best
}

// allows tells what policies say of a call together: a deny holds over every allow.
func allows(docs []*document, c call) verdict {
	best, limit := no, yes
	for _, d := range docs {
		for i := range d.statements {
			s := &d.statements[i]
			switch v := s.says(c); {
			case v == no:
			case s.deny:
				limit = min(limit, yes-v)
			default:
				best = max(best, v)
			}
		}
	}
	return min(best, limit)
}

// substitute writes a user's name for ${aws:username}, the three escapes for what
// they stand for, and * for every other variable; known is false if there is one.
func substitute(pattern, user string) (out string, known bool) {
	if !strings.Contains(pattern, "${") {
		return pattern, true
	}
	var b strings.Builder
	known = true
	for {
		before, rest, found := strings.Cut(pattern, "${")
		b.WriteString(before)
		if !found {
			return b.String(), known
		}
		name, after, closed := strings.Cut(rest, "}")
		switch {
		case !closed:
			b.WriteString("${" + rest)
			return b.String(), known
		case strings.EqualFold(name, "aws:username") && user != "":
			b.WriteString(user)
		case name == "*" || name == "?" || name == "$":
			b.WriteString("?") // one character, which is near enough
		default:
			b.WriteString("*")
			known = false
		}
		pattern = after
	}
}

func matchesAny(patterns []string, s string) bool {
	for _, p := range patterns {
		if wildcard(p, s) {
			return true
		}
	}
	return false
}

// wildcard tells whether a pattern fits a text whole: * stands for any characters,
// ? for one. Its time is bounded by the product of the lengths.
func wildcard(pattern, s string) bool {
	p, i := 0, 0
	star, from := -1, 0 // the last *, and how far it reaches so far
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, from = p, i
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == s[i]):
			p, i = p+1, i+1
		case star >= 0:
			from++
			p, i = star+1, from
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
