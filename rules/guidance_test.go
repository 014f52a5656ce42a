package rules

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The IDs of the catalogue, written down apart from it.
func guidanceIDs() []string {
	var ids []string
	for _, group := range []struct {
		prefix string
		n      int
	}{{"ROOT", 14}, {"CRED", 3}, {"KEY", 15}, {"MOB", 1}, {"GEN", 1}} {
		for i := 1; i <= group.n; i++ {
			ids = append(ids, fmt.Sprintf("%s-%02d", group.prefix, i))
		}
	}
	return ids
}

func TestCatalogueIsWhole(t *testing.T) {
	c, err := LoadGuidance()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range c.Entries() {
		got = append(got, e.ID)
		if len(e.Title) < 10 || len(e.Title) > 70 || strings.HasSuffix(e.Title, ".") {
			t.Errorf("%s: title %q", e.ID, e.Title)
		}
		if len(e.Says) < 25 || !strings.HasSuffix(e.Says, ".") || e.Source == "" || len(e.Advice) == 0 {
			t.Errorf("%s: says %q, source %q, %d pieces of advice", e.ID, e.Says, e.Source, len(e.Advice))
		}
		if !strings.HasPrefix(e.Applies, "To ") || !strings.HasSuffix(e.Applies, ".") {
			t.Errorf("%s: applies %q", e.ID, e.Applies)
		}
		advice := e.Advice
		for _, w := range e.When {
			advice = slices.Concat(advice, w.Advice)
		}
		for _, a := range advice {
			if len(a) < 25 || strings.HasSuffix(a, ".") {
				t.Errorf("%s: advice %q", e.ID, a)
			}
			if bare := command.FindString(quoted.ReplaceAllString(a, "")); bare != "" || strings.Count(a, "`")%2 != 0 {
				t.Errorf("%s: the command %q isn't set off by backquotes: %q", e.ID, bare, a)
			}
		}
		for _, s := range e.See {
			if !strings.HasPrefix(s, "https://docs.aws.amazon.com/") {
				t.Errorf("%s: address %q", e.ID, s)
			}
		}
		if c.Entry(strings.ToLower(e.ID)) != e {
			t.Errorf("%s isn't found in lower case", e.ID)
		}
	}
	want := guidanceIDs()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

// Commands are to be copied: they stand between backquotes.
var (
	quoted  = regexp.MustCompile("`[^`]*`")
	command = regexp.MustCompile(`\b(aws|git|ssh-keygen|lockaway) [a-z-]+( [a-z-]+)? --?[a-z]|\baws (iam|sts|ec2|cloudtrail|appsync|configure)\b`)
)

// Severities as the table of facts has them.
func TestCatalogueSeverities(t *testing.T) {
	c, err := LoadGuidance()
	if err != nil {
		t.Fatal(err)
	}
	for severity, ids := range map[string]string{
		"critical": "ROOT-01 ROOT-03 ROOT-04 ROOT-05 ROOT-06 KEY-01",
		"high":     "ROOT-08 ROOT-12 ROOT-14 CRED-03 KEY-03 KEY-05 KEY-08 KEY-09 KEY-10 KEY-15",
		"medium":   "ROOT-02 ROOT-07 ROOT-09 ROOT-10 ROOT-13 CRED-02 KEY-02 KEY-04 KEY-11 KEY-12 KEY-13 KEY-14 MOB-01",
		"low":      "KEY-06 KEY-07",
		"info":     "ROOT-11 CRED-01 GEN-01",
	} {
		for _, id := range strings.Fields(ids) {
			if e := c.Entry(id); e.Severity != severity {
				t.Errorf("%s: %s, want %s", id, e.Severity, severity)
			}
		}
	}
}

// What an entry says is what its source says: of each, words that the source turns
// on, taken from there.
func TestCatalogueSaysWhatTheSourceSays(t *testing.T) {
	c, err := LoadGuidance()
	if err != nil {
		t.Fatal(err)
	}
	for id, words := range map[string][]string{
		"ROOT-01": {"small", "CEO", "auditor", "compliance officer", "password", "access keys"},
		"ROOT-02": {"elevated rights", "role", "never the root user"},
		"ROOT-03": {"Delete", "new account has none", "unrestricted access", "billing", "can't be restricted"},
		"ROOT-04": {"PEM", "DER", "doubles its attack surface", "Delete"},
		"ROOT-05": {"no reason", "program", "access keys"},
		"ROOT-06": {"multi-factor", "virtual", "U2F", "key fob", "display card", "GovCloud", "text message"},
		"ROOT-07": {"policy", "90", "60"},
		"ROOT-08": {"administrative group", "trusted", "who did what"},
		"ROOT-09": {"minimal", "one-off", "role"},
		"ROOT-10": {"regularly", "administrative group", "moves"},
		"ROOT-11": {"can't be deleted", "deny", "service control policy", "Organizations"},
		"ROOT-12": {"closing the account", "console", "e-mail address and password"},
		"ROOT-13": {"secure location", "e-mail address", "account ID", "password", "access keys", "mailbox"},
		"ROOT-14": {"IAM user with administrator permissions", "everyday tasks", "lock away"},
		"CRED-01": {"one account", "separate credentials"},
		"CRED-02": {"unique", "no need to share"},
		"CRED-03": {"same level of access", "that you do"},
		"KEY-01":  {"find the places", "replace", "disable and remove"},
		"KEY-02":  {"revokes", "roles", "Security Token Service", "expire"},
		"KEY-03":  {"EC2", "embed", "from any source", "role", "launch"},
		"KEY-04":  {"trust", "role", "limited permissions"},
		"KEY-05":  {"encrypted storage", "Cognito", "credentials provider"},
		"KEY-06":  {"SAML 2.0", "temporary credentials"},
		"KEY-07":  {"inside your organization", "issue", "temporary"},
		"KEY-08":  {"IAM users", "only the permissions they require"},
		"KEY-09":  {"directly into code", "credentials file", "SDK Store", ".NET and PowerShell", "environment variables"},
		"KEY-10":  {"credentials file", "SDK Store"},
		"KEY-11":  {"user environment variables", "not system environment variables"},
		"KEY-12":  {"different access keys for different applications", "revoked", "CloudTrail"},
		"KEY-13":  {"regular"},
		"KEY-14":  {"leaves your organization", "GetAccessKeyLastUsed"},
		"KEY-15":  {"multi-factor", "most sensitive operations"},
		"MOB-01":  {"root user's", "IAM user", "biometric", "lost", "removed"},
		"GEN-01":  {"other security requirements", "general guidelines"},
	} {
		e := c.Entry(id)
		for _, w := range words {
			if !strings.Contains(e.Says, w) {
				t.Errorf("%s doesn't speak of %q: %s", id, w, e.Says)
			}
		}
	}
}

// Every pattern compiles, and none matches the empty text: it would fit anything.
func TestCataloguePatterns(t *testing.T) {
	c, err := LoadGuidance()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range c.Entries() {
		for _, w := range e.When {
			for _, p := range slices.Concat(w.Path, w.NotPath, w.Section, w.Lines, w.NotLines, w.NearAll) {
				if p.Match("") {
					t.Errorf("%s: %s matches nothing at all", e.ID, p)
				}
			}
		}
	}
}

func TestCatalogueSuggestion(t *testing.T) {
	c, err := LoadGuidance()
	if err != nil {
		t.Fatal(err)
	}
	for asked, want := range map[string]string{
		"KEY09": "KEY-09", "key-9": "KEY-0", "ROOT-3": "ROOT-0", "RODT-03": "ROOT-03", "frobnicate": "", "": "", "K": "",
	} {
		got := c.Suggestion(asked)
		if want == "" && got != "" || want != "" && !strings.Contains(got, `"`+want) {
			t.Errorf("%q: %q", asked, got)
		}
	}
	if c.Entry("KEY-99") != nil {
		t.Error("KEY-99 exists")
	}
}

const goodEntry = `[[entry]]
id = "KEY-01"
title = "t"
says = "s"
severity = "high"
advice = ["a"]
source = "x"
applies = "w"
`

func readGuidance(texts ...string) (*Catalogue, error) {
	var g guidanceReader
	for i, s := range texts {
		g.read(fmt.Sprintf("%c.toml", 'a'+i), []byte(s))
	}
	return g.catalogue()
}

func TestGuidanceFaults(t *testing.T) {
	with := func(lines string) string { return goodEntry + lines }
	second := strings.Replace(goodEntry, "KEY-01", "KEY-02", 1)
	for _, c := range []struct{ name, text, want string }{
		{"unknown key", with("advise = 1\n"), `a.toml:9: unknown key "advise" (did you mean "advice"?)`},
		{"unknown key of a condition", with("[[entry.when]]\npaths = ['x']\n"), `a.toml:10: unknown key "paths" (did you mean "path"?)`},
		{"dotted key", with("title.x = 1\n"), `a.toml:9: unknown key "title.x"`},
		{"key outside", "id = \"KEY-01\"\n" + goodEntry, `a.toml:1: key "id" stands outside`},
		{"key twice", with("title = \"u\"\n"), `a.toml:9: title stands already in line 3`},
		{"unknown table", with("[when]\nx = 1\n"), `a.toml:9: unknown table "when"`},
		{"condition before an entry", "[[entry.when]]\nkinds = [\"aws\"]\n", `a.toml:1: unknown table "entry.when"`},
		{"table of one bracket", "[entry]\nid = 'KEY-01'\n", `a.toml:1: unknown table "entry"`},
		{"form of id", strings.Replace(goodEntry, "KEY-01", "key-1", 1), `a.toml:2: id "key-1"`},
		{"no says", strings.Replace(goodEntry, "says = \"s\"\n", "", 1), `a.toml:1: an entry without says`},
		{"no word on when it applies", strings.Replace(goodEntry, "applies = \"w\"\n", "", 1), `a.toml:1: an entry without applies`},
		{"advice of a condition without of", with("[[entry.when]]\nkinds = [\"other\"]\nadvice = [\"b\"]\n"), `a.toml:9: of and advice go together`},
		{"of without advice", with("[[entry.when]]\nkinds = [\"other\"]\nof = \"b\"\n"), `a.toml:9: of and advice go together`},
		{"empty advice of a condition", with("[[entry.when]]\nkinds = [\"other\"]\nof = \"b\"\nadvice = []\n"), `a.toml:12: advice is empty`},
		{"empty title", strings.Replace(goodEntry, `"t"`, `""`, 1), `a.toml:3: title is empty`},
		{"no advice", strings.Replace(goodEntry, `["a"]`, `[]`, 1), `a.toml:6: advice is empty`},
		{"advice no list", strings.Replace(goodEntry, `["a"]`, `"a"`, 1), `a.toml:6: advice must be a list`},
		{"empty advice", strings.Replace(goodEntry, `["a"]`, `["a", ""]`, 1), `a.toml:6: an entry of advice is empty`},
		{"severity", strings.Replace(goodEntry, `"high"`, `"grave"`, 1), `a.toml:5: unknown severity "grave"`},
		{"same id", goodEntry + goodEntry, `a.toml:10: KEY-01 stands already in a.toml:1`},
		{"pattern", with("[[entry.when]]\npath = [\n 'a',\n '(b',\n]\n"), `a.toml:12: path: missing closing )`},
		{"kind", with("[[entry.when]]\nkinds = [\"secrets\"]\n"), `a.toml:10: unknown kind "secrets" (did you mean "secret"?)`},
		{"word with capitals", with("[[entry.when]]\nnear = [\"UserData\"]\n"), `a.toml:10: near: "UserData" has capitals`},
		{"across", with("[[entry.when]]\nacross = \"files\"\n"), `a.toml:10: unknown across "files"`},
		{"unknown entry", with("[[entry.when]]\nwith = [\"KEY-11\"]\n"), `a.toml:10: unknown entry "KEY-11" in with (did you mean "KEY-01"?)`},
		{"condition without keys", with("[[entry.when]]\n"), `a.toml:9: a condition without keys`},
		{"empty list", with("[[entry.when]]\npath = []\n"), `a.toml:10: path is empty`},
		{"hangs on itself", with("[[entry.when]]\nwith = [\"KEY-01\"]\n"), `a.toml:1: KEY-01 hangs on itself`},
		{"circle", with("[[entry.when]]\nunless = [\"KEY-02\"]\n") + second + "[[entry.when]]\nwith = [\"KEY-01\"]\n", `KEY-01 → KEY-02 → KEY-01`},
		{"not TOML", goodEntry + "= 3\n", `a.toml:9: not TOML`},
		{"cut short", goodEntry + "[[entry.when]]\npath = ['a", `a.toml:10: not TOML`},
	} {
		_, err := readGuidance(c.text)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s:\n got %v\nwant %s", c.name, err, c.want)
		}
	}
	if c, err := readGuidance("\ufeff" + goodEntry); err != nil || len(c.Entries()) != 1 {
		t.Errorf("a good entry: %v", err)
	}
	// All faults are told, and of all files.
	_, err := readGuidance(with("x = 1\ny = 2\n"), goodEntry)
	if err == nil || strings.Count(err.Error(), "\n") != 2 || !strings.Contains(err.Error(), "b.toml:2: KEY-01 stands already in a.toml:1") {
		t.Errorf("several faults: %v", err)
	}
}

func TestWord(t *testing.T) {
	for _, c := range []struct {
		word, text string
		want       bool
	}{
		{"user_data", "x user_data = <<eof", true},
		{"user_data", "my_user_data_x", true}, // a name may go on with _
		{"user_data", "user_data2", false},
		{"user_data", "auser_data user_data", true},
		{"#cloud-config", "a#cloud-config", true}, // begins with no letter
		{"#cloud-config", "#cloud-configs", false},
		{"runcmd:", "runcmd:x", true},
		{"root", "", false}, {"root", "roo", false}, {"root", "rootroot", false}, {"root", "root", true},
	} {
		if got := Word(c.word).In(c.text); got != c.want {
			t.Errorf("%q in %q: %v", c.word, c.text, got)
		}
	}
}

func FuzzGuidance(f *testing.F) {
	entries, err := guidance.ReadDir("guidance")
	if err != nil {
		f.Fatal(err)
	}
	for _, e := range entries {
		data, err := guidance.ReadFile("guidance/" + e.Name())
		if err != nil {
			f.Fatal(err)
		}
		// One entry a seed: large inputs take the fuzzer minutes to make smaller.
		for i, entry := range bytes.SplitAfter(data, []byte("\n\n")) {
			if i == 6 {
				break
			}
			f.Add(entry)
		}
	}
	f.Add([]byte(goodEntry + "[[entry.when]]\nwith = [\"KEY-01\"]\n"))
	f.Add([]byte("[[entry]]\n[[entry.when]]\n[[entry]]\nid = 1\nwhen = [{kinds = 3}]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var g guidanceReader
		g.read("f.toml", data)
		c, err := g.catalogue()
		if err != nil {
			for line := range strings.SplitSeq(err.Error(), "\n") {
				if !strings.HasPrefix(line, "f.toml:") && !bytes.Contains(data, []byte("\\n")) {
					t.Fatalf("no place: %q", line)
				}
			}
			return
		}
		for _, e := range c.Entries() {
			if e.ID == "" || e.Title == "" || e.Says == "" || e.Applies == "" || e.Source == "" || len(e.Advice) == 0 || !slices.Contains(Severities, e.Severity) {
				t.Fatalf("accepted %+v", e)
			}
			for _, w := range e.When {
				for _, p := range slices.Concat(w.Path, w.NotPath, w.Section, w.Lines, w.NotLines, w.NearAll) {
					p.Match("x")
				}
			}
		}
	})
}

func BenchmarkLoadGuidance(b *testing.B) {
	files, err := guidance.ReadDir("guidance")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		var g guidanceReader
		for _, f := range files {
			data, err := guidance.ReadFile("guidance/" + f.Name())
			if err != nil {
				b.Fatal(err)
			}
			g.read(f.Name(), data)
		}
		if _, err := g.catalogue(); err != nil {
			b.Fatal(err)
		}
	}
}
