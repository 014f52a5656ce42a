package aws

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"lockaway/verify"
)

const (
	dialTimeout = 4 * time.Second
	tlsTimeout  = 4 * time.Second
	// maxDepth is how deep an answer's elements may be nested. IAM's are nine deep.
	maxDepth = 64
)

// newClient makes the HTTP client of a run: its own, so that nothing set for all of the
// process holds for it. No redirect is followed, nothing is unpacked, no answer is
// longer than limit bytes. It shares its pace and its count with another's transport, if
// one is given.
func newClient(o *Options, limit int64, with *transport) (*http.Client, *transport, error) {
	dialer := &net.Dialer{Timeout: dialTimeout, KeepAlive: -1}
	proxy := o.Proxy
	if proxy == nil {
		proxy = http.ProxyFromEnvironment
	}
	if o.Endpoint != "" {
		u, err := CheckEndpoint(o.Endpoint)
		if err != nil {
			return nil, nil, err
		}
		if u.Scheme == "http" {
			// Whatever "localhost" means on this machine: nothing goes in clear to another.
			proxy, dialer.Control = nil, onlyLoopback
		}
	}
	timeout := cmp.Or(o.CallTimeout, defaultCallTimeout)
	pace := &shared{}
	if with != nil {
		pace = with.shared
	} else {
		pace.Limiter = verify.NewLimiter(cmp.Or(o.Rate, defaultRate))
	}
	t := &transport{limit: limit, timeout: timeout, shared: pace, next: &http.Transport{
		Proxy: proxy, DialContext: dialer.DialContext,
		TLSHandshakeTimeout: tlsTimeout, ResponseHeaderTimeout: timeout, MaxResponseHeaderBytes: 64 << 10,
		DisableCompression: true, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 4, IdleConnTimeout: 30 * time.Second,
	}}
	return &http.Client{
		Transport:     t,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, t, nil
}

// onlyLoopback refuses connections to other machines.
func onlyLoopback(_, address string, _ syscall.RawConn) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil || !loopback(host) {
		return errors.New("not on loopback")
	}
	return nil
}

// transport sends requests, one at a time as often as pace allows, and takes answers in
// whole, within limits, before anything reads them.
type transport struct {
	next    http.RoundTripper
	shared  *shared
	limit   int64
	timeout time.Duration // of one request, answer included; waiting for its turn aside
}

// shared is what holds for all requests of a run.
type shared struct {
	*verify.Limiter
	sent atomic.Int64
	// unanswered is how many requests in a row nobody answered in time.
	unanswered atomic.Int64
}

// maxUnanswered is after how many of those nobody is asked any more: a server or a
// network that swallows requests would hold each of them for as long as a call may
// take.
const maxUnanswered = 3

// trace is what is noted of a request, for those who have to say what came of it.
type trace struct {
	sent   bool
	status int
	html   bool
	date   time.Time // the server's clock
	fault  error     // why there is no answer
}

type traceKey struct{}

// traced makes a context whose request is noted.
func traced(ctx context.Context) (context.Context, *trace) {
	t := &trace{}
	return context.WithValue(ctx, traceKey{}, t), t
}

// Reasons for which an answer isn't read.
var (
	errTooLong = errors.New("the answer is longer than any of AWS's")
	errTooDeep = errors.New("the answer is nested deeper than any of AWS's")
	errGivenUp = fmt.Errorf("not asked any more: %d requests in a row were not answered in time", maxUnanswered)
)

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	note, _ := r.Context().Value(traceKey{}).(*trace)
	if note == nil {
		note = &trace{}
	}
	*note = trace{}
	if err := t.shared.Wait(r.Context()); err != nil {
		note.fault = err
		return nil, err
	}
	if t.shared.unanswered.Load() >= maxUnanswered {
		note.fault = errGivenUp
		return nil, errGivenUp
	}
	limited, cancel := context.WithTimeout(r.Context(), t.timeout)
	defer cancel()
	note.sent = true
	t.shared.sent.Add(1)
	resp, err := t.take(r.WithContext(limited), note)
	if err != nil && r.Context().Err() == nil && limited.Err() != nil {
		err = context.DeadlineExceeded
	}
	switch {
	case slow(err):
		t.shared.unanswered.Add(1)
	case note.status != 0:
		t.shared.unanswered.Store(0)
	}
	note.fault = err
	return resp, err
}

// slow tells whether a request failed because time ran out.
func slow(err error) bool {
	var timeout net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}

// take sends a request and reads its answer.
func (t *transport) take(r *http.Request, note *trace) (*http.Response, error) {
	resp, err := t.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	note.status = resp.StatusCode
	note.html = strings.Contains(strings.ToLower(resp.Header.Get("Content-Type")), "html")
	note.date, _ = http.ParseTime(resp.Header.Get("Date"))
	body, err := io.ReadAll(io.LimitReader(resp.Body, t.limit+1))
	switch {
	case err != nil:
		return nil, err
	case int64(len(body)) > t.limit:
		return nil, errTooLong
	case deep(body):
		return nil, errTooDeep
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	resp.ContentLength = int64(len(body))
	return resp, nil
}

// deep tells whether XML is nested deeper than maxDepth. Whoever reads it next may take
// a stack frame for each level.
func deep(body []byte) bool {
	d := xml.NewDecoder(bytes.NewReader(body))
	d.Strict = false
	for depth := 0; ; {
		t, err := d.RawToken()
		if err != nil {
			return false // the end, or what no reader gets past
		}
		switch t.(type) {
		case xml.StartElement:
			if depth++; depth > maxDepth {
				return true
			}
		case xml.EndElement:
			depth--
		}
	}
}

// unreached says in words of ours why no answer came. What the error itself says is not
// told: it may name what was sent.
func (t *transport) unreached(ctx context.Context, note *trace, host string) string {
	err := note.fault
	var dns *net.DNSError
	var op *net.OpError
	switch {
	case ctx.Err() != nil && errors.Is(ctx.Err(), context.DeadlineExceeded):
		return "the time limit of the whole run came first"
	case ctx.Err() != nil:
		return "it was interrupted"
	case errors.Is(err, errTooLong), errors.Is(err, errTooDeep), errors.Is(err, errGivenUp):
		return err.Error()
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Sprintf("no answer from %s within %v", host, t.timeout)
	case errors.As(err, &op) && op.Op == "proxyconnect":
		return "the proxy that the environment names can't be reached"
	case errors.As(err, &dns):
		return fmt.Sprintf("the address of %s can't be looked up", host)
	case errors.As(err, new(tls.RecordHeaderError)):
		return fmt.Sprintf("%s doesn't speak TLS", host)
	case untrusted(err):
		return fmt.Sprintf("the certificate of %s is not to be trusted", host)
	case errors.As(err, &op) && op.Op == "dial":
		return fmt.Sprintf("%s can't be reached", host)
	case slow(err):
		return fmt.Sprintf("no answer from %s in time", host)
	case errors.As(err, &op), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Sprintf("the connection to %s was cut", host)
	}
	return fmt.Sprintf("no connection to %s, or none that could be understood; a proxy may have refused it", host)
}
