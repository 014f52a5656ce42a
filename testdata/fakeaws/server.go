// Package fakeaws plays AWS's security token service (STS) and identity and access
// management (IAM) on loopback, for tests: in the wire form of their query protocol,
// with signatures (Signature Version 4) that are checked for real.
//
// A Server knows keys and whose they are. It answers each action by a table, into which
// other files and tests put more; faults (throttled, slow, cut, hostile) come in
// before the table, by Server.Before. Every request is noted, refused ones too.
//
// What it answers follows the API References of STS and IAM; where those are silent it
// says in a comment what it does. It knows nothing of this module's other rooms.
package fakeaws

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Key is an access key.
type Key struct {
	ID, Secret string
	Token      string // of a temporary key
	Inactive   bool
	Ended      bool // a temporary key whose session is over
	Owner      *Principal
	Created    time.Time
	// Used, Service and Region are the last use; zero for none. Uses in this server are
	// not noted there.
	Used            time.Time
	Service, Region string
}

// Principal is whose a key is.
type Principal struct {
	ARN, UserID, Account string
	// May are the actions that it may do besides GetCallerIdentity: "iam:GetUser",
	// "iam:*"; nothing by default.
	May []string
	// Partition is the one that knows its keys, by the region that a request is signed
	// for; empty: all of them do.
	Partition string
	// Answers are its own answers by action, before the server's.
	Answers map[string]Handler
}

// Request is one request.
type Request struct {
	Service, Action string // "iam", "GetUser"
	Form            url.Values
	KeyID, Region   string // as the signature says
	Key             *Key   // nil for an unknown one
	Header          http.Header
	Host            string // the Host header
	Time            time.Time
	Body            string
}

// Answer is what a handler says.
type Answer struct {
	Status int // 200 if 0
	Type   string
	Header map[string]string
	Body   string
	// Raw, if not nil, answers in place of all the above.
	Raw http.HandlerFunc
}

// Handler answers an action.
type Handler func(*Request) Answer

// Server is AWS on loopback.
type Server struct {
	URL string
	// Before, if not nil, may answer a request in place of the table: it returns nil to
	// let it pass. It is set before the first request.
	Before func(*Request) *Answer
	// Now is the clock that requests are held against; time.Now if nil.
	Now func() time.Time

	http *httptest.Server

	mu       sync.Mutex
	keys     map[string]*Key
	handlers map[string]Handler
	requests []*Request
}

// New starts a server. Close it.
func New() *Server {
	s := &Server{keys: map[string]*Key{}, handlers: map[string]Handler{}}
	s.http = httptest.NewServer(http.HandlerFunc(s.serve))
	s.URL = s.http.URL
	s.Handle("sts:GetCallerIdentity", callerIdentity)
	s.Handle("sts:GetAccessKeyInfo", s.accessKeyInfo)
	return s
}

// NewTLS starts a server that speaks TLS by a certificate that nobody trusts.
func NewTLS() *Server {
	s := New()
	s.http.Close()
	s.http = httptest.NewUnstartedServer(http.HandlerFunc(s.serve))
	s.http.Config.ErrorLog = log.New(io.Discard, "", 0) // each client that refuses would be named
	s.http.StartTLS()
	s.URL = s.http.URL
	return s
}

// Close ends the server, and the connections that are left.
func (s *Server) Close() {
	s.http.CloseClientConnections()
	s.http.Close()
}

// Add makes keys known.
func (s *Server) Add(keys ...*Key) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range keys {
		s.keys[k.ID] = k
	}
}

// Key returns the key of an ID, nil for an unknown one.
func (s *Server) Key(id string) *Key {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.keys[id]
}

// Handle sets the answer to an action, "iam:GetUser".
func (s *Server) Handle(action string, h Handler) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.handlers[action] = h
}

// Requests are all that came, in their order.
func (s *Server) Requests() []*Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*Request(nil), s.requests...)
}

// Count is how many requests of an action came, "" for all; with a key ID, how many were
// signed with that.
func (s *Server) Count(action, keyID string) int {
	n := 0
	for _, r := range s.Requests() {
		if (action == "" || r.Service+":"+r.Action == action) && (keyID == "" || r.KeyID == keyID) {
			n++
		}
	}
	return n
}

// serve takes a request, notes it, and answers.
func (s *Server) serve(w http.ResponseWriter, h *http.Request) {
	body, _ := io.ReadAll(h.Body)
	r := &Request{Header: h.Header.Clone(), Host: h.Host, Body: string(body), Time: time.Now()}
	r.Form, _ = url.ParseQuery(r.Body)
	r.Action = r.Form.Get("Action")
	scope := parseScope(h.Header.Get("Authorization"))
	r.KeyID, r.Region, r.Service = scope.key, scope.region, scope.service
	s.mu.Lock()
	r.Key = s.keys[r.KeyID]
	s.requests = append(s.requests, r)
	before := s.Before
	s.mu.Unlock()
	if before != nil {
		if a := before(r); a != nil {
			a.write(w, h)
			return
		}
	}
	s.answer(h, r, body).write(w, h)
}

// answer is what a server without faults says.
func (s *Server) answer(h *http.Request, r *Request, body []byte) *Answer {
	now := time.Now()
	if s.Now != nil {
		now = s.Now()
	}
	if a := authenticate(h, r, body, now); a != nil {
		return a
	}
	action := r.Service + ":" + r.Action
	if action != "sts:GetCallerIdentity" && !r.Key.Owner.may(action) {
		return new(Denied(r))
	}
	if own := r.Key.Owner.Answers[action]; own != nil {
		return new(own(r))
	}
	s.mu.Lock()
	answer := s.handlers[action]
	s.mu.Unlock()
	if answer == nil {
		return new(Error("InvalidAction", 400, "Could not find operation "+r.Action))
	}
	return new(answer(r))
}

// may tells whether a principal may do an action.
func (p *Principal) may(action string) bool {
	for _, m := range p.May {
		if m == action || m == "*" || strings.HasSuffix(m, ":*") && strings.HasPrefix(action, strings.TrimSuffix(m, "*")) {
			return true
		}
	}
	return false
}

func (a *Answer) write(w http.ResponseWriter, h *http.Request) {
	if a.Raw != nil {
		a.Raw(w, h)
		return
	}
	kind := a.Type
	if kind == "" {
		kind = "text/xml"
	}
	w.Header().Set("Content-Type", kind)
	for name, value := range a.Header {
		w.Header().Set(name, value)
	}
	status := a.Status
	if status == 0 {
		status = http.StatusOK
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, a.Body)
}

// Result wraps what is inside of an action's result.
func Result(r *Request, inner string) Answer {
	version := "2010-05-08"
	if r.Service == "sts" {
		version = "2011-06-15"
	}
	return Answer{Body: fmt.Sprintf("<%[1]sResponse xmlns=\"https://%[2]s.amazonaws.com/doc/%[3]s/\">\n  <%[1]sResult>%[4]s</%[1]sResult>\n  <ResponseMetadata><RequestId>01234567-89ab-cdef-0123-456789abcdef</RequestId></ResponseMetadata>\n</%[1]sResponse>\n", r.Action, r.Service, version, inner)}
}

// Error is an error with one of AWS's codes.
func Error(code string, status int, message string) Answer {
	return Answer{Status: status, Body: fmt.Sprintf("<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n  <Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error>\n  <RequestId>01234567-89ab-cdef-0123-456789abcdef</RequestId>\n</ErrorResponse>\n", code, Escape(message))}
}

// Denied is the refusal of an action. Its message names the caller, as AWS's does.
func Denied(r *Request) Answer {
	return Error("AccessDenied", 403, fmt.Sprintf("User: %s is not authorized to perform: %s:%s because no identity-based policy allows the %s:%s action", r.Key.Owner.ARN, r.Service, r.Action, r.Service, r.Action))
}

// Escape writes a text for XML.
func Escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}
