package main

// colors tells whether a stream gets colours. What the flag says holds; else the
// environment: NO_COLOR switches them off and FORCE_COLOR on, where they are not
// empty and in this order, then TERM=dumb off; else a terminal gets them.
func colors(flag string, env func(string) string, terminal bool) bool {
	switch {
	case flag != "auto":
		return flag == "always"
	case env("NO_COLOR") != "":
		return false
	case env("FORCE_COLOR") != "":
		return true
	case env("TERM") == "dumb":
		return false
	}
	return terminal
}

// style writes text with a terminal's codes, or plain.
type style bool

func (a *app) style(f *flags) style {
	return style(colors(f.color.value, a.env, isTerminal(a.out)))
}

func (s style) code(code, text string) string {
	if !s || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (s style) bold(text string) string { return s.code("1", text) }
func (s style) dim(text string) string  { return s.code("2", text) }
