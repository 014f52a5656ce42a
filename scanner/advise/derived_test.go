package advise

import (
	"fmt"
	"strings"
	"testing"

	"lockaway/rules/awskey"
	"lockaway/scanner/finding"
)

func smtp(m maker, path, password string) *finding.Finding {
	return find{rule: "aws-ses-smtp-password", path: path, text: "SMTP_PASSWORD=‹value›\n", value: password}.finding(m)
}

func TestLinkDerived(t *testing.T) {
	m := newMaker(30)
	whole := find{rule: "aws-access-key", path: "a/.env", text: "x\n" + env}.finding(m)
	lone := find{rule: "aws-secret-access-key", path: "b.txt", text: "AWS_SECRET_KEY=‹secret›\n"}.finding(m)
	secret := part(whole, "secret")
	frankfurt := smtp(m, "mail.yml", awskey.SMTPPassword(secret, "eu-central-1"))
	again := smtp(m, "other/mail.yml", awskey.SMTPPassword(secret, "eu-central-1"))
	old := smtp(m, "old.yml", awskey.SMTPPasswordV2(secret))
	ofLone := smtp(m, "c.yml", awskey.SMTPPassword(part(lone, "secret"), "us-gov-west-1"))
	stranger := smtp(m, "d.yml", awskey.SMTPPassword(m.text(40), "eu-central-1"))
	nowhere := smtp(m, "e.yml", awskey.SMTPPassword(secret, "nowhere-1"))
	// With its user name, and the password as a part.
	joined := find{rule: "aws-ses-smtp-password", path: "f.yml", text: "‹id›\n‹value›\n", value: awskey.SMTPPassword(secret, "us-west-2")}.finding(m)
	own := joined.AWS.KeyID
	joined.Parts = append(joined.Parts, finding.Part{Kind: "secret", Value: joined.Value})

	before := whole.Fingerprint
	LinkDerived([]*finding.Finding{stranger, frankfurt, nil, whole, again, old, lone, ofLone, nowhere, joined})

	id := whole.AWS.KeyID
	for _, f := range []*finding.Finding{frankfurt, again, old, joined} {
		if f.Fingerprint != before || !strings.HasSuffix(f.Title, ", derived from the secret access key of "+id+" at a/.env:2") &&
			!strings.HasSuffix(f.Title, ", derived from the secret access key of "+id+" at a/.env:3") {
			t.Errorf("%s: %s %q", f.Path, f.Fingerprint, f.Title)
		}
	}
	if frankfurt.AWS == nil || frankfurt.AWS.KeyID != id || frankfurt.AWS == whole.AWS || joined.AWS.KeyID != own {
		t.Errorf("key IDs: %+v %+v", frankfurt.AWS, joined.AWS)
	}
	if !strings.HasSuffix(frankfurt.Why[0], "for region eu-central-1") || !strings.HasSuffix(old.Why[0], "in the version before 2019") {
		t.Errorf("why: %q %q", frankfurt.Why, old.Why)
	}
	if ofLone.Fingerprint != lone.Fingerprint || !strings.HasSuffix(ofLone.Title, ", derived from the secret access key at b.txt:1") {
		t.Errorf("of a lone secret: %q", ofLone.Title)
	}
	for _, f := range []*finding.Finding{stranger, nowhere} {
		if f.Fingerprint != f.Value.Fingerprint() || strings.Contains(f.Title, "derived") {
			t.Errorf("%s: linked: %q", f.Path, f.Title)
		}
	}
	if whole.Fingerprint != before || strings.Contains(whole.Title, "derived") {
		t.Error("the secret's own finding is changed")
	}
	for _, f := range []*finding.Finding{frankfurt, old, ofLone, joined} {
		if text := fmt.Sprint(f.Title, f.Why); strings.Contains(text, secret) || strings.Contains(text, f.Value.Reveal()) {
			t.Errorf("%s: a secret is told", f.Path)
		}
	}
	// The steps then speak of the key that is to be deactivated.
	advisor(t).Advise([]*finding.Finding{frankfurt})
	if !strings.Contains(strings.Join(frankfurt.Steps, " "), "update-access-key --access-key-id "+id) {
		t.Errorf("steps: %q", frankfurt.Steps)
	}
}

func BenchmarkLinkDerived(b *testing.B) {
	m := newMaker(31)
	var fs []*finding.Finding
	for i := range 10_000 {
		fs = append(fs, find{rule: "aws-secret-access-key", path: fmt.Sprint(i), text: "‹secret›"}.finding(m))
	}
	fs = append(fs, smtp(m, "x", awskey.SMTPPassword(part(fs[9_999], "secret"), "sa-east-1")))
	for b.Loop() {
		LinkDerived(fs)
	}
	if !strings.Contains(fs[10_000].Title, "derived") {
		b.Error("not linked")
	}
}
