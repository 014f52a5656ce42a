package report

import (
	"fmt"
	"slices"
	"time"

	"lockaway/scanner/finding"
)

// jsonVerification is what asking the provider told. What was not learned is absent.
type jsonVerification struct {
	State       string   `json:"state"`
	Asked       string   `json:"asked,omitempty"` // times are in RFC 3339
	Identity    string   `json:"identity,omitempty"`
	ARN         string   `json:"arn,omitempty"`
	User        string   `json:"user,omitempty"`
	AccountID   string   `json:"account_id,omitempty"`
	Partition   string   `json:"partition,omitempty"`
	LastUsed    string   `json:"last_used,omitempty"`
	Service     string   `json:"service,omitempty"`
	Region      string   `json:"region,omitempty"`
	Created     string   `json:"created,omitempty"`
	Admin       *bool    `json:"admin,omitempty"`
	Quarantined *bool    `json:"quarantined,omitempty"`
	MFA         *bool    `json:"mfa,omitempty"`
	SSORole     string   `json:"sso_role,omitempty"`
	OtherKeys   []string `json:"other_keys,omitempty"`
	Refused     []string `json:"refused,omitempty"`
	Reasons     []string `json:"reasons,omitempty"`
}

var (
	states     = []finding.State{finding.Live, finding.Inactive, finding.Dead, finding.Unknown, finding.NotCalled}
	identities = []finding.Identity{finding.Root, finding.IAMUser, finding.AssumedRole, finding.FederatedUser, finding.UnknownIdentity}
)

// verification returns the object of what was learned; nil where nobody asked. All of
// it but the words of closed sets is masked: a server may send back what it was sent.
func (m *Mask) verification(v *finding.Verification) *jsonVerification {
	if v == nil {
		return nil
	}
	return &jsonVerification{
		State: string(v.State), Asked: jsonTime(v.Asked), Identity: string(v.Identity),
		ARN: m.json(v.ARN), User: m.json(v.User), AccountID: m.account12(v.AccountID), Partition: m.json(v.Partition),
		LastUsed: jsonTime(v.LastUsed), Service: m.json(v.Service), Region: m.json(v.Region), Created: jsonTime(v.Created),
		Admin: v.Admin, Quarantined: v.Quarantined, MFA: v.MFA, SSORole: m.json(v.SSORole),
		OtherKeys: m.jsonAll(v.OtherKeys), Refused: m.jsonAll(v.Refused), Reasons: m.jsonAll(v.Reasons),
	}
}

// account12 returns an account's ID as it is, which readers compare; what isn't one is
// masked like any text.
func (m *Mask) account12(id string) string {
	if accountForm().MatchString(id) {
		return id
	}
	return m.json(id)
}

var accountForm = lazily(`^[0-9]{12}$`)

func jsonTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// read returns the verification that an object describes.
func (in *jsonVerification) read() (*finding.Verification, error) {
	if in == nil {
		return nil, nil
	}
	v := &finding.Verification{
		State: finding.State(in.State), Identity: finding.Identity(in.Identity),
		ARN: in.ARN, User: in.User, AccountID: in.AccountID, Partition: in.Partition,
		Service: in.Service, Region: in.Region, Admin: in.Admin, Quarantined: in.Quarantined, MFA: in.MFA,
		SSORole: in.SSORole, OtherKeys: in.OtherKeys, Refused: in.Refused, Reasons: in.Reasons,
	}
	switch {
	case !slices.Contains(states, v.State):
		return nil, fmt.Errorf("unknown state %q of a verification", in.State)
	case in.Identity != "" && !slices.Contains(identities, v.Identity):
		return nil, fmt.Errorf("unknown identity %q of a verification", in.Identity)
	}
	for _, t := range []struct {
		text string
		to   *time.Time
	}{{in.Asked, &v.Asked}, {in.LastUsed, &v.LastUsed}, {in.Created, &v.Created}} {
		if t.text == "" {
			continue
		}
		var err error
		if *t.to, err = time.Parse(time.RFC3339, t.text); err != nil {
			return nil, fmt.Errorf("%q is no time", t.text)
		}
	}
	return v, nil
}
