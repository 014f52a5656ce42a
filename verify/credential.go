package verify

import (
	"slices"
	"strings"
	"time"

	"lockaway/rules/awskey"
	"lockaway/scanner/finding"
)

// The reasons for which nobody is asked.
const (
	whyExample    = "the key stands in documentation, or for one"
	whyCanary     = "its account is known for keys that are laid out as alarms: a call with one sets it off (--call-canaries asks all the same)"
	whyNoSecret   = "a key ID alone: asking takes its secret, or credentials of your own (--with-profile NAME, --with-environment)"
	whyNoID       = "a secret without its key ID: nobody can be asked"
	whyNoToken    = "a temporary key without its session token: nobody can be asked, and it may live"
	whyTokenAlone = "a session token without its key: nobody can be asked"
	whyMasked     = "the report masks its value"
	whyKind       = "only access keys are asked about"
	whySMTP       = "an SMTP password is not asked about; the key that its user name is can be, with credentials of your own (--with-profile NAME, --with-environment)"
	whySMTPAlone  = "an SMTP password without its user name, which is a key ID: nobody can be asked"
	whyForm       = "what stands beside the key ID is not built like a secret access key"
	whyPrefix     = "IDs of this kind can't be asked about"
)

// held is what a finding holds of a credential.
type held struct {
	id            string
	key           awskey.Key
	secret, token finding.Secret
	smtp          bool   // what stands beside the ID is a password made of the secret
	other         bool   // the ID is only named by what was found: a signed address
	lone          bool   // a secret whose ID doesn't stand there
	why           string // nobody is to be asked about any of it, and why
}

// ofAWS tells whether a finding is of a credential of AWS.
func ofAWS(f *finding.Finding) bool {
	return f.AWS != nil || strings.HasPrefix(f.Rule, "aws-")
}

// hold takes a finding apart, as of now.
func hold(f *finding.Finding, now time.Time) held {
	var h held
	masked := false
	for _, p := range f.Parts {
		switch p.Kind {
		case "key-id":
			h.id = p.Value.Reveal()
		case "secret":
			masked = masked || !p.Value.Known()
			h.secret = p.Value
		case "session-token":
			masked = masked || !p.Value.Known()
			h.token = p.Value
		}
	}
	if h.id == "" && f.AWS != nil {
		h.id = f.AWS.KeyID
		h.other = len(f.Parts) == 0
	}
	h.key, _ = awskey.Parse(h.id)
	h.smtp = smtp(f, h.secret)
	h.why = h.withheld(f, masked, now)
	return h
}

// smtp tells whether a finding's secret is a password for SES's SMTP interface, which
// nothing but mail can be sent with.
func smtp(f *finding.Finding, secret finding.Secret) bool {
	return f.Rule == "aws-ses-smtp-password" || awskey.IsSMTPPassword(secret.Reveal())
}

// withheld says why nothing of a finding is to be asked about, "" if it may be.
func (h *held) withheld(f *finding.Finding, masked bool, now time.Time) string {
	switch {
	case f.Allowed != nil:
		return "it is allowed (" + f.Allowed.By + ")"
	case h.key.Example || f.AWS != nil && f.AWS.Example || !h.smtp && awskey.ExampleSecret(h.secret.Reveal()):
		return whyExample
	case !f.Expires.IsZero() && !now.Before(f.Expires):
		return "it ended on " + f.Expires.UTC().Format("2006-01-02 15:04 MST") + ", by what it says itself"
	case h.other:
		return whyKind
	case h.smtp && h.id == "":
		return whySMTPAlone
	case h.id == "" && h.secret.Len() > 0:
		h.lone = true
		return whyNoID
	case h.id == "" && h.token.Len() > 0:
		return whyTokenAlone
	case h.id == "":
		return whyKind
	case h.key.Kind != awskey.LongTerm && h.key.Kind != awskey.Temporary:
		return whyPrefix
	case masked && !h.smtp:
		return whyMasked
	case !h.smtp && h.secret.Len() > 0 && !secretForm(h.secret.Reveal()):
		return whyForm
	}
	return ""
}

// credential is what would be asked about.
func (h *held) credential(f *finding.Finding) Credential {
	c := Credential{KeyID: h.id, Partitions: hints(f)}
	if !h.smtp {
		c.Secret = h.secret
		if h.secret.Len() > 0 && h.key.Kind == awskey.Temporary {
			c.Token = h.token // a long-term key has none: AWS would refuse one beside it
		}
	}
	return c
}

// spared says why a key is never called, whatever is known of it; "" if it may be.
func spared(k awskey.Key, o *Options) string {
	switch {
	case k.Example:
		return whyExample
	case k.Canary && !o.CallCanaries:
		return whyCanary
	}
	return ""
}

// secretForm tells whether a value is built like a secret access key: 40 characters of
// base64. A rule of the user's own may call something else a secret.
func secretForm(s string) bool {
	return len(s) == 40 && strings.IndexFunc(s, func(r rune) bool {
		return !('A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '+' || r == '/')
	}) < 0
}

// hints are the partitions that a finding's surroundings name.
func hints(f *finding.Finding) []string {
	var out []string
	add := func(p string) {
		if p != "" && p != "unknown" && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	if f.AWS != nil {
		add(f.AWS.Partition)
	}
	add(awskey.PartitionIn(f.Around.Lines))
	add(awskey.PartitionIn(f.Around.Near))
	return out
}
