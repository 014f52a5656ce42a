package advise

import (
	"fmt"
	"strings"

	"lockaway/rules/awskey"
	"lockaway/scanner/finding"
)

// LinkDerived finds SMTP passwords that are derived from a secret access key
// which the scan found too, wherever either stands. Such a password's finding gets
// the secret's fingerprint, for they are one credential, its key ID if it knows
// none, and says where the secret stands. The work is that of about 120 hashes for
// each different secret, and none if no such password was found.
func LinkDerived(fs []*finding.Finding) {
	passwords := map[string][]*finding.Finding{}
	for _, f := range fs {
		if f == nil {
			continue
		}
		if p := password(f); p != "" {
			passwords[p] = append(passwords[p], f)
		}
	}
	if len(passwords) == 0 {
		return
	}
	done := map[string]bool{}
	for _, f := range fs {
		s := secretOf(f)
		if s == "" || done[s] {
			continue
		}
		done[s] = true
		for i, p := range awskey.SMTPPasswords(s) {
			link(passwords[p], f, "for region "+awskey.SMTPRegions[i])
		}
		link(passwords[awskey.SMTPPasswordV2(s)], f, "in the version before 2019")
	}
}

// password is the finding's SMTP password, "" if it holds none by form.
func password(f *finding.Finding) string {
	for _, v := range []string{part(f, "secret"), f.Value.Reveal()} {
		if awskey.IsSMTPPassword(v) {
			return v
		}
	}
	return ""
}

const secretLen = 40

// secretOf is the finding's secret access key, "" if it holds none.
func secretOf(f *finding.Finding) string {
	if f == nil || !strings.HasPrefix(f.Rule, "aws-") {
		return ""
	}
	s := part(f, "secret")
	if s == "" && f.Rule == "aws-secret-access-key" {
		s = f.Value.Reveal()
	}
	if len(s) != secretLen {
		return ""
	}
	return s
}

// link tells the findings of a password which secret it is derived from.
func link(passwords []*finding.Finding, secret *finding.Finding, how string) {
	for _, f := range passwords {
		if f == secret {
			continue
		}
		of := "the secret access key"
		if id := keyID(secret); id != "" {
			of += " of " + id
		}
		from := fmt.Sprintf("derived from %s at %s:%d", of, secret.Path, secret.StartLine)
		f.Fingerprint = secret.Fingerprint
		mark(f, ", "+from, from+", "+how)
		if f.AWS == nil && secret.AWS != nil {
			a := *secret.AWS
			f.AWS = &a
		}
	}
}
