package report

import (
	"fmt"
	"strings"
	"time"

	"lockaway/scanner/finding"
)

// maxAnswers is how many reasons of a verification the text report tells.
const maxAnswers = 4

// verification tells what asking the provider told of a finding: the state and whose
// the credential is in one line, then what was refused, and why the state is what it
// is. Of a credential in many places that is told once.
func (p *textPrinter) verification(f *finding.Finding) {
	v := f.Verification
	if v == nil {
		return
	}
	state := stateText(v.State)
	lines := wrap(strings.Join(append([]string{state}, p.answer(v)...), " · "), p.room())
	if rest, ok := strings.CutPrefix(lines[0], state); ok {
		lines[0] = p.o.style(stateStyle(v.State), state) + rest
	}
	label := "asked"
	for _, l := range lines {
		p.line("%*s%s%s", labels, "", p.o.style(dim, fmt.Sprintf("%-*s", details-labels, label)), l)
		label = ""
	}
	if key := "asked " + f.Fingerprint + " " + strings.Join(append(lines, v.Reasons...), "\n"); p.told[key] == "" {
		p.told[key] = p.at(&f.Place)
		p.detail("", p.reasons(v)...)
	}
}

// answer tells whose the credential is, and what is to be known of it at once.
func (p *textPrinter) answer(v *finding.Verification) []string {
	var out []string
	add := func(s string) {
		if s != "" {
			out = append(out, s)
		}
	}
	add(p.owner(v))
	if seen(v.Admin) {
		add("administrator")
	}
	add(p.lastUse(v))
	if seen(v.Quarantined) {
		add("quarantined by AWS")
	}
	if v.MFA != nil && !*v.MFA {
		add("no second factor")
	}
	if !v.Created.IsZero() {
		add("created " + ago(v.Created, v.Asked))
	}
	if n := len(v.OtherKeys); n > 0 {
		add(map[bool]string{true: "other key ", false: "other keys "}[n == 1] + p.text(strings.Join(v.OtherKeys, ", ")))
	}
	return out
}

func seen(b *bool) bool { return b != nil && *b }

// owner names the principal and the account.
func (p *textPrinter) owner(v *finding.Verification) string {
	who := ""
	switch v.Identity {
	case finding.Root:
		who = "root user"
	case finding.IAMUser:
		who = "IAM user " + p.name(v.User)
	case finding.FederatedUser:
		who = "federated user " + p.name(v.User)
	case finding.AssumedRole:
		who = "role " + p.name(roleOf(v.ARN))
		if v.SSORole != "" {
			who = "IAM Identity Center's " + p.name(v.SSORole)
		}
		if v.User != "" {
			who += ", session " + p.name(v.User)
		}
	}
	who = strings.TrimSpace(who)
	if v.AccountID != "" {
		if who != "" {
			who += " of "
		}
		who += "account " + p.text(v.AccountID)
	}
	if v.Partition != "" && v.Partition != "aws" {
		who += ", partition " + p.text(v.Partition)
	}
	return strings.TrimPrefix(who, ", ")
}

// roleOf returns the role's name in the ARN of one of its sessions,
// arn:P:sts::A:assumed-role/ROLE/SESSION.
func roleOf(arn string) string {
	_, rest, ok := strings.Cut(arn, ":assumed-role/")
	if !ok {
		return ""
	}
	role, _, _ := strings.Cut(rest, "/")
	return role
}

// lastUse tells when the credential was last used, where, and for what.
func (p *textPrinter) lastUse(v *finding.Verification) string {
	if v.LastUsed.IsZero() {
		return ""
	}
	s := "last used " + ago(v.LastUsed, v.Asked)
	if v.Region != "" {
		s += " in " + p.text(v.Region)
	}
	if v.Service != "" {
		s += " (" + p.text(v.Service) + ")"
	}
	return s
}

// reasons tells what was refused, and why the state is what it is.
func (p *textPrinter) reasons(v *finding.Verification) []string {
	var out []string
	for i, r := range v.Reasons {
		if i == maxAnswers {
			out = append(out, fmt.Sprintf("… %d more: `--report json` has them", len(v.Reasons)-i))
			break
		}
		out = append(out, p.text(r))
	}
	if len(v.Refused) > 0 {
		out = append(out, "refused: "+p.text(strings.Join(v.Refused, ", ")))
	}
	return out
}

// ago says how long before asked t was; the day where that is long or isn't known.
func ago(t, asked time.Time) string {
	d := asked.Sub(t)
	n, unit := 0, ""
	switch {
	case asked.IsZero() || d < -time.Minute || d >= 100*24*time.Hour:
		return "on " + t.UTC().Format(time.DateOnly)
	case d < 2*time.Minute:
		return "a moment ago"
	case d < 2*time.Hour:
		n, unit = int(d/time.Minute), "minute"
	case d < 48*time.Hour:
		n, unit = int(d/time.Hour), "hour"
	default:
		n, unit = int(d/(24*time.Hour)), "day"
	}
	return count(n, unit) + " ago"
}

func stateText(s finding.State) string { return strings.ReplaceAll(string(s), "-", " ") }

func stateStyle(s finding.State) string {
	switch s {
	case finding.Live:
		return "1;31"
	case finding.Dead, finding.Inactive:
		return dim
	}
	return yellow
}

// verified sums up what asking told: how many credentials there are of which state.
func (p *textPrinter) verified(r *Report) {
	asked := map[[2]string]*finding.Verification{}
	for _, f := range r.Findings {
		if f.Verification != nil && f.Allowed == nil {
			asked[[2]string{f.Fingerprint, keyIDOf(f)}] = f.Verification
		}
	}
	n, roots := map[finding.State]int64{}, int64(0)
	for _, v := range asked {
		n[v.State]++
		if liveRoot(v) {
			roots++
		}
	}
	var out []string
	for _, s := range states {
		if n[s] == 0 {
			continue
		}
		text := p.o.style(stateStyle(s), grouped(n[s])+" "+stateText(s))
		if s == finding.Live && roots > 0 {
			text += fmt.Sprintf(" (%s of root users)", grouped(roots))
		}
		out = append(out, text)
	}
	if len(out) > 0 {
		p.line("asked AWS: %s", strings.Join(out, ", "))
	}
}

func liveRoot(v *finding.Verification) bool {
	return v != nil && v.State == finding.Live && v.Identity == finding.Root
}

func keyIDOf(f *finding.Finding) string {
	if f.AWS == nil {
		return ""
	}
	return f.AWS.KeyID
}
