package aws

import (
	"bytes"
	"context"
	"encoding/csv"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"lockaway/scanner/finding"
)

// rootKeys is what the operator's account tells of the root user's access keys.
type rootKeys struct {
	known, any bool // by the account summary; any: there is one at least
	keys       []rootKey
	time       time.Time // of the report that keys come from
	refused    []string
	reasons    []string
}

// rootKey is a key in the root user's row of a credential report, which has no IDs.
type rootKey struct {
	active          bool
	used            time.Time // zero: never, or not told
	service, region string
}

// rootKeys asks for the root user's keys: whether there are any, and how they stand.
func (q *inquiry) rootKeys(ctx context.Context) *rootKeys {
	r := &rootKeys{}
	side := *q // refusals and reasons are kept apart: they hold for the next key as well
	side.out = &finding.Verification{}
	defer func() {
		r.refused, r.reasons = side.out.Refused, side.out.Reasons
		q.over = side.over
	}()
	got, ok := ask(ctx, &side, "iam:GetAccountSummary", side.iam.GetAccountSummary, &iam.GetAccountSummaryInput{})
	if !ok {
		return r
	}
	n, told := got.SummaryMap["AccountAccessKeysPresent"]
	if r.known, r.any = told, n != 0; !r.any {
		return r
	}
	report, ok := side.report(ctx)
	if !ok {
		return r
	}
	r.keys, r.time = rootRow(report.Content), sdk.ToTime(report.GeneratedTime)
	if len(r.keys) == 0 {
		side.out.Reasons = append(side.out.Reasons, "the credential report names no key of the root user's")
	}
	return r
}

// maxPolls is how often a report that is being made is asked for, a second apart.
const maxPolls = 10

// report fetches the account's credential report; it has one made where there is none,
// which changes nothing else in the account.
func (q *inquiry) report(ctx context.Context) (*iam.GetCredentialReportOutput, bool) {
	const action = "iam:GetCredentialReport"
	for poll := 0; ; poll++ {
		traced, note := traced(ctx)
		got, err := q.iam.GetCredentialReport(traced, &iam.GetCredentialReportInput{})
		if err == nil && !note.html {
			return got, true
		}
		f := q.v.failed(ctx, err, note, q.host)
		missing := f.code == "ReportNotPresent" || f.code == "ReportExpired"
		if poll == maxPolls || !missing && f.code != "ReportInProgress" {
			q.note(action, f)
			return nil, false
		}
		if missing {
			made, ok := ask(ctx, q, "iam:GenerateCredentialReport", q.iam.GenerateCredentialReport, &iam.GenerateCredentialReportInput{})
			if !ok {
				return nil, false
			}
			if made.State == types.ReportStateTypeComplete {
				continue
			}
		}
		if q.v.wait(ctx, again) != nil {
			q.note(action, failure{kind: silent, reason: "time was up before the report was made"})
			return nil, false
		}
	}
}

// rootRow reads the root user's keys from a credential report: CSV with a header, by
// whose names columns are found. Source: IAM User Guide, "Generate credential reports
// for your AWS account". What can't be read gives none.
func rootRow(report []byte) []rootKey {
	r := csv.NewReader(bytes.NewReader(report))
	r.FieldsPerRecord, r.LazyQuotes, r.ReuseRecord = -1, true, false
	header, err := r.Read()
	if err != nil {
		return nil
	}
	at := map[string]int{}
	for i, name := range header {
		at[strings.TrimPrefix(strings.TrimSpace(name), "\ufeff")] = i
	}
	if _, ok := at["user"]; !ok {
		return nil
	}
	for {
		row, err := r.Read()
		if err != nil {
			return nil
		}
		get := func(column string) string {
			if i, ok := at[column]; ok && i < len(row) {
				return row[i]
			}
			return ""
		}
		if get("user") != "<root_account>" {
			continue
		}
		var keys []rootKey
		for _, n := range []string{"1", "2"} {
			prefix := "access_key_" + n + "_"
			active := strings.EqualFold(get(prefix+"active"), "true")
			// A key that isn't there is told from one that is inactive by its age.
			if _, err := time.Parse(time.RFC3339, get(prefix+"last_rotated")); err != nil && !active {
				continue
			}
			used, _ := time.Parse(time.RFC3339, get(prefix+"last_used_date"))
			keys = append(keys, rootKey{active, used, word(get(prefix + "last_used_service")), word(get(prefix + "last_used_region"))})
		}
		return keys
	}
}
