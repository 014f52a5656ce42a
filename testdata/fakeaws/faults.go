package fakeaws

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strings"
)

// Throttled is what AWS says to whoever asks too often.
func Throttled() Answer { return Error("Throttling", 400, "Rate exceeded") }

// Page is a web page: what a network's sign-in says instead of AWS.
func Page() Answer {
	return Answer{Type: "text/html; charset=utf-8", Body: "<!DOCTYPE html><html><head><meta charset=utf-8><title>Welcome</title></head><body><p>Please sign in<br></body></html>"}
}

// Redirect sends a request elsewhere, with a status that keeps its method and body.
func Redirect(to string) Answer {
	return Answer{Status: http.StatusTemporaryRedirect, Header: map[string]string{"Location": to}}
}

// Cut answers nothing and ends the connection; in the midst of an answer if some of it
// is given.
func Cut(some string) Answer {
	return Answer{Raw: func(w http.ResponseWriter, _ *http.Request) {
		c, rw, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		if some != "" {
			fmt.Fprintf(rw, "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n%s", len(some)+1000, some)
			_ = rw.Flush()
		}
		_ = c.Close()
	}}
}

// Silent takes a request and never answers, until whoever asks gives up.
func Silent() Answer {
	return Answer{Raw: func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }}
}

// Endless begins an answer that never ends, as fast as it is read.
func Endless(start string) Answer {
	return Answer{Raw: func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		_, err := w.Write([]byte(start))
		for line := bytes.Repeat([]byte("<a>b</a>"), 1000); err == nil && r.Context().Err() == nil; {
			_, err = w.Write(line)
		}
	}}
}

// Dripping begins an answer and goes on byte by byte, for ever; every step is awaited.
func Dripping(step func()) Answer {
	return Answer{Raw: func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		for err := error(nil); err == nil && r.Context().Err() == nil; step() {
			if _, err = w.Write([]byte(" ")); err == nil {
				w.(http.Flusher).Flush()
			}
		}
	}}
}

// Bomb is some hundred kilobytes of gzip that unpack to a thousand times as much, sent
// although nobody asked for gzip.
func Bomb() Answer {
	var packed bytes.Buffer
	z, _ := gzip.NewWriterLevel(&packed, gzip.BestSpeed)
	zeros := make([]byte, 1<<20)
	for range 100 {
		_, _ = z.Write(zeros)
	}
	_ = z.Close()
	return Answer{Header: map[string]string{"Content-Encoding": "gzip"}, Body: packed.String()}
}

// Deep is XML nested so deep that who reads it by recursion runs out of stack.
func Deep() Answer { return Answer{Body: strings.Repeat("<a>", 300_000)} }

// Entities is XML whose entities stand for a million times their length.
func Entities() Answer {
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY e0 \"x\">")
	for i := 1; i < 10; i++ {
		fmt.Fprintf(&b, "<!ENTITY e%d \"%s\">", i, strings.Repeat(fmt.Sprintf("&e%d;", i-1), 10))
	}
	b.WriteString("]><GetCallerIdentityResponse><GetCallerIdentityResult><Arn>&e9;</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>")
	return Answer{Body: b.String()}
}

// Headers is an answer whose headers have no end in sight.
func Headers() Answer {
	return Answer{Raw: func(w http.ResponseWriter, _ *http.Request) {
		for i := range 10_000 {
			w.Header().Set(fmt.Sprintf("X-Filler-%d", i), strings.Repeat("x", 100))
		}
		w.WriteHeader(http.StatusOK)
	}}
}
