package aws

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"runtime"
	"strings"
	"testing"

	"lockaway/scanner/finding"
	"lockaway/testdata/fakeaws"
)

// Whatever a server sends: no verdict, no crash, bounded memory.
func TestHostileBodies(t *testing.T) {
	answer := "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::" + account + ":root</Arn>"
	for name, a := range map[string]fakeaws.Answer{
		"bomb":         fakeaws.Bomb(),
		"endless":      fakeaws.Endless(answer),
		"deep":         fakeaws.Deep(),
		"deep comment": {Body: strings.Repeat("<a x='>'>", 100_000)},
		"entities":     fakeaws.Entities(),
		"headers":      fakeaws.Headers(),
		"NUL bytes":    {Body: strings.Repeat("\x00", 1<<20)},
		"long":         {Body: answer + strings.Repeat(" ", 2<<20)},
		"long code":    {Status: 403, Body: "<ErrorResponse><Error><Code>" + strings.Repeat("A", 900_000) + "</Code></Error></ErrorResponse>"},
		"UTF-16":       {Body: "\xff\xfe<\x00a\x00>\x00"},
		"other XML":    {Body: "<?xml version='1.0' encoding='ebcdic'?><a/>"},
	} {
		t.Run(name, func(t *testing.T) {
			s, v := fake(t, Options{})
			s.Before = func(*fakeaws.Request) *fakeaws.Answer { return &a }
			k := user(t, s)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			got := v.ask(t, pairOf(k))
			runtime.ReadMemStats(&after)
			has(t, got, finding.Unknown)
			if len(got.Reasons) == 0 || len(fmt.Sprint(got)) > 2000 {
				t.Errorf("%q", got.Reasons)
			}
			if grown := int64(after.TotalAlloc - before.TotalAlloc); grown > 30<<20 {
				t.Errorf("%d MB allocated", grown>>20)
			}
		})
	}
}

// A server that knows the secret and puts it, in whatever form, into every field that
// is read finds it nowhere.
func TestSecretEchoed(t *testing.T) {
	secret, token := secretOf("a"), tokenOf("t")
	forms := map[string]string{
		"as it is": secret, "token": token, "piece": secret[5:25], "piece of the token": token[100:130], "base64": base64.StdEncoding.EncodeToString([]byte(secret)),
		"hex": hex.EncodeToString([]byte(secret)), "HEX": strings.ToUpper(hex.EncodeToString([]byte(secret))), "percent": url.QueryEscape(secret), "upper": strings.ToUpper(secret),
	}
	for name, form := range forms {
		t.Run(name, func(t *testing.T) {
			s, v := fake(t, Options{})
			k := &fakeaws.Key{ID: keyID(t, "ASIA", 1), Secret: secret, Token: token, Owner: fakeaws.Session(account, "r", "s", "*")}
			s.Add(k)
			say := ""
			s.Before = func(r *fakeaws.Request) *fakeaws.Answer {
				a := fakeaws.Error(say, 403, say)
				switch {
				case say != "":
				case r.Action == "GetCallerIdentity":
					a = fakeaws.Result(r, fmt.Sprintf("<Arn>arn:aws:iam::%s:user/%s</Arn><UserId>%s</UserId><Account>%s</Account>", account, form, form, account))
				case r.Action == "GetAccessKeyLastUsed":
					a = fakeaws.Result(r, fmt.Sprintf("<UserName>%[1]s</UserName><AccessKeyLastUsed><LastUsedDate>2026-01-01T00:00:00Z</LastUsedDate><ServiceName>%[1]s</ServiceName><Region>%[1]s</Region></AccessKeyLastUsed>", form))
				case r.Action == "ListAccessKeys":
					a = fakeaws.Result(r, fmt.Sprintf("<AccessKeyMetadata><member><AccessKeyId>%[1]s</AccessKeyId><Status>%[1]s</Status></member></AccessKeyMetadata>", form))
				default:
					a = fakeaws.Error(form, 400, form)
				}
				return &a
			}
			for _, say = range []string{"", form, "Throttling", "SignatureDoesNotMatch"} {
				got := v.ask(t, pairOf(k))
				holdsNot(t, got, form, strings.ToLower(form), secret[5:25], token[100:130])
			}
		})
	}
}

func TestScrubLeavesTheRest(t *testing.T) {
	v := finding.Verification{ARN: "arn:aws:iam::" + account + ":user/ann", User: "ann", AccountID: account, Reasons: []string{"unknown to aws", "x " + secretOf("a")[:20]}, Refused: []string{"iam:GetUser"}}
	scrub(&v, []string{secretOf("a"), "", "short"})
	if v.ARN == withheld || v.User != "ann" || v.AccountID != account || v.Reasons[0] != "unknown to aws" || v.Reasons[1] != withheld || v.Refused[0] != "iam:GetUser" {
		t.Errorf("%+v", v)
	}
	// The values themselves are untouched where there is nothing to look for.
	scrub(&v, nil)
	if v.User != "ann" {
		t.Error(v.User)
	}
}

func TestCodes(t *testing.T) {
	for s, want := range map[string]bool{
		"InvalidClientTokenId": true, "Throttling": true, "AWS.SimpleQueueService.X": true, "E1": true,
		"": false, "UnknownError": false, "1x": false, "a b": false, "a\x1b[2J": false, "<b>": false, "a/b": false, "a-b": false, "é": false, strings.Repeat("a", 65): false,
	} {
		if got := isCode(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}
