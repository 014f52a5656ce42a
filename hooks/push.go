package hooks

import (
	"bufio"
	"bytes"
	"fmt"
	"strings"
)

// RefUpdate is one ref that a push changes. Ids are as git writes them; those of zeros
// stand for nothing: a ref that is made, or deleted.
type RefUpdate struct {
	Local    string // the ref at the pusher's, or what stands for it; empty on a server
	Ref      string // at the receiver's
	Old, New string // ids
}

// Deletes tells whether the ref is deleted: nothing arrives then.
func (u RefUpdate) Deletes() bool { return zero(u.New) }

// Creates tells whether the ref is made.
func (u RefUpdate) Creates() bool { return zero(u.Old) }

func zero(id string) bool { return strings.Trim(id, "0") == "" }

// ReadPush reads what git writes to pre-push: a line for each ref, with the local ref and
// its id, the remote ref and its id (git help githooks).
func ReadPush(input []byte) ([]RefUpdate, error) {
	return readLines(input, 4, func(w []string) RefUpdate { return RefUpdate{Local: w[0], New: w[1], Ref: w[2], Old: w[3]} })
}

// ReadReceive reads what git writes to pre-receive: the old id, the new one and the ref.
func ReadReceive(input []byte) ([]RefUpdate, error) {
	return readLines(input, 3, func(w []string) RefUpdate { return RefUpdate{Old: w[0], New: w[1], Ref: w[2]} })
}

func readLines(input []byte, words int, one func([]string) RefUpdate) ([]RefUpdate, error) {
	var out []RefUpdate
	lines := bufio.NewScanner(bytes.NewReader(input))
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		w := strings.Split(lines.Text(), " ")
		if len(w) > words && words == 4 { // what was pushed may be a revision with blanks: ":/some words"
			head := len(w) - 3
			w = append([]string{strings.Join(w[:head], " ")}, w[head:]...)
		}
		if len(w) != words {
			return nil, fmt.Errorf("standard input, line %d: %d words, where git writes %d", n, len(w), words)
		}
		u := one(w)
		if !hexadecimal(u.Old) || !hexadecimal(u.New) {
			return nil, fmt.Errorf("standard input, line %d: no object ids where git writes them", n)
		}
		out = append(out, u)
	}
	return out, lines.Err()
}

func hexadecimal(id string) bool {
	return len(id) >= 40 && strings.Trim(id, "0123456789abcdef") == ""
}

// ReadUpdate reads the arguments of update: the ref, the old id and the new one.
func ReadUpdate(args []string) ([]RefUpdate, error) {
	if len(args) != 3 || !hexadecimal(args[1]) || !hexadecimal(args[2]) {
		return nil, fmt.Errorf("the arguments are not those of update: REF OLD NEW")
	}
	return []RefUpdate{{Ref: args[0], Old: args[1], New: args[2]}}, nil
}
