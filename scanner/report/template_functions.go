package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"text/template"
)

// templateRun is one run of a template: what it has written, and how much its
// functions have made.
type templateRun struct {
	out   bytes.Buffer
	texts int
	over  atomic.Bool // its time is
}

var errOver = errors.New("its time is over")

// Write implements io.Writer.
func (r *templateRun) Write(p []byte) (int, error) {
	switch {
	case r.over.Load():
		return 0, errOver
	case r.out.Len()+len(p) > maxTemplateOutput:
		return 0, fmt.Errorf("writes more than %s", size(maxTemplateOutput))
	}
	return r.out.Write(p)
}

// text counts what a function made.
func (r *templateRun) text(s string) (string, error) {
	r.texts += len(s)
	switch {
	case r.over.Load():
		return "", errOver
	case len(s) > maxTemplateText:
		return "", fmt.Errorf("makes a text of more than %s", size(maxTemplateText))
	case r.texts > maxTemplateTexts:
		return "", fmt.Errorf("makes more than %s of texts", size(maxTemplateTexts))
	}
	return s, nil
}

// functions are what a template can call besides text/template's own, of which those
// that make texts are bounded.
func (r *templateRun) functions() template.FuncMap {
	of := func(f func(string) string) func(any) (string, error) {
		return func(v any) (string, error) { return r.text(f(fmt.Sprint(orNothing(v)))) }
	}
	return template.FuncMap{
		"get":  get,
		"list": list,
		"json": func(v any) (string, error) {
			b, err := encode(v, "")
			if err != nil {
				return "", err
			}
			return r.text(string(b))
		},
		"csv": of(csvField), "markdown": of(mdText), "code": of(mdCode),
		"xml": of(xmlText), "html": of(template.HTMLEscapeString), "js": of(template.JSEscapeString),
		"upper": of(strings.ToUpper), "lower": of(strings.ToLower),
		"join": func(v any, between string) (string, error) {
			var parts []string
			n := 0
			for _, x := range list(v) {
				parts = append(parts, fmt.Sprint(x))
				if n += len(parts[len(parts)-1]) + len(between); n > maxTemplateText {
					break
				}
			}
			return r.text(strings.Join(parts, between))
		},
		"urlquery": of(func(s string) string { return template.URLQueryEscaper(s) }),
		"print":    r.printed(fmt.Sprint),
		"println":  r.printed(fmt.Sprintln),
		"printf": func(format string, v ...any) (string, error) {
			if strings.Count(format, "%") > maxPrinted {
				return "", errPrinted
			}
			return r.printed(func(v ...any) string { return fmt.Sprintf(format, v...) })(v...)
		},
	}
}

// maxPrinted is how many values are printed at once: each may be as long as a text, or
// be widened to a million characters.
const maxPrinted = 100

var errPrinted = fmt.Errorf("prints more than %d values at once", maxPrinted)

// printed bounds what a function of package fmt makes.
func (r *templateRun) printed(f func(...any) string) func(...any) (string, error) {
	return func(v ...any) (string, error) {
		if len(v) > maxPrinted {
			return "", errPrinted
		}
		for i := range v {
			switch v[i].(type) {
			case string, map[string]any, []any, nil:
				s, err := r.text(fmt.Sprint(orNothing(v[i])))
				if err != nil {
					return "", err
				}
				v[i] = s
			}
		}
		return r.text(f(v...))
	}
}

// get returns what lies under some names in data, one in the other; nothing, which is
// false to a template and writes nothing, where one of them isn't there.
func get(data any, names ...string) any {
	for _, n := range names {
		object, ok := data.(map[string]any)
		if !ok {
			return ""
		}
		if data, ok = object[n]; !ok {
			return ""
		}
	}
	return orNothing(data)
}

// list is get for what is to be ranged over.
func list(data any, names ...string) []any {
	l, _ := get(data, names...).([]any)
	return l
}

func orNothing(v any) any {
	if v == nil {
		return ""
	}
	return v
}

// xmlText escapes for XML; what that has no place for becomes U+FFFD.
func xmlText(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s))
	return b.String()
}
