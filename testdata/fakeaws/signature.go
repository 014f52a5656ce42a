package fakeaws

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// scope is what an Authorization header says of itself.
type scope struct {
	key, day, region, service string
	signed                    []string
	signature                 string
}

// parseScope reads "AWS4-HMAC-SHA256 Credential=ID/DAY/REGION/SERVICE/aws4_request,
// SignedHeaders=a;b, Signature=HEX"; it is empty for anything else.
func parseScope(header string) (s scope) {
	rest, ok := strings.CutPrefix(header, "AWS4-HMAC-SHA256 ")
	if !ok {
		return scope{}
	}
	for _, field := range strings.Split(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		switch name {
		case "Credential":
			if p := strings.Split(value, "/"); len(p) == 5 && p[4] == "aws4_request" {
				s.key, s.day, s.region, s.service = p[0], p[1], p[2], p[3]
			}
		case "SignedHeaders":
			s.signed = strings.Split(value, ";")
		case "Signature":
			s.signature = value
		}
	}
	return s
}

// window is how far a request's time may be off.
const window = 15 * time.Minute

// authenticate holds a request against its key. The order of the checks is that in
// which AWS is seen to make them: the ID, the token, the time, the signature, and last
// whether a session is over.
func authenticate(h *http.Request, r *Request, body []byte, now time.Time) *Answer {
	s := parseScope(h.Header.Get("Authorization"))
	k := r.Key
	switch {
	case s.key == "":
		return new(Error("MissingAuthenticationToken", 403, "Request is missing Authentication Token"))
	case !slices.Contains(s.signed, "host") || !slices.Contains(s.signed, "x-amz-date"):
		return new(Error("IncompleteSignature", 400, "'Host' or 'X-Amz-Date' must be a 'SignedHeader' in the AWS Authorization."))
	case k == nil || k.Inactive || k.Token != h.Header.Get("X-Amz-Security-Token") || !k.Owner.in(s.region):
		return new(Error("InvalidClientTokenId", 403, "The security token included in the request is invalid."))
	}
	at, err := time.Parse("20060102T150405Z", h.Header.Get("X-Amz-Date"))
	stamp := func(t time.Time) string { return t.UTC().Format("20060102T150405Z") }
	switch {
	case err != nil || at.Format("20060102") != s.day:
		return new(Error("IncompleteSignature", 400, "Date must be in ISO-8601 'basic format'."))
	case at.Before(now.Add(-window)):
		return new(Error("SignatureDoesNotMatch", 403, fmt.Sprintf("Signature expired: %s is now earlier than %s (%s - 15 min.)", stamp(at), stamp(now.Add(-window)), stamp(now))))
	case at.After(now.Add(window)):
		return new(Error("SignatureDoesNotMatch", 403, fmt.Sprintf("Signature not yet current: %s is still later than %s (%s + 15 min.)", stamp(at), stamp(now.Add(window)), stamp(now))))
	case s.sign(h, k.Secret, body) != s.signature:
		return new(Error("SignatureDoesNotMatch", 403, "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."))
	case k.Ended:
		return new(Error("ExpiredToken", 403, "The security token included in the request is expired"))
	}
	return nil
}

// in tells whether the partition of a region knows a principal's keys.
func (p *Principal) in(region string) bool {
	of := "aws"
	switch {
	case strings.HasPrefix(region, "cn-"):
		of = "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		of = "aws-us-gov"
	case strings.HasPrefix(region, "eusc-"):
		of = "aws-eusc"
	}
	return p.Partition == "" || p.Partition == of
}

// sign is the signature that a request should carry. Source: IAM User Guide, "Create a
// signed AWS API request".
func (s scope) sign(h *http.Request, secret string, body []byte) string {
	var head strings.Builder
	for _, name := range s.signed {
		value := h.Header.Get(name)
		switch name {
		case "host":
			value = h.Host
		case "content-length":
			value = fmt.Sprint(h.ContentLength)
		}
		fmt.Fprintf(&head, "%s:%s\n", name, strings.Join(strings.Fields(value), " "))
	}
	path := h.URL.EscapedPath()
	if path == "" {
		path = "/"
	}
	canonical := strings.Join([]string{h.Method, path, h.URL.RawQuery, head.String(), strings.Join(s.signed, ";"), hash(body)}, "\n")
	key := []byte("AWS4" + secret)
	for _, part := range []string{s.day, s.region, s.service, "aws4_request"} {
		key = mac(key, part)
	}
	text := strings.Join([]string{"AWS4-HMAC-SHA256", h.Header.Get("X-Amz-Date"), s.day + "/" + s.region + "/" + s.service + "/aws4_request", hash([]byte(canonical))}, "\n")
	return hex.EncodeToString(mac(key, text))
}

func hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func mac(key []byte, text string) []byte {
	m := hmac.New(sha256.New, key)
	m.Write([]byte(text))
	return m.Sum(nil)
}
