package aws

import (
	"encoding/base64"
	"strings"
	"testing"
)

func base64Of(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

func TestRootRow(t *testing.T) {
	const head = "user,arn,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date\n"
	row := func(rest string) string {
		return head + "ann,x,true,2020-01-01T00:00:00+00:00\n<root_account>,x," + rest + "\n"
	}
	for report, want := range map[string]string{
		row("true,2020-01-01T00:00:00+00:00,2021-01-01T00:00:00+00:00,sa-east-1,s3,false,N/A,N/A"): "true 2021 sa-east-1 s3",
		row("TRUE,2020-01-01T00:00:00+00:00,N/A,N/A,N/A,false,2020-01-01T00:00:00Z,N/A"):           "true 1  ;false 1  ",
		row("true,not_supported,N/A"):          "true 1  ",
		row("false,N/A,N/A,N/A,N/A,false,N/A"): "",
		row(""):                                "",
		head:                                   "",
		"":                                     "",
		"\ufeff" + row("true,N/A"):             "true 1  ",
		"arn,user,access_key_2_active\nx,<root_account>,true\n": "true 1  ",
		"nonsense\n<root_account>,true\n":                       "",
		strings.ReplaceAll(row("true,N/A"), "\n", "\r\n"):       "true 1  ",
		row("true,N/A,\x1b[2J,<script>,a b"):                    "true 1  ",
	} {
		var got []string
		for _, k := range rootRow([]byte(report)) {
			line := "false"
			if k.active {
				line = "true"
			}
			got = append(got, line+" "+k.used.Format("2006")+" "+k.region+" "+k.service)
		}
		text := strings.ReplaceAll(strings.Join(got, ";"), "0001", "1")
		if text != want {
			t.Errorf("%q: %q, not %q", report, text, want)
		}
	}
}

func FuzzRootRow(f *testing.F) {
	f.Add([]byte("user,access_key_1_active,access_key_1_last_rotated\n<root_account>,true,2020-01-01T00:00:00+00:00\n"))
	f.Add([]byte("\"user\",\"access_key_2_active\"\r\n\"<root_account>\",TRUE\r\n"))
	f.Fuzz(func(t *testing.T, report []byte) {
		keys := rootRow(report)
		if len(keys) > 2 {
			t.Fatalf("%d keys", len(keys))
		}
		for _, k := range keys {
			if word(k.service) != k.service || word(k.region) != k.region {
				t.Fatalf("%q %q", k.service, k.region)
			}
		}
	})
}
