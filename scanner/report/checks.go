package report

import (
	"fmt"
	"time"

	"lockaway/scanner/finding"
)

// The objects that only the report of an AWS account has.
type (
	jsonAccount struct {
		ID        string `json:"id,omitempty"`
		Partition string `json:"partition,omitempty"`
		Alias     string `json:"alias,omitempty"`
		AsOf      string `json:"as_of,omitempty"`
	}
	jsonCheck struct {
		Guidance  string   `json:"guidance"`
		Title     string   `json:"title"`
		Status    string   `json:"status"`
		Severity  string   `json:"severity"`
		Evidence  string   `json:"evidence"`
		Resources []string `json:"resources,omitempty"`
		Missing   string   `json:"missing,omitempty"`
		Steps     []string `json:"steps,omitempty"`
	}
)

// account returns an account's object; nil for none.
func (m *Mask) account(a *finding.Account) *jsonAccount {
	if a == nil {
		return nil
	}
	out := &jsonAccount{ID: a.ID, Partition: a.Partition, Alias: m.json(a.Alias)}
	if !a.AsOf.IsZero() {
		out.AsOf = a.AsOf.UTC().Format(time.RFC3339)
	}
	return out
}

// checks returns the checks' objects; never nil.
func (m *Mask) checks(list []finding.Check) []jsonCheck {
	out := make([]jsonCheck, 0, len(list))
	for _, c := range list {
		out = append(out, jsonCheck{
			Guidance: c.Guidance, Title: m.json(c.Title), Status: string(c.Status), Severity: c.Severity.String(),
			Evidence: m.json(c.Evidence), Resources: m.jsonAll(c.Resources), Missing: m.json(c.Missing), Steps: m.jsonAll(c.Steps),
		})
	}
	return out
}

// read returns the account that an object describes.
func (a *jsonAccount) read() (*finding.Account, error) {
	if a == nil {
		return nil, nil
	}
	out := &finding.Account{ID: a.ID, Partition: a.Partition, Alias: a.Alias}
	var err error
	if a.AsOf != "" {
		if out.AsOf, err = time.Parse(time.RFC3339, a.AsOf); err != nil {
			return nil, fmt.Errorf("%q is no time", a.AsOf)
		}
	}
	return out, nil
}

// mostChecks is how many checks a report may have; the table has some twenty.
const mostChecks = 10_000

// checks takes over checks.
func (p *reader) checks(list []jsonCheck) error {
	if len(p.report.Checks)+len(list) > mostChecks {
		return fmt.Errorf("there are more than %d", mostChecks)
	}
	for _, c := range list {
		severity, err := finding.ParseSeverity(c.Severity)
		if err != nil {
			return err
		}
		status := finding.CheckStatus(c.Status)
		if status.Rank() < 0 {
			return fmt.Errorf("unknown status %q of a check", c.Status)
		}
		p.report.Checks = append(p.report.Checks, finding.Check{
			Guidance: c.Guidance, Title: c.Title, Status: status, Severity: severity,
			Evidence: c.Evidence, Resources: c.Resources, Missing: c.Missing, Steps: c.Steps,
		})
	}
	return nil
}
