package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"lockaway/rules"
)

// MaxSize is how large, in bytes, a file may be.
const MaxSize = 1 << 20

var errTooLarge = tooLarge(MaxSize)

func tooLarge(most int) error { return fmt.Errorf("larger than %d MiB", most>>20) }

// ReadFile returns what a file holds that the user named, a pack for one: a regular
// file of at most MaxSize. Errors say what is wrong, without the path.
func ReadFile(path string) ([]byte, error) {
	c := Config{trusted: true}
	return c.read(path)
}

// read returns what a regular file holds. Nothing else is opened: a pipe would
// wait for ever and a device never end.
func (c *Config) read(path string) ([]byte, error) { return c.readUpTo(path, MaxSize) }

// readUpTo is read for a file of at most so many bytes.
func (c *Config) readUpTo(path string, most int) ([]byte, error) {
	if c.beside != nil {
		return c.readBeside(path)
	}
	if err := c.inside(path); err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, errors.New(reasonOf(err))
	}
	if err := regular(info); err != nil {
		return nil, err
	}
	// Not blocking, in case it was exchanged for a pipe meanwhile.
	f, err := os.OpenFile(path, os.O_RDONLY|nonBlocking, 0)
	if err != nil {
		return nil, errors.New(reasonOf(err))
	}
	defer f.Close()
	if info, err = f.Stat(); err != nil {
		return nil, errors.New(reasonOf(err))
	}
	if err := regular(info); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, int64(most)+1))
	switch {
	case err != nil:
		return nil, errors.New(reasonOf(err))
	case len(data) > most:
		return nil, tooLarge(most)
	}
	return data, nil
}

// readBeside is read for a configuration that stands in no folder.
func (c *Config) readBeside(path string) ([]byte, error) {
	data, ok, err := c.beside(filepath.ToSlash(path))
	switch {
	case err != nil:
		return nil, err
	case !ok:
		return nil, errors.New("no such file beside the configuration")
	case len(data) > MaxSize:
		return nil, errTooLarge
	}
	return data, nil
}

// inside refuses links that lead out of the repository, or out of the file's
// folder where there is none, for a file that was merely found.
func (c *Config) inside(path string) error {
	if c.trusted {
		return nil
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return errors.New(reasonOf(err))
	}
	if real, err = filepath.Abs(real); err != nil {
		return errors.New(reasonOf(err))
	}
	if _, ok := below(physical(c.root), real); !ok {
		return errors.New("a link that leads out of the repository is not followed")
	}
	return nil
}

func regular(info fs.FileInfo) error {
	switch {
	case info.Mode().IsRegular():
		return nil
	case info.IsDir():
		return errors.New("is a folder, not a file")
	}
	return errors.New("is not a regular file")
}

// reasonOf words a failure without the path, which stands before it.
func reasonOf(err error) string {
	var pe *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "no such file"
	case errors.Is(err, fs.ErrPermission):
		return "permission denied"
	case errors.As(err, &pe):
		return pe.Err.Error()
	}
	return err.Error()
}

// LoadPacks reads the pack files that [rules] names.
func (c *Config) LoadPacks() ([]*rules.Rule, error) {
	var all []*rules.Rule
	var errs Errors
	for _, it := range c.Packs {
		list, faults := c.loadPack(it)
		errs, all = append(errs, faults...), append(all, list...)
	}
	if len(errs) > 0 {
		return nil, errs
	}
	return all, nil
}

func (c *Config) loadPack(it Item) ([]*rules.Rule, Errors) {
	fault := func(what string) Errors {
		return Errors{{File: it.Value, What: what, Hint: "it is named in " + it.From}}
	}
	data, err := c.read(it.Value)
	if err != nil {
		return nil, fault(err.Error())
	}
	if c.costs.packs += len(data); c.costs.packs > maxPackBytes {
		return nil, fault(fmt.Sprintf(tooLargePacks, maxPackBytes>>20))
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	tables, err := parse(it.Value, data)
	if err != nil {
		return nil, err.(Errors)
	}
	for _, t := range tables {
		if t.name != "rule" {
			continue
		}
		if at, what := c.costs.rule(t); what != "" {
			return nil, Errors{{File: it.Value, Line: at.line, Column: at.column, What: what}}
		}
	}
	list, err := rules.Load(it.Value, data)
	if err != nil {
		return nil, fromRules(it.Value, err)
	}
	return list, nil
}
