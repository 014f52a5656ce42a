package main

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"lockaway/scanner/chunk"
	"lockaway/scanner/gitpack"
)

// open reads a content of which a report has findings. The error says why it can't be.
func (g *again) open(p *placed, feed func(io.Reader) error) error {
	switch p.key.kind {
	case chunk.Stdin:
		return errors.New("it stood on standard input; scan that again with --verify")
	case chunk.RefName, chunk.PathName:
		return errors.New("it stands in a name, which the report masks; scan again with --verify")
	case chunk.Tag:
		return g.tag(p, feed)
	}
	if p.key.object == "" {
		return g.file(p.key.path, feed)
	}
	id, err := gitpack.ParseID(p.key.object)
	if err != nil {
		return errors.New("the report names no object that it stands in")
	}
	return g.object(p, id, feed)
}

// file reads a file as it is now: by its path from the current folder, or from the
// report's own. Nothing but regular files is opened.
func (g *again) file(path string, feed func(io.Reader) error) error {
	if path == "" {
		return errors.New("the report names no place that could be read again")
	}
	name := filepath.FromSlash(path)
	file, err := gitpack.OpenRegular(name)
	if errors.Is(err, fs.ErrNotExist) && g.beside != "" && !filepath.IsAbs(name) {
		if other, err2 := gitpack.OpenRegular(filepath.Join(g.beside, name)); err2 == nil {
			file, err = other, nil
		}
	}
	if err != nil {
		return errors.New(path + ": " + reason(err))
	}
	defer file.Close()
	return feed(file)
}

// object reads an object of a repository.
func (g *again) object(p *placed, id gitpack.ID, feed func(io.Reader) error) error {
	r := g.repo(p.key.repo)
	if r.why != "" {
		return errors.New(r.why)
	}
	err := r.objects.Stream(id, func(kind gitpack.Kind, _ int64, body io.Reader) error {
		if kind != gitpack.Commit {
			return feed(body)
		}
		data, err := io.ReadAll(body)
		if err != nil {
			return err
		}
		head, message, _ := bytes.Cut(data, []byte("\n\n"))
		if p.key.kind == chunk.CommitAuthor {
			message = head
		}
		return feed(bytes.NewReader(message))
	})
	if errors.Is(err, gitpack.ErrMissing) {
		return errors.New("the repository " + g.repoName(p.key.repo) + " has no object " + id.String())
	}
	return err
}

// tag reads a tag by the ref that leads to it: reports don't name the object.
func (g *again) tag(p *placed, feed func(io.Reader) error) error {
	r := g.repo(p.key.repo)
	if r.why != "" {
		return errors.New(r.why)
	}
	name := tagRef(p.refs)
	if name == "" {
		return errors.New("it stands in a tag that no ref leads to; scan again with --verify")
	}
	ref, err := r.git.Ref(name)
	if err != nil {
		return errors.New("there is no " + name + " any more")
	}
	return g.object(p, ref.ID, feed)
}

// tagRef is the first of some refs that is a tag's.
func tagRef(refs []string) string {
	for _, r := range refs {
		if strings.HasPrefix(r, "refs/tags/") {
			return r
		}
	}
	return ""
}

// repo opens the repository that was scanned, or a submodule by its git folder.
func (g *again) repo(sub string) *openedRepo {
	if r := g.repos[sub]; r != nil {
		return r
	}
	r := &openedRepo{}
	g.repos[sub] = r
	var err error
	env := gitpack.EnvOf(g.a.env)
	if sub != "" {
		env = gitpack.Env{}
	}
	name := g.repoName(sub)
	if r.git, err = gitpack.OpenRepo(name, env); err != nil {
		r.why = "can't open the repository " + name + ": " + reason(err)
		return r
	}
	r.objects = gitpack.OpenObjects(r.git.ObjectDirs, r.git.Hash)
	return r
}

// repoName is a repository's path, from the current folder.
func (g *again) repoName(sub string) string {
	if sub != "" {
		return filepath.FromSlash(sub)
	}
	return g.target
}
