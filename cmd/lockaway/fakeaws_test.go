package main

import (
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"lockaway/rules/awskey"
	"lockaway/testdata/fakeaws"
)

// awsCommand plays AWS in a story. $AWS is its address:
//
//	aws start [NAME]                starts one; NAME in place of AWS is the variable
//	aws key ID SECRET OWNER [X…]    makes a key known. OWNER is root, user:NAME,
//	                                role:NAME/SESSION or federated:NAME; X is token=T,
//	                                off, over, admin, quarantined, or may=ACTION
//	aws fault KIND                  from now on every answer is throttled, broken, cut,
//	                                silent, a sign-in page, or says that a clock is off
//	aws account NAME [ACTION…]      plays a made-up account (see testdata/fakeaws), whose
//	                                key the environment gets, and refuses those actions
//	aws save NAME FOLDER            what the CLI would have saved of it
//	aws asked N [ACTION [ID]]       so many requests came until now
//	aws unheard TEXT…               none of which held a text
//
// After start, NAME: before the others tells which one is meant.
func awsCommand(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg || len(args) == 0, "aws start|key|fault|asked|unheard …")
	name := "AWS"
	if before, ok := strings.CutSuffix(args[0], ":"); ok {
		name, args = before, args[1:]
	}
	fakes := ts.Value(fakesKey{}).(map[string]*fakeaws.Server)
	if args[0] == "start" {
		if len(args) > 1 {
			name = args[1]
		}
		s := fakeaws.New()
		ts.Defer(s.Close)
		fakes[name] = s
		ts.Setenv(name, s.URL)
		return
	}
	if args[0] == "save" {
		usage(ts, len(args) != 3 || fakeaws.Accounts()[args[1]] == nil, "aws save NAME FOLDER")
		ts.Check(os.MkdirAll(ts.MkAbs(args[2]), 0o755))
		ts.Check(fakeaws.Accounts()[args[1]].Save(ts.MkAbs(args[2])))
		return
	}
	s := fakes[name]
	usage(ts, s == nil, "aws start, first")
	switch args[0] {
	case "key":
		usage(ts, len(args) < 4, "aws key ID SECRET OWNER [X…]")
		s.Add(awsKey(ts, args[1], args[2], args[3], args[4:]))
	case "fault":
		answer := awsFault(ts, args[1])
		s.Interpose(func(*fakeaws.Request) *fakeaws.Answer { return answer })
	case "account":
		account := fakeaws.Accounts()[args[1]]
		usage(ts, account == nil, "aws account NAME [ACTION…]")
		account.Refused = args[2:]
		key := account.Serve(s)
		ts.Setenv("AWS_ACCESS_KEY_ID", key.ID)
		ts.Setenv("AWS_SECRET_ACCESS_KEY", key.Secret)
	case "asked":
		want, err := strconv.Atoi(args[1])
		ts.Check(err)
		action, id := append(args, "", "")[2], append(args, "", "")[3]
		if got := s.Count(action, id); got != want {
			ts.Fatalf("%d requests %s %s came, want %d: %s", got, action, id, want, awsHeard(s))
		}
	case "unheard":
		for _, r := range s.Requests() {
			for _, text := range args[1:] {
				if strings.Contains(fmt.Sprint(r.Header, r.Body, r.Host), text) {
					ts.Fatalf("a request for %s holds %q", r.Action, text)
				}
			}
		}
	default:
		ts.Fatalf("aws %s?", args[0])
	}
}

type fakesKey struct{}

func awsHeard(s *fakeaws.Server) string {
	var out []string
	for _, r := range s.Requests() {
		out = append(out, r.Service+":"+r.Action+" "+r.KeyID)
	}
	return strings.Join(out, ", ")
}

// awsKey makes a key of the account that its ID names.
func awsKey(ts *testscript.TestScript, id, secret, owner string, more []string) *fakeaws.Key {
	parsed, _ := awskey.Parse(id)
	account := parsed.Account
	kind, name, _ := strings.Cut(owner, ":")
	var p *fakeaws.Principal
	switch kind {
	case "root":
		p = fakeaws.Root(account)
		p.May = nil
	case "user":
		p = fakeaws.User(account, name)
	case "role":
		role, session, _ := strings.Cut(name, "/")
		p = fakeaws.Session(account, role, session)
	case "federated":
		p = fakeaws.Federated(account, name)
	default:
		ts.Fatalf("whose is %s?", owner)
	}
	k := &fakeaws.Key{ID: id, Secret: secret, Owner: p}
	var attached []string
	for _, x := range more {
		what, value, _ := strings.Cut(x, "=")
		switch what {
		case "token":
			k.Token = value
		case "off":
			k.Inactive = true
		case "over":
			k.Ended = true
		case "may":
			p.May = append(p.May, value)
		case "admin":
			attached = append(attached, "AdministratorAccess")
		case "quarantined":
			attached = append(attached, "AWSCompromisedKeyQuarantineV3")
		default:
			ts.Fatalf("a key that is %s?", x)
		}
	}
	p.Answers = awsAnswers(name, id, attached)
	return k
}

// awsAnswers are what IAM tells a user of itself, where it may ask.
func awsAnswers(user, id string, attached []string) map[string]fakeaws.Handler {
	say := func(inner string) fakeaws.Handler {
		return func(r *fakeaws.Request) fakeaws.Answer { return fakeaws.Result(r, inner) }
	}
	ago := func(d time.Duration) string { return time.Now().Add(-d).UTC().Format(time.RFC3339) }
	policies := ""
	for _, name := range attached {
		policies += "<member><PolicyName>" + name + "</PolicyName><PolicyArn>arn:aws:iam::aws:policy/" + name + "</PolicyArn></member>"
	}
	if user == "" {
		user = "root"
	}
	return map[string]fakeaws.Handler{
		"iam:GetAccessKeyLastUsed": say("<UserName>" + user + "</UserName><AccessKeyLastUsed><LastUsedDate>" + ago(2*time.Hour+time.Minute) +
			"</LastUsedDate><ServiceName>s3</ServiceName><Region>sa-east-1</Region></AccessKeyLastUsed>"),
		"iam:ListAccessKeys": say("<IsTruncated>false</IsTruncated><AccessKeyMetadata><member><UserName>" + user + "</UserName><AccessKeyId>" + id +
			"</AccessKeyId><Status>Active</Status><CreateDate>" + ago(40*24*time.Hour) + "</CreateDate></member></AccessKeyMetadata>"),
		"iam:ListAttachedUserPolicies": say("<IsTruncated>false</IsTruncated><AttachedPolicies>" + policies + "</AttachedPolicies>"),
		"iam:ListUserPolicies":         say("<IsTruncated>false</IsTruncated><PolicyNames></PolicyNames>"),
		"iam:ListGroupsForUser":        say("<IsTruncated>false</IsTruncated><Groups></Groups>"),
		"iam:ListMFADevices":           say("<IsTruncated>false</IsTruncated><MFADevices></MFADevices>"),
	}
}

// awsFault is an answer that says nothing of a key.
func awsFault(ts *testscript.TestScript, kind string) *fakeaws.Answer {
	raw := func(h http.HandlerFunc) *fakeaws.Answer { return &fakeaws.Answer{Raw: h} }
	switch kind {
	case "throttled":
		return new(fakeaws.Error("Throttling", 400, "Rate exceeded"))
	case "broken":
		return new(fakeaws.Error("InternalFailure", 500, "x"))
	case "clock":
		return new(fakeaws.Error("SignatureDoesNotMatch", 403, "Signature expired: 20260101T000000Z is now earlier than 20260101T001500Z (20260101T003000Z - 15 min.)"))
	case "page":
		return &fakeaws.Answer{Type: "text/html", Body: "<html>Please sign in</html>"}
	case "cut":
		return raw(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	case "silent":
		return raw(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	}
	ts.Fatalf("a fault of %s?", kind)
	return nil
}
