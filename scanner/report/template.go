package report

import (
	"bufio"
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"text/template"
	"time"
)

// templatePrefix begins the names of formats that a template makes.
const templatePrefix = "template:"

// What a template may use. It is its user's own, but a slip in it shouldn't fill
// memory or run forever.
const (
	maxTemplate       = 1 << 20
	maxTemplateOutput = 256 << 20
	// maxTemplateText is how long a text is that a function gives, maxTemplateTexts all
	// of a run's together.
	maxTemplateText, maxTemplateTexts = 1 << 20, 1 << 30
)

// maxTemplateTime is how long a template may run.
var maxTemplateTime = time.Minute

//go:embed templates/*.tmpl
var templates embed.FS

// Templates returns the names of the built-in templates, sorted.
func Templates() []string {
	entries, err := templates.ReadDir("templates")
	if err != nil {
		panic(err) // they are part of the program
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".tmpl"))
	}
	return names
}

// templateFormat is a report by a template of Go's text/template. Its data has the
// shape and the names of the JSON report, masked as that is; hidden characters are
// escapes in it. A field that isn't there is an error: get, and list, ask for those that
// may be absent. Functions reach no file, no environment, no network.
type templateFormat struct {
	t       *template.Template
	builtin bool
}

// TemplateError is what is wrong with a template.
type TemplateError struct {
	// What tells it: "FILE:LINE: …" where a line is known.
	What string
	hint string
}

// Error returns What.
func (e *TemplateError) Error() string { return e.What }

// Hint is the next step, empty if none is known.
func (e *TemplateError) Hint() string { return e.hint }

// openTemplate reads a template: a built-in one by its name, else a file.
func openTemplate(name string) (Format, error) {
	choice := "built-in templates: " + strings.Join(Templates(), ", ") + "; or a file: --report template:FILE"
	var text []byte
	var err error
	switch {
	case name == "":
		return nil, &TemplateError{"template: names no template", choice}
	case slices.Contains(Templates(), name):
		text, err = templates.ReadFile(path.Join("templates", name+".tmpl"))
	default:
		text, err = readTemplate(name)
	}
	if pe := (*fs.PathError)(nil); errors.As(err, &pe) {
		err = pe.Err
	}
	if err != nil {
		return nil, &TemplateError{fmt.Sprintf("can't read the template %q: %v", name, err), choice}
	}
	t, err := template.New(name).Option("missingkey=error").Funcs((&templateRun{}).functions()).Parse(string(text))
	if err != nil {
		return nil, templateError(err)
	}
	return templateFormat{t, slices.Contains(Templates(), name)}, nil
}

// readTemplate reads a template's file. Others than files, which may wait or have no
// end, are refused.
func readTemplate(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("is no file")
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxTemplate+1))
	if err == nil && len(text) > maxTemplate {
		err = fmt.Errorf("has more than %s bytes", grouped(maxTemplate))
	}
	return text, err
}

var executing = lazily(`executing "[^"]*" at `)

// templateError words an error of text/template, which begins with its own name.
func templateError(err error) error {
	what := executing().ReplaceAllString(strings.TrimPrefix(err.Error(), "template: "), "at ")
	hint := ""
	if strings.Contains(what, "map has no entry for key") {
		hint = `fields that may be absent are asked for with get, or list: {{get . "aws" "account_id"}}`
	}
	return &TemplateError{Visible(what), hint}
}

// Write writes the report: all of it or, if the template fails, nothing.
func (f templateFormat) Write(w io.Writer, r *Report, o Options) error {
	data, err := templateData(r, o)
	if err != nil {
		return err
	}
	run := &templateRun{}
	t, err := f.t.Clone()
	if err != nil {
		return templateError(err)
	}
	done := make(chan error, 1)
	go func() { done <- t.Funcs(run.functions()).Execute(run, data) }()
	limit := time.NewTimer(maxTemplateTime)
	defer limit.Stop()
	select {
	case err = <-done:
	case <-limit.C:
		run.over.Store(true) // it ends with what it asks for next, and writes nothing
		return &TemplateError{fmt.Sprintf("%s: runs for more than %v", Visible(f.t.Name()), maxTemplateTime), ""}
	}
	if err != nil {
		return templateError(err)
	}
	if !f.builtin { // its user may want to write commands to the log of a CI
		_, err = w.Write(run.out.Bytes())
		return err
	}
	out := bufio.NewWriter(w)
	for line := range strings.SplitAfterSeq(run.out.String(), "\n") {
		out.WriteString(asLine(line))
	}
	return out.Flush()
}

// templateData returns a report as the JSON report has it.
func templateData(r *Report, o Options) (map[string]any, error) {
	m := maskFor(r, o)
	findings := []any{}
	for _, f := range r.shown(o) {
		v, err := plainData(m.finding(f, o))
		if err != nil {
			return nil, err
		}
		findings = append(findings, v)
	}
	tool, err := plainData(jsonTool{"lockaway", o.Version, r.Scan.Rules})
	if err != nil {
		return nil, err
	}
	scan, err := plainData(m.scan(&r.Scan))
	if err != nil {
		return nil, err
	}
	data := map[string]any{"format": Format1, "tool": tool, "scan": scan, "findings": findings}
	if r.Scan.Account != nil {
		data["checks"], err = plainData(m.checks(r.Checks))
	}
	return data, err
}

// plainData returns a JSON object as maps and slices. Numbers that are whole are
// integers, so that templates can compare them.
func plainData(v any) (any, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	d := json.NewDecoder(&b)
	d.UseNumber()
	var out any
	err := d.Decode(&out)
	return shownData(out), err
}

// shownData makes every text in data fit to be shown.
func shownData(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			v[k] = shownData(v[k])
		}
	case []any:
		for i := range v {
			v[i] = shownData(v[i])
		}
	case string:
		return Visible(v)
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return int(n)
		}
		f, _ := v.Float64()
		return f
	}
	return v
}
