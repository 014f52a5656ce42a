package config

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"lockaway/scanner/finding"
)

// ignoreLine is a line of .gitleaksignore, a finding's fingerprint in gitleaks' words
// (README, ".gitleaksignore"): COMMIT:PATH:RULE:LINE, without the commit for files.
var ignoreLine = lazily(`^(?:([0-9a-f]{7,64}):)?(.+):([^:\s]+):(\d+)$`)

// lazily compiles a pattern when it is first asked for: who doesn't import anything
// needs none of them, and every start of the program would pay for them.
func lazily(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

func isGitleaksIgnore(text []byte) bool {
	any := false
	for line := range strings.SplitSeq(string(text), "\n") {
		line = withoutComment(line)
		if line == "" {
			continue
		}
		if !ignoreLine().MatchString(line) {
			return false
		}
		any = true
	}
	return any
}

func withoutComment(line string) string {
	line = strings.TrimSpace(line)
	if strings.HasPrefix(line, "#") {
		return ""
	}
	if i := strings.Index(line, " #"); i >= 0 {
		line = strings.TrimSpace(line[:i])
	}
	return line
}

func (x *importer) gitleaksIgnore(data []byte) error {
	var errs Errors
	x.lines(data, func(line int, text string) {
		m := ignoreLine().FindStringSubmatch(withoutComment(text))
		if m == nil {
			errs = append(errs, &Error{File: x.file, Line: line, What: "not a line of .gitleaksignore: COMMIT:PATH:RULE:LINE or PATH:RULE:LINE"})
			return
		}
		at, _ := strconv.Atoi(m[4])
		x.Marks = append(x.Marks, ForeignMark{Line: line, Commit: m[1], Path: m[2], Rule: m[3], At: at})
	})
	return errs.asError()
}

// secretsBaseline is detect-secrets' .secrets.baseline (README, "Baseline", and
// docs/design.md, "Filters").
type secretsBaseline struct {
	Results map[string][]struct {
		Type       string `json:"type"`
		Hash       string `json:"hashed_secret"`
		IsSecret   *bool  `json:"is_secret"`
		LineNumber int    `json:"line_number"`
	} `json:"results"`
	Filters []struct {
		Path    string   `json:"path"`
		Pattern []string `json:"pattern"`
	} `json:"filters_used"`
	Exclude struct {
		Files *string `json:"files"`
		Lines *string `json:"lines"`
	} `json:"exclude"`
}

func (x *importer) detectSecrets(data []byte) error {
	var in secretsBaseline
	if err := json.Unmarshal(data, &in); err != nil {
		return Errors{{File: x.file, Line: jsonLine(data, err), What: "not a baseline of detect-secrets: " + printable(err.Error())}}
	}
	for _, path := range sortedKeys(in.Results) {
		for _, r := range in.Results[path] {
			m := ForeignMark{Path: strings.ReplaceAll(path, `\`, "/"), At: r.LineNumber, SHA1: strings.ToLower(r.Hash), Rule: r.Type}
			if r.IsSecret != nil {
				m.Mark = map[bool]finding.Mark{true: finding.Real, false: finding.False}[*r.IsSecret]
			}
			m.Line = 1 + bytes.Count(data[:max(bytes.Index(data, []byte(r.Hash)), 0)], []byte("\n"))
			x.Marks = append(x.Marks, m)
		}
	}
	if in.Exclude.Files != nil {
		x.exclude(0, *in.Exclude.Files)
	}
	if in.Exclude.Lines != nil {
		x.lose(0, "exclude.lines: ours looks at values, not at lines")
	}
	for _, f := range in.Filters {
		name := f.Path[strings.LastIndexByte(f.Path, '.')+1:]
		for _, re := range f.Pattern {
			switch name {
			case "should_exclude_file":
				x.exclude(0, re)
			case "should_exclude_secret":
				x.allow(allowing{line: 1 + bytes.Count(data[:max(bytes.Index(data, []byte(name)), 0)], []byte("\n")), value: anywhere(re)})
			default:
				x.lose(0, "the filter %s", quoted(f.Path))
			}
		}
	}
	return nil
}

// jsonLine is the line of an error of JSON, 0 if it has none.
func jsonLine(data []byte, err error) int {
	at := int64(-1)
	switch e := err.(type) {
	case *json.SyntaxError:
		at = e.Offset
	case *json.UnmarshalTypeError:
		at = e.Offset
	}
	if at < 0 || at > int64(len(data)) {
		return 0
	}
	return 1 + bytes.Count(data[:max(at-1, 0)], []byte("\n"))
}

func sortedKeys[V any](m map[string]V) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// git-secrets keeps its patterns in git's configuration (README, "Options for --add"):
// secrets.patterns, secrets.allowed, secrets.providers, each any number of times. They are
// read from what `git config --get-regexp` or --list prints, `git secrets --list`, or a
// file with a section [secrets]. Allowed patterns stand in .gitallowed, too.
var (
	secretsLine    = lazily(`(?m)^secrets\.(patterns|allowed|providers)[ =](.*)$`)
	secretsSection = lazily(`(?mi)^\s*\[secrets\]\s*$`)
	secretsKey     = lazily(`(?i)^(patterns|allowed|providers)\s*=\s*(.*)$`)
)

func isGitSecrets(text []byte) bool { return secretsLine().Match(text) || secretsSection().Match(text) }

func (x *importer) gitSecrets(data []byte) {
	inside := false
	x.lines(data, func(line int, text string) {
		switch {
		case strings.HasPrefix(text, "["):
			inside = secretsSection().MatchString(text)
		case secretsLine().MatchString(text):
			m := secretsLine().FindStringSubmatch(text)
			x.gitSecret(line, m[1], m[2])
		case inside:
			if m := secretsKey().FindStringSubmatch(text); m != nil {
				x.gitSecret(line, strings.ToLower(m[1]), gitValue(m[2]))
			}
		}
	})
}

// gitValue is a value as git's configuration writes it.
func gitValue(s string) string {
	if len(s) > 1 && s[0] == '"' && s[len(s)-1] == '"' {
		s = s[1 : len(s)-1]
	}
	return strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\t`, "\t", `\n`, "\n").Replace(s)
}

func (x *importer) gitSecret(line int, key, value string) {
	switch key {
	case "providers":
		x.lose(line, "a provider is a program that prints patterns: none is run. What --register-aws looks for is built in")
	case "allowed":
		x.allowLine(line, value)
	default:
		id := "git-secrets-" + strconv.Itoa(len(x.ids)+1)
		x.rule(foreignRule{line: line, id: id, title: "What a pattern of git-secrets prohibits", re: value})
	}
}

// allowLine takes an allowed pattern. git-secrets holds it against FILE:LINE:TEXT; ours
// against the value alone, which allows less.
func (x *importer) allowLine(line int, re string) {
	x.note(line, "allowed patterns looked at the file's name and the whole line; here they look at the value alone, and so allow less")
	x.allow(allowing{line: line, value: anywhere(re)})
}
