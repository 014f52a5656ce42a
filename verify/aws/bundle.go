package aws

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"os"
)

// caBundle is the variable that names the authorities whose certificates the AWS CLI
// and the SDKs trust, in place of the system's: networks that look into TLS have it set.
const caBundle = "AWS_CA_BUNDLE"

// trusting has a transport trust the authorities of AWS_CA_BUNDLE. That holds for
// requests with the operator's own credentials alone: what found keys sign is not to be
// had by whoever sets a variable.
func trusting(t *transport) error {
	path := os.Getenv(caBundle)
	if path == "" {
		return nil
	}
	pem, err := os.ReadFile(path)
	roots := x509.NewCertPool()
	if err != nil || !roots.AppendCertsFromPEM(pem) {
		return &Unavailable{"the file that " + caBundle + " names holds no certificates, or can't be read", "mend it, or unset " + caBundle}
	}
	if h, ok := t.next.(*http.Transport); ok {
		h.TLSClientConfig = &tls.Config{RootCAs: roots}
	}
	return nil
}
