package advise

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"lockaway/rules"
	"lockaway/scanner/finding"
)

func seen(b bool) *bool { return &b }

// answer is what asking AWS told, of a user named ci.
func answer(state finding.State, identity finding.Identity) *finding.Verification {
	v := &finding.Verification{State: state, Identity: identity, AccountID: "444455556666", Partition: "aws"}
	switch identity {
	case finding.IAMUser:
		v.User, v.ARN = "ci", "arn:aws:iam::444455556666:user/ci"
	case finding.Root:
		v.ARN = "arn:aws:iam::444455556666:root"
	case finding.AssumedRole:
		v.User, v.ARN = "job-7", "arn:aws:sts::444455556666:assumed-role/Deploy/job-7"
	case finding.FederatedUser:
		v.User, v.ARN = "ann", "arn:aws:sts::444455556666:federated-user/ann"
	}
	return v
}

// What is advised by what AWS told: the steps' beginnings, in their order, and what
// stands in none of them.
func TestVerifiedSteps(t *testing.T) {
	a, m := advisor(t), newMaker(70)
	live := func(identity finding.Identity, change func(v *finding.Verification)) *finding.Verification {
		v := answer(finding.Live, identity)
		if change != nil {
			change(v)
		}
		return v
	}
	const session = env + "AWS_SESSION_TOKEN=‹token›\n"
	for _, c := range []struct {
		name, path, text, prefix string
		v                        *finding.Verification
		want                     []string
		not                      string // of several: separated by |
	}{
		{"an administrator", "a.py", env, "AKIA", live(finding.IAMUser, func(v *finding.Verification) { v.Admin = seen(true) }), []string{
			"Now, before anything else: it is alive, and IAM user ci has administrator rights. Make it inactive, with other credentials than its own: `aws iam update-access-key --access-key-id ‹id› --status Inactive --user-name ci`",
			"Sessions made with it live on for up to 36 hours. Stop them by `aws iam attach-user-policy --user-name ci --policy-arn arn:aws:iam::aws:policy/AWSDenyAll`",
			"Replace it wherever", "See what it did", "After a quiet time delete it: `aws iam delete-access-key --access-key-id ‹id› --user-name ci`", "Take it out", "Keep the next one out"}, "USER|quarantine policy to|replace it first"},
		{"a user", "a.py", env, "AKIA", live(finding.IAMUser, func(v *finding.Verification) { v.Admin = seen(false) }), []string{
			"It is alive, and IAM user ci's. Make it inactive, which can be undone", "Sessions", "Replace it wherever", "See what"}, "USER|before anything"},
		{"a user in quarantine", "a.py", env, "AKIA", live(finding.IAMUser, func(v *finding.Verification) { v.Quarantined = seen(true) }), []string{
			"Now: it is alive, IAM user ci's, and was seen in public", "AWS has seen it in public and attached a quarantine policy to IAM user ci.", "Sessions"}, "replace it first|detach"},
		{"last used", "a.py", env, "AKIA", live(finding.IAMUser, func(v *finding.Verification) {
			v.LastUsed, v.Region, v.Service = time.Date(2026, 11, 20, 10, 1, 0, 0, time.UTC), "sa-east-1", "s3"
		}), []string{"It is alive", "AWS has its last use on 2026-11-20 10:01 UTC in sa-east-1 for s3: was that you? See what it did"}, "{"},
		{"alive, nobody's", "a.py", env, "AKIA", live(finding.UnknownIdentity, nil), []string{"It is alive. Find its owner, signed in to account 444455556666", "Make it inactive"}, "{"},
		{"the root user's", "a.py", env, "AKIA", live(finding.Root, nil), []string{
			"Now, before anything else: it is alive, and the root user's of account 444455556666; it can do everything, and no policy of the account limits it. Sign in to account 444455556666 as the root user, open Security credentials, and make ‹id› inactive",
			"Change the root user's password", "Replace each use by a role; make no new key", "See what it did", "Sessions made with it can't be limited, and end within an hour", "After a quiet time delete it there"}, "--user-name|AWSDenyAll|IAM user's"},
		{"the root user's in GovCloud", "a.py", env, "AKIA", live(finding.Root, func(v *finding.Verification) { v.Partition = "aws-us-gov" }), []string{
			"The account lies in partition aws-us-gov: run the commands with a profile and a region of it, such as `--profile PROFILE --region us-gov-west-1`",
			"Now, before anything else: it is alive, and the root user's of account 444455556666; it can do everything, and no policy of the account limits it. The console takes no root user in GovCloud: delete it by itself, `aws iam delete-access-key --access-key-id ‹id›`; made inactive,", "Change the root user's password", "See that the root user has no key left"}, "Sign in to account|update-access-key"},
		{"rootkey.csv that is a user's", "rootkey.csv", env, "AKIA", live(finding.IAMUser, nil), []string{"It is alive, and IAM user ci's", "Sessions"}, "root user"},
		{"rootkey.csv that is dead", "rootkey.csv", env, "AKIA", answer(finding.Dead, ""), []string{
			"AWS doesn't take it: it was deleted or made inactive, or is of a partition that wasn't asked. See which, signed in to account 444455556666 as the root user", "Find out who used it while it lived", "Replace what else it could read", "Take it out", "Keep"}, "Make it|Replace it"},
		{"a dead one", "a.py", env, "AKIA", answer(finding.Dead, ""), []string{
			"AWS doesn't take it: it was deleted or made inactive, or is of a partition that wasn't asked. See which, signed in to account 444455556666: `aws iam list-access-keys --user-name USER`", "Find out who used it", "Replace what else", "Take it out", "Keep"}, "Make it|update-access-key|Replace it"},
		{"an inactive one", "a.py", env, "AKIA", answer(finding.Inactive, finding.IAMUser), []string{
			"It is switched off: it opens nothing unless somebody switches it on again. When nothing misses it, delete it: `aws iam delete-access-key --access-key-id ‹id› --user-name ci`", "Sessions made with it while it was on", "See what it did", "Replace what else"}, "update-access-key|Replace it"},
		{"an inactive one of root", "a.py", env, "AKIA", answer(finding.Inactive, finding.Root), []string{
			"It is the root user's, and switched off", "Change the root user's password", "See what it did", "After a quiet time delete it there"}, "update-access-key|--user-name"},
		{"no verdict", "a.py", env, "AKIA", answer(finding.Unknown, ""), []string{"AWS was asked and gave no verdict: take it for alive. Find its owner", "Make it inactive", "Sessions"}, "It is alive"},
		{"not called", "a.py", env, "AKIA", answer(finding.NotCalled, ""), []string{"Find its owner", "Make it inactive", "Sessions"}, "verdict|alive"},

		{"a role's session", "a.py", session, "ASIA", live(finding.AssumedRole, nil), []string{
			"It is alive: session job-7 of role Deploy in account 444455556666. In the IAM console, at that role, Revoke active sessions", "Find who got it: whoever may assume the role gets the next one. `aws iam get-role --role-name Deploy`", "It ends by itself after 12 hours", "See what it did", "Make sure that what wrote it"}, "AWSDenyAll|36 hours|update-access-key"},
		{"an administrator's session", "a.py", session, "ASIA", live(finding.AssumedRole, func(v *finding.Verification) { v.Admin = seen(true) }), []string{
			"Now, before anything else: it is alive and may do everything, session job-7 of role Deploy"}, "AWSDenyAll"},
		{"a session by single sign-on", "a.py", session, "ASIA", live(finding.AssumedRole, func(v *finding.Verification) {
			v.ARN, v.SSORole = "arn:aws:sts::444455556666:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/ann@acme.example", "Admin"
		}), []string{"It is alive: session ann@acme.example of role AWSReservedSSO_Admin_0123456789abcdef in account 444455556666, from IAM Identity Center, whose roles IAM can't change", "What is open goes on for up to 12 hours: deny it by a service control policy", "If the user's password", "See what"}, "Revoke active|put-role-policy|AWSDenyAll"},
		{"a federated user's", "a.py", session, "ASIA", live(finding.FederatedUser, nil), []string{
			"It is alive: session ann of a federated user of account 444455556666: a long-term key made it", "Stop the user's sessions: `aws iam attach-user-policy --user-name USER"}, "--user-name ann|12 hours"},
		{"a user's session", "a.py", session, "ASIA", live(finding.IAMUser, nil), []string{
			"It is alive: a session of IAM user ci in account 444455556666. Stop it: `aws iam attach-user-policy --user-name ci", "A long-term key made it, which may be out as well: `aws iam list-access-keys --user-name ci`"}, "USER|12 hours"},
		{"the root user's session", "a.py", session, "ASIA", live(finding.Root, nil), []string{
			"Now, before anything else: it is alive and may do everything, a session of the root user of account 444455556666. It can't be limited, and ends within an hour", "What made it was a key of the root user's"}, "--user-name|AWSDenyAll"},
		{"a session that is over", "a.py", session, "ASIA", answer(finding.Dead, ""), []string{
			"AWS doesn't take it any more: its session has ended", "Find what wrote it here", "Find out who used it while it lived"}, "Revoke|AWSDenyAll"},
		{"a session without verdict", "a.py", session, "ASIA", answer(finding.Unknown, ""), []string{
			"AWS was asked and gave no verdict: take it for alive. Find whose session it is", "End the session's rights"}, "12 hours"},

		{"a lone ID that is active", "a.txt", "key ‹id›\n", "AKIA", live(finding.IAMUser, nil), []string{"Alone it opens nothing, but it names account 444455556666", "Its key is active, and IAM user ci's", "If it is unused"}, "USER"},
		{"a lone ID that is off", "a.txt", "key ‹id›\n", "AKIA", answer(finding.Inactive, finding.IAMUser), []string{"Alone it opens nothing, and its key is switched off"}, "update-access-key"},
		{"a lone ID that is gone", "a.txt", "key ‹id›\n", "AKIA", answer(finding.Dead, ""), []string{"AWS doesn't know it any more"}, "update-access-key"},
	} {
		f := find{rule: "aws-access-key", path: c.path, text: c.text, prefix: c.prefix}.finding(m)
		f.Verification, f.Severity = c.v, finding.Medium
		a.Advise([]*finding.Finding{f})
		at := 0
		for _, want := range c.want {
			want = strings.ReplaceAll(want, "‹id›", keyID(f))
			i := slices.IndexFunc(f.Steps[min(at, len(f.Steps)):], func(s string) bool { return strings.HasPrefix(s, want) })
			if i < 0 {
				t.Errorf("%s: no step %q behind step %d of\n%s", c.name, want, at, strings.Join(f.Steps, "\n"))
				break
			}
			at += i + 1
		}
		if all := strings.Join(f.Steps, "\n"); !strings.HasPrefix(f.Steps[0], strings.ReplaceAll(c.want[0], "‹id›", keyID(f))) {
			t.Errorf("%s: begins with %q", c.name, f.Steps[0])
		} else {
			for not := range strings.SplitSeq(c.not, "|") {
				if strings.Contains(all, not) {
					t.Errorf("%s: %q stands in\n%s", c.name, not, all)
				}
			}
		}
	}
}

// Where the replacement lives is told by the place in which the key stood.
func TestReplacementByPlace(t *testing.T) {
	a, m := advisor(t), newMaker(71)
	for _, c := range []struct{ path, text, want string }{
		{"app/src/main/java/com/acme/Up.java", "new BasicAWSCredentials(\"‹id›\", \"‹secret›\");\n", "Amazon Cognito"},
		{"infra/user-data.sh", "export " + env, "role of the instance"},
		{"etc/environment", env, "the one user that runs the program"},
		{"home/.aws/credentials", profile, "`aws configure sso`"},
		{".github/workflows/ci.yml", "env:\n  K: ‹id›\n  S: ‹secret›\n", "OpenID Connect in CI"},
	} {
		f := find{rule: "aws-access-key", path: c.path, text: c.text}.finding(m)
		f.Verification = answer(finding.Live, finding.IAMUser)
		a.Advise([]*finding.Finding{f})
		i := slices.IndexFunc(f.Steps, func(s string) bool { return strings.HasPrefix(s, "Replace") })
		if i < 0 || !strings.Contains(f.Steps[i], c.want) {
			t.Errorf("%s: %q", c.path, f.Steps)
		}
		if !strings.Contains(fmt.Sprint(Playbook(f)), "The guidance for such a place (KEY-") {
			t.Errorf("%s: the playbook doesn't name the guidance", c.path)
		}
	}
}

// What AWS says of the owner holds more than what the text around suggests, in title,
// reasons, guidance and severity.
func TestRootByAnswer(t *testing.T) {
	a, m := advisor(t), newMaker(72)
	for _, path := range []string{"rootkey.csv", "a.py"} {
		for _, v := range []*finding.Verification{answer(finding.Live, finding.Root), answer(finding.Live, finding.IAMUser), answer(finding.Dead, ""), answer(finding.Unknown, ""), nil} {
			f := find{rule: "aws-access-key", path: path, text: env}.finding(m)
			a.Raise(f) // before it is asked
			likely := path == "rootkey.csv"
			if likely != (f.Severity == finding.Critical) {
				t.Fatalf("%s: %v", path, f.Severity)
			}
			f.Verification = v
			title, severity := "AWS access key", f.Severity
			if likely {
				title += ", likely the root user's"
			}
			if v != nil && v.State != finding.Unknown {
				f.Severity, severity = finding.Low, finding.Low // as the verifier has it
				if v.Identity != "" {
					title = "AWS access key"
				}
			}
			root := likely
			if v != nil && v.Identity != "" {
				root = v.Identity == finding.Root
			}
			if v != nil && v.Identity == finding.Root {
				title += ", the root user's"
			}
			for range 2 {
				a.Advise([]*finding.Finding{f})
			}
			if f.Title != title || f.Severity != severity || slices.Contains(ids(f), "ROOT-03") != root || slices.Contains(ids(f), "MOB-01") != root {
				t.Errorf("%s, %+v: %q, %v, %v", path, v, f.Title, f.Severity, ids(f))
			}
			if why := strings.Join(f.Why, "\n"); strings.Contains(why, "root user") != root || strings.Count(why, "root user") > 2 {
				t.Errorf("%s, %+v: %q", path, v, why)
			}
		}
	}
}

// variants are findings of every kind with every answer there may be.
func variants(m maker) []*finding.Finding {
	var out []*finding.Finding
	for _, text := range []string{env, env + "AWS_SESSION_TOKEN=‹token›\n", "key ‹id›\n", "s ‹secret›\n"} {
		for _, prefix := range []string{"AKIA", "ASIA"} {
			for _, rule := range []string{"aws-access-key", "aws-ses-smtp-password"} {
				for _, path := range []string{"rootkey.csv", "a.py"} {
					for _, state := range []finding.State{finding.Live, finding.Inactive, finding.Dead, finding.Unknown, finding.NotCalled} {
						for _, identity := range []finding.Identity{"", finding.Root, finding.IAMUser, finding.AssumedRole, finding.FederatedUser, finding.UnknownIdentity} {
							for bits := range 8 {
								f := find{rule: rule, path: path, text: text, prefix: prefix}.finding(m)
								v := answer(state, identity)
								v.Admin, v.Quarantined = seen(bits&1 > 0), seen(bits&2 > 0)
								if bits&4 > 0 {
									v.Partition, v.AccountID, v.User, v.ARN = "aws-cn", "", "", ""
								}
								f.Verification = v
								out = append(out, f)
							}
						}
					}
				}
			}
		}
	}
	return out
}

// Whatever was answered, steps are short, filled in and to be copied, and no word of
// them is a value; the playbook says all that they say and more.
func TestEveryAnswer(t *testing.T) {
	a, m := advisor(t), newMaker(73)
	fs := variants(m)
	for _, f := range fs { // one by one: they would be compared
		a.Advise([]*finding.Finding{f})
		name := fmt.Sprintf("%s %s %s %s", kindOf(f), f.Verification.State, f.Verification.Identity, f.Path)
		if len(f.Steps) < 3 || len(f.Steps) > 11 {
			t.Fatalf("%s: %d steps", name, len(f.Steps))
		}
		all := strings.Join(f.Steps, "\n")
		for _, s := range f.Steps {
			if bare := command.FindString(quoted.ReplaceAllString(s, "")); bare != "" || strings.Count(s, "`")%2 != 0 || len(s) > 400 || strings.HasSuffix(s, ".") || s[0] < 'A' || s[0] > 'Z' || strings.ContainsAny(quoted.ReplaceAllString(s, ""), "{}") {
				t.Fatalf("%s: %d bytes: %q", name, len(s), s)
			}
		}
		if dead := f.Verification.State == finding.Dead; dead && kindOf(f) != rules.LoneSecret && strings.Contains(all, "--status Inactive") {
			t.Fatalf("%s: what is dead is to be made inactive:\n%s", name, all)
		}
		if strings.Contains(all, "AWSDenyAll") && f.Verification.Identity == finding.Root && f.Verification.State == finding.Live && keyID(f) != "" && kindOf(f) != rules.SMTP {
			t.Fatalf("%s: a policy for the root user:\n%s", name, all)
		}
		book := Playbook(f)
		var text []string
		for _, s := range book {
			if s.Title == "" || len(s.Steps) == 0 || s.Source != "" && !strings.HasPrefix(s.Source, "https://") {
				t.Fatalf("%s: section %+v", name, s)
			}
			for _, step := range s.Steps {
				text = append(text, step.Text)
				for _, c := range step.Commands {
					if strings.ContainsAny(c, "‹›\n`") || strings.Contains(c, "{user}") || strings.Contains(c, "{key}") {
						t.Fatalf("%s: command %q", name, c)
					}
				}
			}
		}
		for _, s := range f.Steps {
			if !slices.Contains(text, s) {
				t.Fatalf("%s: the playbook lacks %q", name, s)
			}
		}
		told := fmt.Sprint(book)
		for _, p := range f.Parts {
			if v := p.Value.Reveal(); p.Kind != "key-id" && (strings.Contains(told, v) || strings.Contains(all, v)) {
				t.Fatalf("%s: a secret stands in the steps", name)
			}
		}
	}
	if k := kindOf(fs[0]); k != rules.LongTermPair {
		t.Errorf("the first is %s", k)
	}
}

// Whoever answers as AWS can't put words into commands.
func TestHostileAnswer(t *testing.T) {
	a, m := advisor(t), newMaker(74)
	for _, bad := range []string{"x; rm -rf ~", "$(id)", "`id`", "a b", "-x", "--profile", "é", "a\nb", "", strings.Repeat("x", 200), "{key}", "a\x00"} {
		for _, identity := range []finding.Identity{finding.IAMUser, finding.AssumedRole, finding.FederatedUser, finding.Root} {
			f := find{rule: "aws-access-key", path: "a.py", text: env + "AWS_SESSION_TOKEN=‹token›\n", prefix: "ASIA"}.finding(m)
			f.Verification = &finding.Verification{State: finding.Live, Identity: identity, User: bad, ARN: "arn:aws:sts::1:assumed-role/" + bad + "/" + bad,
				AccountID: bad, Partition: bad, Region: bad, Service: bad, LastUsed: now, SSORole: ""}
			g := find{rule: "aws-access-key", path: "a.py", text: env}.finding(m)
			g.Verification = f.Verification
			a.Advise([]*finding.Finding{f, g})
			all := strings.Join(append(f.Steps, g.Steps...), "\n") + fmt.Sprint(Playbook(f), Playbook(g))
			for _, s := range []string{bad + " ", bad + "`", bad + "/"} {
				if bad != "" && bad != "--profile" && strings.Contains(all, s) {
					t.Errorf("%s %q stands in\n%s", identity, bad, all)
				}
			}
			if identity == finding.IAMUser && !strings.Contains(all, "--user-name USER") {
				t.Errorf("%q: no USER in\n%s", bad, all)
			}
		}
	}
}

// A finding that was read back has no text around it: its steps are fitted to the
// answer, and what guidance fits is kept.
func TestRenew(t *testing.T) {
	a, m := advisor(t), newMaker(75)
	f := find{rule: "aws-access-key", path: "home/.aws/credentials", text: profile}.finding(m)
	a.Advise([]*finding.Finding{f})
	read := *f
	read.Around, read.Why = finding.Around{}, nil
	read.Value = finding.MaskedSecret(f.Value.Masked(), 40)
	read.Parts = slices.Clone(f.Parts)
	for i := range read.Parts {
		if read.Parts[i].Kind != "key-id" {
			read.Parts[i].Value = finding.MaskedSecret(read.Parts[i].Value.Masked(), 0)
		}
	}
	other := find{rule: "github-personal-access-token", path: "x", text: "‹value›", value: "v"}.finding(m)
	other.Steps = []string{"as it was"}
	a.Renew([]*finding.Finding{&read, other, nil})
	if !slices.Equal(read.Steps, f.Steps) || kindOf(&read) != rules.LongTermPair {
		t.Errorf("not asked: %s", read.Steps)
	}
	read.Verification = answer(finding.Live, finding.IAMUser)
	f.Verification = read.Verification
	a.Renew([]*finding.Finding{&read, other})
	a.Advise([]*finding.Finding{f})
	if !slices.Equal(read.Steps, f.Steps) || !slices.Equal(ids(&read), ids(f)) || other.Steps[0] != "as it was" {
		t.Errorf("asked:\n%s\n%s", strings.Join(read.Steps, "\n"), strings.Join(f.Steps, "\n"))
	}
}

// Guidance on the root user comes with an answer that says so, and goes with one that
// says otherwise; what was known of the place by the text around it is kept. The same
// comes of asking at once and of asking later, by a report.
func TestRenewGuidance(t *testing.T) {
	a, m := advisor(t), newMaker(76)
	for _, c := range []struct {
		name, path, text string
		identity         finding.Identity
		has, lacks       []string
	}{
		{"a program's, of root", "a.py", env, finding.Root, []string{"ROOT-03", "ROOT-05", "KEY-01", "ROOT-01"}, nil},
		{"a profile's, of root", "home/.aws/credentials", profile, finding.Root, []string{"ROOT-03", "KEY-01", "KEY-10"}, []string{"ROOT-05"}},
		{"rootkey.csv, of root", "rootkey.csv", env, finding.Root, []string{"ROOT-03", "KEY-01"}, []string{"ROOT-05"}},
		{"rootkey.csv, of a user", "rootkey.csv", env, finding.IAMUser, []string{"CRED-03"}, []string{"ROOT-01", "ROOT-03", "ROOT-05", "ROOT-11", "ROOT-12", "KEY-01", "MOB-01"}},
		{"a user's", "a.py", env, finding.IAMUser, []string{"KEY-02"}, []string{"ROOT-03", "KEY-01"}},
	} {
		f := find{rule: "aws-access-key", path: c.path, text: c.text}.finding(m)
		a.Advise([]*finding.Finding{f})
		read := *f
		read.Around, read.Guidance = finding.Around{}, append(slices.Clone(f.Guidance), finding.Guidance{ID: "OLD-99"})
		at := *f
		at.Verification = answer(finding.Live, c.identity)
		a.Advise([]*finding.Finding{&at})
		for range 2 { // a second answer changes nothing
			read.Verification = at.Verification
			a.Renew([]*finding.Finding{&read})
		}
		if got, want := ids(&read), append(ids(&at), "OLD-99"); !slices.Equal(got, want) {
			t.Errorf("%s: %v, asked at once %v", c.name, got, want)
		}
		for _, id := range c.has {
			if !slices.Contains(ids(&read), id) {
				t.Errorf("%s: lacks %s: %v", c.name, id, ids(&read))
			}
		}
		for _, id := range c.lacks {
			if slices.Contains(ids(&read), id) {
				t.Errorf("%s: has %s: %v", c.name, id, ids(&read))
			}
		}
		// No owner known: nothing of it changes.
		kept := ids(&read)
		read.Verification = answer(finding.Unknown, "")
		if a.Renew([]*finding.Finding{&read}); !slices.Equal(ids(&read), kept) {
			t.Errorf("%s: no verdict changes %v to %v", c.name, kept, ids(&read))
		}
	}
}
