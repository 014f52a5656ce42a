package advise

import (
	"strings"

	"lockaway/rules"
	"lockaway/scanner/finding"
)

// subject is what steps speak of: what a finding is, and what asking AWS told of it.
type subject struct {
	f    *finding.Finding
	kind rules.Kind
	v    finding.Verification // zero where nobody was asked
	root bool                 // the root user's: by AWS's answer, else likely
	// user, role and session are names from the answer, empty where there is none:
	// of an IAM user, of a role and of its or a federated user's session.
	user, role, session string
}

func newSubject(f *finding.Finding) *subject {
	s := &subject{f: f, kind: kindOf(f), root: strings.Contains(f.Title, rootTitle)}
	if f.Verification == nil {
		return s
	}
	s.v = *f.Verification
	if identified(f) {
		s.root = s.v.Identity == finding.Root
	}
	switch s.v.Identity {
	case finding.IAMUser:
		s.user = plainName(s.v.User)
	case finding.AssumedRole:
		if _, names, ok := strings.Cut(s.v.ARN, ":assumed-role/"); ok {
			role, session, _ := strings.Cut(names, "/")
			s.role, s.session = plainName(role), plainName(session)
		}
	case finding.FederatedUser:
		s.session = plainName(s.v.User)
	}
	return s
}

// identified tells whether AWS said what kind of principal a finding's owner is.
func identified(f *finding.Finding) bool {
	return f.Verification != nil && f.Verification.Identity != "" && f.Verification.Identity != finding.UnknownIdentity
}

// decided tells whether asking gave a verdict that holds more than what the text
// around a finding suggests.
func decided(f *finding.Finding) bool {
	v := f.Verification
	return v != nil && (identified(f) || v.State == finding.Live || v.State == finding.Inactive || v.State == finding.Dead)
}

// names are those that IAM allows for users and roles, and STS for sessions: letters,
// digits and _+=,.@- (IAM User Guide, "IAM and AWS STS quotas"). Commands are made of
// them, so nothing else may come through, whoever gave the answer.
var names = lazily(`^[A-Za-z0-9_+=,.@-]{1,128}$`)

func plainName(name string) string {
	if !names().MatchString(name) || name[0] == '-' {
		return ""
	}
	return name
}

var (
	accounts   = lazily(`^[0-9]{12}$`)
	partitions = map[string]string{ // with a region of each
		"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1", "aws-eusc": "eusc-de-east-1",
		"aws-iso": "us-iso-east-1", "aws-iso-b": "us-isob-east-1", "aws-iso-e": "eu-isoe-west-1", "aws-iso-f": "us-isof-south-1",
	}
)

// account is the account's number, empty if that is not known.
func (s *subject) account() string {
	if accounts().MatchString(s.v.AccountID) {
		return s.v.AccountID
	}
	return account(s.f)
}

// partition is the partition's name, empty if that is not known.
func (s *subject) partition() string {
	if _, ok := partitions[s.v.Partition]; ok {
		return s.v.Partition
	}
	return partition(s.f)
}

func (s *subject) live() bool { return s.v.State == finding.Live }

// is tells whether something was seen to be so.
func is(seen *bool) bool { return seen != nil && *seen }

// fill puts what is known into a text. What isn't is named in capitals, to be filled
// in by hand.
func (s *subject) fill(text string) string {
	if !strings.Contains(text, "{") {
		return text
	}
	acc, pairs := s.account(), []string(nil)
	if acc == "" {
		pairs = []string{
			"names account {account}", "may name its account", "to account {account}", "to its account",
			"--target-principal {account}", "--target-principal ACCOUNT", "account {account}", "its account",
		}
	}
	end := "which it doesn't tell"
	if !s.f.Expires.IsZero() {
		end = s.f.Expires.UTC().Format("2006-01-02 15:04 MST")
	}
	part := or(s.partition(), "aws")
	region := or(partitions[part], "REGION")
	pairs = append(pairs, "{account}", acc, "{key}", or(keyID(s.f), "KEY-ID"), "{partition}", part, "{region}", region, "{end}", end,
		"IAM user {user}", orElse(s.user, "IAM user ", "its IAM user"), "{user}", or(s.user, "USER"),
		"role {role}", orElse(s.role, "role ", "its role"), "{role}", or(s.role, "ROLE"),
		"session {session}", orElse(s.session, "session ", "a session"), "{session}", or(s.session, "SESSION"),
		"{used}", s.used())
	return strings.NewReplacer(pairs...).Replace(text)
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// orElse puts a word before a name, or says other where there is none.
func orElse(name, word, other string) string {
	if name == "" {
		return other
	}
	return word + name
}

// used says when the key was last used, as AWS has it; empty if that isn't known.
func (s *subject) used() string {
	if s.v.LastUsed.IsZero() {
		return ""
	}
	text := s.v.LastUsed.UTC().Format("2006-01-02 15:04 MST")
	if r := s.v.Region; simple().MatchString(r) && r != "N/A" {
		text += " in " + r
	}
	if c := s.v.Service; simple().MatchString(c) && c != "N/A" {
		text += " for " + c
	}
	return text
}

// simple is what regions and services are called.
var simple = lazily(`^[A-Za-z0-9][A-Za-z0-9-]{0,39}$`)
