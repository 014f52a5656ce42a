package main

import (
	"unicode"

	"golang.org/x/term"
)

// Keys that are no letters.
const (
	noKey rune = 0 // the input has ended, or the run has
	ctrlC rune = 3
	ctrlD rune = 4
)

// key asks a question on a terminal and waits for one key, which it returns as a small
// letter. The terminal is as it was afterwards, whatever happens.
func (a *app) key(question string) rune {
	fd := int(a.in.Fd())
	was, err := term.MakeRaw(fd)
	if err != nil {
		return noKey
	}
	defer term.Restore(fd, was)
	if a.say(question) != nil {
		return noKey
	}
	got := make(chan rune, 1)
	go func() {
		var b [1]byte
		if n, err := a.in.Read(b[:]); n == 0 || err != nil {
			got <- noKey
			return
		}
		got <- unicode.ToLower(rune(b[0]))
	}()
	select {
	case key := <-got:
		return key
	case <-a.ctx.Done():
		return noKey
	}
}
