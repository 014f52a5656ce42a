package main

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"lockaway/rules/awskey"
	"lockaway/scanner"
	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
	"lockaway/scanner/source"
)

// keyIDs takes the arguments for key IDs; nil if they are a report. It refuses what
// looks like a secret, without repeating it.
func keyIDs(args []string) ([]awskey.Key, error) {
	var ids []awskey.Key
	var others []string
	for _, arg := range args {
		k, ok := awskey.Parse(arg)
		switch {
		case there(arg) || arg == "-":
			others = append(others, arg)
		case ok && !k.Kind.Credential():
			return nil, failf("only access keys are asked about: AKIA…, ASIA…", "%s is the ID of %s, and opens nothing", arg, article(k.Kind.String()))
		case ok:
			ids = append(ids, k)
		case isKeyID(strings.ToUpper(arg)):
			return nil, failf("", "key IDs are in capitals: %s", strings.ToUpper(arg))
		case likeSecret(arg):
			return nil, failf("take it out of your shell's history. Save it in a file, and give that to `lockaway scan --verify`; a key ID alone is fine here",
				"an argument looks like a secret, which others on this machine can see there: it was not used")
		default:
			others = append(others, arg)
		}
	}
	switch {
	case len(others) > 0 && len(ids) > 0:
		return nil, failf("ask about one after the other", "%q is no key ID, and a report stands alone", others[0])
	case len(others) > 1:
		return nil, failf("give one report at a time", "%d reports at once", len(others))
	}
	return ids, nil
}

func isKeyID(word string) bool {
	_, ok := awskey.Parse(word)
	return ok
}

// likeSecret tells whether a word that names no file may be a secret, or hold one: a
// long run of letters that change between capitals and small ones as no words do, or
// have digits besides; or more than a key ID.
func likeSecret(word string) bool {
	for _, run := range regexp.MustCompile(`[A-Za-z0-9/+=_-]{32,}`).FindAllString(word, -1) {
		changes := len(regexp.MustCompile(`[a-z][A-Z]|[A-Z][a-z]`).FindAllString(run, -1))
		if changes > 0 && (changes >= manyChanges || strings.ContainsAny(run, "0123456789")) {
			return true
		}
	}
	return len(word) > 32 && regexp.MustCompile(`(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,}`).MatchString(word)
}

// manyChanges is more than the changes of case in a path of some words.
const manyChanges = 6

// verifyKeys tells what is known of key IDs, as a scan of the command line would.
// What was named is wanted: it is neither allowed nor hidden.
func (a *app) verifyKeys(s *setup, ids []awskey.Key) (*scanner.Result, error) {
	var names []string
	for _, k := range ids {
		names = append(names, k.ID)
	}
	j, err := s.judging(time.Now())
	if err != nil {
		return nil, err
	}
	o, err := s.options(scanner.Options{
		Kind: "keys", Target: strings.Join(names, " "), Source: words(names), Threads: 1,
		OnlyLive: s.asking.onlyLive, Progress: &scanner.Progress{},
	}, j, nil)
	if err != nil {
		return nil, err
	}
	o.Filters = slices.DeleteFunc(o.Filters, func(f scanner.Filter) bool { return f.Name != "refine" && f.Name != "raise" })
	k, err := a.newAsker(s, o.Progress)
	if err != nil {
		return nil, err
	}
	if o.Verify = k.ask; !s.asking.operator() {
		a.ui.warn("a key ID tells its account by itself, and no more", "--with-profile NAME or --with-environment asks AWS, with credentials of your own")
	}
	if a.ui.terminal && s.progress.value == "auto" && !s.quiet {
		defer a.ui.watch(o.Progress)()
	}
	r, err := scanner.Run(a.ctx, o)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if !slices.ContainsFunc(r.Findings, func(f *finding.Finding) bool { return f.AWS != nil && f.AWS.KeyID == name }) && r.Scan.NotLive == 0 {
			r.Scan.Problems = append(r.Scan.Problems, finding.Problem{Where: name, What: "no rule takes it for a key ID"})
			r.Scan.Complete = false
		}
	}
	return r, nil
}

// words is a source of the command line's words, each a line.
type words []string

// Run implements source.Source.
func (w words) Run(ctx context.Context, sinks []source.Sink) error {
	c := &chunk.Content{Kind: chunk.Argument}
	source.Hand(sinks[0], c, []byte(strings.Join(w, "\n")+"\n"))
	return ctx.Err()
}

func article(noun string) string {
	if noun == "" {
		return "something else"
	}
	if strings.ContainsRune("aeiouAEIOU", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
}
