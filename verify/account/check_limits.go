package account

// Limits are the thresholds of the checks, in days, and what user names are told of.
// A configuration's table [account] sets them by the names that Days has.
type Limits struct {
	// MaxKeyAge is how old an access key may be. The guidance names no number; 90 is
	// what AWS Config's rule access-keys-rotated and the CIS AWS Foundations
	// Benchmark ask.
	MaxKeyAge int
	// Rotation is how long a user may have two active keys: as long as it takes to
	// replace one by the other.
	Rotation int
	// Unused is after how long a password or key counts as not used any more: 45 as
	// in the CIS AWS Foundations Benchmark ("unused for 45 days or more"). AWS
	// Config's rule iam-user-unused-credentials-check takes 90 by default.
	Unused int
	// PasswordMaxAge is how long a password may be valid at most by the account's
	// policy: 90 as the guidance asks, which calls 60 stricter. Zero asks for no
	// age, as NIST SP 800-63B does.
	PasswordMaxAge int
	// RootUsed is how long ago the root user's last use must be.
	RootUsed int
	// SharedNames are patterns of user names behind which several people may stand:
	// see nameWords for how a name is held against them.
	SharedNames []string
}

// DefaultLimits are what holds without a configuration.
func DefaultLimits() Limits {
	return Limits{MaxKeyAge: 90, Rotation: 14, Unused: 45, PasswordMaxAge: 90, RootUsed: 90, SharedNames: sharedNames}
}

// Days are the limits by the names that a configuration has for them.
func (l *Limits) Days() []struct {
	Name string
	Days *int
} {
	return []struct {
		Name string
		Days *int
	}{
		{"max_key_age_days", &l.MaxKeyAge},
		{"rotation_days", &l.Rotation},
		{"unused_days", &l.Unused},
		{"password_max_age_days", &l.PasswordMaxAge},
		{"root_used_days", &l.RootUsed},
	}
}

// sharedNames are names that say neither who someone is nor what one program does.
var sharedNames = []string{
	"shared", "shared-*", "*-shared", "*-shared-*", "common", "common-*", "*-common", "generic", "generic-*", "everyone", "everybody",
	"team", "team-*", "*-team", "group", "*-group",
	"admin", "admins", "administrator", "administrators", "root", "superuser", "sysadmin", "poweruser",
	"dev", "devs", "developer", "developers", "devops", "ops", "operations", "support", "helpdesk", "office", "finance", "marketing", "sales",
	"test", "tester", "testing", "temp", "tmp", "demo", "guest", "default", "user", "users", "me", "new",
	"ci", "cd", "cicd", "ci-cd", "jenkins", "github", "github-actions", "gitlab", "gitlab-ci", "circleci", "travis", "build", "builder",
	"deploy", "deployer", "deployment", "bot", "automation", "service", "svc", "api", "cli", "app", "server", "backend", "scripts", "terraform", "ansible",
}
