package awskey

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// Derived from AWS's documentation secret by the program that the developer
// guide shows, run in Python.
func TestSMTPPassword(t *testing.T) {
	const secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	for region, want := range map[string]string{
		"us-east-1":     "BLBM/9hSUELfq8Gw+" + "rU1YcBjkOxGbhT2XG763xVLGWL9",
		"eu-west-1":     "BMW5RDrXmmVs0lV7G" + "pI4oLkHXpZ4stDsk6q91z1g38Pk",
		"us-gov-west-1": "BHW/eHvx1MM9YwW4w" + "rJG6MGVQmLDCAM99G9YiSdGEIAw",
	} {
		got := SMTPPassword(secret, region)
		if got != want || !IsSMTPPassword(got) {
			t.Errorf("%s: %s, want %s", region, got, want)
		}
		if i := slices.Index(SMTPRegions, region); i < 0 || SMTPPasswords(secret)[i] != want {
			t.Errorf("%s isn't among all", region)
		}
	}
	head := "An60U4ZD3sd4fg+Fv" // apart from its rest, lest it be found
	if got, want := SMTPPasswordV2(secret), head+"XUjayOipTt8LO4rUUmhpdX6ctDy"; got != want || !IsSMTPPassword(got) {
		t.Errorf("version 2: %s, want %s", got, want)
	}
}

func TestIsSMTPPassword(t *testing.T) {
	good := SMTPPassword("a", "us-east-1")
	for _, s := range []string{"", good[1:], good + "A", "C" + good[1:], "B" + "Q" + good[2:], good[:43] + "=", good[:43] + "-", good[:43] + "\n"} {
		if IsSMTPPassword(s) {
			t.Errorf("%q is none", s)
		}
	}
	r := rand.New(rand.NewPCG(3, 5))
	hits := 0
	for range 12_800 {
		b := make([]byte, 44)
		for i := range b {
			b[i] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[r.IntN(64)]
		}
		if IsSMTPPassword(string(b)) {
			hits++
		}
	}
	if hits < 50 || hits > 170 { // 100 expected
		t.Errorf("%d of 12800 random values have the form", hits)
	}
}

func TestSMTPRegionsAreRegions(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range SMTPRegions {
		if PartitionOf(r) == "" || seen[r] {
			t.Errorf("%s: unknown or twice", r)
		}
		seen[r] = true
	}
}

func TestPartitionIn(t *testing.T) {
	for text, want := range map[string]string{
		"region = eu-central-1":                              "aws",
		"AWS_DEFAULT_REGION=us-east-1\nzone us-east-1b":      "aws",
		"arn:aws:iam::111122223333:user/x":                   "aws",
		"arn:aws-cn:s3:::bucket":                             "aws-cn",
		"https://sts.cn-north-1.amazonaws.com.cn/":           "aws-cn",
		"s3.amazonaws.com.cn":                                "aws-cn",
		"region: cn-northwest-1":                             "aws-cn",
		"arn:aws-us-gov:iam::1:root":                         "aws-us-gov",
		"iam.us-gov.amazonaws.com in us-gov-west-1":          "aws-us-gov",
		"s3.us-gov-east-1.amazonaws.com":                     "aws-us-gov",
		"sts.eusc-de-east-1.amazonaws.eu":                    "aws-eusc",
		"us-iso-east-1":                                      "aws-iso",
		"us-isob-west-1":                                     "aws-iso-b",
		"ec2.eu-isoe-west-1.cloud.adc-e.uk":                  "aws-iso-e",
		"arn:aws-iso-f:s3:::b":                               "aws-iso-f",
		"https://bucket.s3.amazonaws.com/key":                "aws",
		"":                                                   "",
		"eu-west-1 and cn-north-1":                           "",
		"arn:aws:s3:::a, arn:aws-cn:s3:::a":                  "",
		"europe-west1 us-east1 asia-south1":                  "", // another provider's
		"cn-north-4 cn-hangzhou":                             "", // others' too
		"arn:awsx:s3:::b":                                    "",
		"amazonaws.company.example":                          "",
		"hus-east-1x ap-southeast-77 up-north-1 us-east-1-b": "aws", // the last is one
		"xus-east-1":                                         "",
	} {
		if got := PartitionIn(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	for _, r := range Regions {
		if got := PartitionIn("x " + r.Name + " y"); got != r.Partition || PartitionOf(r.Name) != r.Partition {
			t.Errorf("%s: %q, want %s", r.Name, got, r.Partition)
		}
	}
	if PartitionOf("us-east1") != "" {
		t.Error("us-east1 is no region")
	}
}

// What is passed by without a closer look tells nothing on a closer look either.
func TestMayTell(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	parts := []string{"arn:", "aws", "-cn", ":", " ", ".", "us-gov-", "us-", "eu-isoe-", "north", "east", "west", "central", "-1", "-2a",
		"amazonaws", "amazonwebservices", ".com.cn", ".eu", "c2s.ic", ".gov", "aws.scloud", "csp.hci.ic", ".uk", "cloud.adc-e"}
	told, passed := told(), 0
	for range 200_000 {
		s := ""
		for range r.IntN(6) {
			s += parts[r.IntN(len(parts))]
		}
		if !mayTell(s) {
			passed++
			if told.MatchString(s) || strings.Contains(s, ".amazonaws.com") {
				t.Fatalf("%q", s)
			}
		}
	}
	if passed < 10_000 {
		t.Errorf("only %d passed by", passed)
	}
}
