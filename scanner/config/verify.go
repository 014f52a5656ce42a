package config

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// Verify is what [verify] sets for asking AWS about keys. It has no way to say that
// it is done, nor where or by whom: that stands on the command line. What is left out
// is zero or nil.
type Verify struct {
	// CallSeconds and TotalSeconds are how long one call, and all together, may take.
	CallSeconds, TotalSeconds int
	// Partitions are those that keys may be tried in besides "aws"; whether there are
	// such is for the caller.
	Partitions []Item
	// From says where each key stands that is set, by its name: "FILE:LINE".
	From map[string]string
}

// verifyKeys are the keys of [verify].
var verifyKeys = []string{"call_seconds", "total_seconds", "partitions"}

const (
	// maxCall and maxTotal are the most seconds that may be set: whoever answers so
	// slowly gives no answer.
	maxCall  = 60
	maxTotal = 3600
)

// verifyTable reads [verify]. All of it is for a file alone that is named with
// --config: where a found key is tried, and how long a scan takes, is not for what is
// scanned to say.
func (r *reader) verifyTable(t table) {
	if !r.c.trusted {
		e := r.fail(t.pos, "[verify] can't stand in a repository's file: what is found would be sent where the file says")
		e.Hint = "name the file with --config if it is yours"
		return
	}
	r.each(t, r.verifyKey)
}

func (r *reader) verifyKey(k key) {
	v := &r.c.Verify
	switch k.name {
	case "call_seconds":
		v.CallSeconds = r.seconds(k, maxCall)
	case "total_seconds":
		v.TotalSeconds = r.seconds(k, maxTotal)
	case "partitions":
		v.Partitions = append([]Item{}, r.items(k, nil)...)
	default:
		r.unknownKey(k, "in [verify]", verifyKeys)
		return
	}
	if v.From == nil {
		v.From = map[string]string{}
	}
	v.From[k.name] = r.from(k.pos)
}

func (r *reader) seconds(k key, most int) int {
	if k.kind != unstable.Integer {
		r.fail(k.value.pos, fmt.Sprintf("%s must be a whole number of seconds, not %s", k.name, kindName(k.kind)))
		return 0
	}
	n, err := strconv.ParseInt(strings.ReplaceAll(k.text, "_", ""), 0, 64)
	if err != nil || n < 1 || n > int64(most) {
		r.fail(k.value.pos, fmt.Sprintf("%s must be from 1 to %d seconds", k.name, most))
		return 0
	}
	return int(n)
}
