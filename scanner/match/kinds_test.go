package match_test

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"lockaway/rules/awskey"
	"lockaway/scanner/finding"
)

// shown are the findings that a scan shows when nothing else is asked for.
func shown(fs []*finding.Finding) []*finding.Finding {
	return slices.DeleteFunc(slices.Clone(fs), func(f *finding.Finding) bool {
		return f.Confidence < finding.MediumConfidence || f.Severity < finding.Low
	})
}

func rulesOf(fs []*finding.Finding) string {
	var out []string
	for _, f := range fs {
		out = append(out, f.Rule)
	}
	return strings.Join(out, " ")
}

const (
	lowerAlnum = "abcdefghijklmnopqrstuvwxyz0123456789"
	hexDigits  = "0123456789abcdef"
)

func (m maker) uuid() string {
	return strings.Join([]string{m.pick(hexDigits, 8), m.pick(hexDigits, 4), m.pick(hexDigits, 4), m.pick(hexDigits, 4), m.pick(hexDigits, 12)}, "-")
}

// presigned is an address as AWS's page on query parameters shows it.
func (m maker) presigned(id, date string) string {
	return "https://bucket.s3.eu-west-1.amazonaws.com/a/b.zip?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" + id +
		"%2F" + date[:8] + "%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Date=" + date +
		"&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=" + m.pick(hexDigits, 64)
}

// The kinds of AWS credentials besides access keys.
func TestKinds(t *testing.T) {
	e := engine(t)
	m := newMaker(5)
	id, secret := m.id("AKIA"), m.secret()
	bedrock := "ABSK" + base64.StdEncoding.EncodeToString([]byte("BedrockAPIKey-x7q2-at-111122223333:"+m.pick(base64Alphabet, 60)))
	smtp := awskey.SMTPPassword(secret, "eu-west-1")
	short := "bedrock-api-key-" + base64.StdEncoding.EncodeToString([]byte("bedrock.amazonaws.com/?Action=CallWithBearerToken&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="+m.id("ASIA")+"%2F20300101%2Fus-east-1%2Fbedrock%2Faws4_request&X-Amz-Date=20300101T000000Z&X-Amz-Expires=43200&X-Amz-Security-Token=abc&X-Amz-Signature="+m.pick(hexDigits, 64)+"&X-Amz-SignedHeaders=host&Version=1"))
	for _, tc := range []struct{ name, text, rule string }{
		{"Bedrock, long-term", "AWS_BEARER_TOKEN_BEDROCK=" + bedrock + "\n", "aws-bedrock-api-key"},
		{"Bedrock, in code", `client.set_key("` + bedrock + `")`, "aws-bedrock-api-key"},
		{"Bedrock, short-term", "export AWS_BEARER_TOKEN_BEDROCK=" + short + "\n", "aws-bedrock-short-term-key"},
		{"SMTP", "SMTP_USERNAME=" + id + "\nSMTP_PASSWORD=" + smtp + "\n", "aws-ses-smtp-password"},
		{"SMTP, Django", "EMAIL_HOST = 'email-smtp.eu-west-1.amazonaws.com'\nEMAIL_HOST_USER = '" + id + "'\nEMAIL_HOST_PASSWORD = '" + smtp + "'\n", "aws-ses-smtp-password"},
		{"SMTP password alone", "smtp_pass: " + smtp + "\n", "aws-ses-smtp-password"},
		{"MWS", `token = "amzn.mws.` + m.uuid() + `"`, "aws-mws-token"},
		{"AppSync", `"aws_appsync_apiKey": "da2-` + m.pick(lowerAlnum, 26) + `",`, "aws-appsync-key"},
		{"CodeCommit URL", "git clone https://alice-at-111122223333:" + m.pick(base64Alphabet, 43) + "=@git-codecommit.us-east-1.amazonaws.com/v1/repos/r", "aws-codecommit-password"},
		{"CodeCommit CSV", "User Name,Password\nalice-at-111122223333," + m.pick(base64Alphabet, 43) + "=\n", "aws-codecommit-password"},
		{"CodeCommit lines", "username = alice-at-111122223333\npassword = " + m.pick(base64Alphabet, 43) + "=\n", "aws-codecommit-password"},
		{"presigned", "see " + m.presigned(m.id("AKIA"), "20300101T000000Z") + " for it\n", "aws-presigned-url"},
		{"presigned, HTML", `<a href="` + strings.ReplaceAll(m.presigned(m.id("AKIA"), "20300101T000000Z"), "&", "&amp;") + `">`, "aws-presigned-url"},
		{"presigned, version 2", "https://bucket.s3.amazonaws.com/k?AWSAccessKeyId=" + m.id("AKIA") + "&Expires=1893456000&Signature=" + m.pick(base64Alphabet[:62], 27) + "%3D", "aws-presigned-url-v2"},
		{"service-specific ID", "id: " + m.id("ACCA") + "\n", "aws-access-key"},
		{"bearer ID", "id: " + m.id("ABIA") + "\n", "aws-access-key"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := rulesOf(shown(scan(e, "f", tc.text))); got != tc.rule {
				t.Errorf("got %q, want %q in\n%s", got, tc.rule, tc.text)
			}
		})
	}
}

func TestPresignedEnds(t *testing.T) {
	e := engine(t)
	fs := scan(e, "f", newMaker(6).presigned(newMaker(7).id("ASIA"), "20240229T230000Z"))
	if len(fs) != 1 {
		t.Fatalf("got %s", rulesOf(fs))
	}
	if want := time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC); !fs[0].Expires.Equal(want) {
		t.Errorf("ends %v, want %v", fs[0].Expires, want)
	}
	if fs[0].AWS == nil || !strings.HasPrefix(fs[0].AWS.KeyID, "ASIA") {
		t.Errorf("does not name its signer's key: %+v", fs[0].AWS)
	}
}

// Wrappings through which credentials are seen.
func TestWrapped(t *testing.T) {
	e := engine(t)
	m := newMaker(8)
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	for seed := range 6 {
		id, secret, token := m.id("ASIA"), m.secret(), m.token()
		if seed == 0 {
			secret = "/" + secret[1:20] + "/+" + secret[22:]
		}
		escaped := strings.NewReplacer("/", "%2F", "+", "%2B", "=", "%3D").Replace(secret)
		ini := "[a]\naws_access_key_id = " + id + "\naws_secret_access_key = " + secret + "\naws_session_token = " + token + "\n"
		utf := func(order int) string {
			var b []byte
			for _, u := range utf16.Encode([]rune(ini)) {
				b = append(b, byte(u>>(8*order)), byte(u>>(8*(1-order))))
			}
			return string(b)
		}
		for _, tc := range []struct{ name, text, want string }{
			{"Kubernetes data", "data:\n  AWS_ACCESS_KEY_ID: " + b64(id) + "\n  AWS_SECRET_ACCESS_KEY: " + b64(secret) + "\n", "id secret"},
			{"Kubernetes data with line feeds", "data:\n  AWS_ACCESS_KEY_ID: " + b64(id+"\n") + "\n  AWS_SECRET_ACCESS_KEY: " + b64(secret+"\n") + "\n", "id secret"},
			{"Kubernetes data, secret alone", "data:\n  AWS_SECRET_ACCESS_KEY: " + b64(secret) + "\n", "secret"},
			{"Kubernetes data, a whole file", "data:\n  credentials: " + b64(ini) + "\n", "id secret token"},
			{"base64 in base64", "x: " + b64("y: "+b64(ini)) + "\n", "id secret token"},
			{"URL, escaped", "https://x.example/?AWSAccessKey=" + id + "&secretKey=" + escaped + "&x=1\n", "id secret"},
			{"form body", "accessKeyId=" + id + "&secretAccessKey=" + escaped, "id secret"},
			{"JSON escapes", `{"accessKeyId":"` + id + `","secretAccessKey":"` + strings.ReplaceAll(secret, "/", `\/`) + `"}`, "id secret"},
			{"JSON, unicode escapes", `{"accessKeyId":"` + id + `","secretAccessKey":"` + strings.ReplaceAll(secret, "+", `\u002b`) + `"}`, "id secret"},
			{"UTF-16 LE with mark", "\xff\xfe" + utf(0), "id secret token"},
			{"UTF-16 BE with mark", "\xfe\xff" + utf(1), "id secret token"},
			{"UTF-16 without mark", utf(0), "id secret token"},
			{"UTF-16 within binary", "\x7fELF\x01\x02\x03" + utf(0) + "\x00\x00\x01\x02", "id secret token"},
			{"binary", "MZ\x00\x01\x02" + ini + "\x00\x00\x00", "id secret token"},
			{"PowerShell command", "powershell -EncodedCommand " + b64(utf(0)), "id secret token"},
			{"wrapped base64", "data: |\n  " + strings.Join(chunks(b64(ini), 76), "\n  ") + "\n", "id secret token"},
		} {
			t.Run(fmt.Sprint(tc.name, seed), func(t *testing.T) {
				var want, got []string
				vals := map[string]string{"id": id, "secret": secret, "token": token}
				for _, k := range strings.Fields(tc.want) {
					want = append(want, vals[k])
				}
				fs := shown(scan(e, "f", tc.text))
				if len(fs) != 1 {
					t.Fatalf("%d findings (%s), want one in\n%.600q", len(fs), rulesOf(fs), tc.text)
				}
				for _, p := range fs[0].Parts {
					got = append(got, p.Value.Reveal())
				}
				if !slices.Equal(got, want) {
					t.Errorf("got %q, want %q", got, want)
				}
			})
		}
	}
}

func chunks(s string, n int) []string {
	var out []string
	for len(s) > n {
		out, s = append(out, s[:n]), s[n:]
	}
	return append(out, s)
}

// What is no credential, however much it looks like one.
func TestSilent(t *testing.T) {
	e := engine(t)
	m := newMaker(11)
	for seed := range 20 {
		id := m.id("AKIA")
		for _, tc := range []struct{ name, text string }{
			{"documentation pair", "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n"},
			{"documentation pair, older", "AKIAI44QH8DHBEXAMPLE je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY\n"},
			{"role, user and profile", "AROA" + m.pick(base32, 17) + " AIDA" + m.pick(base32, 17) + " AIPA" + m.pick(base32, 17) + " ANPA" + m.pick(base32, 17)},
			{"base64 font", "url(data:font/woff2;base64," + m.pick(base64Alphabet, 230) + "/" + id + "+" + m.pick(base64Alphabet, 230) + m.id("ASIA") + "/" + m.pick(base64Alphabet, 111) + ")"},
			{"ABSK in a blob", m.pick(base64Alphabet, 190) + "ABSK" + m.pick(base64Alphabet, 270)},
			{"integrity", `"aws-sdk": {"version": "2.1", "integrity": "sha512-` + m.pick(base64Alphabet, 86) + `==", "resolved": "https://r.example/aws-sdk-2.1.tgz#` + m.pick(hexDigits, 40) + `"}`},
			{"go.sum", "github.com/aws/aws-sdk-go v1.2.3 h1:" + m.pick(base64Alphabet, 43) + "=\n"},
			{"commit beside secret's name", "secret scanning since commit " + m.pick(hexDigits, 40) + "\n"},
			{"variables", "aws_secret_access_key = $AWS_SECRET_ACCESS_KEY\naws_access_key_id = ${AWS_ACCESS_KEY_ID}\n"},
			{"workflow secret", "AWS_SECRET_ACCESS_KEY: ${{ secrets.AWS_SECRET_ACCESS_KEY }}\n"},
			{"placeholder", "aws_secret_access_key = YOUR_SECRET_ACCESS_KEY_GOES_HERE_PLEASE_1234\n"},
			{"placeholder x", "aws_access_key_id = AKIAXXXXXXXXXXXXXXXX\naws_secret_access_key = xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"},
			{"word in capitals", "EUROPE MIDDLEEAST ASIAPACIFICREGIONSEA\n"},
			{"identifier", "AKIA" + m.pick(base32, 30) + " x" + m.id("AKIA") + " " + m.id("AKIA") + "_suffix"},
			{"lower case", strings.ToLower(id)},
			{"class name", "secretKeyProvider = com/amazonaws/services/kms/model/GetKeyPolicyV2\n"},
			{"git object names", "secret tree " + m.pick(hexDigits, 40) + " parent " + m.pick(hexDigits, 40) + "\n"},
			{"capital hex", "aws_secret = " + strings.ToUpper(m.pick(hexDigits, 40)) + "\n"},
		} {
			if fs := shown(scan(e, "f", tc.text)); len(fs) > 0 {
				t.Errorf("%s (%d): false alarm %s in\n%s", tc.name, seed, rulesOf(fs), tc.text)
			}
		}
	}
}

// A key ID tells its account where its form allows it; what belongs to the
// documentation or to an alarm says so.
func TestKeyTells(t *testing.T) {
	e := engine(t)
	canary, err := awskey.Encode("AKIA", "534261010715", 12345678901)
	if err != nil {
		t.Fatal(err)
	}
	known, err := awskey.Encode("AKIA", "029608264753", 9876543210)
	if err != nil {
		t.Fatal(err)
	}
	const akia = "AKIA" // apart from the rest, lest it be found
	for _, tc := range []struct {
		id, account     string
		example, canary bool
		confidence      finding.Confidence
		severity        finding.Severity
	}{
		{known, "029608264753", false, false, finding.HighConfidence, finding.Low},
		{canary, "534261010715", false, true, finding.HighConfidence, finding.Low},
		{akia + "IOSFODNN7EXAMPLE", "unknown", true, false, finding.LowConfidence, finding.Info},
		{akia + "JQ4T7ZK2MV5XW3HB", "unknown", false, false, finding.MediumConfidence, finding.Low},
	} {
		fs := scan(e, "f", "found "+tc.id+" there\n")
		if len(fs) != 1 || fs[0].AWS == nil {
			t.Fatalf("%s: %d findings", tc.id, len(fs))
		}
		f := fs[0]
		if f.AWS.AccountID != tc.account || f.AWS.Example != tc.example || f.AWS.Canary != tc.canary || f.Confidence != tc.confidence || f.Severity != tc.severity {
			t.Errorf("%s: %+v %v %v", tc.id, *f.AWS, f.Confidence, f.Severity)
		}
	}
}
