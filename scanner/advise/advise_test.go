package advise

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lockaway/rules"
	"lockaway/rules/awskey"
	"lockaway/scanner/finding"
)

// One finding of each rule, and what its first steps must speak of.
var ofRule = []struct {
	name, rule, prefix, text, value string
	kind                            rules.Kind
	step                            string
}{
	{"pair", "aws-access-key", "AKIA", env, "", rules.LongTermPair, "--access-key-id ‹id› --status Inactive --user-name USER"},
	{"temporary", "aws-access-key", "ASIA", env + "AWS_SESSION_TOKEN=‹token›\n", "", rules.TemporaryPair, "AttributeValue=‹id›"},
	{"temporary without token", "aws-access-key", "ASIA", env, "", rules.TemporaryPair, "Revoke active sessions"},
	{"lone ID", "aws-access-key", "AKIA", "key: ‹id›\n", "", rules.LongTermID, "names account 111122223333"},
	{"lone temporary ID", "aws-access-key", "ASIA", "key: ‹id›\n", "", rules.TemporaryID, "Alone it opens nothing"},
	{"service-specific ID", "aws-access-key", "ACCA", "id: ‹id›\n", "", rules.OtherID, "list-service-specific-credentials"},
	{"secret", "aws-secret-access-key", "", "AWS_SECRET_KEY=‹secret›\n", "", rules.LoneSecret, "Find its key ID"},
	{"token", "aws-session-token", "", "AWS_SESSION_TOKEN=‹token›\n", "", rules.LoneToken, "Alone it opens nothing"},
	{"token by name", "aws-session-token-named", "", "AWS_SECURITY_TOKEN=‹token›\n", "", rules.LoneToken, "Alone it opens nothing"},
	{"smtp", "aws-ses-smtp-password", "", "SMTP_PASSWORD=‹value›\n", "smtp", rules.SMTP, "an access key ID, KEY-ID"},
	{"smtp with user", "aws-ses-smtp-password", "AKIA", "user ‹id›\npass ‹value›\n", "smtp", rules.SMTP, "an access key ID, ‹id›"},
	{"bedrock", "aws-bedrock-api-key", "", "K=‹value›\n", "ABSK" + "x", rules.Bedrock, "update-service-specific-credential"},
	{"short bedrock", "aws-bedrock-short-term-key", "", "K=‹value›\n", "bedrock-api-key-x", rules.BedrockShort, "bedrock:CallWithBearerToken"},
	{"mws", "aws-mws-token", "", "K=‹value›\n", "amzn.mws.x", rules.MWS, "Seller Central"},
	{"appsync", "aws-appsync-key", "", "K=‹value›\n", "da2-x", rules.AppSync, "create-api-key"},
	{"cloudfront", "aws-cloudfront-private-key", "", "‹value›\n", "pem", rules.CloudFront, "key groups"},
	{"signing", "aws-signing-private-key", "", "‹value›\n", "pem", rules.Signing, "list-signing-certificates"},
	{"codecommit", "aws-codecommit-password", "", "‹value›\n", "pw", rules.CodeCommit, "reset-service-specific-credential"},
	{"presigned", "aws-presigned-url", "AKIA", "https://b.s3.amazonaws.com/x?X-Amz-Credential=‹id›%2F20261120\n", "", rules.Presigned, "Until it ends"},
	{"presigned v2", "aws-presigned-url-v2", "", "‹value›\n", "https://x", rules.Presigned, "which it doesn't tell"},
	{"a user's own rule", "aws-thing", "", "‹value›\n", "v", rules.OtherAWS, "Revoke it"},
	{"github", "github-personal-access-token", "", "‹value›\n", "v", rules.GitHub, "GitHub, Settings"},
	{"key", "private-key-openssh", "", "‹value›\n", "v", rules.PrivateKey, "what trusts it"},
	{"other", "acme-token", "", "‹value›\n", "v", rules.Other, "Revoke it"},
}

func TestKindsAndSteps(t *testing.T) {
	a, m := advisor(t), newMaker(3)
	seen := map[rules.Kind]bool{}
	for _, c := range ofRule {
		value := c.value
		if value == "smtp" {
			value = awskey.SMTPPassword(m.text(40), "us-east-1")
		}
		f := find{rule: c.rule, path: "src/x.conf", text: c.text, prefix: c.prefix, value: value}.finding(m)
		if k := kindOf(f); k != c.kind {
			t.Errorf("%s: %s, want %s", c.name, k, c.kind)
		}
		seen[c.kind] = true
		a.Advise([]*finding.Finding{f})
		// Every finding has guidance. What AWS's pages say of AWS alone is not told of
		// others.
		if got := ids(f); !slices.Contains(got, "CRED-03") || !slices.Contains(got, "KEY-09") || !c.kind.AWS() && len(got) > 2 {
			t.Errorf("%s: guidance %v", c.name, got)
		}
		for _, g := range f.Guidance {
			if !c.kind.AWS() && (strings.Contains(g.Advice, "CloudTrail") || strings.Contains(g.Advice, "SDK") || !strings.Contains(g.Advice, "speaks of access keys")) {
				t.Errorf("%s: %s: %s", c.name, g.ID, g.Advice)
			}
		}
		all := strings.Join(f.Steps, "\n")
		if want := strings.ReplaceAll(c.step, "‹id›", keyID(f)); len(f.Steps) < 2 || !strings.Contains(all, want) {
			t.Errorf("%s: steps lack %q:\n%s", c.name, want, all)
		}
		// The history comes behind all that makes the value useless; then what keeps
		// the next one out.
		if n := len(f.Steps); !strings.Contains(f.Steps[n-2], "never takes back what was read") || !strings.Contains(f.Steps[n-1], "before each commit") {
			t.Errorf("%s: the history isn't last but one", c.name)
		}
		for _, s := range f.Steps {
			if bare := command.FindString(quoted.ReplaceAllString(s, "")); bare != "" || strings.Count(s, "`")%2 != 0 {
				t.Errorf("%s: the command %q isn't set off by backquotes: %q", c.name, bare, s)
			}
			if len(s) > 400 || strings.HasSuffix(s, ".") || s[0] < 'A' || s[0] > 'Z' {
				t.Errorf("%s: %d bytes: %q", c.name, len(s), s)
			}
		}
		if strings.ContainsAny(all, "{}‹›") {
			t.Errorf("%s: not filled in:\n%s", c.name, all)
		}
		for _, p := range f.Parts {
			if p.Kind != "key-id" && strings.Contains(all, p.Value.Reveal()) {
				t.Errorf("%s: a secret stands in the steps", c.name)
			}
		}
	}
	for k := range playbook {
		if !seen[k] {
			t.Errorf("no finding of kind %s was tried", k)
		}
	}
}

// The order that AWS asks for, by what each step does: off, sessions off, replaced,
// looked at, deleted; the history and the next one at the end.
func TestOrderOfSteps(t *testing.T) {
	a, m := advisor(t), newMaker(4)
	for _, c := range []struct {
		path, text string
		order      []string
	}{
		{"src/x.conf", env, []string{"get-access-key-last-used", "--status Inactive", "AWSDenyAll", "Replace it", "lookup-events", "delete-access-key", "git filter-repo", "before each commit"}},
		{"rootkey.csv", env, []string{"make it inactive", "get-access-key-last-used", "root user's password", "by a role", "lookup-events", "delete it", "git filter-repo", "before each commit"}},
		{"notes", "AWS_SECRET_ACCESS_KEY=‹secret›\n", []string{"Find its key ID", "--status Inactive", "AWSDenyAll", "Replace it", "lookup-events", "delete-access-key", "git filter-repo"}},
	} {
		f := find{rule: "aws-access-key", path: c.path, text: c.text}.finding(m)
		a.Advise([]*finding.Finding{f})
		last := -1
		for _, s := range c.order {
			at := slices.IndexFunc(f.Steps, func(step string) bool { return strings.Contains(step, s) })
			if at < last || at < 0 {
				t.Errorf("%s: %q is step %d, behind step %d:\n%s", c.path, s, at+1, last+1, strings.Join(f.Steps, "\n"))
			}
			last = at
		}
	}
}

// Commands are to be copied: they stand between backquotes.
var (
	quoted  = regexp.MustCompile("`[^`]*`")
	command = regexp.MustCompile(`\b(aws|git) [a-z-]+( [a-z-]+)? --?[a-z]|\baws (iam|sts|ec2|cloudtrail|appsync)\b`)
)

func TestNothingToDo(t *testing.T) {
	a, m := advisor(t), newMaker(5)
	canary := find{rule: "aws-access-key", path: "rootkey.csv", text: env, account: "534261010715"}.finding(m)
	example := find{rule: "aws-access-key", path: "rootkey.csv", text: env}.finding(m)
	example.AWS.Example = true
	over := find{rule: "aws-presigned-url", path: "x", text: "‹value›", value: "https://x"}.finding(m)
	over.Expires = now
	alive := find{rule: "aws-presigned-url", path: "x", text: "‹value›", value: "https://x"}.finding(m)
	alive.Expires = now.Add(time.Second)
	a.Advise([]*finding.Finding{canary, example, over, alive})

	if !strings.Contains(canary.Steps[0], "Do not call it") || canary.Severity == finding.Critical ||
		canary.Title != "AWS access key, laid out as an alarm" || !strings.Contains(canary.Why[0], "do not call it") {
		t.Errorf("canary: %v %q %q %q", canary.Severity, canary.Title, canary.Why, canary.Steps)
	}
	if !strings.Contains(example.Steps[0], "Nothing to revoke") || example.Severity == finding.Critical || example.Title != "AWS access key" {
		t.Errorf("example: %v %q %q", example.Severity, example.Title, example.Steps)
	}
	if !strings.Contains(over.Steps[0], "ended on 2026-11-20 12:00 UTC") || strings.Contains(strings.Join(over.Steps, " "), "filter-repo") {
		t.Errorf("expired: %q", over.Steps)
	}
	if !strings.Contains(alive.Steps[0], "Until it ends, 2026-11-20 12:00 UTC") {
		t.Errorf("not expired: %q", alive.Steps)
	}
}

func TestPartition(t *testing.T) {
	a, m := advisor(t), newMaker(6)
	for _, c := range []struct{ name, text, want string }{
		{"nothing", env, "unknown"},
		{"beside", env + "AWS_REGION=eu-west-1\n", "aws"},
		{"china", env + "AWS_REGION=cn-north-1\n", "aws-cn"},
		{"its own profile's", "[a]\nregion = us-gov-west-1\naws_access_key_id = ‹id›\naws_secret_access_key = ‹secret›\n\n[b]\nregion = eu-west-1\n", "aws-us-gov"},
		{"the other profile's only", "[b]\nregion = eu-west-1\n\n[c]\nregion = cn-north-1\n\n[a]\naws_access_key_id = ‹id›\naws_secret_access_key = ‹secret›\n", "unknown"},
		{"farther away", env + strings.Repeat("x\n", 100) + "arn:aws-us-gov:s3:::b\n", "aws-us-gov"},
		{"percent-encoded", "X-Amz-Credential=‹id›%2F20261120%2Fcn-north-1%2Fs3 ‹secret›", "aws-cn"},
	} {
		f := find{rule: "aws-access-key", path: "x", text: c.text}.finding(m)
		a.Advise([]*finding.Finding{f})
		if f.AWS.Partition != c.want {
			t.Errorf("%s: %s, want %s", c.name, f.AWS.Partition, c.want)
		}
		far := c.want != "aws" && c.want != "unknown"
		if far != strings.Contains(f.Steps[0], "partition "+c.want) {
			t.Errorf("%s: %q", c.name, f.Steps[0])
		}
		if far && !strings.Contains(strings.Join(f.Steps, " "), "arn:"+c.want+":iam::aws:policy/AWSDenyAll") {
			t.Errorf("%s: policy of another partition", c.name)
		}
	}
}

func TestRecoveryData(t *testing.T) {
	a, m := advisor(t), newMaker(7)
	const keeps = "AWS account 1111-2222-3333\nroot e-mail: ops@acme.example\npassword: hunter2hunter2\n\n"
	for text, want := range map[string]string{
		keeps + env: "ROOT-13 ROOT-01 KEY-09 ROOT-11 ROOT-12",
		strings.Replace(keeps, "password", "colour", 1) + env:    "KEY-09",
		strings.Replace(keeps, "ops@acme.example", "-", 1) + env: "KEY-09",
		strings.Replace(keeps, "1111-2222-3333", "-", 1) + env:   "KEY-09",
		strings.Replace(keeps, "root ", "", 1) + env:             "KEY-09",
	} {
		f := find{rule: "aws-access-key", path: "account.txt", text: text}.finding(m)
		a.Advise([]*finding.Finding{f})
		if got := ids(f); slices.Contains(got, "ROOT-13") {
			for _, id := range strings.Fields(want) {
				if !slices.Contains(got, id) {
					t.Errorf("%q: lacks %s: %v", text, id, got)
				}
			}
		} else if want != "KEY-09" {
			t.Errorf("%q: %v", text, got)
		}
		if want == "KEY-09" {
			expect(t, text, f, want, "ROOT-01 ROOT-11 ROOT-12")
		}
	}
}

func TestSigningKeys(t *testing.T) {
	a, m := advisor(t), newMaker(8)
	signing := find{rule: "aws-signing-private-key", path: "old/pk-" + strings.Repeat("Q4", 16) + ".pem", text: "‹value›", value: "x"}.finding(m)
	other := find{rule: "private-key", path: "tls/server.pem", text: "‹value›", value: "x"}.finding(m)
	a.Advise([]*finding.Finding{signing, other})
	expect(t, "signing", signing, "ROOT-04 KEY-09 CRED-03 ROOT-11", "ROOT-03 KEY-01")
	expect(t, "server's", other, "KEY-09 CRED-03", "ROOT-04 ROOT-11")
	if signing.Severity != finding.Critical || other.Severity != finding.High {
		t.Errorf("%v, %v", signing.Severity, other.Severity)
	}
}

func TestNewKnowsTheCatalogue(t *testing.T) {
	c, err := rules.LoadGuidance()
	if err != nil {
		t.Fatal(err)
	}
	rule := &rules.Rule{ID: "acme-token", Pack: "acme.toml", Line: 7, Guidance: []string{"ROOT-04", "KEY-06"}, Steps: []string{"Ask Acme for {key}"}}
	set, err := rules.NewSet([]*rules.Rule{rule})
	if err != nil {
		t.Fatal(err)
	}
	a, err := New(c, set, now)
	if err != nil {
		t.Fatal(err)
	}
	f := find{rule: "acme-token", path: "x", text: "‹value›", value: "v"}.finding(newMaker(9))
	a.Advise([]*finding.Finding{f, nil})
	if got := ids(f); !slices.Equal(got, []string{"ROOT-04", "KEY-09", "KEY-06", "CRED-03"}) || f.Steps[0] != "Ask Acme for KEY-ID" || f.Severity != finding.High {
		t.Errorf("%v %q %v", got, f.Steps, f.Severity)
	}
	rule.Guidance = []string{"KEY-66"}
	if _, err := New(c, set, now); err == nil || !strings.Contains(err.Error(), `acme.toml:7: rule "acme-token" names guidance "KEY-66"`) {
		t.Errorf("unknown guidance: %v", err)
	}
}

// Raise before, and Advise once or twice, give the same.
func TestAdviseTwice(t *testing.T) {
	a := advisor(t)
	build := func() []*finding.Finding {
		m := newMaker(10)
		return []*finding.Finding{
			find{rule: "aws-access-key", path: "rootkey.csv", text: env}.finding(m),
			find{rule: "aws-access-key", path: "x", text: env, account: "534261010715"}.finding(m),
			find{rule: "aws-access-key", path: "x/.env", text: env + "region=cn-north-1\n"}.finding(m),
		}
	}
	once, twice := build(), build()
	a.Advise(once)
	var wg sync.WaitGroup
	for _, f := range twice {
		wg.Go(func() { a.Raise(f) })
	}
	wg.Wait()
	a.Advise(twice)
	a.Advise(twice)
	for i := range once {
		if x, y := fmt.Sprintf("%+v %+v", *once[i], *once[i].AWS), fmt.Sprintf("%+v %+v", *twice[i], *twice[i].AWS); strings.ReplaceAll(x, fmt.Sprintf("%p", once[i].AWS), "") != strings.ReplaceAll(y, fmt.Sprintf("%p", twice[i].AWS), "") {
			t.Errorf("\n%s\n%s", x, y)
		}
	}
}

// Text of a stranger's file is looked at by every condition: whatever stands in it,
// advice is given, and lines come from the text.
func FuzzAdvise(f *testing.F) {
	f.Add("a/.env", "x\n[root]\n", "aws_access_key_id=‹id›\n", "\n[b]\n", uint8(0))
	f.Add("rootkey.csv", "", "‹id›,‹secret›", "", uint8(1))
	f.Add("x\xff/user-data", "#cloud-config\r\n\r\n", "‹id›", "\r\n\xff\xfe[", uint8(7))
	f.Add("", "[[[]]]\n[\n]", "‹secret›‹id›", "user_data user_data", uint8(255))
	a := advisor(f)
	f.Fuzz(func(t *testing.T, path, before, line, after string, cut uint8) {
		x := find{rule: "aws-access-key", path: path, text: before + line + after, near: int(cut)}.finding(newMaker(11))
		x.Around.Lines = x.Around.Lines[min(int(cut)/16, len(x.Around.Lines)):]
		text := x.Around.Near
		v := a.view(x, nil)
		v.locate()
		for _, l := range v.lines {
			if text != "" && !strings.Contains(text, l) {
				t.Fatalf("line %q isn't in the text", l)
			}
		}
		if !strings.Contains(text, v.heading) {
			t.Fatalf("section %q isn't in the text", v.heading)
		}
		a.Advise([]*finding.Finding{x})
		if len(x.Steps) == 0 || len(x.Guidance) == 0 {
			t.Fatalf("no advice: %v %v", x.Steps, x.Guidance)
		}
	})
}

func BenchmarkAdvise(b *testing.B) {
	a, m := advisor(b), newMaker(12)
	filler := strings.Repeat("const something = require('./something/else'); // and so on\n", 70)
	var fs []*finding.Finding
	for i := range 1000 {
		fs = append(fs, find{rule: "aws-access-key", path: fmt.Sprintf("src/%d/config.js", i), text: filler + env + filler, near: 4000}.finding(m))
	}
	for b.Loop() {
		a.Advise(fs)
	}
}
