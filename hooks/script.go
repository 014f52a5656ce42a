package hooks

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// When the hook that was there before is run.
const (
	First = "first"
	Last  = "last"
)

// What a hook does when the program is gone.
const (
	Fail = "fail"
	Pass = "pass"
)

// Script is what a hook is made of.
type Script struct {
	Type string
	// Program is the absolute path of the program; empty if it is looked for on PATH
	// alone, as in a folder that is shared.
	Program string
	// Chain says when the hook runs that was there before: First or Last.
	Chain string
	// IfMissing says what happens when the program is gone: Fail or Pass.
	IfMissing string
	// Repository runs the repository's own hook as well: the folder is for all
	// repositories, so that git looks for none there.
	Repository bool
	// PassOn makes a script that scans nothing and only does the former.
	PassOn bool
	// TimeLimit is a duration as the command line takes it, for types of servers; empty
	// for the default.
	TimeLimit string
}

// KeptSuffix is what the name of a hook that was there before gets.
const KeptSuffix = ".before-lockaway"

// mark begins the line that tells a hook of ours. The number is that of the form: what
// an older version has written must still be read, to be taken away.
const mark = "# lockaway-hook 1 "

// String is the script. The hook that was there before is handed to the program, which
// runs it: arguments, standard input and exit status go through.
func (s Script) String() string {
	if s.PassOn {
		text := s.passOn()
		return strings.Replace(text, "@mark", s.mark(text), 1)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "#!/bin/sh\n")
	fmt.Fprintf(&b, "# Looks for credentials before git goes on. lockaway hook uninstall takes it away again.\n")
	b.WriteString("@mark\n")
	if s.Program != "" {
		fmt.Fprintf(&b, "lockaway=%s\n[ -x \"$lockaway\" ] || lockaway=$(command -v lockaway)\n", quote(slashes(s.Program)))
	} else {
		b.WriteString("lockaway=$(command -v lockaway)\n")
	}
	fmt.Fprintf(&b, "[ -n \"$lockaway\" ] && exec \"$lockaway\" hook run --%s \"$0%s\"%s %s \"$@\"\n", s.Chain, KeptSuffix, s.flags(), s.Type)
	if s.IfMissing == Pass {
		b.WriteString("echo 'lockaway: warning: the program lockaway is gone; nothing is scanned' >&2\n")
		b.WriteString(s.without())
	} else {
		if s.Type == PrepareCommitMsg {
			b.WriteString(whereNoOther + s.without() + "}\n")
		}
		fmt.Fprintf(&b, "echo 'lockaway: error: the program lockaway is gone, so nothing can be scanned: %s' >&2\n", refusal(s.Type))
		b.WriteString("echo 'lockaway: hint: install it again, or take the hook away: '\"$0\" >&2\n")
		b.WriteString("exit 2\n")
	}
	text := b.String()
	return strings.Replace(text, "@mark", s.mark(text), 1)
}

func (s Script) flags() string {
	out := ""
	if s.Repository {
		out += " --repository-hook"
	}
	if s.TimeLimit != "" {
		out += " --time-limit " + s.TimeLimit
	}
	return out
}

// whereNoOther lets prepare-commit-msg go on, in spite of the program that is gone, where
// pre-commit or pre-merge-commit stops git already, unless that was not to be asked.
const whereNoOther = `dir=$(git rev-parse --git-dir)
alone=
for f in CHERRY_PICK_HEAD REVERT_HEAD rebase-merge rebase-apply sequencer; do [ -e "$dir/$f" ] && alone=yes; done
[ -e "$dir/MERGE_MSG" ] && [ ! -e "$dir/MERGE_HEAD" ] && alone=yes
[ -n "$alone" ] || {
`

// without runs the hook that was there before where the program is gone.
func (s Script) without() string {
	if s.Repository {
		return repositoryHook(s.Type) + "exit 0\n"
	}
	return fmt.Sprintf("[ -x \"$0%s\" ] && exec \"$0%s\" \"$@\"\nexit 0\n", KeptSuffix, KeptSuffix)
}

// repositoryHook are lines that go on as the repository's own hook, if there is one.
func repositoryHook(typ string) string {
	return fmt.Sprintf("hook=${GIT_COMMON_DIR:-$(git rev-parse --git-common-dir)}/hooks/%s\n[ -x \"$hook\" ] && exec \"$hook\" \"$@\"\n", typ)
}

func refusal(typ string) string {
	switch typ {
	case PrePush:
		return "the push is stopped"
	case PreReceive, Update:
		return "the push is refused"
	}
	return "the commit is stopped"
}

// mark is the line that says what the script is made of. It holds a sum of all other
// lines, which tells whether somebody has changed them.
func (s Script) mark(text string) string {
	line := mark + s.Type + " chain=" + s.Chain + " if-missing=" + s.IfMissing
	if s.Repository {
		line += " repository=yes"
	}
	if s.PassOn {
		line += " only=yes"
	}
	if s.TimeLimit != "" {
		line += " time-limit=" + s.TimeLimit
	}
	return line + " sum=" + sum(line, text, "@mark\n")
}

// sum is that of a line and of a text without the line that holds it.
func sum(line, text, without string) string {
	rest := strings.Replace(text, without, "", 1)
	return fmt.Sprintf("%x", sha256.Sum256([]byte(line+"\n"+rest)))[:16]
}

var (
	markLine    = lazily(`(?m)^(` + mark + `([a-z0-9-]+)((?: [a-z-]+=[0-9a-z.]+)*?)) sum=([0-9a-f]+)\r?\n`)
	programLine = lazily(`(?m)^lockaway=('[^']*'(?:\\''[^']*')*)\n\[ -x`)
)

// lazily compiles a pattern when it is first asked for: most runs of the program need
// none of them, and a hook should take no longer than it must.
func lazily(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

// ParseScript reads a hook; ours tells whether one of ours it is, or was before somebody
// changed it.
func ParseScript(text string) (s Script, ours, changed bool) {
	m := markLine().FindStringSubmatch(text)
	if m == nil {
		return Script{}, false, false
	}
	s = Script{Type: m[2], Chain: First, IfMissing: Fail}
	for _, word := range strings.Fields(m[3]) {
		switch name, value, _ := strings.Cut(word, "="); name {
		case "chain":
			s.Chain = value
		case "if-missing":
			s.IfMissing = value
		case "repository":
			s.Repository = value == "yes"
		case "only":
			s.PassOn = value == "yes"
		case "time-limit":
			s.TimeLimit = value
		}
	}
	if p := programLine().FindStringSubmatch(text); p != nil {
		s.Program = unquote(p[1])
	}
	return s, true, m[4] != sum(m[1], text, m[0])
}

// quote makes one word of the shell of any text (POSIX, Shell Command Language,
// "Single-Quotes").
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

func unquote(s string) string {
	return strings.ReplaceAll(s[1:len(s)-1], `'\''`, "'")
}
