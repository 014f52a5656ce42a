package main

import (
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/pflag"

	"lockaway/scanner"
	"lockaway/scanner/chunk"
	"lockaway/scanner/config"
	"lockaway/scanner/finding"
	"lockaway/scanner/source"
)

// importSetup is that of a scan that hides nothing.
func (a *app) importSetup(m *importRun) (*setup, error) {
	f := newFlags()
	fs := pflag.NewFlagSet("", pflag.ContinueOnError)
	f.addRules(fs)
	f.noRepoConfig, f.showAllowed = true, true
	f.minConfidence.value, f.minSeverity.value = "low", "info"
	f.progress.value = "never"
	return a.setup(fs, f, m.dir)
}

// marked gives the files in which another tool's file says that findings stand.
type marked struct {
	at    []string // by commit and path, as contents are called
	bytes map[string][]byte
}

// contentName is what a mark's content is called in the scan.
func contentName(k *config.ForeignMark) string { return k.Commit + ":" + k.Path }

// maxMarked is how many bytes of one file are read.
const maxMarked = 64 << 20

// resolve finds out which values the marks are of, and makes entries of them. What is not
// found where it says, or could be one of several, is lost.
func (a *app) resolve(m *importRun, s *setup, in *config.Imported) ([]finding.Known, error) {
	if len(in.Marks) == 0 {
		return nil, nil
	}
	src := &marked{bytes: map[string][]byte{}}
	lost := map[string]string{}
	for i := range in.Marks {
		k := &in.Marks[i]
		name := contentName(k)
		if _, done := src.bytes[name]; done || lost[name] != "" {
			continue
		}
		data, err := a.markedFile(m, k)
		if err != nil {
			lost[name] = err.Error()
			continue
		}
		src.bytes[name] = data
		src.at = append(src.at, name)
	}
	r, err := a.execute(s, scanner.Options{Kind: "tree", Target: m.dir, Source: src, Threads: 1})
	if err != nil {
		return nil, err
	}
	byName := map[string][]*finding.Finding{}
	for _, f := range r.Findings {
		byName[f.Path] = append(byName[f.Path], f)
	}
	var out []finding.Known
	author, seen := a.author(&baselineRun{by: m.by}), map[string]bool{}
	for i := range in.Marks {
		k := &in.Marks[i]
		f, what := markedFinding(k, byName[contentName(k)])
		if why := lost[contentName(k)]; why != "" {
			what = why
		}
		if f == nil {
			in.Lost = append(in.Lost, config.Loss{Line: k.Line, What: fmt.Sprintf("the finding in %q: %s", k.Path, what)})
			continue
		}
		if seen[f.Fingerprint] {
			continue
		}
		seen[f.Fingerprint] = true
		out = append(out, finding.Known{
			Fingerprint: f.Fingerprint, Rule: f.Rule, Path: clipText(k.Path), Mark: k.Mark, History: k.Commit != "",
			Reason: clipText(fmt.Sprintf("imported from %s, line %d", filepath.Base(m.file), k.Line)), By: clipText(author), On: today(),
		})
	}
	return out, nil
}

// markedFinding is the one finding that a mark is of.
func markedFinding(k *config.ForeignMark, fs []*finding.Finding) (*finding.Finding, string) {
	var found []*finding.Finding
	for _, f := range fs {
		if isMarked(k, f) && !slices.ContainsFunc(found, func(g *finding.Finding) bool { return g.Fingerprint == f.Fingerprint }) {
			found = append(found, f)
		}
	}
	switch {
	case len(found) == 0 && k.SHA1 != "":
		return nil, "lockaway finds no value of that hash there"
	case len(found) == 0:
		return nil, fmt.Sprintf("lockaway finds nothing in line %d", k.At)
	case len(found) > 1:
		return nil, fmt.Sprintf("there are several in line %d, and it doesn't say which", k.At)
	}
	return found[0], ""
}

// isMarked tells whether a mark may be of a finding: by the hash of a secret, else by its
// line. The hash of a key's ID says nothing of the secret beside it.
func isMarked(k *config.ForeignMark, f *finding.Finding) bool {
	if k.SHA1 == "" {
		return f.StartLine <= k.At && k.At <= f.EndLine
	}
	values := []finding.Secret{f.Value}
	for _, p := range f.Parts {
		if p.Kind == "secret" {
			values = append(values, p.Value)
		}
	}
	return slices.ContainsFunc(values, func(v finding.Secret) bool {
		sum := sha1.Sum([]byte(v.Reveal())) // detect-secrets' own choice
		return hex.EncodeToString(sum[:]) == k.SHA1
	})
}

// markedFile reads the file of a mark, of its commit or as it is. No link is followed out
// of the folder.
func (a *app) markedFile(m *importRun, k *config.ForeignMark) ([]byte, error) {
	if k.Commit != "" {
		return a.committedFile(m, k)
	}
	root, err := os.OpenRoot(m.dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	name := filepath.FromSlash(k.Path)
	info, err := root.Stat(name)
	switch {
	case err != nil:
		return nil, fmt.Errorf("it can't be read: %s", reason(err))
	case !info.Mode().IsRegular() || info.Size() > maxMarked:
		return nil, fmt.Errorf("it is no file, or a very large one")
	}
	f, err := root.Open(name)
	if err != nil {
		return nil, fmt.Errorf("it can't be read: %s", reason(err))
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxMarked))
}

func (a *app) committedFile(m *importRun, k *config.ForeignMark) ([]byte, error) {
	repo, err := a.openRepo(m.dir)
	if err != nil {
		return nil, fmt.Errorf("its commit %s can't be read: the file is in no repository", k.Commit)
	}
	tree, err := openCommit(repo, k.Commit)
	if err != nil {
		return nil, fmt.Errorf("its commit %s can't be read: %s", k.Commit, reason(err))
	}
	defer tree.Close()
	data, err := tree.File(k.Path)
	if err == nil && data == nil {
		err = fmt.Errorf("the commit %s has no such file", k.Commit)
	}
	return data, err
}

// Run implements source.Source.
func (x *marked) Run(ctx context.Context, sinks []source.Sink) error {
	for _, name := range x.at {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		content := &chunk.Content{Kind: chunk.File, Path: name}
		if err := source.NewFeeder().Feed(ctx, sinks[0], content, bytes.NewReader(x.bytes[name])); err != nil {
			return err
		}
	}
	return ctx.Err()
}
