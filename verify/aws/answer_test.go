package aws

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"lockaway/scanner/finding"
	"lockaway/testdata/fakeaws"
	"lockaway/verify"
)

// canned answers every request alike.
type canned struct {
	status     int
	kind, body string
}

func (c canned) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: c.status, Header: http.Header{"Content-Type": {c.kind}}, Body: io.NopCloser(strings.NewReader(c.body)), Request: r,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}, nil
}

// Whatever a server answers: no crash, a verdict only by AWS's own words, nothing that
// can't be printed, and neither secret nor token.
func FuzzAnswer(f *testing.F) {
	r := &fakeaws.Request{Service: "sts", Action: "GetCallerIdentity"}
	root := fakeaws.Root(account)
	f.Add(200, "text/xml", fakeaws.Result(r, "<Arn>"+root.ARN+"</Arn><UserId>"+account+"</UserId><Account>"+account+"</Account>").Body)
	f.Add(200, "text/xml", fakeaws.Result(r, "<Arn>arn:aws:iam::"+account+":user/u</Arn><UserId>AIDAX</UserId><Account>"+account+"</Account>").Body)
	for _, code := range []string{"InvalidClientTokenId", "SignatureDoesNotMatch", "ExpiredToken", "Throttling", "AccessDenied", "RequestExpired"} {
		f.Add(403, "text/xml", fakeaws.Error(code, 403, "Signature expired: x is now earlier than y").Body)
	}
	f.Add(307, "text/html", fakeaws.Page().Body)
	f.Add(503, "", "")
	f.Add(200, "application/json", `{"GetCallerIdentityResponse":{}}`)
	id, secret, token := keyID(f, "ASIA", 1), secretOf("a"), tokenOf("t")
	f.Fuzz(func(t *testing.T, status int, kind, body string) {
		if status < 200 || status > 599 || len(body) > 1<<16 {
			return
		}
		v, err := New(t.Context(), Options{Endpoint: "http://127.0.0.1:1", Rate: -1})
		if err != nil {
			t.Fatal(err)
		}
		v.wait, v.transport.next = (&waits{}).wait, canned{status, kind, body}
		got := v.ask(t, verify.Credential{KeyID: id, Secret: finding.NewSecret(secret), Token: finding.NewSecret(token)})
		switch got.State {
		case finding.Live:
			if status/100 != 2 || !strings.Contains(body, account) || got.AccountID != account {
				t.Fatalf("live by %d %q: %+v", status, body, got)
			}
		case finding.Dead:
			if status/100 == 2 || len(got.Reasons) == 0 {
				t.Fatalf("dead by %d %q: %+v", status, body, got)
			}
		case finding.Unknown:
			if len(got.Reasons) == 0 || got.AccountID != "" {
				t.Fatalf("%+v", got)
			}
		default:
			t.Fatalf("%+v", got)
		}
		text := fmt.Sprint(got.ARN, got.User, got.AccountID, got.Partition, got.Service, got.Region, got.SSORole, got.OtherKeys, got.Refused, got.Reasons)
		if i := strings.IndexFunc(text, func(r rune) bool { return r < ' ' || r > '~' }); i >= 0 {
			t.Fatalf("%q can't be printed", text)
		}
		if strings.Contains(text, secret) || strings.Contains(text, token) {
			t.Fatal("the secret is told")
		}
	})
}
