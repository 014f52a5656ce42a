package rules

import (
	"errors"
	"fmt"
	"regexp/syntax"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"
)

// A pack without a fault. Line numbers in the tests count in it.
const soundPack = `provider = "acme"
title = "Acme"
[[rule]]
id = "acme-token"
title = "Acme token"
literals = ["acme_"]
pattern = 'acme_[a-z]{20}'
examples = ["acme_{{letters 20}}"]
counter_examples = ["acme_short"]
`

// A rule's lines after its header, with one of them replaced (or, where the
// replacement has no such key, added).
func ruleWith(line string) string {
	key, _, _ := strings.Cut(line, " ")
	lines := strings.SplitAfter(soundPack, "\n")
	for i, l := range lines {
		if i > 2 && strings.HasPrefix(l, key+" ") {
			lines[i] = line + "\n"
			return strings.Join(lines, "")
		}
	}
	return soundPack + line + "\n"
}

// ruleWithout leaves lines out.
func ruleWithout(keys ...string) string {
	var out strings.Builder
	for _, l := range strings.SplitAfter(soundPack, "\n") {
		key, _, _ := strings.Cut(l, " ")
		keep := true
		for _, k := range keys {
			keep = keep && k != key
		}
		if keep {
			out.WriteString(l)
		}
	}
	return out.String()
}

const runRule = "[[rule]]\nid = \"acme-run\"\ntitle = \"t\"\nexamples = ['x']\ncounter_examples = ['y']\n"

func TestLoadNamesEveryFaultWithItsLine(t *testing.T) {
	pack := "provider = \"acme\"\ntitle = \"Acme\"\n"
	for _, c := range []struct{ name, text, want string }{
		{"unknown key", ruleWith(`tilte = "x"`), `p.toml:10: unknown key "tilte" (did you mean "title"?)`},
		{"unknown key, nothing near", ruleWith(`zzzzzzzz = "x"`), `p.toml:10: unknown key "zzzzzzzz"`},
		{"dotted key", ruleWith(`id.x = "y"`), `p.toml:10: unknown key "id.x" (did you mean "id"?)`},
		{"unknown key of the pack", "provder = \"acme\"\n" + soundPack, `p.toml:1: unknown key "provder" (did you mean "provider"?)`},
		{"rule's key before any rule", "pattern = 'x'\n" + soundPack, `p.toml:1: unknown key "pattern" (did you mean "pattern"?)`},
		{"unknown table", soundPack + "[other]\nx = 1\n", `p.toml:10: unknown table "other" (a pack holds [[rule]] tables)`},
		{"single table", pack + "[rule]\nid = 'acme-x'\n", `p.toml:3: a rule begins with [[rule]], not [rule]`},
		{"table in a rule", soundPack + "[[rule.examples]]\ntext = 'x'\n", `p.toml:10: a rule has no tables of its own (rule.examples)`},
		{"inline rules", "rule = [{id = 'x'}]\n" + pack, `p.toml:1: rules are written as [[rule]] tables`},
		{"string wanted", ruleWith(`title = 5`), `p.toml:5: title must be a string, not an integer`},
		{"list wanted", ruleWith(`literals = "acme_"`), `p.toml:6: literals must be a list, not a string`},
		{"flag wanted", ruleWith(`fold_case = "yes"`), `p.toml:10: fold_case must be true or false, not a string`},
		{"integer wanted", ruleWith(`span = 1.5`), `p.toml:10: span must be an integer, not a number with a fraction`},
		{"string in a list wanted", ruleWith("literals = [\n 'acme_',\n true]"), `p.toml:8: an entry of literals must be a string, not true or false`},
		{"number too large", ruleWith(`span = 99999999999999999999`), `p.toml:10: span is out of range`},
		{"empty string", ruleWith(`title = ""`), `p.toml:5: title is empty`},
		{"key twice", ruleWith(`title = "x"`) + "title = 'y'\n", `p.toml:10: title stands already in line 5`},
		{"bad pattern", ruleWith(`pattern = 'acme_[a-z'`), `p.toml:7: pattern: missing closing ]: [a-z`},
		{"pattern that leaves its frame", ruleWith(`pattern = 'acme_)|(?:x'`), `p.toml:7: pattern: unexpected ): acme_)|(?:x`},
		{"look-around", ruleWith(`pattern = 'acme_(?=x)'`), `p.toml:7: pattern: invalid or unsupported Perl syntax: (?=`},
		{"pattern that can be empty", ruleWith(`pattern = '(?:acme_)?x*'`), `p.toml:7: pattern can match nothing at all`},
		{"value that can be empty", ruleWith(`pattern = 'acme_([a-z]*)'`), `p.toml:7: pattern can match nothing at all`},
		{"two groups", ruleWith(`pattern = '(acme)_([a-z]+)'`), `p.toml:7: pattern has more than one group; write (?:…) where none is meant`},
		{"unknown validator", ruleWith(`validators = ["github-tokne"]`), `p.toml:10: unknown validator "github-tokne" (did you mean "github-token"?)`},
		{"entropy without number", ruleWith(`validators = ["entropy>=much"]`), `p.toml:10: unknown validator "entropy>=much"`},
		{"entropy that nothing has", ruleWith(`validators = ["entropy>=9"]`), `p.toml:10: unknown validator "entropy>=9"`},
		{"no id", ruleWithout("id"), `p.toml:3: a rule without id`},
		{"no title", ruleWithout("title") + "title = 'x'\n", `p.toml:1: title is missing`},
		{"no provider", strings.TrimPrefix(soundPack, "provider = \"acme\"\n"), `p.toml:1: provider is missing`},
		{"no example", ruleWithout("examples"), `p.toml:3: rule "acme-token" has no example (examples)`},
		{"empty examples", ruleWith("examples = []"), `p.toml:8: examples is empty`},
		{"no counter-example", ruleWithout("counter_examples"), `p.toml:3: rule "acme-token" has no counter-example (counter_examples)`},
		{"example of a wrong type", ruleWith("examples = [\n\n 7]"), `p.toml:10: an entry of examples must be a string or a table of text and path, not an integer`},
		{"example with an unknown key", ruleWith("examples = [{text = 'x', file = 'y'}]"), `p.toml:8: unknown key "file" in an example (it has text and path)`},
		{"example without text", ruleWith("examples = [{path = 'y'}]"), `p.toml:8: an example without text`},
		{"id of a wrong form", ruleWith(`id = "acme-Token"`), `p.toml:4: id "acme-Token" is not of lower-case letters and digits with single hyphens between`},
		{"id of another provider", ruleWith(`id = "other-token"`), `p.toml:4: rule "other-token" does not begin with "acme", the pack's provider (or its prefix, if it names one)`},
		{"duplicate id", soundPack + strings.SplitAfterN(soundPack, "\n", 3)[2], `p.toml:11: rule "acme-token" stands already in line 3`},
		{"neither pattern nor alphabet", ruleWithout("pattern", "literals"), `p.toml:3: rule "acme-token" has neither pattern nor alphabet, nor refines another with of`},
		{"both", ruleWith(`alphabet = "a-z"`), `p.toml:10: a rule has a pattern or an alphabet, not both`},
		{"no literals", ruleWithout("literals"), `p.toml:3: rule "acme-token" has no literals, so nobody would know where to try its pattern`},
		{"short literal", ruleWith(`literals = ["ac"]`), `p.toml:6: literals: "ac" is shorter than 3 bytes`},
		{"run's key in a pattern's rule", ruleWith(`max = 5`), `p.toml:10: a rule with a pattern has no max`},
		{"run alone", pack + runRule + "alphabet = 'a-z'\nmin = 4\nmax = 5\n", `p.toml:3: rule "acme-run" needs names or near: a run of characters alone says nothing`},
		{"run without length", pack + runRule + "alphabet = 'a-z'\nnames = ['key']\nmin = 4\n", `p.toml:8: an alphabet needs min and max`},
		{"run with max below min", pack + runRule + "alphabet = 'a-z'\nnames = ['key']\nmin = 4\nmax = 3\n", `p.toml:11: max is less than min`},
		{"run longer than the span", pack + runRule + "alphabet = 'a-z'\nnames = ['key']\nmin = 4\nmax = 513\n", `p.toml:11: max is more than the span of 512`},
		{"min of nothing", pack + runRule + "alphabet = 'a-z'\nnames = ['key']\nmin = 0\nmax = 3\n", `p.toml:10: min must be at least 1`},
		{"short name", pack + runRule + "alphabet = 'a-z'\nnames = ['ke']\nmin = 1\nmax = 3\n", `p.toml:9: names: "ke" is shorter than 3 bytes`},
		{"literal in a run's rule", pack + runRule + "alphabet = 'a-z'\nnames = ['key']\nmin = 1\nmax = 3\nliterals = ['abc']\n", `p.toml:12: a rule with an alphabet has no literals`},
		{"range upside down", ruleWith(`left = "z-a"`), `p.toml:10: left: the range z-a is empty`},
		{"negated characters", ruleWith(`right = "^a-z"`), `p.toml:10: right: not a list of characters: "^a-z"`},
		{"span too long", ruleWith(`span = 16385`), `p.toml:10: span must be from 1 to 16384`},
		{"span of nothing", ruleWith(`span = 0`), `p.toml:10: span must be from 1 to 16384`},
		{"confidence", ruleWith(`confidence = "sure"`), `p.toml:10: unknown confidence "sure" (one of low, medium, high)`},
		{"severity", ruleWith(`severity = "bad"`), `p.toml:10: unknown severity "bad" (one of info, low, medium, high, critical)`},
		{"extend", ruleWith(`extend = "file"`), `p.toml:10: unknown extend "file" (one of url, pem)`},
		{"part", ruleWith(`part = "id"`) + "credential = 'x'\n", `p.toml:10: unknown part "id" (one of key-id, secret, session-token)`},
		{"part alone", ruleWith(`part = "secret"`), `p.toml:10: part and credential belong together`},
		{"credential alone", ruleWith(`credential = "acme"`), `p.toml:10: part and credential belong together`},
		{"joined of no secret", ruleWith(`joined = {rule = "acme", title = "x", severity = "high"}`), `p.toml:10: joined belongs to the rule of a credential's secret`},
		{"joined without title", ruleWith(`part = "secret"`) + "credential = 'x'\njoined = {rule = 'acme', severity = 'high'}\n", `p.toml:12: joined needs rule, title and severity`},
		{"path without of", ruleWith(`path = 'x'`), `p.toml:10: path and word belong to a rule with of`},
		{"of without path or word", pack + runRule + "of = 'acme-token'\n", `p.toml:8: a rule with of needs path or word`},
		{"of with a pattern", pack + runRule + "of = 'acme-token'\npath = 'x'\npattern = 'acme'\n", `p.toml:10: a rule with of is not looked for, so it has no pattern`},
		{"bad path", pack + runRule + "of = 'acme-token'\npath = '('\n", `p.toml:9: path: missing closing ): (`},
		{"not TOML", soundPack + "id = = 3\n", `p.toml:10: not TOML: unexpected character U+003D '=' at start of value`},
		{"not TOML at its end", soundPack + "title = [1,", `p.toml:10: not TOML: array is incomplete`},
	} {
		t.Run(c.name, func(t *testing.T) {
			rules, err := Load("p.toml", []byte(c.text))
			if err == nil {
				t.Fatalf("no fault found")
			}
			if err.Error() != c.want {
				t.Errorf("got  %s\nwant %s", err, c.want)
			}
			if rules != nil {
				t.Error("rules of a faulty pack were handed out")
			}
			var e *Error
			if !errors.As(err, &e) || e.File != "p.toml" || e.Line == 0 {
				t.Errorf("no place in %#v", err)
			}
		})
	}
}

func TestLoadTellsAllFaultsInOrder(t *testing.T) {
	text := "title = 7\n" + runRule + "alphabet = 'z-a'\nspam = 1\nconfidence = 'x'\n"
	_, err := Load("p.toml", []byte(text))
	want := strings.Join([]string{
		`p.toml:1: title must be a string, not an integer`,
		`p.toml:1: provider is missing`,
		`p.toml:2: rule "acme-run" needs names or near: a run of characters alone says nothing`,
		`p.toml:7: an alphabet needs min and max`,
		`p.toml:7: alphabet: the range z-a is empty`,
		`p.toml:8: unknown key "spam" (did you mean "span"?)`,
		`p.toml:9: unknown confidence "x" (one of low, medium, high)`,
	}, "\n")
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

func TestLoadReadsEveryKey(t *testing.T) {
	text := "\xef\xbb\xbf" + `provider = "acme"
prefix = "ac"
title = "Acme"
references = ["https://a.invalid"]
[[rule]]
id = "ac-one"
title = "One"
description = "d"
literals = ["ABC", "def"] # a comment
fold_case = true
pattern = '''(?i)abc([0-9]+)'''
left = "A-Z"
right = '0-9\-'
extend = "url"
span = 1_000
part = "secret"
credential = "ac"
joined = { rule = "ac-pair", title = "Pair", severity = "critical" }
validators = ["entropy>=1.5", "not-sequence"]
confidence = "high"
severity = "low"
guidance = ["KEY-09"]
steps = ["first", "second"]
references = ["https://b.invalid"]
examples = [
  "abc1",
  { text = "abc2", path = "x/y" },
]
counter_examples = ["abc"]
[[rule]]
id = "ac-two"
title = "Two"
alphabet = "a-z"
min = 0x10
max = 20
names = ["secret"]
near = ["ac-one"]
examples = ["x"]
counter_examples = ["y"]
[[rule]]
id = "ac-three"
title = "Three"
of = "ac-one"
path = '\.x$'
word = 'w+'
examples = ["x"]
counter_examples = ["y"]
`
	rules, err := Load("a.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	one, two, three := rules[0], rules[1], rules[2]
	got := fmt.Sprint(one.ID, one.Title, one.Description, one.Pack, one.Line, one.Literals, one.FoldCase, one.PatternSrc,
		one.Left, one.Right, one.Extend, one.Span, one.Part, one.Credential, one.Joined, one.Validators,
		one.Confidence, one.Severity, one.Guidance, one.Steps, one.References, one.Examples, one.CounterExamples)
	want := `ac-oneOneda.toml5[ABC def] true(?i)abc([0-9]+)A-Z0-9\-url1000secretac{ac-pair Pair critical}` +
		`[entropy>=1.5 not-sequence]highlow[KEY-09] [first second] [https://b.invalid] [{abc1  26} {abc2 x/y 27}] [{abc  29}]`
	if strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(want, " ", "") {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if one.Regexp().String() != `^(?:(?i)abc([0-9]+))` || two.Regexp() != nil {
		t.Errorf("patterns %v and %v", one.Regexp(), two.Regexp())
	}
	if two.Alphabet != "a-z" || two.Min != 16 || two.Max != 20 || two.Names[0] != "secret" || two.Near[0] != "ac-one" ||
		two.Span != 512 || two.Confidence != "medium" || two.Severity != "high" {
		t.Errorf("the run's rule is %+v", two.label())
	}
	if three.Of != "ac-one" || three.Path.String() != `\.x$` || three.Word.String() != "w+" {
		t.Errorf("the refining rule is of %s, %v, %v", three.Of, three.Path, three.Word)
	}
}

func TestLoadTablesLeavesOtherTablesAlone(t *testing.T) {
	_, body, _ := strings.Cut(soundPack, "[[rule]]\n")
	text := "x = 1\n[scan]\nmin-confidence = \"low\"\nid = 4\n[[allow]]\nreason = 'r'\n[[rule]]\n" + body + "[rules]\nfiles = []\n"
	rules, err := LoadTables(".lockaway.toml", []byte(text))
	if err != nil || len(rules) != 1 || rules[0].ID != "acme-token" || rules[0].Line != 7 {
		t.Fatalf("%v, %v", rules, err)
	}
	_, err = LoadTables(".lockaway.toml", []byte(text+"[[rule]]\nid = 3\n"))
	if err == nil || !strings.HasPrefix(err.Error(), ".lockaway.toml:16: ") || strings.Contains(err.Error(), "provider") {
		t.Errorf("got %v", err)
	}
	if rules, err := LoadTables("c.toml", []byte("[scan]\nx = 1\n")); err != nil || len(rules) != 0 {
		t.Errorf("%v, %v", rules, err)
	}
}

func TestBuiltinPacksPassTheStrictLoader(t *testing.T) {
	entries, err := packs.ReadDir("packs")
	if err != nil {
		t.Fatal(err)
	}
	var all []*Rule
	for _, e := range entries {
		data, err := packs.ReadFile("packs/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		rules, err := Load(e.Name(), data)
		if err != nil {
			t.Error(err)
		}
		all = append(all, rules...)
	}
	strict, err := NewSet(all)
	if err != nil {
		t.Fatal(err)
	}
	set, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	if set.Len() != strict.Len() || set.Len() == 0 {
		t.Errorf("%d rules, the strict loader gives %d", set.Len(), strict.Len())
	}
}

// A pattern is tried where a literal stands: one that can't match there would
// never find anything, and one that could match elsewhere would be a surprise.
func TestBuiltinPatternsAreAnchoredAndCompile(t *testing.T) {
	set, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range set.Rules() {
		if r.PatternSrc == "" {
			continue
		}
		re := r.Regexp()
		if loc := re.FindIndex([]byte("x" + r.Literals[0])); loc != nil {
			t.Errorf("%s: matches away from the beginning", r.ID)
		}
		parsed, err := syntax.Parse(anchored(r.PatternSrc), syntax.Perl)
		if err != nil || minLength(parsed) < minLiteral {
			t.Errorf("%s: a match of %d characters, %v", r.ID, minLength(parsed), err)
		}
	}
}

// What the loader takes, the library's own decoder must take too, with the same
// number of rules: it is stricter, never looser.
func FuzzLoad(f *testing.F) {
	f.Add([]byte(soundPack))
	f.Add([]byte(soundPack + "[[rule]]\nid = 'acme-x'\nexamples = [{text = 'a'}]\n"))
	f.Add([]byte("[[rule]]\r\nid = \"a\"\r\n\"title\" = '''x\r\ny'''\r\nmin = +0x_1\n"))
	f.Add([]byte("rule.id = 3\n[rule.x]\n[[rule.y.z]]\n"))
	f.Add([]byte("a = [[[[{b = [1, {c = 1979-05-27T07:32:00Z}]}]]]]"))
	entries, _ := packs.ReadDir("packs")
	for _, e := range entries {
		data, _ := packs.ReadFile("packs/" + e.Name())
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		rules, err := Load("f.toml", data)
		if err == nil {
			var doc struct{ Rule []map[string]any }
			if err := toml.Unmarshal([]byte(strings.TrimPrefix(string(data), "\xef\xbb\xbf")), &doc); err != nil {
				t.Fatalf("taken, though not TOML: %v", err)
			}
			if len(doc.Rule) != len(rules) {
				t.Fatalf("%d rules of %d", len(rules), len(doc.Rule))
			}
			for i, r := range rules {
				if doc.Rule[i]["id"] != r.ID {
					t.Fatalf("rule %d is %q, not %q", i, r.ID, doc.Rule[i]["id"])
				}
				r.Regexp() // does not panic: it was compiled before
			}
			return
		}
		lines := strings.Count(string(data), "\n") + 1
		for _, e := range err.(interface{ Unwrap() []error }).Unwrap() {
			if at := e.(*Error); at.Line < 1 || at.Line > lines {
				t.Fatalf("line %d of %d: %v", at.Line, lines, e)
			}
		}
	})
}

// Every scan begins with this.
func BenchmarkLoadBuiltin(b *testing.B) {
	for b.Loop() {
		if _, err := readBuiltin(); err != nil {
			b.Fatal(err)
		}
	}
}
