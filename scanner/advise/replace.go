package advise

// replacements are where a key's successor should live, by the entry of the guidance
// that fits the place where the key stood.
var replacements = map[string]string{
	"KEY-05": "Replace it by an Amazon Cognito identity pool whose roles may do just what the app calls: an app can't keep a key, encrypted or not",
	"KEY-03": "Replace it by a role of the instance (an instance profile): programs on it get short-lived credentials from it by themselves",
	"KEY-04": "Replace the keys of several accounts by one sign-in, IAM Identity Center or a role, and a role to assume in each account",
	"KEY-11": "Replace it by a role if the host is in AWS, elsewhere by IAM Roles Anywhere; a key that must stay belongs to the one user that runs the program, not to the whole system",
	"KEY-10": "Replace it: for a person by IAM Identity Center (`aws configure sso`), for a machine by a role; a key that must stay belongs in the credentials file of one user, outside of everything that is shared or committed",
	"KEY-09": "Replace it wherever it is used: by a role in AWS, OpenID Connect in CI, IAM Roles Anywhere elsewhere; a key that must stay belongs in the environment or the credentials file of who runs the program, not in the program, and to a user with only the rights needed",
}

// replacement says by what a user's key is replaced.
func (s *subject) replacement() topic {
	t := topic{title: "Replacement", more: s.placeAdvice()}
	for _, g := range s.f.Guidance {
		if step, ok := replacements[g.ID]; ok {
			t.short = []string{step}
			return t
		}
	}
	t.short = []string{"Replace it wherever it is used: by a role, OpenID Connect or IAM Identity Center; where none of them can be, by a key of a new user with only the rights needed"}
	return t
}

// placeAdvice is what the guidance that fits the place advises there.
func (s *subject) placeAdvice() []Step {
	var out []Step
	for _, g := range s.f.Guidance {
		if _, ok := replacements[g.ID]; ok && g.Advice != "" {
			out = append(out, Step{Text: "The guidance for such a place (" + g.ID + ", " + g.Title + "): " + g.Advice})
		}
	}
	return out
}
