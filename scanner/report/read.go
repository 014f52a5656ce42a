package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Unreadable says that something is no report that can be read back.
type Unreadable struct {
	What string // "is empty"
	hint string
}

// Error says why; it goes behind the report's name.
func (e *Unreadable) Error() string { return e.What }

// Hint names the next step.
func (e *Unreadable) Hint() string { return e.hint }

const (
	writeAnew = "have it written anew: `--report json=FILE` writes a report whole or not at all"
	takeOurs  = "a report of lockaway's own is needed, as `--report json=FILE` or jsonl writes it"
)

func unreadable(hint, format string, args ...any) error {
	return &Unreadable{fmt.Sprintf(format, args...), hint}
}

// Read reads a report back that the json or jsonl format wrote: also one that is
// compressed by gzip, has a byte order mark or is in UTF-16, as redirecting makes it
// in some shells. Fields that it doesn't know are passed by. Errors are Unreadable,
// or r's own.
//
// Values of a masked report are not known: see finding.MaskedSecret. Of one that was
// written with Options.ShowSecrets they are, but not those of findings that it
// doesn't hold (Report.Others): a text in it may hold them.
//
// What was read and is written again gives the same bytes, if the program's version
// (Options.Version) is the same.
func Read(r io.Reader) (*Report, error) { return readWithin(r, most) }

func readWithin(r io.Reader, most limits) (*Report, error) {
	plain, err := unwrap(r)
	if err != nil {
		return nil, err
	}
	m := &meter{r: plain, most: most}
	p := &reader{meter: m, most: most, dec: json.NewDecoder(m), report: &Report{}}
	if err := p.document(); err != nil {
		return nil, p.worded(err)
	}
	return p.report, nil
}

// reader reads one report.
type reader struct {
	meter  *meter
	most   limits
	dec    *json.Decoder
	report *Report
	at     string // what is read, for errors: "finding 3"
	ours   bool   // it named our format, or begins with a finding of ours
	scan   bool   // the scan's summary was there
	list   bool   // the findings' list was there
}

// document reads a document, or lines of which the first is a document's beginning
// as far as JSON goes: what its keys are tells.
func (p *reader) document() error {
	if err := p.enter('{'); err != nil {
		return err
	}
	other := map[string]json.RawMessage{}
	for kept := 0; p.dec.More(); {
		p.at = "its head"
		p.meter.allow(p.dec.InputOffset())
		key, err := p.dec.Token()
		if err != nil {
			return err
		}
		known, err := p.field(key.(string))
		if err != nil {
			return err
		}
		if known {
			continue
		}
		var raw json.RawMessage
		if err := p.dec.Decode(&raw); err != nil {
			return err
		}
		if kept += len(raw); int64(kept) < p.most.piece {
			other[key.(string)] = raw
		}
	}
	if err := p.leave(); err != nil {
		return err
	}
	if p.ours {
		return p.whole()
	}
	if err := p.first(other); err != nil {
		return err
	}
	return p.lines()
}

// field reads a key's value if a document has such a key.
func (p *reader) field(key string) (known bool, err error) {
	switch key {
	case "format":
		var format any
		if err := p.dec.Decode(&format); err != nil {
			return true, err
		}
		p.ours = format == Format1
		return true, p.format(format)
	case "tool":
		var tool struct {
			Rules any `json:"rules"`
		}
		var raw json.RawMessage
		if err := p.dec.Decode(&raw); err != nil {
			return true, err
		}
		// Other tools have something of that name, too.
		if json.Unmarshal(raw, &tool) == nil {
			n, _ := tool.Rules.(float64)
			p.report.Scan.Rules = int(min(max(n, 0), 1<<30))
		}
		return true, nil
	case "scan":
		p.at = "its scan"
		var scan jsonScan
		if err := p.dec.Decode(&scan); err != nil {
			return true, err
		}
		return true, p.summary(&scan)
	case "findings":
		return true, p.findings()
	case "checks":
		p.at = "its checks"
		var list []jsonCheck
		if err := p.dec.Decode(&list); err != nil {
			return true, err
		}
		return true, p.checks(list)
	}
	return false, nil
}

// format judges what a report says of its own format.
func (p *reader) format(format any) error {
	name, _ := format.(string)
	switch {
	case p.ours:
		return nil
	case strings.HasPrefix(name, "lockaway/"):
		return unreadable("a newer lockaway reads it", "is of the format %q, which this lockaway doesn't know", name)
	}
	return p.foreign()
}

// findings reads the list of findings.
func (p *reader) findings() error {
	p.list = true
	if err := p.enter('['); err != nil {
		return err
	}
	for p.dec.More() {
		p.at = fmt.Sprintf("finding %d", len(p.report.Findings)+1)
		p.meter.allow(p.dec.InputOffset())
		var raw json.RawMessage
		if err := p.dec.Decode(&raw); err != nil {
			return err
		}
		if err := p.finding(raw); err != nil {
			return err
		}
	}
	return p.leave()
}

// finding adds a finding.
func (p *reader) finding(raw json.RawMessage) error {
	if len(p.report.Findings) >= p.most.findings {
		return unreadable(takeOurs, "has more than %d findings", p.most.findings)
	}
	if bytes.Count(raw, []byte{'{'}) > p.most.objects {
		return fmt.Errorf("it has more than %d parts", p.most.objects)
	}
	var in jsonFinding
	if err := json.Unmarshal(raw, &in); err != nil {
		return err
	}
	f, err := in.read()
	if err != nil {
		return err
	}
	p.report.Findings = append(p.report.Findings, f)
	return nil
}

// whole judges a document that was read to its end.
func (p *reader) whole() error {
	switch {
	case !p.scan:
		return unreadable(takeOurs, "has no \"scan\": it isn't a whole report")
	case !p.list:
		return unreadable(takeOurs, "has no \"findings\": it isn't a whole report")
	}
	p.at = "what follows it"
	p.meter.allow(p.dec.InputOffset())
	if _, err := p.dec.Token(); err != io.EOF {
		return unreadable("give one report at a time", "has something behind its end")
	}
	return nil
}

// first takes the first line for what it is, by its keys.
func (p *reader) first(fields map[string]json.RawMessage) error {
	if p.scan && !p.list && len(fields) == 0 {
		return nil // lines without a finding
	}
	if raw, ok := fields["check"]; ok && len(fields) == 1 && !p.scan && !p.list {
		var c jsonCheck
		if err := json.Unmarshal(raw, &c); err != nil {
			return p.foreign(fields)
		}
		p.ours, p.at = true, "line 1"
		return p.checks([]jsonCheck{c})
	}
	_, rule := fields["rule"]
	_, fingerprint := fields["fingerprint"]
	if p.scan || p.list || !rule || !fingerprint {
		return p.foreign(fields)
	}
	p.ours, p.at = true, "line 1"
	raw, err := json.Marshal(fields)
	if err != nil {
		return err
	}
	return p.finding(raw)
}

// lines reads the lines behind the first.
func (p *reader) lines() error {
	for n := 2; ; n++ {
		p.at = fmt.Sprintf("line %d", n)
		p.meter.allow(p.dec.InputOffset())
		var raw json.RawMessage
		switch err := p.dec.Decode(&raw); {
		case err == io.EOF && !p.scan:
			return io.ErrUnexpectedEOF
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case p.scan:
			return unreadable("give one report at a time", "has something behind its end")
		}
		var line struct {
			Scan  *jsonScan  `json:"scan"`
			Check *jsonCheck `json:"check"`
			Rule  string     `json:"rule"`
		}
		if err := json.Unmarshal(raw, &line); err != nil {
			return err
		}
		var err error
		switch {
		case line.Rule == "" && line.Scan != nil:
			err = p.summary(line.Scan)
		case line.Rule == "" && line.Check != nil:
			err = p.checks([]jsonCheck{*line.Check})
		default:
			err = p.finding(raw)
		}
		if err != nil {
			return err
		}
	}
}

// enter reads an opening delimiter, leave a closing one.
func (p *reader) enter(d json.Delim) error {
	p.meter.allow(p.dec.InputOffset())
	t, err := p.dec.Token()
	if err == nil && t != d {
		err = fmt.Errorf("it isn't written between %s", map[json.Delim]string{'{': "{ and }", '[': "[ and ]"}[d])
	}
	return err
}

func (p *reader) leave() error {
	p.meter.allow(p.dec.InputOffset())
	_, err := p.dec.Token()
	return err
}

// foreign is the error for what isn't ours.
func (p *reader) foreign(fields ...map[string]json.RawMessage) error {
	for _, f := range fields {
		if _, ok := f["runs"]; ok {
			return unreadable(takeOurs, "is a SARIF report, which isn't read back")
		}
	}
	return unreadable(takeOurs, "is JSON, but no report of lockaway: it has no \"format\": %q", Format1)
}

// worded makes an error one that a person understands.
func (p *reader) worded(err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case p.meter.err != nil:
		return p.meter.err // r's own, or too large
	case errors.As(err, new(*Unreadable)):
		return err
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return unreadable(writeAnew, "ends in the middle (%s): it was not written to its end", p.at)
	case !p.ours:
		if errors.As(err, &syntax) {
			return unreadable(takeOurs, "is no JSON: %v (byte %d)", syntax, p.dec.InputOffset())
		}
		return p.foreign()
	case errors.As(err, &syntax):
		return unreadable(writeAnew, "is damaged in %s, at byte %d: %v", p.at, p.dec.InputOffset(), syntax)
	case errors.As(err, &kind):
		return unreadable(writeAnew, "is damaged in %s: %q can't be a %s", p.at, kind.Field, kind.Value)
	}
	return unreadable(writeAnew, "is damaged in %s: %v", p.at, err)
}
