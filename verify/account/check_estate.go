package account

import (
	"cmp"
	"strings"
)

// newEstate builds the identities of an account of its authorization details. What
// has a policy that can't be understood is noted, and has it not.
func newEstate(s *Snapshot) *estate {
	d := s.Details.Value
	b := &builder{
		e:       &estate{account: s.ID, unread: map[string]bool{}},
		managed: map[string]*ManagedPolicy{}, parsed: map[string]*document{}, groups: map[string]group{},
	}
	for i := range d.Policies {
		b.managed[d.Policies[i].ARN] = &d.Policies[i]
	}
	for _, g := range d.Groups {
		built := group{name: g.Name, arn: g.ARN, policies: b.policies(g.Attached, g.Inline, g.Name)}
		b.groups[g.Name] = built
		b.e.groups = append(b.e.groups, built)
	}
	for _, u := range d.Users {
		id := &identity{user: true, name: u.Name, arn: u.ARN, path: u.Path, policies: b.policies(u.Attached, u.Inline, ""), boundary: b.boundary(u.Boundary)}
		for _, name := range u.Groups {
			g, ok := b.groups[name]
			if !ok {
				b.e.unread["group "+name] = true
				continue
			}
			id.groups = append(id.groups, g.arn)
			id.policies = append(id.policies, g.policies...)
		}
		b.e.ids = append(b.e.ids, id)
		b.e.account = cmp.Or(b.e.account, accountOf(u.ARN))
	}
	for _, r := range d.Roles {
		id := &identity{name: r.Name, arn: r.ARN, path: r.Path, policies: b.policies(r.Attached, r.Inline, ""), boundary: b.boundary(r.Boundary)}
		if id.trust = b.read(r.Trust); id.trust == nil {
			b.e.unread["trust of the role "+r.Name] = true
		}
		b.e.ids = append(b.e.ids, id)
		b.e.account = cmp.Or(b.e.account, accountOf(r.ARN))
	}
	return b.e
}

type builder struct {
	e       *estate
	managed map[string]*ManagedPolicy
	parsed  map[string]*document // by text; nil for what can't be understood
	groups  map[string]group
}

func (b *builder) policies(attached []Attached, inline []Inline, group string) []held {
	var out []held
	for _, a := range attached {
		h := held{name: policyName(a), arn: a.ARN, group: group, doc: b.document(a.ARN)}
		if h.doc == nil && !quarantine(h.name) {
			b.e.unread["policy "+h.name] = true
		}
		out = append(out, h)
	}
	for _, in := range inline {
		h := held{name: in.Name, group: group, doc: b.read(in.Document)}
		if h.doc == nil {
			b.e.unread["inline policy "+in.Name] = true
		}
		out = append(out, h)
	}
	return out
}

// policyName is a policy's name, which ends its ARN.
func policyName(a Attached) string {
	return cmp.Or(a.Name, a.ARN[strings.LastIndexByte(a.ARN, '/')+1:])
}

// boundary is a permissions boundary; without a doc where it isn't known.
func (b *builder) boundary(arn string) *held {
	if arn == "" {
		return nil
	}
	return &held{name: policyName(Attached{ARN: arn}), arn: arn, doc: b.document(arn)}
}

// document is a managed policy's. One of AWS's own whose text isn't given is known by
// its name, if it is one of a few.
func (b *builder) document(arn string) *document {
	if m := b.managed[arn]; m != nil && m.Document != "" {
		return b.read(m.Document)
	}
	if !strings.Contains(arn, ":iam::aws:policy/") {
		return nil
	}
	if text, ok := known[policyName(Attached{ARN: arn})]; ok {
		return b.read(text)
	}
	return nil
}

func (b *builder) read(text string) *document {
	if d, ok := b.parsed[text]; ok {
		return d
	}
	d, err := parsePolicy(text)
	if err != nil {
		d = nil
	}
	b.parsed[text] = d
	return d
}
