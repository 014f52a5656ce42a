package config

import (
	"regexp/syntax"
	"slices"
	"strings"
)

// maxPatterns is how many patterns one expression may come to.
const maxPatterns = 64

// piece is a part of a path expression: a text of gitignore's own, or anything.
type piece struct {
	text string // a pattern for a stretch within one name, or with slashes
	any  bool   // .*, which crosses slashes
	from bool   // ^
	to   bool   // $
}

// pathPatterns turns a regular expression over paths into patterns in gitignore syntax
// that match the same paths, or none but those; false where there are no such. An
// expression that is not anchored may begin and end anywhere.
func pathPatterns(re string) ([]string, bool) {
	tree, err := syntax.Parse(re, syntax.Perl)
	if err != nil {
		return nil, false
	}
	lists, ok := pieces(tree)
	if !ok {
		return nil, false
	}
	var out []string
	for _, list := range lists {
		one, ok := onePath(list)
		if !ok || len(out)+len(one) > maxPatterns {
			return nil, false
		}
		out = append(out, one...)
	}
	slices.Sort(out)
	return slices.Compact(out), len(out) > 0
}

// pieces expands an expression into the lists of pieces that it stands for.
func pieces(re *syntax.Regexp) ([][]piece, bool) {
	one := func(p piece) ([][]piece, bool) { return [][]piece{{p}}, true }
	switch re.Op {
	case syntax.OpEmptyMatch:
		return [][]piece{{}}, true
	case syntax.OpLiteral:
		if re.Flags&syntax.FoldCase != 0 && strings.ToLower(string(re.Rune)) != strings.ToUpper(string(re.Rune)) {
			return nil, false
		}
		return one(piece{text: globText(string(re.Rune))})
	case syntax.OpAnyCharNotNL, syntax.OpAnyChar:
		return one(piece{text: "?"})
	case syntax.OpCharClass:
		text, ok := globClass(re)
		return [][]piece{{{text: text}}}, ok
	case syntax.OpBeginText, syntax.OpBeginLine:
		return one(piece{from: true})
	case syntax.OpEndText, syntax.OpEndLine:
		return one(piece{to: true})
	case syntax.OpCapture:
		return pieces(re.Sub[0])
	case syntax.OpStar, syntax.OpPlus:
		return repeated(re)
	case syntax.OpQuest:
		some, ok := pieces(re.Sub[0])
		return append([][]piece{{}}, some...), ok && len(some) < maxPatterns
	case syntax.OpAlternate:
		var out [][]piece
		for _, sub := range re.Sub {
			some, ok := pieces(sub)
			if out = append(out, some...); !ok || len(out) > maxPatterns {
				return nil, false
			}
		}
		return out, true
	case syntax.OpConcat:
		return concatenated(re.Sub)
	}
	return nil, false
}

func concatenated(subs []*syntax.Regexp) ([][]piece, bool) {
	out := [][]piece{{}}
	for _, sub := range subs {
		some, ok := pieces(sub)
		if !ok || len(out)*len(some) > maxPatterns {
			return nil, false
		}
		var next [][]piece
		for _, a := range out {
			for _, b := range some {
				next = append(next, slices.Concat(a, b))
			}
		}
		out = next
	}
	return out, true
}

// repeated takes .*, .+, [^/]* and [^/]+ alone.
func repeated(re *syntax.Regexp) ([][]piece, bool) {
	sub := re.Sub[0]
	var list []piece
	if re.Op == syntax.OpPlus {
		list = append(list, piece{text: "?"})
	}
	switch {
	case sub.Op == syntax.OpAnyChar || sub.Op == syntax.OpAnyCharNotNL:
		return [][]piece{append(list, piece{any: true})}, true
	case sub.Op == syntax.OpCharClass && slices.Equal(sub.Rune, []rune{0, '/' - 1, '/' + 1, 0x10ffff}):
		return [][]piece{append(list, piece{text: "*"})}, true
	}
	return nil, false
}

// globText takes a text literally.
func globText(s string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`, ` `, `\ `).Replace(s)
}

// globClass writes a small class of plain characters.
func globClass(re *syntax.Regexp) (string, bool) {
	var b strings.Builder
	b.WriteByte('[')
	for i := 0; i < len(re.Rune); i += 2 {
		lo, hi := re.Rune[i], re.Rune[i+1]
		plain := func(r rune) bool {
			return r == '_' || r == '.' || r >= '0' && r <= '9' || r|0x20 >= 'a' && r|0x20 <= 'z'
		}
		if !plain(lo) || !plain(hi) {
			if lo == hi && lo == '-' && i == 0 {
				b.WriteString("-")
				continue
			}
			return "", false
		}
		b.WriteRune(lo)
		if hi > lo {
			b.WriteString("-" + string(hi))
		}
	}
	b.WriteByte(']')
	return b.String(), len(re.Rune) <= 32
}

// onePath writes the patterns of one list of pieces. What ends anywhere ends a name that
// may be a folder's, whose contents match then too.
func onePath(list []piece) ([]string, bool) {
	from, to := false, false
	for len(list) > 0 && list[0].from {
		list, from = list[1:], true
	}
	for len(list) > 0 && list[len(list)-1].to {
		list, to = list[:len(list)-1], true
	}
	// .* at an end says no more than no anchor.
	for len(list) > 0 && list[0].any {
		list, from = list[1:], false
	}
	for len(list) > 0 && list[len(list)-1].any {
		list, to = list[:len(list)-1], false
	}
	heads := []string{""}
	for _, p := range list {
		if p.from || p.to {
			return nil, false
		}
		var next []string
		for _, h := range heads {
			switch {
			case !p.any:
				next = append(next, h+p.text)
			case strings.HasSuffix(h, "/"):
				next = append(next, h+"*", h+"**/*")
			default:
				next = append(next, h+"*", h+"*/**/*")
			}
		}
		if heads = next; len(heads) > maxPatterns {
			return nil, false
		}
	}
	var out []string
	for _, h := range heads {
		if strings.Trim(h, "*/?") == "" {
			return nil, false // that would be everything
		}
		switch {
		case from && h[0] == '/':
			return nil, false // paths are relative
		case from:
			h = "/" + h
		case h[0] == '/':
			h = "**" + h
		default:
			h = "**/*" + h
		}
		if !to && !strings.HasSuffix(h, "/") {
			h += "*"
		}
		if what := badPattern(h); what != "" {
			return nil, false
		}
		out = append(out, h)
	}
	return out, true
}
