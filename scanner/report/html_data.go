package report

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
)

// htmlFormat1 names the form of the data in the page: marks are kept under it.
const htmlFormat1 = "lockaway-html/1"

// maxHTMLPlaces is how many places of a secret the page lists.
const maxHTMLPlaces = 200

// What the page's script is given. All texts are masked and fit to be shown. Steps and
// guidance, which thousands of findings share, stand in lists of their own.
type (
	htmlData struct {
		Format   string         `json:"format"`
		ID       string         `json:"id"` // of the report: marks are kept under it
		Title    string         `json:"title"`
		Secrets  []*htmlSecret  `json:"secrets"`
		Steps    [][]string     `json:"steps"`
		Guidance []jsonGuidance `json:"guidance"`
		Account  string         `json:"account,omitempty"`
		Checks   []htmlCheck    `json:"checks,omitempty"`
	}
	htmlSecret struct {
		Fingerprint string      `json:"fp"`
		Rules       []string    `json:"rules"`
		Title       string      `json:"title"`
		Severity    int         `json:"sev"`  // from 0, finding.Info
		Confidence  int         `json:"conf"` // from 1, finding.LowConfidence
		Value       string      `json:"value"`
		Length      int         `json:"len,omitempty"`
		State       string      `json:"state,omitempty"`
		Account     string      `json:"account,omitempty"` // of AWS
		Owner       string      `json:"owner,omitempty"`   // whose it is, in words
		Facts       [][2]string `json:"facts,omitempty"`
		Steps       int         `json:"steps"` // index, -1 for none
		Guidance    []int       `json:"guidance,omitempty"`
		Allowed     string      `json:"allowed,omitempty"`
		Places      []htmlPlace `json:"places"`
		MorePlaces  int         `json:"more,omitempty"`

		worst *finding.Finding
	}
	htmlPlace struct {
		Path    string     `json:"path"` // for filters and baselines
		Where   string     `json:"where"`
		Rule    string     `json:"rule"`
		Reach   string     `json:"reach,omitempty"` // "tip", "history", "dangling", "unknown"
		Date    string     `json:"date,omitempty"`  // YYYY-MM-DD
		Author  string     `json:"author,omitempty"`
		Commit  string     `json:"commit,omitempty"`
		Message string     `json:"message,omitempty"`
		Notes   []string   `json:"notes,omitempty"`
		Refs    string     `json:"refs,omitempty"`
		Lines   []htmlLine `json:"lines,omitempty"`
		Allowed string     `json:"allowed,omitempty"`
	}
	// htmlLine is a line of an excerpt: stretches, every other one of which is a value,
	// beginning with one that is not.
	htmlLine struct {
		Number int      `json:"n"`
		Runs   []string `json:"t"`
	}
	htmlCheck struct {
		ID        string   `json:"id"`
		Title     string   `json:"title"`
		Status    string   `json:"status"`
		Severity  int      `json:"sev"`
		Evidence  string   `json:"evidence"`
		Resources []string `json:"resources,omitempty"`
		Missing   string   `json:"missing,omitempty"`
		Steps     []string `json:"steps,omitempty"`
	}
)

// htmlBuilder gathers the data.
type htmlBuilder struct {
	*Mask
	show bool // the values
	// marks tells where values stand in excerpts, shown or not.
	marks    *Mask
	data     *htmlData
	secrets  map[string]*htmlSecret
	steps    map[string]int
	guidance map[jsonGuidance]int
}

// htmlData returns the data of the page.
func (m *Mask) htmlData(r *Report, o Options) *htmlData {
	b := &htmlBuilder{
		Mask: m, marks: m, show: o.ShowSecrets, secrets: map[string]*htmlSecret{}, steps: map[string]int{}, guidance: map[jsonGuidance]int{},
		data: &htmlData{Format: htmlFormat1, Secrets: []*htmlSecret{}, Steps: [][]string{}, Guidance: []jsonGuidance{}, Title: m.htmlTitle(r)},
	}
	if m == nil {
		b.marks = NewMask(r.Findings, r.Others...)
	}
	var id strings.Builder
	id.WriteString(r.Scan.Kind + "\x00" + r.Scan.Target)
	for _, f := range r.shown(o) {
		b.add(f)
		id.WriteString("\x00" + f.Fingerprint)
	}
	b.data.ID = htmlDigest(id.String())[8:24]
	for _, s := range b.data.Secrets {
		b.finish(s)
	}
	slices.SortStableFunc(b.data.Secrets, func(x, y *htmlSecret) int {
		return cmp.Or(cmp.Compare(htmlRank(y), htmlRank(x)), -cmp.Compare(x.Severity, y.Severity), -cmp.Compare(x.Confidence, y.Confidence))
	})
	b.checks(r)
	return b.data
}

// htmlRank puts what is live first, and last what is allowed.
func htmlRank(s *htmlSecret) int {
	switch {
	case s.Allowed != "":
		return -1
	case s.State == string(finding.Live):
		return 1
	}
	return 0
}

// htmlTitle names what was looked at.
func (m *Mask) htmlTitle(r *Report) string {
	if a := r.Scan.Account; a != nil {
		p := &textPrinter{mask: m}
		return p.accountName(a)
	}
	target := r.Scan.Target
	if target == "" {
		return "Report on secrets"
	}
	return "Secrets in " + m.shownName(filepath.ToSlash(target))
}

// add takes a finding in: its secret is known by its fingerprint.
func (b *htmlBuilder) add(f *finding.Finding) {
	s := b.secrets[f.Fingerprint]
	if s == nil {
		s = &htmlSecret{Fingerprint: Visible(f.Fingerprint), Steps: -1, worst: f, Places: []htmlPlace{}}
		b.secrets[f.Fingerprint] = s
		b.data.Secrets = append(b.data.Secrets, s)
	}
	if worse(f, s.worst) {
		s.worst = f
	}
	s.Severity, s.Confidence = max(s.Severity, int(f.Severity)), max(s.Confidence, int(f.Confidence))
	if rule := Visible(f.Rule); !slices.Contains(s.Rules, rule) {
		s.Rules = append(s.Rules, rule)
	}
	places := f.Places
	if len(places) == 0 {
		places = []finding.Place{f.Place}
	}
	for i := range places {
		b.place(s, f, &places[i], i == 0)
	}
}

// worse tells whether a finding says more of a secret than another: what is allowed
// says least.
func worse(f, than *finding.Finding) bool {
	if (f.Allowed == nil) != (than.Allowed == nil) {
		return f.Allowed == nil
	}
	return cmp.Or(cmp.Compare(f.Severity, than.Severity), cmp.Compare(f.Confidence, than.Confidence)) > 0
}

// place adds a place; own tells that it is the finding's own, of which there is text.
func (b *htmlBuilder) place(s *htmlSecret, f *finding.Finding, at *finding.Place, own bool) {
	if len(s.Places) == maxHTMLPlaces {
		s.MorePlaces++
		return
	}
	p := htmlPlace{Path: b.shownName(at.Path), Where: b.Where(at), Rule: Visible(f.Rule)}
	for _, l := range at.Layers {
		p.Notes = append(p.Notes, "inside "+b.shownName(l))
	}
	if f.Allowed != nil {
		p.Allowed = b.allowedBy(f)
	}
	b.history(&p, at)
	if own {
		p.Lines = b.lines(f)
	}
	s.Places = append(s.Places, p)
}

// history says where a place is in a repository.
func (b *htmlBuilder) history(p *htmlPlace, at *finding.Place) {
	g := at.Git
	if g == nil {
		return
	}
	t := &textPrinter{mask: b.Mask}
	switch {
	case !g.Placed:
		p.Reach = "unknown"
	case g.AtTip:
		p.Reach = "tip"
	case g.Reachable:
		p.Reach = "history"
	default:
		p.Reach = "dangling"
	}
	if !g.Date.IsZero() {
		p.Date = g.Date.Format(time.DateOnly)
	}
	p.Commit, p.Author, p.Message = Visible(g.Commit), t.pieceShown(g.Author), t.pieceShown(g.Message)
	if g.Email != "" {
		p.Author = strings.TrimSpace(p.Author + " <" + t.pieceShown(g.Email) + ">")
	}
	if g.Repo != "" {
		p.Notes = append(p.Notes, "in submodule "+b.shownName(g.Repo))
	}
	if len(g.Paths) > 1 {
		p.Notes = append(p.Notes, "also under "+listed(g.Paths[1:], g.MorePaths, 10, b.shownName))
	}
	if at.Source == chunk.Tag {
		p.Notes = append(p.Notes, "in a tag")
	}
	p.Refs = listed(byRank(g.Refs), g.MoreRefs, 10, b.shownName)
}

// lines returns the excerpt.
func (b *htmlBuilder) lines(f *finding.Finding) []htmlLine {
	if f.Around.Veiled || strings.TrimSpace(f.Around.Lines) == "" {
		return nil
	}
	var out []htmlLine
	for _, l := range b.marks.excerpt(f, b.show) {
		line := htmlLine{Number: l.number, Runs: []string{""}}
		hot := false
		for _, c := range fit(l.cells, 240) {
			if c.hot != hot {
				hot = c.hot
				line.Runs = append(line.Runs, "")
			}
			line.Runs[len(line.Runs)-1] += c.text
		}
		// Stretches were masked one by one: what they make together may be a value.
		if whole := strings.Join(line.Runs, ""); b.Text(whole) != whole {
			line.Runs = []string{b.Text(whole)}
		}
		out = append(out, line)
	}
	return out
}

func (b *htmlBuilder) allowedBy(f *finding.Finding) string {
	return strings.TrimSuffix("by "+b.shownText(f.Allowed.By)+": "+b.shownText(f.Allowed.Reason), ": ")
}

// finish fills in what the worst of a secret's findings tells.
func (b *htmlBuilder) finish(s *htmlSecret) {
	f := s.worst
	s.Title, s.Value, s.Length = b.shownText(f.Title), b.valueShown(f), f.Value.Len()
	fact := func(label string, texts ...string) {
		for _, t := range texts {
			if t != "" {
				s.Facts = append(s.Facts, [2]string{label, t})
			}
		}
	}
	fact("what", b.What(f)...)
	if a := f.AWS; a != nil && a.AccountID != "unknown" {
		s.Account = Visible(a.AccountID)
		s.Owner = "account " + s.Account
	}
	if v := f.Verification; v != nil {
		s.State = string(v.State)
		if owner := (&textPrinter{mask: b.Mask}).owner(v); owner != "" {
			s.Owner = owner
		}
		if v.AccountID != "" {
			s.Account = Visible(b.account12(v.AccountID))
		}
		fact("asked", b.Asked(v))
		fact("", b.shownAll(v.Reasons)...)
	}
	if !f.Expires.IsZero() {
		fact("ends", f.Expires.UTC().Format("2006-01-02 15:04 UTC"))
	}
	fact("why", strings.Join(b.shownAll(f.Why), "; "))
	if f.Allowed != nil {
		s.Allowed = b.allowedBy(f)
	}
	if len(f.Steps) > 0 {
		steps := b.shownAll(f.Steps)
		key := strings.Join(steps, "\x00")
		i, ok := b.steps[key]
		if !ok {
			i = len(b.data.Steps)
			b.steps[key] = i
			b.data.Steps = append(b.data.Steps, steps)
		}
		s.Steps = i
	}
	for _, g := range f.Guidance {
		k := jsonGuidance{Visible(g.ID), b.shownText(g.Title), b.shownText(g.Advice)}
		i, ok := b.guidance[k]
		if !ok {
			i = len(b.data.Guidance)
			b.guidance[k] = i
			b.data.Guidance = append(b.data.Guidance, k)
		}
		s.Guidance = append(s.Guidance, i)
	}
}

// checks adds those of an account, the worst first.
func (b *htmlBuilder) checks(r *Report) {
	if r.Scan.Account == nil && len(r.Checks) == 0 {
		return
	}
	if r.Scan.Account != nil {
		b.data.Account = b.htmlTitle(r)
	}
	for _, c := range worstChecks(r.Checks) {
		b.data.Checks = append(b.data.Checks, htmlCheck{
			ID: Visible(c.Guidance), Title: b.shownText(c.Title), Status: string(c.Status), Severity: int(c.Severity),
			Evidence: b.shownText(c.Evidence), Resources: b.shownAll(c.Resources), Missing: b.shownText(c.Missing), Steps: b.shownAll(c.Steps),
		})
	}
}
