package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"

	"lockaway/hooks"
	"lockaway/scanner"
	"lockaway/scanner/chunk"
	"lockaway/scanner/gitpack"
	"lockaway/scanner/source"
)

// maxMessage is how many bytes of a message are read.
const maxMessage = 64 << 20

// hookMessage scans the message of a commit, as git will commit it.
func (a *app) hookMessage(h *hookRun) error {
	if len(h.args) != 1 {
		return failf("git gives it the file that holds the message", "commit-msg takes one argument, not %d", len(h.args))
	}
	text, err := readMessage(h.args[0])
	if err != nil {
		return failf("", "can't read the message %q: %s", h.args[0], reason(err))
	}
	repo, err := a.openRepo(".")
	if err != nil {
		return err
	}
	top := a.openTop(repo)
	defer top.close()
	s, err := a.setupFrom(h.fs, h.flags, func(s *setup) error { return s.readTop(top) })
	if err != nil {
		return err
	}
	s.inRepo = true
	end := a.hookEnding(h)
	specs, err := end.outputs(h.flags)
	if err != nil {
		return err
	}
	src := &message{name: filepath.Base(h.args[0]), text: hooks.Message(text, a.messageOptions(repo))}
	r, err := a.execute(s, scanner.Options{Kind: "message", Target: src.name, Source: src})
	if err != nil {
		return err
	}
	return end.finish(r, h.flags, specs)
}

func readMessage(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err == nil && info.Size() > maxMessage {
		return nil, errTooLong
	}
	if err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

var errTooLong = failf("", "it is longer than 64 MiB")

// messageOptions asks git how it will clean the message up.
func (a *app) messageOptions(repo *gitpack.Repo) hooks.MessageOptions {
	// git sets the editor to ":" for hooks where it shows none (git help githooks).
	o := hooks.MessageOptions{Edited: a.env("GIT_EDITOR") != ":"}
	said, _ := a.gitSays(stagedTop(repo), a.gitEnv(repo), "config", "-z", "--get-regexp", `^(core\.comment(char|string)|commit\.cleanup)$`)
	for entry := range strings.SplitSeq(said, "\x00") {
		switch key, value, _ := strings.Cut(entry, "\n"); key {
		case "core.commentchar", "core.commentstring":
			o.Comment = value
		case "commit.cleanup":
			o.Cleanup = value
		}
	}
	return o
}

// message is the source that gives a message.
type message struct {
	name string
	text []byte
}

// Run implements source.Source.
func (m *message) Run(ctx context.Context, sinks []source.Sink) error {
	content := &chunk.Content{Kind: chunk.CommitMessage, Path: m.name}
	if len(m.text) <= source.Window {
		source.Hand(sinks[0], content, m.text)
		return ctx.Err()
	}
	return source.NewFeeder().Feed(ctx, sinks[0], content, bytes.NewReader(m.text))
}
