package report

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
)

var update = flag.Bool("update", false, "write the golden files anew")

// docID is a key ID of AWS's documentation; docSecret the secret beside it there.
const docID, docSecret = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

// everyName returns the names of all formats, and of those that built-in templates
// make: what holds for every format is tested with these, so that it holds for a new one.
func everyName() []string {
	names := Names()
	for _, t := range Templates() {
		names = append(names, templatePrefix+t)
	}
	return names
}

// written returns the report in a format.
func written(t testing.TB, format string, r *Report, o Options) string {
	t.Helper()
	f, err := Lookup(format)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// golden compares with testdata/golden/NAME.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "golden", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (-update writes it anew); got:\n%s", path, got)
	}
}

// random returns n characters of an alphabet that looks like a secret key's.
func random(r *rand.Rand, n int) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[r.IntN(len(alphabet))]
	}
	return string(b)
}

// pem returns what looks like a private key's block.
func pem(r *rand.Rand) string {
	head := "-----BEGIN " + "RSA PRIVATE" + " KEY-----\n"
	for range 6 {
		head += random(r, 64) + "\n"
	}
	return head + "-----END " + "RSA PRIVATE" + " KEY-----"
}

// around returns a finding of value in the lines, as a matcher would fill it in.
func around(rule, path string, line int, value, lines string) *finding.Finding {
	at := max(strings.Index(lines, value), 0)
	ends := strings.Count(value, "\n")
	return &finding.Finding{
		Rule: rule, Title: "Something secret", Confidence: finding.HighConfidence, Severity: finding.High,
		Place: finding.Place{
			Path: path, Source: chunk.File, StartLine: line, EndLine: line + ends,
			StartColumn: at + 1, EndColumn: at + 1 + len(value),
			Around: finding.Around{Lines: lines, Column: at},
		},
		Value: finding.NewSecret(value), Fingerprint: finding.NewSecret(value).Fingerprint(),
	}
}

// sample is a report with one finding of each sort.
func sample() *Report {
	r := rand.New(rand.NewPCG(1, 2))
	pair := around("aws-access-key", "deploy/prod.env", 2, docSecret,
		"aws_access_key_id="+docID+"\naws_secret_access_key="+docSecret+"\n")
	pair.Title, pair.Severity = "AWS access key with its secret", finding.Critical
	pair.StartColumn, pair.EndLine, pair.EndColumn, pair.Around.Column = 19, 3, 63, 18
	pair.Parts = []finding.Part{
		{Kind: "key-id", Value: finding.NewSecret(docID), Line: 2, Column: 19},
		{Kind: "secret", Value: finding.NewSecret(docSecret), Line: 3, Column: 23},
	}
	pair.AWS = &finding.AWS{KeyID: docID, AccountID: "123456789012", Partition: "aws"}
	pair.Why = []string{"the name before it says what it is", "the secret stands beside its key ID", "a third reason"}
	pair.Guidance = []finding.Guidance{
		{ID: "KEY-10", Title: "Don't commit credentials files", Advice: "Use roles."},
		{ID: "KEY-02", Title: "Prefer temporary credentials", Advice: "Use IAM Identity Center."},
		{ID: "KEY-09", Title: "Keep keys out of code", Advice: "Use roles."},
		{ID: "CRED-03", Title: "Rotate what got out", Advice: "Now."},
	}
	pair.Steps = []string{
		"Deactivate the key: `aws iam update-access-key --access-key-id " + docID + " --status Inactive`",
		"Look at what it did, in CloudTrail", "Give the program a role", "Delete the key", "Take it out of the file",
	}
	again := *pair
	again.Path, again.StartLine, again.EndLine = "deploy/staging.env", 7, 8
	again.Parts = []finding.Part{{Kind: "key-id", Value: finding.NewSecret(docID), Line: 7}, {Kind: "secret", Value: finding.NewSecret(docSecret), Line: 8}}

	lone := around("aws-access-key", "notes.txt", 1, docID, "\tthe key is "+docID+", ask ops")
	lone.Severity, lone.Confidence = finding.Low, finding.MediumConfidence
	lone.Title = "AWS access key ID"
	lone.Parts = []finding.Part{{Kind: "key-id", Value: finding.NewSecret(docID), Line: 1, Column: 13}}
	lone.AWS = &finding.AWS{KeyID: docID, AccountID: "unknown", Partition: "unknown", Example: true, Canary: true}

	key := around("private-key", "sub/name \x1b[31m\\\n\u202e\xff.pem", 10, pem(r), "")
	key.Around.Lines, key.Layers = key.Value.Reveal(), []string{"base64", "tar:etc/\x07key"}
	key.Expires = time.Date(2031, 2, 3, 4, 5, 0, 0, time.UTC)

	allowed := around("generic", "z.ini", 4, random(r, 16), "")
	allowed.Around.Lines = "password = " + allowed.Value.Reveal() + " # fine"
	allowed.Around.Column, allowed.Severity = 11, finding.Medium
	allowed.Allowed = &finding.Allowed{By: ".lockaway.toml:3", Reason: "revoked in March"}

	fs := []*finding.Finding{pair, &again, lone, key, allowed}
	slices.SortFunc(fs, finding.Compare)
	return &Report{Findings: fs, Scan: finding.Scan{
		Kind: "tree", Target: ".", Files: 11478, Skipped: 2, Bytes: 127_600_000, Elapsed: 153_400 * time.Microsecond,
		Allowed: 1, Hidden: 4, Rules: 31, Problems: []finding.Problem{
			{Where: "shut\x1b[2J", What: "permission denied", Hint: "run as its owner"},
			{Where: "x.zip", What: "is encrypted", Low: true},
		},
	}}
}

// many is a report of n findings with values that begin and end alike.
func many(n int) *Report {
	r := rand.New(rand.NewPCG(3, 4))
	rep := &Report{Scan: finding.Scan{Kind: "tree", Target: ".", Complete: true, Files: n}}
	for i := range n {
		v := "ghp" + "_" + random(r, 36)
		rep.Findings = append(rep.Findings, around("token", fmt.Sprintf("dir/file%06d.txt", i), 3, v, "token: "+v+" # and so on"))
	}
	return rep
}
