package filter

import (
	"strings"
	"testing"

	"lockaway/scanner/finding"
)

const v = "value-of-a-secret"

func TestCommentsOnTheLine(t *testing.T) {
	for _, c := range []struct{ line, reason string }{
		{"k = V # lockaway:allow", ""},
		{"k = V # lockaway:allow revoked in March", "revoked in March"},
		{"k = V #lockaway:allow: revoked\r", "revoked"},
		{"k = V // lockaway:allow - made up", "made up"},
		{"k = V //lockaway:allow", ""},
		{"k = V -- lockaway:allow it's old", "it's old"},
		{"k = V --lockaway:allow", ""},
		{"k = V ; lockaway:allow old", "old"},
		{"k = V /* lockaway:allow old */ more();", "old"},
		{"k = V /*lockaway:allow*/", ""},
		{"/* lockaway:allow old */ k = V", "old"},
		{"k = V <!-- lockaway:allow old -->", "old"},
		{"<!--lockaway:allow--><k>V</k>", ""},
		{"set k=V & REM lockaway:allow old", "old"},
		{"k = V ' lockaway:allow old", "old"},
		{"k = V % lockaway:allow 50% made up", "50% made up"},
		{"let k = V \" lockaway:allow old", "old"},
		{"k = V {# lockaway:allow old #}", "old"},
		{"{# lockaway:allow #}k = V", ""},
		{"k = V {{/* lockaway:allow old */}}", "old"},
		{"(* lockaway:allow old *) k = V", "old"},
		{"k = V --[[ lockaway:allow old ]]", "old"},
		{"k = V {- lockaway:allow old -}", "old"},
		{`{"k": "V", "why": "lockaway:allow old"}`, "old"},
		{`{"k": "V", "why": "key: lockaway:allow old", "z": 1}`, "old"},
		{"V lockaway:allow", ""},
		{"k = V # nosec, lockaway:allow old", "old"},
		{"k = V # lockaway:allowed, lockaway:allow old", "old"},
		{"k = V # lockaway:allow[some-rule] old", "old"},
		{"k = V # lockaway:allow[other, some-rule]", ""},
		{"k = V # lockaway:allow[other] a lockaway:allow[some-rule] b", "b"},
		{"k = V # lockaway:allow  \x1b[31m", "\x1b[31m"}, // reports show it visibly
		{"k = V # lockaway:allow a\xffb", "a\ufffdb"},
		{"k = V # lockaway:allow " + strings.Repeat("é", 150), strings.Repeat("é", 100) + "…"},
	} {
		got, ok := Inline(here("", strings.ReplaceAll(c.line, "V", v), v))
		if !ok || got.Reason != c.reason || got.By != "comment" {
			t.Errorf("%q: %v %+v, want reason %q", c.line, ok, got, c.reason)
		}
	}
}

func TestWhatIsNoComment(t *testing.T) {
	for _, line := range []string{
		"k = V",
		"k = V # lockaway:allowed",
		"k = V # lockaway:allow-list",
		"k = V # lockaway:allow_x",
		"k = V # lockaway:allow=false",
		"k = V # Lockaway:Allow",
		"k = V # lockaway: allow",
		"k = V # notlockaway:allow",
		"k = V https://example.org/lockaway:allow",
		"k = V https://lockaway:allow@example.org",
		"k = V # lockaway:allow[",
		"k = V # lockaway:allow[] old",
		"k = V # lockaway:allow[other] old",
		"k = V # lockaway:allow[some-rule old",
		"k = V # lockaway:allow[some-rule,] old",
		"k = V # lockaway:allow[some rule] old",
		"k = V # lockaway:allow/some-rule",
		"k = V -lockaway:allow",
		"k = V a=lockaway:allow",
	} {
		if got, ok := Inline(here("", strings.ReplaceAll(line, "V", v), v)); ok {
			t.Errorf("%q: allowed, %+v", line, got)
		}
	}
}

func TestMarkerInTheValueDoesNotCount(t *testing.T) {
	for _, secret := range []string{"pw #lockaway:allow", "x;lockaway:allow", "x lockaway:allow", "https://h/?sig=1#lockaway:allow"} {
		if _, ok := Inline(here("", "password = "+secret, secret)); ok {
			t.Errorf("%q allows itself", secret)
		}
		if _, ok := Inline(here("", "password = "+secret+" # lockaway:allow", secret)); !ok {
			t.Errorf("%q: a comment behind it does not count", secret)
		}
		f := here("", "k="+secret+" v", "v")
		f.Parts = []finding.Part{{Kind: "key-id", Value: finding.NewSecret(secret)}, {Kind: "secret", Value: finding.NewSecret("v")}}
		if _, ok := Inline(f); ok {
			t.Errorf("%q, a part, allows the whole", secret)
		}
	}
	// The value as it was decoded is not what stands in the line.
	line := `k = "pw \"#lockaway:allow\""`
	f := here("", line, `pw "#lockaway:allow"`)
	f.Around.Column, f.StartColumn, f.EndColumn = 5, 6, len(line)
	if _, ok := Inline(f); ok {
		t.Error("a marker in an escaped value counts")
	}
}

func TestCommentAloneOnTheLineBefore(t *testing.T) {
	for _, c := range []struct{ before, reason string }{
		{"# lockaway:allow revoked in March", "revoked in March"},
		{"\t  // lockaway:allow", ""},
		{"/// lockaway:allow old", "old"},
		{"-- lockaway:allow it's old", "it's old"},
		{";; lockaway:allow old", "old"},
		{"/* lockaway:allow old */", "old"},
		{" * lockaway:allow old", "old"},
		{" * lockaway:allow old */", "old"},
		{"<!-- lockaway:allow old -->\r", "old"},
		{"REM lockaway:allow old", "old"},
		{"@rem lockaway:allow old", "old"},
		{":: lockaway:allow old", "old"},
		{"dnl lockaway:allow old", "old"},
		{"' lockaway:allow it's old", "it's old"},
		{"'lockaway:allow it's old", "it's old"},
		{"\" lockaway:allow \"old\"", "\"old\""},
		{"% lockaway:allow old", "old"},
		{"{# lockaway:allow old #}", "old"},
		{"{{!-- lockaway:allow old --}}", "old"},
		{"<%# lockaway:allow old %>", "old"},
		{"! lockaway:allow old", "old"},
		{"\ufeff# lockaway:allow old", "old"},
		{"lockaway:allow old", "old"},
		{"# lockaway:allow[some-rule] ${{ secrets.X }} is used", "${{ secrets.X }} is used"},
	} {
		got, ok := Inline(here(c.before, "k = "+v, v))
		if !ok || got.Reason != c.reason {
			t.Errorf("%q: %v %+v, want reason %q", c.before, ok, got, c.reason)
		}
	}
}

func TestCommentOfOtherCodeCoversItsOwnLine(t *testing.T) {
	for _, before := range []string{
		"k2 = other # lockaway:allow old",
		"x // lockaway:allow",
		"/* lockaway:allow old */ k2 = other",
		"<!-- lockaway:allow --><k>other</k>",
		"{# lockaway:allow #} k2 = other",
		"1 # lockaway:allow",
		"# see lockaway:allow",
		"remark lockaway:allow",
		"# lockaway:allow[other] old",
		"# lockaway:allowed",
		"\"why\": \"lockaway:allow old\",",
	} {
		if got, ok := Inline(here(before, "k = "+v, v)); ok {
			t.Errorf("%q: allowed, %+v", before, got)
		}
	}
}

func TestFindingOfSeveralLines(t *testing.T) {
	for _, c := range []struct {
		before, lines, after string
		want                 bool
	}{
		{"", "id = a # lockaway:allow x\nother = 1\nsecret = b", "", true},
		{"", "id = a\nother = 1 # lockaway:allow x\nsecret = b", "", true},
		{"", "id = a\r\nother = 1\r\nsecret = b # lockaway:allow x\r", "", true},
		{"", "id = a\n# lockaway:allow x\nsecret = b", "", true},
		{"# lockaway:allow x", "id = a\nsecret = b", "", true},
		{"", "id = a\nsecret = b", "# lockaway:allow x", false},
		{"c = 1 # lockaway:allow x", "id = a\nsecret = b", "", false},
	} {
		f := here(c.before, c.lines, "b")
		f.EndLine += 2
		f.Around.After = c.after
		if got, ok := Inline(f); ok != c.want || ok && got.Reason != "x" {
			t.Errorf("%q %q: %v %+v", c.before, c.lines, ok, got)
		}
	}
}

func FuzzInline(f *testing.F) {
	for _, s := range []string{"# lockaway:allow x", "k = 1 /* lockaway:allow[a,b] y */ z", "lockaway:allow", "'lockaway:allow'", "{# lockaway:allow #}", "--lockaway:allow[", "::lockaway:allow]"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, before, lines string) {
		fd := here(before, lines, v)
		got, ok := Inline(fd)
		if ok && !strings.Contains(before, Marker) && !strings.Contains(lines, Marker) {
			t.Fatal("allowed without a marker")
		}
		if len(got.Reason) > maxReason+len("…") || strings.Contains(got.Reason, "\n") && !strings.Contains(before, "\n") {
			t.Fatalf("reason %q", got.Reason)
		}
		// A word that goes on is another word.
		longer := here(strings.ReplaceAll(before, Marker, Marker+"ed"), strings.ReplaceAll(lines, Marker, Marker+"ed"), v)
		if _, ok := Inline(longer); ok {
			t.Fatal("a longer word allows")
		}
		// What is alone on a line also holds on the finding's own.
		if !strings.Contains(before, "\n") {
			if m, ok := alone(before); ok && m.rules == nil {
				if _, ok := Inline(here("", before, v)); !ok {
					t.Fatalf("%q covers the next line but not its own", before)
				}
			}
		}
		// Names of rules limit.
		named := strings.NewReplacer(Marker+"[", Marker+"ed[", Marker, Marker+"[no-such-rule]")
		if _, ok := Inline(here(named.Replace(before), named.Replace(lines), v)); ok {
			t.Fatal("allowed for a rule that is not named")
		}
	})
}
