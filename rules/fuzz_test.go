package rules

import (
	"strings"
	"testing"
)

// No validator panics, whatever it is asked about, and what it says are levels that
// there are.
func FuzzValidators(f *testing.F) {
	id := "AK" + "IA" + strings.Repeat("Q2", 8)
	for _, s := range []string{
		"aws_secret_access_key = " + strings.Repeat("aB3/", 10),
		"https://b/k?X-Amz-Credential=" + id + "%2F20300101%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20300101T000000Z&X-Amz-Expires=-1&X-Amz-Signature=" + strings.Repeat("0", 64),
		"/?AWSAccessKeyId=" + id + "&Expires=9999999999999999999&Signature=%%%;=",
		"ABSK" + strings.Repeat("QmVkcm9ja0FQSUtleS1", 8),
		"bedrock-api-key-" + strings.Repeat("=", 30) + "-_",
		"ghp_" + strings.Repeat("a", 36), "\xff\x00" + id, "",
	} {
		f.Add(s, "name", uint16(0), uint16(len(s)))
		f.Add("x"+s+"y", "AWS_Secret", uint16(1), uint16(len(s)))
	}
	names := append(ValidatorNames(), "entropy>=3.5")
	f.Fuzz(func(t *testing.T, text, name string, from, n uint16) {
		start := min(int(from), len(text))
		c := Candidate{Text: []byte(text), Start: start, End: min(start+int(n), len(text)), Name: strings.ToLower(name), Path: name}
		for _, v := range names {
			check, ok := ValidatorByName(v)
			if !ok {
				t.Fatalf("no validator %s", v)
			}
			got := check(c)
			switch got.Confidence {
			case "", "low", "medium", "high":
			default:
				t.Fatalf("%s: confidence %q", v, got.Confidence)
			}
			switch got.Severity {
			case "", "info", "low", "medium", "high", "critical":
			default:
				t.Fatalf("%s: severity %q", v, got.Severity)
			}
			if string(c.Text) != text {
				t.Fatalf("%s changed the text", v)
			}
		}
	})
}
