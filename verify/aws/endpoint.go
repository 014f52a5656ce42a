package aws

import (
	"errors"
	"net/netip"
	"net/url"
	"strings"
)

// CheckEndpoint reads the address that takes the place of AWS's own. It has to be
// https; http only on loopback (127.0.0.0/8, ::1, localhost), where nobody listens in.
// The error says what would do.
func CheckEndpoint(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.Opaque != "":
		return nil, errors.New("the endpoint is no address such as https://sts.example.com")
	case u.User != nil:
		return nil, errors.New("the endpoint's address has a user name or password in it; leave them out: requests are signed")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.Contains(address, "#"):
		return nil, errors.New("the endpoint's address has a query or fragment (from ? or # on); leave it out")
	case u.Hostname() == "":
		return nil, errors.New("the endpoint's address names no host")
	case u.Scheme == "https":
		return u, nil
	case u.Scheme != "http":
		return nil, errors.New("the endpoint's address has to begin with https://")
	case !loopback(u.Hostname()):
		return nil, errors.New("the endpoint's address begins with http://, which is taken on loopback only (127.0.0.1, ::1, localhost); use https://")
	}
	return u, nil
}

// loopback tells whether a host is this machine, by its name.
func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}
