package config

import (
	"errors"
	"strings"
	"testing"

	"lockaway/rules"
)

const foreign = "this is not gitleaks' file: what .lockaway.toml may hold is told in the README, under Configuration"

func TestErrorsNameThePlace(t *testing.T) {
	const repoHint = "give --%s on the command line, or name the file with --config if it is yours"
	own := func(flag string) string { return strings.Replace(repoHint, "%s", flag, 1) }
	for _, c := range []struct{ doc, want, hint string }{
		// Not TOML, or not sound.
		{"[scan\n", "f:1:6: expected ']' to close table name", ""},
		{"[scan]\nstrict = \n", "f:2:10: unexpected character U+000A at start of value", ""},
		{"[scan]\nstrict = true\nstrict = true\n", "f:3:1: key strict is already defined", ""},
		{"[scan]\n[scan]\n", "f:2:2: table scan already exists", ""},
		{"a = '\xff'\n", "f:1:6: invalid UTF-8 character in literal string", ""},
		{"\"a\x7f\" = 1\n", "f:1:3: basic strings cannot have control characters", ""},
		// Unknown names.
		{"[allowlist]\nregexes = ['x']\n", `f:1:2: unknown table "allowlist"`, foreign},
		{"[allows]\n", `f:1:2: unknown table "allows" (did you mean "allow"?)`, ""},
		{"title = 'x'\n[scan]\n", `f:1:1: unknown key "title" outside of the tables`, foreign},
		{"[[allow]]\nregexes = ['x']\nreason = 'r'\nrule = 'x'\n", `f:2:1: unknown key "regexes" in [[allow]]`, foreign},
		{"[[allow]]\nrule = 'x'\nreasn = 'r'\nreason = 'r'\n", `f:3:1: unknown key "reasn" in [[allow]] (did you mean "reason"?)`, ""},
		{"[scan]\nsigns-of-others = ['x']\n", `f:2:1: unknown key "signs-of-others" in [scan]`, ""},
		{"[scan]\nmin_confidence = 'low'\n", `f:2:1: unknown key "min_confidence" in [scan] (did you mean "min-confidence"?)`, ""},
		{"[scan]\nStrict = true\n", `f:2:1: unknown key "Strict" in [scan] (did you mean "strict"?)`, ""},
		{"[scan]\nstrict.x = true\n", `f:2:1: unknown key "strict.x" in [scan] (did you mean "strict"?)`, ""},
		{"[scan.strict]\n", `f:1:2: unknown table "scan.strict"`, ""},
		{"[rules]\nenable = ['x']\n", `f:2:1: unknown key "enable" in [rules] (did you mean "disable"?)`, ""},
		{"scan.stric = true\n", `f:1:1: unknown key "stric" in [scan] (did you mean "strict"?)`, ""},
		{"scan = {stric = true}\n", `f:1:9: unknown key "stric" in [scan] (did you mean "strict"?)`, ""},
		{"[\"a\\nb\\u001b\"]\n", `f:1:2: unknown table "a\nb\x1b"`, ""},
		// The wrong kind of table.
		{"[allow]\nrule = 'x'\n", "f:1:2: an allow entry begins with [[allow]], not [allow]", ""},
		{"[[scan]]\n", "f:1:3: there is one table [scan]: it is not written [[scan]]", ""},
		{"[[rules]]\n", "f:1:3: there is one table [rules]: it is not written [[rules]]", ""},
		// Flags.
		{"[scan]\nstrict = 'yes'\n", "f:2:10: strict must be true or false, not a string", ""},
		{"[scan]\nthreads = 1.5\n", "f:2:11: threads must be a whole number, not a number with a fraction", ""},
		{"[scan]\nthreads = -1\n", "f:2:11: threads: must not be negative", ""},
		{"[scan]\nmin-confidence = ['low']\n", "f:2:1: min-confidence must be a string, not a list", ""},
		{"[scan]\n min-confidence = 'hgh'\n", `f:2:19: min-confidence: unknown word "hgh"`, ""},
		{"[scan]\nreport = [1]\n", "f:2:1: report must be a string or a list of strings, not a list", ""},
		{"[scan]\nreport = ['json',\n'xml']\n", `f:3:1: report: unknown word "xml"`, ""},
		{"[scan]\nconfig = 'x'\n", "f:2:1: config can't be set in a file: it says which file is read", ""},
		{"[scan]\nrules = ['x']\n", "f:2:1: rules can't be set in a file: packs are named by files in [rules]", ""},
		{"[scan]\nshow-secrets = true\n", "f:2:1: show-secrets can't be set by a repository's file: values would be shown in clear", own("show-secrets")},
		{"[scan]\nshow-secrets = false\n", "f:2:1: show-secrets can't be set by a repository's file: values would be shown in clear", own("show-secrets")},
		{"[scan]\nexit-zero = true\n", "f:2:1: exit-zero can't be set by a repository's file: a scan with findings would look clean", own("exit-zero")},
		{"[scan]\nverify = true\n", "f:2:1: verify can't be set by a repository's file: what is found would be sent over the network", own("verify")},
		{"[scan]\nreport = ['text', 'json=/etc/x']\n", "f:2:1: report can't name a file in a repository's file: it would be written wherever the repository says", own("report")},
		{"[scan]\nreport = ['template:x']\n", "f:2:1: report can't be a template in a repository's file: it could say that nothing was found", own("report")},
		// Lists.
		{"[scan]\nexclude = [1]\n", "f:2:12: exclude must be a list of strings", ""},
		{"[scan]\nexclude = ['a', '']\n", "f:2:17: an entry of exclude is empty", ""},
		{"[scan]\nexclude = [\"a\\nb\"]\n", "f:2:12: an entry of exclude holds a line break or a NUL byte", ""},
		{"[scan]\nexclude = ['#a']\n", `f:2:12: an entry of exclude is a comment in gitignore syntax (write \# for a name that begins with #)`, ""},
		{"[scan]\nexclude = ['/']\n", "f:2:12: an entry of exclude matches nothing", ""},
		{"[rules]\ndisable = [['x']]\n", "f:2:1: disable must be a list of strings", ""},
		{"[rules]\nfiles = ['../x.toml']\n", "f:2:10: an entry of files leads out of the folder of this file", ""},
		{"[rules]\nfiles = ['/etc/x.toml']\n", "f:2:10: an entry of files leads out of the folder of this file", ""},
		// Allow entries.
		{"[[allow]]\nfingerprint = '00112233445566778899'\n", "f:1:3: an allow entry without a reason", ""},
		{"[[allow]]\nreason = 'r'\n", "f:1:3: an allow entry without a condition (rule, path, fingerprint or value)", ""},
		{"[[allow]]\n", "f:1:3: an allow entry without a reason\nf:1:3: an allow entry without a condition (rule, path, fingerprint or value)", ""},
		{"[[allow]]\nreason = ''\nrule = 'x'\n", "f:2:10: reason is empty", ""},
		{"[[allow]]\nreason = '  '\nrule = 'x'\n", "f:2:10: reason is blank", ""},
		{"[[allow]]\nreason = 1\nrule = 'x'\n", "f:2:10: reason must be a string, not a number", ""},
		{"[[allow]]\nreason = 'r'\nrule = ''\n", "f:3:8: rule is empty", ""},
		{"[[allow]]\nreason = 'r'\npath = '!x'\n", "f:3:8: path can't be negated with ! (each entry stands for itself)", ""},
		{"[[allow]]\nreason = 'r'\npath = '# x'\n", `f:3:8: path is a comment in gitignore syntax (write \# for a name that begins with #)`, ""},
		{"[[allow]]\nreason = 'r'\npath = ' '\n", "f:3:8: path is blank", ""},
		{"[[allow]]\nreason = 'r'\nfingerprint = '0011223344556677889'\n", "f:3:15: fingerprint must be the 20 hexadecimal digits that a report shows", ""},
		{"[[allow]]\nreason = 'r'\nfingerprint = '0011223344556677889g'\n", "f:3:15: fingerprint must be the 20 hexadecimal digits that a report shows", ""},
		{"[[allow]]\nreason = 'r'\nvalue = 'pass(word'\n", "f:3:9: value is not a regular expression: missing closing )", ""},
		{"[[allow]]\nreason = 'r'\nvalue = '(?=x)'\n", "f:3:9: value is not a regular expression: invalid or unsupported Perl syntax", ""},
		{"[[allow]]\nreason = 'r'\nrule = 'x'\nuntil = '2030-01-01'\n", "f:4:9: until must be a date without quotes and time, such as 2030-12-31", ""},
		{"[[allow]]\nreason = 'r'\nrule = 'x'\nuntil = 2030-01-01T00:00:00Z\n", "f:4:9: until must be a date without quotes and time, such as 2030-12-31", ""},
		{"[[allow]]\nreason = 'r'\nrule = 'x'\nuntil = 2030-02-30\n", "f:4:17: impossible date", ""},
		{"allow = [{rule = 'x'}]\n", "f:1:10: an allow entry without a reason", ""},
		{"allow = [1]\n", `f:1:1: unknown key "allow" outside of the tables`, ""},
		// All of them, in order.
		{"[scan]\nstrict = 1\n[[allow]]\nrule = 'x'\n[x]\n[scann]\n", "f:2:10: strict must be true or false, not a number\nf:3:3: an allow entry without a reason\nf:5:2: unknown table \"x\"\nf:6:2: unknown table \"scann\" (did you mean \"scan\"?)", ""},
	} {
		_, err := Parse("f", "/x", []byte(c.doc), Options{Flags: flags})
		var es Errors
		if !errors.As(err, &es) {
			t.Errorf("%q: got %v, want errors", c.doc, err)
			continue
		}
		if es.Error() != c.want {
			t.Errorf("%q:\n got %s\nwant %s", c.doc, es, c.want)
		}
		if es.Hint() != c.hint {
			t.Errorf("%q: hint %q, want %q", c.doc, es.Hint(), c.hint)
		}
	}
}

func TestOwnFileMaySetMore(t *testing.T) {
	doc := "[scan]\nshow-secrets = true\nexit-zero = true\nverify = true\nreport = 'json=/tmp/x'\n[rules]\nfiles = ['../x.toml', '/y.toml']\n"
	c, err := Parse("d/f", "/x/d", []byte(doc), Options{Flags: flags, Trusted: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Scan) != 4 || len(c.Packs) != 2 || c.Packs[0].Value != "x.toml" || c.Packs[1].Value != "/y.toml" {
		t.Errorf("got %+v", c)
	}
	for _, name := range []string{"config", "rules"} {
		if _, err := Parse("f", "/x", []byte("[scan]\n"+name+" = 'x'\n"), Options{Flags: flags, Trusted: true}); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

func TestErrorsNeverQuoteWhatMayBeASecret(t *testing.T) {
	const pasted = "Zq8(pasted"
	for _, doc := range []string{
		"[[allow]]\nreason = 'r'\nvalue = '" + pasted + "'\n",
		"[[allow]]\nreason = 'r'\nfingerprint = '" + pasted + "'\n",
		"[[allow]]\nreason = 'r'\nvalue = ['" + pasted + "']\n",
		"[[allow]]\nreason = 'r'\nuntil = '" + pasted + "'\n",
		"[[allow]]\nreason = 'r'\nvalue = '[z-" + pasted + "'\n",
		"[[allow]]\nreason = 'r'\nvalue = '(?" + pasted + "'\n",
	} {
		_, err := Parse("f", "/x", []byte(doc), Options{})
		if err == nil || strings.Contains(err.Error(), "Zq8") || strings.Contains(err.Error(), "pasted") {
			t.Errorf("%q: %v", doc, err)
		}
	}
}

func TestManyErrorsAreCutShort(t *testing.T) {
	_, err := Parse("f", "/x", []byte(strings.Repeat("[[x]]\n", 1000)), Options{})
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != maxTold+1 || lines[maxTold] != "f: and 980 more" {
		t.Errorf("%d lines, the last %q", len(lines), lines[len(lines)-1])
	}
}

// A file can be made to cost much more than its size.
func TestHostileFilesAreRefused(t *testing.T) {
	entry := func(key, v string) string { return "[[allow]]\nreason='r'\n" + key + "='" + v + "'\n" }
	for name, c := range map[string]struct{ doc, want string }{
		"many large patterns": {strings.Repeat(entry("value", strings.Repeat(".{1000}", 4)), 50),
			"f:9:7: value: the value patterns of this file are too large together"},
		"a long pattern": {entry("value", strings.Repeat("x", 1001)), "f:3:7: value is longer than 1000 bytes"},
		"many entries":   {strings.Repeat(entry("rule", "x"), maxAllow+1), "f:15001:3: more than 5000 allow entries"},
		"many path patterns": {strings.Repeat(entry("path", strings.Repeat("*a", 1000)), 40),
			"f:99:6: path: the path patterns of this file are too many and too long"},
		"large rules": {strings.Repeat("[[rule]]\npattern='abcd"+strings.Repeat(".{1000}", 16)+"'\n", 4000),
			"f:26:9: the patterns of this file and its packs are too large together"},
		"large words": {strings.Repeat("[[rule]]\nword='abcd.{500}'\n", 100),
			"f:16:6: the patterns of this file and its packs are too large together"},
		"many rules":  {strings.Repeat("[[rule]]\n", 2001), "f:2001:3: the rules of this file and its packs are more than 2000"},
		"a long rule": {"[[rule]]\nword='" + strings.Repeat("x", 4001) + "'\n", "f:2:6: word is longer than 4000 bytes"},
		"a long list": {"[scan]\nexclude=[" + strings.Repeat("'a',", 1001) + "]\n", "f:2:1: exclude has more than 1000 entries"},
		"deep":        {"a=" + strings.Repeat("[", 400_000), "f:1:10003: arrays and inline tables are nested more than the maximum of 10000 levels deep"},
		"too large":   {strings.Repeat("#\n", MaxSize/2+1), "f: larger than 1 MiB"},
	} {
		_, err := Parse("f", "/x", []byte(c.doc), Options{})
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: %v\nwant %s", name, err, c.want)
		}
	}
}

func TestRulesOfTheFile(t *testing.T) {
	_, err := Parse("f", "/x", []byte("[scan]\n[[rule]]\nid = 'x'\ncolour = 'red'\n"), Options{})
	if err == nil || !strings.Contains(err.Error(), "f:4: unknown key \"colour\"") {
		t.Errorf("got %v", err)
	}
	good := "[scan]\nstrict = true\n[[rule]]\nid = 'our-token'\ntitle = 'Our token'\nliterals = ['OURS_']\npattern = 'OURS_[a-z]{8}'\n" +
		"examples = ['x = OURS_{{lower 8}}']\ncounter_examples = ['x = OURS_']\n"
	c, err := Parse("f", "/x", []byte(good), Options{Flags: flags})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Rules) != 1 || c.Rules[0].ID != "our-token" || c.Rules[0].Pack != "f" || c.Rules[0].Line != 3 {
		t.Errorf("got %+v", c.Rules)
	}
	set, err := rules.NewSet(c.Rules)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.CheckRules(set); err != nil {
		t.Errorf("no rule named: %v", err)
	}
	c, err = Parse("f", "/x", []byte("[rules]\ndisable = ['our-tokn']\n[[allow]]\nrule = 'other'\nreason = 'r'\n"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := "f:2: unknown rule \"our-tokn\" in disable (did you mean \"our-token\"?)\nf:3: unknown rule \"other\" in [[allow]]"
	if err := c.CheckRules(set); err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}
