package aws

import (
	"net/url"
	"strings"
	"testing"
)

func TestGrants(t *testing.T) {
	for doc, want := range map[string]grant{
		allPolicy:  all,
		readPolicy: some,
		`{"Statement":{"Effect":"Allow","Action":["s3:*","*"],"Resource":["arn:aws:s3:::x","*"]}}`:                                           all,
		`{"Statement":[{"Effect":"Allow","Action":"*:*","Resource":"*"}]}`:                                                                   all,
		`{"Statement":[{"Effect":"Allow","Action":"**","Resource":"**"}]}`:                                                                   all,
		`{"Statement":[{"Effect":"Allow","Action":"IAM:*","Resource":"*"}]}`:                                                                 all,
		`{"Statement":[{"Effect":"Allow","Action":"iam:Get*","Resource":"*"}]}`:                                                              some,
		`{"Statement":[{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::x"}]}`:                                                        some,
		`{"Statement":[{"Effect":"Allow","Action":"*","NotResource":"arn:aws:s3:::x"}]}`:                                                     all,
		`{"Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}`:                                                                      some,
		`{"Statement":[{"Effect":"allow","Action":"*","Resource":"*"}]}`:                                                                     some,
		`{"Statement":[{"Effect":"Allow","NotAction":"aws-portal:*","Resource":"*"}]}`:                                                       all,
		`{"Statement":[{"Effect":"Allow","NotAction":["iam:*","organizations:*"],"Resource":"*"}]}`:                                          some, // PowerUserAccess
		`{"Statement":[{"Effect":"Allow","NotAction":"*","Resource":"*"}]}`:                                                                  some,
		`{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}]}`:          conditionally,
		`{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{}}]}`:                                                      all,
		`{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"x":{}}},{"Effect":"Allow","Action":"*","Resource":"*"}]}`: all,
		`{"Statement":[]}`: some,
		`{}`:               unreadable,
		``:                 unreadable,
		`[]`:               unreadable,
		`{"Statement":1}`:  unreadable,
		`{"Statement":[{"Effect":"Allow","Action":{"x":1},"Resource":"*"}]}`: unreadable,
		`%7B%zz`:                     unreadable,
		strings.Repeat("[", 100_000): unreadable,
	} {
		for _, text := range []string{doc, strings.ReplaceAll(url.QueryEscape(doc), "+", "%20"), " " + doc + "\n"} {
			if got := grants(text); got != want {
				t.Errorf("%.120s: %d, not %d", text, got, want)
			}
		}
	}
	// A plus sign is one: only blanks are written as %20.
	if got := grants(`%7B%22Statement%22:%5B%7B%22Sid%22:%22a+b%22,%22Effect%22:%22Allow%22,%22Action%22:%22*%22,%22Resource%22:%22*%22%7D%5D%7D`); got != all {
		t.Error(got)
	}
}

func FuzzGrants(f *testing.F) {
	for _, s := range []string{allPolicy, readPolicy, "%7B%22Statement%22%3A%7B%7D%7D", `{"Statement":[{"Effect":"Allow","NotAction":"*"}]}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		// What denies or holds back only ever takes away.
		if grants(text) == all && !strings.Contains(text, "llow") && !strings.Contains(text, "%") && !strings.Contains(text, `\`) {
			t.Fatalf("%q gives everything", text)
		}
	})
}
