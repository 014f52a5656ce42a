package config

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// gitleaks' and betterleaks' configuration, as gitleaks' README describes it under
// "Configuration": [extend], [[rules]] with [[rules.allowlists]], and [[allowlists]]; older
// files have one [allowlist] of each.

var tomlTable = lazily(`(?m)^\s*\[\[?\s*(rules|allowlists?|extend)\s*\]\]?`)

func (x *importer) gitleaks(data []byte) error {
	if len(data) > MaxSize {
		return Errors{{File: x.file, What: errTooLarge.Error()}}
	}
	tables, err := parse(x.file, data)
	if err != nil {
		return err
	}
	rule := ""
	var lists []foreignList
	for _, t := range tables {
		switch t.name {
		case "rules":
			rule = x.gitleaksRule(t)
		case "rules.allowlist", "rules.allowlists":
			lists = append(lists, foreignList{t, []string{rule}, true})
		case "allowlist", "allowlists":
			lists = append(lists, foreignList{table: t})
		case "extend":
			x.gitleaksExtend(t)
		case "":
			for _, k := range t.keys {
				if k.name != "title" && k.name != "description" && k.name != "minVersion" {
					x.lose(k.line, "%s: there is no such key here", quoted(k.name))
				}
			}
		default:
			x.lose(t.line, "the table %s", quoted(t.name))
		}
	}
	for _, l := range lists {
		x.gitleaksAllow(l)
	}
	return nil
}

// gitleaksExtend takes what is disabled.
func (x *importer) gitleaksExtend(t table) {
	for _, k := range t.keys {
		switch k.name {
		case "useDefault":
			x.note(k.line, "its built-in rules are another tool's; those that come with lockaway hold instead")
		case "disabledRules":
			x.lose(k.line, "disabled rules: the IDs are another tool's; see lockaway rules list")
		default:
			x.lose(k.line, "%s of another configuration: import that file too", quoted(k.name))
		}
	}
}

// foreignList is an allowlist, of all rules or of some.
type foreignList struct {
	table
	rules []string
	own   bool // of the rule that it stands in
}

// gitleaksAllow carries an allowlist over. Its conditions are joined by OR unless it says
// AND; an entry of ours has all of its conditions met.
func (x *importer) gitleaksAllow(l foreignList) {
	var paths, values []string
	reason, and, target, commits, kinds := "", false, "", 0, 0
	for _, k := range l.keys {
		switch k.name {
		case "description":
			reason = k.text
		case "condition":
			and = strings.EqualFold(k.text, "AND") || k.text == "&&"
		case "paths":
			paths = texts(k)
		case "regexes":
			kinds++
			for _, re := range texts(k) {
				values = append(values, anywhere(re))
			}
		case "stopwords":
			kinds++
			values = append(values, stopwords(texts(k))...)
		case "regexTarget":
			target = k.text
		case "commits":
			commits = k.line
		case "targetRules":
			l.rules = texts(k)
		default:
			x.lose(k.line, "%s of an allowlist", quoted(k.name))
		}
	}
	if target == "line" || target == "match" {
		x.note(l.line, "regular expressions that looked at the line or the match look at the value alone, and so allow less")
	}
	switch {
	case commits > 0 && and:
		x.lose(l.line, "an allowlist that holds in some commits alone")
		return
	case and && kinds > 1:
		x.lose(l.line, "an allowlist that asks for an expression and a stopword at once")
		return
	case commits > 0:
		x.lose(commits, "commits: an entry of ours holds wherever the value stands")
	}
	for _, rule := range l.targets(x) {
		x.allowAll(l.line, rule, reason, paths, values, and)
	}
}

// targets are the IDs of rules that a list holds for: one that is empty for all.
func (l *foreignList) targets(x *importer) (out []string) {
	if l.rules == nil {
		return []string{""}
	}
	for _, id := range l.rules {
		switch {
		case x.ids[id] || x.known(id):
			out = append(out, id)
		default:
			x.lose(l.line, "an allowlist of the rule %s, which lockaway doesn't have", quoted(id))
		}
	}
	return out
}

// allowAll makes the entries of one allowlist.
func (x *importer) allowAll(line int, rule, reason string, paths, values []string, and bool) {
	var globs []string
	for _, re := range paths {
		p, ok := pathPatterns(re)
		if !ok {
			x.lose(line, "the path expression %s can't be written as a pattern of .gitignore", quoted(re))
			continue
		}
		globs = append(globs, p...)
	}
	a := allowing{line: line, rule: rule, reason: reason}
	if and && len(paths) > 0 && len(values) > 0 {
		for _, a.path = range globs {
			for _, a.value = range values {
				x.allow(a)
			}
		}
		return
	}
	for _, a.path = range globs {
		x.allow(a)
	}
	a.path = ""
	for _, a.value = range values {
		x.allow(a)
	}
}

// texts are the strings of a list.
func texts(k key) (out []string) {
	if k.kind == unstable.String {
		return []string{k.text}
	}
	for _, v := range k.list {
		if v.kind == unstable.String && v.text != "" {
			out = append(out, v.text)
		}
	}
	return out
}

// anywhere makes of an expression that may match anywhere in a value one that matches all
// of it.
func anywhere(re string) string {
	tree, err := syntax.Parse(re, syntax.Perl)
	if err != nil {
		return re // our reader says what is wrong
	}
	return `(?s:.*)(?:` + tree.String() + `)(?s:.*)`
}

// stopwords makes expressions of words that a value may hold, many in one.
func stopwords(words []string) (out []string) {
	var some []string
	size := 0
	flush := func() {
		if len(some) > 0 {
			out = append(out, `(?s:.*)(?:`+strings.Join(some, "|")+`)(?s:.*)`)
		}
		some, size = nil, 0
	}
	for _, w := range words {
		q := regexp.QuoteMeta(w)
		if size+len(q) > maxValue-60 {
			flush()
		}
		some, size = append(some, q), size+len(q)+1
	}
	flush()
	return out
}

// gitleaksRule carries a rule over, and returns its ID.
func (x *importer) gitleaksRule(t table) (id string) {
	r := foreignRule{line: t.line}
	for _, k := range t.keys {
		switch k.name {
		case "id":
			r.id = k.text
		case "description":
			r.title = k.text
		case "regex":
			r.re = k.text
		case "secretGroup":
			fmt.Sscan(k.text, &r.group)
		case "entropy":
			r.entropy = k.text
		case "keywords", "tags":
		case "path":
			r.path = k.text
		default:
			x.lose(k.line, "%s of the rule %s", quoted(k.name), quoted(r.id))
		}
	}
	switch {
	case r.path != "":
		x.lose(r.line, "the rule %s: it looks at some paths alone", quoted(r.id))
	case r.re == "":
		x.note(r.line, "tables of its own rules that change them without an expression have no meaning here")
	default:
		x.rule(r)
	}
	return r.id
}
