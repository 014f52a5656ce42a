package aws

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/smithy-go"
)

// kind is what an error of a call says of the key.
type kind int

const (
	silent      kind = iota // no answer that could be read: nothing
	unknownKey              // this partition doesn't know the key
	ended                   // the session of a temporary key is over
	wrongSecret             // the ID is known, and the signature isn't its
	skewed                  // the time of the request doesn't fit
	busy                    // throttled, or a fault of the server's
	refused                 // the key may not do this
	other                   // an answer with another code
)

// failure is an error of a call, in words of ours.
type failure struct {
	kind   kind
	reason string
	unsent bool   // no request was sent
	code   string // AWS's own, empty without one
}

// codes of AWS's errors. Sources: "Common errors" in the API references of STS and IAM,
// "Troubleshooting AWS Signature Version 4 errors" in the IAM User Guide.
var codes = map[string]kind{
	"InvalidClientTokenId":        unknownKey,
	"UnrecognizedClientException": unknownKey,
	"InvalidAccessKeyId":          unknownKey,
	"ExpiredToken":                ended,
	"ExpiredTokenException":       ended,
	"SignatureDoesNotMatch":       wrongSecret,
	"InvalidSignatureException":   wrongSecret,
	"RequestExpired":              skewed,
	"RequestTimeTooSkewed":        skewed,
	"Throttling":                  busy,
	"ThrottlingException":         busy,
	"RequestLimitExceeded":        busy,
	"TooManyRequestsException":    busy,
	"ServiceUnavailable":          busy,
	"ServiceUnavailableException": busy,
	"InternalFailure":             busy,
	"InternalError":               busy,
	"InternalServerError":         busy,
	"ServiceFailure":              busy,
	"AccessDenied":                refused,
	"AccessDeniedException":       refused,
}

// isCode tells whether a text looks like one of AWS's codes. Anything else a server sends
// as one is not repeated.
func isCode(s string) bool {
	return only(s, names, 64) && s != "UnknownError" && strings.Trim(s[:1], lower+strings.ToUpper(lower)) == "" && !strings.ContainsAny(s, "+=,@_-")
}

// ofClock are words of messages about a request whose time doesn't fit.
var ofClock = []string{"signature expired", "signature not yet current", "is now earlier than", "is still later than", "request has expired", "too skewed"}

// aboutClock tells whether a message is about a request's time.
func aboutClock(message string) bool {
	low := strings.ToLower(clip(message, 1000))
	return slices.ContainsFunc(ofClock, func(w string) bool { return strings.Contains(low, w) })
}

// failed says what came of a call that gave an error.
func (v *Verifier) failed(ctx context.Context, err error, note *trace, host string) failure {
	var api smithy.APIError
	switch {
	case note.fault != nil || !note.sent:
		return failure{reason: v.transport.unreached(ctx, note, host), unsent: !note.sent}
	case note.status >= 300 && note.status < 400:
		return failure{reason: fmt.Sprintf("%s sent us elsewhere (status %d), where a key is not sent", host, note.status)}
	case note.html && note.status < 500:
		return failure{reason: "a web page came instead of an answer: perhaps the network asks for a sign-in"}
	case errors.As(err, &api) && isCode(api.ErrorCode()):
		return v.told(api, note)
	case note.status == 429:
		return failure{kind: busy, reason: "throttled (status 429)"}
	case note.status >= 500:
		return failure{kind: busy, reason: fmt.Sprintf("a fault of the server's (status %d)", note.status)}
	case note.status >= 400:
		return failure{reason: fmt.Sprintf("an answer that can't be read (status %d)", note.status)}
	}
	return failure{reason: "an answer that is none of AWS's"}
}

// told says what an error with a code means.
func (v *Verifier) told(api smithy.APIError, note *trace) failure {
	code := api.ErrorCode()
	f := failure{kind: other, code: code, reason: "AWS answered " + code}
	if k, ok := codes[code]; ok {
		f.kind = k
	} else if note.status == 429 || note.status >= 500 {
		f.kind = busy
	}
	if f.kind == wrongSecret && aboutClock(api.ErrorMessage()) {
		f.kind = skewed
	}
	switch f.kind {
	case busy:
		f.reason = "AWS has too much to do (" + code + ")"
		if strings.Contains(code, "hrottl") || note.status == 429 {
			f.reason = "throttled (" + code + ")"
		}
	case skewed:
		f.reason = "the clock of this machine is off" + v.skew(note) + " (" + code + "): set it, and ask again"
	}
	return f
}

// skew says by how much this machine's clock differs from the server's, as far as the
// server tells its own.
func (v *Verifier) skew(note *trace) string {
	if note.date.IsZero() {
		return ""
	}
	d := v.o.Now().Sub(note.date).Round(time.Minute)
	switch {
	case d >= 2*time.Minute:
		return fmt.Sprintf(", by some %v ahead", minutes(d))
	case d <= -2*time.Minute:
		return fmt.Sprintf(", by some %v behind", minutes(-d))
	}
	return ""
}

func minutes(d time.Duration) string {
	if d >= 48*time.Hour {
		return fmt.Sprintf("%d days", int(d.Hours()/24))
	}
	return fmt.Sprintf("%d minutes", int(d.Minutes()))
}

// untrusted tells whether a connection failed by the server's certificate.
func untrusted(err error) bool {
	var a x509.UnknownAuthorityError
	var b x509.HostnameError
	var c x509.CertificateInvalidError
	var d *tls.CertificateVerificationError
	return errors.As(err, &a) || errors.As(err, &b) || errors.As(err, &c) || errors.As(err, &d)
}

func clip(s string, n int) string {
	if len(s) > n {
		return s[:n]
	}
	return s
}
