package aws

import (
	"context"
	"strings"
	"time"
)

// Failure is why a call gave no answer, in words of ours: neither the SDK's errors nor a
// server's messages are told.
type Failure struct {
	// Code is AWS's code of the error, "NoSuchEntity"; empty where no answer of AWS's
	// came.
	Code string
	// Refused says that the caller has not the permission. Busy says that AWS had too
	// much to do, or a fault: later it may answer. Silent says that nothing came that is
	// an answer of AWS's.
	Refused, Busy, Silent bool
	// NotTaken says that AWS doesn't take the credentials themselves, or the time of the
	// request.
	NotTaken bool
	reason   string
}

// Error says what happened, to be put behind what was asked.
func (f *Failure) Error() string { return f.reason }

// Call makes one call with one of a connection's clients. Its error is a *Failure.
func Call[In, Out, Option any](ctx context.Context, c *Connection, call func(context.Context, *In, ...func(*Option)) (*Out, error), in *In) (*Out, error) {
	traced, note := traced(ctx)
	out, err := call(traced, in)
	if err == nil && !note.html {
		return out, nil
	}
	v := &Verifier{o: *c.o, transport: c.t}
	if v.o.Now == nil {
		v.o.Now = time.Now
	}
	f := v.failed(ctx, err, note, c.host)
	return nil, &Failure{
		Code: f.code, Refused: f.kind == refused, Busy: f.kind == busy, Silent: f.kind == silent,
		NotTaken: f.kind == unknownKey || f.kind == wrongSecret || f.kind == ended || f.kind == skewed, reason: f.reason,
	}
}

// Echoes tells whether a text holds the operator's secret key or session token. AWS
// never sends them; whoever does is not AWS.
func (c *Connection) Echoes(text string) bool {
	for _, s := range c.secrets {
		if s != "" && strings.Contains(text, s) {
			return true
		}
	}
	return false
}
