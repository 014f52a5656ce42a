package config

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"

	"lockaway/rules"
)

// foreignRule is another tool's rule.
type foreignRule struct {
	line      int
	id, title string
	re, path  string
	group     int
	entropy   string
}

// rule carries a rule over. Ours are tried where one of their literals stands, and begin
// with it: an expression that begins with no text can't be one.
func (x *importer) rule(r foreignRule) {
	if x.ids[r.id] || x.known(r.id) {
		x.lose(r.line, "the rule %s: there is one of that name already", quoted(r.id))
		return
	}
	text, what := r.text()
	if what == "" {
		if _, err := rules.LoadTables("", []byte(text)); err != nil {
			what = fromRules("", err)[0].What
		}
	}
	if what == "" {
		what = refused(text)
	}
	if what != "" {
		x.lose(r.line, "the rule %s: %s", quoted(r.id), what)
		return
	}
	x.ids[r.id] = true
	x.Rules = append(x.Rules, text)
}

// text writes the rule as ours, or says why it can't be.
func (r *foreignRule) text() (text, what string) {
	tree, err := syntax.Parse(r.re, syntax.Perl)
	if err != nil {
		return "", "its expression is none of RE2"
	}
	tree, left, right := bounds(tree)
	tree = onlyGroup(tree, max(r.group, 1))
	if tree.Op != syntax.OpConcat && tree.Op != syntax.OpLiteral {
		tree = &syntax.Regexp{Op: syntax.OpConcat, Sub: []*syntax.Regexp{tree}, Flags: syntax.Perl}
	}
	literals, fold := beginnings(tree)
	if literals == nil {
		return "", "its expression begins with no text of three characters or more"
	}
	example, ok := exampleOf(tree)
	if !ok {
		return "", "no example could be made of its expression"
	}
	title := r.title
	if title == "" {
		title = r.id
	}
	var b strings.Builder
	fmt.Fprintf(&b, "[[rule]]\nid = %s\ntitle = %s\nliterals = [%s]\n", tomlText(r.id), tomlText(title), tomlTexts(literals))
	if fold {
		b.WriteString("fold_case = true\n")
	}
	fmt.Fprintf(&b, "pattern = %s\n", tomlText(tree.String()))
	for _, side := range []struct {
		name string
		on   bool
	}{{"left", left}, {"right", right}} {
		if side.on {
			fmt.Fprintf(&b, "%s = \"A-Za-z0-9_\"\n", side.name)
		}
	}
	if r.entropy != "" && strings.Trim(r.entropy, "0.") != "" {
		fmt.Fprintf(&b, "validators = [%s]\n", tomlText("entropy>="+r.entropy))
	}
	fmt.Fprintf(&b, "examples = [%s]\ncounter_examples = [\"nothing\"]\n", tomlText(example))
	return b.String(), ""
}

func tomlTexts(list []string) string {
	var out []string
	for _, s := range list {
		out = append(out, tomlText(s))
	}
	return strings.Join(out, ", ")
}

// bounds takes \b off both ends.
func bounds(re *syntax.Regexp) (out *syntax.Regexp, left, right bool) {
	if re.Op != syntax.OpConcat {
		return re, false, false
	}
	sub := slices.Clone(re.Sub)
	if len(sub) > 1 && sub[0].Op == syntax.OpWordBoundary {
		sub, left = sub[1:], true
	}
	if len(sub) > 1 && sub[len(sub)-1].Op == syntax.OpWordBoundary {
		sub, right = sub[:len(sub)-1], true
	}
	return &syntax.Regexp{Op: syntax.OpConcat, Sub: sub, Flags: re.Flags}, left, right
}

// onlyGroup leaves one group of an expression.
func onlyGroup(re *syntax.Regexp, keep int) *syntax.Regexp {
	if re.Op == syntax.OpCapture && re.Cap != keep {
		return onlyGroup(re.Sub[0], keep)
	}
	out := *re
	out.Sub = nil
	out.Name = ""
	for _, sub := range re.Sub {
		out.Sub = append(out.Sub, onlyGroup(sub, keep))
	}
	return &out
}

// beginnings are the texts one of which every match begins with, and whether they stand
// for capitals and small letters alike; nil where there are none that are long enough.
func beginnings(re *syntax.Regexp) (out []string, fold bool) {
	lists, _, fold := prefixes(re)
	for _, s := range lists {
		if len(s) < 3 {
			return nil, false
		}
		if fold {
			s = strings.ToLower(s)
		}
		out = append(out, s)
	}
	slices.Sort(out)
	return slices.Compact(out), fold
}

// prefixes returns how the matches of an expression may begin, and whether that is all of
// them.
func prefixes(re *syntax.Regexp) (out []string, whole, fold bool) {
	switch re.Op {
	case syntax.OpLiteral:
		return []string{string(re.Rune)}, true, re.Flags&syntax.FoldCase != 0
	case syntax.OpCapture:
		return prefixes(re.Sub[0])
	case syntax.OpCharClass:
		for i := 0; i < len(re.Rune); i += 2 {
			for c := re.Rune[i]; c <= re.Rune[i+1]; c++ {
				if out = append(out, string(c)); len(out) > 8 {
					return []string{""}, false, false
				}
			}
		}
		return out, true, false
	case syntax.OpAlternate:
		whole = true
		for _, sub := range re.Sub {
			some, all, f := prefixes(sub)
			out, whole, fold = append(out, some...), whole && all, fold || f
		}
		return out, whole, fold
	case syntax.OpConcat:
		out, whole = []string{""}, true
		for _, sub := range re.Sub {
			some, all, f := prefixes(sub)
			if len(out)*len(some) > 16 {
				return out, false, fold
			}
			var next []string
			for _, a := range out {
				for _, b := range some {
					next = append(next, a+b)
				}
			}
			if out, fold = next, fold || f; !all {
				return out, false, fold
			}
		}
		return out, whole, fold
	}
	return []string{""}, false, false
}

// templates are the made-up values that an example may hold, by the class of characters
// that they are of, the largest first.
var templates = []struct{ class, name string }{
	{`[0-9A-Za-z]`, "alnum"}, {`[0-9a-z]`, "lower"}, {`[0-9A-Z]`, "upper"}, {`[A-Za-z]`, "letters"},
	{`[0-9a-f]`, "hex"}, {`[0-9]`, "digits"},
}

// exampleOf makes an example of what an expression matches: runs of characters that are
// made up when it is checked, and else the shortest text.
func exampleOf(re *syntax.Regexp) (string, bool) {
	switch re.Op {
	case syntax.OpEmptyMatch, syntax.OpWordBoundary, syntax.OpNoWordBoundary, syntax.OpBeginLine, syntax.OpBeginText, syntax.OpEndLine, syntax.OpEndText:
		return "", true
	case syntax.OpLiteral:
		return strings.ReplaceAll(string(re.Rune), "{{", "{{'{{'}}"), true
	case syntax.OpCharClass:
		return classExample(re, 1), len(re.Rune) > 0
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return "x", true
	case syntax.OpCapture, syntax.OpAlternate:
		return exampleOf(re.Sub[0])
	case syntax.OpStar, syntax.OpQuest:
		return "", true
	case syntax.OpPlus:
		return exampleOf(re.Sub[0])
	case syntax.OpRepeat:
		if re.Sub[0].Op == syntax.OpCharClass && re.Min > 0 {
			return classExample(re.Sub[0], re.Min), true
		}
		one, ok := exampleOf(re.Sub[0])
		return strings.Repeat(one, min(re.Min, 1000)), ok
	case syntax.OpConcat:
		var b strings.Builder
		for _, sub := range re.Sub {
			one, ok := exampleOf(sub)
			if !ok {
				return "", false
			}
			b.WriteString(one)
		}
		return b.String(), true
	}
	return "", false
}

// classExample is a run of characters of a class.
func classExample(re *syntax.Regexp, n int) string {
	if n >= 4 {
		for _, t := range templates {
			if fits(re, t.class) {
				return fmt.Sprintf("{{%s %d}}", t.name, n)
			}
		}
	}
	c := re.Rune[0]
	for i := 0; i < len(re.Rune); i += 2 {
		if re.Rune[i] <= 'x' && 'x' <= re.Rune[i+1] {
			c = 'x'
		} else if c < ' ' && re.Rune[i+1] >= ' ' {
			c = max(re.Rune[i], ' ')
		}
	}
	return strings.Repeat(string(c), n)
}

// fits tells whether a class holds all characters of another.
func fits(re *syntax.Regexp, class string) bool {
	whole, err := regexp.Compile(`^` + re.String() + `+$`)
	if err != nil {
		return false
	}
	of := regexp.MustCompile(class)
	var all strings.Builder
	for c := '0'; c <= 'z'; c++ {
		if of.MatchString(string(c)) {
			all.WriteRune(c)
		}
	}
	return whole.MatchString(all.String())
}
