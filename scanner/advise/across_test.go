package advise

import (
	"slices"
	"testing"

	"lockaway/scanner/finding"
)

// same is the finding again, in another place.
func same(f *finding.Finding, path string) *finding.Finding {
	g := *f
	g.Path = path
	return &g
}

func TestOneKeyInSeveralPlaces(t *testing.T) {
	a, m := advisor(t), newMaker(20)
	for _, c := range []struct {
		name          string
		paths         []string
		apart, people bool
	}{
		{"one place", []string{"app/.env"}, false, false},
		{"one directory", []string{"app/.env", "app/x.py"}, false, false},
		{"a directory and one in it", []string{"app/.env", "app/src/main.py"}, false, false},
		{"the top and one in it", []string{".env", "app/src/main.py"}, false, false},
		{"a way down", []string{"a/b/c/x", "a/x", "a/b/x"}, false, false},
		{"two applications", []string{"billing/.env", "mail/.env"}, true, false},
		{"names alike", []string{"app/.env", "app2/.env"}, true, false},
		{"above", []string{"../x/.env", ".env"}, true, false},
		{"two applications below one", []string{"apps/.env", "apps/a/.env", "apps/b/.env"}, true, false},
		{"absolute", []string{"/srv/a/x", "/srv/x"}, false, false},
		{"two persons", []string{"/home/ann/.aws/credentials", "/home/bob/.aws/credentials"}, true, true},
		{"two persons on a mac", []string{"/Users/ann/x", "/Users/bob/x"}, true, true},
		{"one person", []string{"/home/ann/a/x", "/home/ann/b/x"}, true, false},
		{"users of an application", []string{"users/ann/x", "users/bob/x"}, true, false},
	} {
		first := find{rule: "aws-access-key", path: "x", text: env}.finding(m)
		var fs []*finding.Finding
		for _, p := range c.paths {
			fs = append(fs, same(first, p))
		}
		other := find{rule: "aws-access-key", path: "elsewhere/x", text: env}.finding(m)
		a.Advise(append(fs, other))
		for _, f := range fs {
			if got := ids(f); slices.Contains(got, "KEY-12") != c.apart || slices.Contains(got, "CRED-02") != c.people {
				t.Errorf("%s: %s: %v", c.name, f.Path, got)
			}
		}
		if got := ids(other); slices.Contains(got, "KEY-12") || slices.Contains(got, "CRED-02") {
			t.Errorf("%s: another key: %v", c.name, got)
		}
	}
}

func TestSeveralAccountsInAFile(t *testing.T) {
	a, m := advisor(t), newMaker(21)
	pair := func(path, account, text string) *finding.Finding {
		return find{rule: "aws-access-key", path: path, text: text, account: account}.finding(m)
	}
	one := pair("home/.aws/credentials", "111122223333", profile)
	two := pair("home/.aws/credentials", "444455556666", profile)
	plainOne, plainTwo := pair("deploy.sh", "111122223333", env), pair("deploy.sh", "444455556666", env)
	alone := pair("other/.env", "444455556666", env)
	example := pair("other/.env", "777788889999", env)
	example.AWS.Example = true
	old := find{rule: "aws-access-key", path: "old.sh", text: env}.finding(m)
	old.AWS.AccountID = "unknown"
	oldBeside := pair("old.sh", "111122223333", env)
	a.Advise([]*finding.Finding{one, two, plainOne, plainTwo, alone, example, old, oldBeside})
	for _, c := range []struct {
		name         string
		f            *finding.Finding
		cred1, key04 bool
	}{
		{"first profile", one, true, true}, {"second profile", two, true, true},
		{"first of a script", plainOne, true, false}, {"second of a script", plainTwo, true, false},
		{"one beside an example", alone, false, false}, {"the example", example, false, false},
		{"unknown account", old, false, false}, {"beside an unknown one", oldBeside, false, false},
	} {
		if got := ids(c.f); slices.Contains(got, "CRED-01") != c.cred1 || slices.Contains(got, "KEY-04") != c.key04 {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// Two commits' messages are not one file, as little as two files are.
func TestAccountsWithoutPaths(t *testing.T) {
	a, m := advisor(t), newMaker(63)
	message := func(object, account string) *finding.Finding {
		f := find{rule: "aws-access-key", text: "‹id› ‹secret›\n", account: account}.finding(m)
		f.Source, f.Git = "commit-message", &finding.Git{Object: object}
		return f
	}
	fs := []*finding.Finding{message("a", "111122223333"), message("b", "444455556666"), message("c", "111122223333"), message("c", "444455556666")}
	a.Advise(fs)
	for i, f := range fs {
		has := slices.ContainsFunc(f.Guidance, func(g finding.Guidance) bool { return g.ID == "CRED-01" })
		if has != (f.Git.Object == "c") {
			t.Errorf("%d: %+v", i, f.Guidance)
		}
	}
}
