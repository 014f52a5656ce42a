package aws

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"lockaway/scanner/finding"
	"lockaway/testdata/fakeaws"
	"lockaway/verify"
)

func TestCheckEndpoint(t *testing.T) {
	for _, ok := range []string{
		"https://sts.example.com", "https://vpce-0-sts.us-east-1.vpce.amazonaws.com/", "https://10.0.0.1:8443/base", "https://[fd00::1]",
		"http://127.0.0.1:3000", "http://127.9.9.9", "http://[::1]:80", "http://localhost:4566", "http://LOCALHOST", "http://[::ffff:127.0.0.1]:80",
	} {
		if _, err := CheckEndpoint(ok); err != nil {
			t.Errorf("%s: %v", ok, err)
		}
	}
	for address, word := range map[string]string{
		"":                              "such as https://",
		"sts.example.com":               "such as https://",
		"sts.example.com:443":           "such as https://",
		"https://":                      "such as https://",
		"https://:443":                  "no host",
		"http://sts.example.com":        "on loopback only",
		"http://169.254.169.254":        "on loopback only",
		"http://0.0.0.0":                "on loopback only",
		"http://127.1":                  "on loopback only",
		"http://2130706433":             "on loopback only",
		"http://0x7f000001":             "on loopback only",
		"http://127.0.0.1.example.com":  "on loopback only",
		"http://localhost.example.com":  "on loopback only",
		"http://evil.com:80#@127.0.0.1": "query or fragment",
		"http://127.0.0.1@evil.com":     "user name",
		"https://user:pass@example.com": "user name",
		"https://example.com/?x=1":      "query or fragment",
		"https://example.com/?":         "query or fragment",
		"https://example.com/#f":        "query or fragment",
		"https://example.com/#":         "query or fragment",
		"ftp://example.com":             "https://",
		"file:///etc/passwd":            "such as https://",
		"https:example.com":             "such as https://",
		"https://exa mple.com":          "such as https://",
		"https://example.com\x00.evil":  "such as https://",
		"https://example.com/%zz":       "such as https://",
	} {
		_, err := CheckEndpoint(address)
		if err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("%q: %v", address, err)
		}
		if err != nil && strings.Contains(err.Error(), "pass@") {
			t.Errorf("%v repeats a password", err)
		}
	}
}

// No variable of the environment, no file of the user's and no answer leads a found key
// to another server.
func TestNobodyElseIsAsked(t *testing.T) {
	s, other := fakeaws.New(), fakeaws.New()
	defer s.Close()
	defer other.Close()
	home := emptyHome(t)
	folder := filepath.Join(home, ".aws")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	config := fmt.Sprintf("[default]\nregion = eu-west-1\nendpoint_url = %[1]s\nservices = s\n[profile x]\nendpoint_url = %[1]s\nservices = s\n[services s]\nsts =\n  endpoint_url = %[1]s\niam =\n  endpoint_url = %[1]s\n", other.URL)
	for _, name := range []string{"config", "credentials"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(config), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": other.URL, "AWS_ENDPOINT_URL_STS": other.URL, "AWS_ENDPOINT_URL_IAM": other.URL, "AWS_PROFILE": "x", "AWS_REGION": "no-such-region-9",
		"AWS_ACCESS_KEY_ID": keyID(t, "AKIA", 77), "AWS_SECRET_ACCESS_KEY": secretOf("env"), "AWS_USE_FIPS_ENDPOINT": "true", "AWS_USE_DUALSTACK_ENDPOINT": "true", "AWS_STS_REGIONAL_ENDPOINTS": "legacy",
		"HTTP_PROXY": other.URL, "http_proxy": other.URL, "ALL_PROXY": other.URL,
	} {
		t.Setenv(name, value)
	}
	v := asking(t, s, Options{})
	k := user(t, s, "*")
	has(t, v.ask(t, pairOf(k)), finding.Live)
	for _, a := range []fakeaws.Answer{fakeaws.Redirect(other.URL), {Status: 302, Header: map[string]string{"Location": other.URL}}, {Status: 301, Header: map[string]string{"Location": "//" + strings.TrimPrefix(other.URL, "http://")}}, {Status: 308, Header: map[string]string{"Location": other.URL + "/x"}}} {
		s.Before = func(*fakeaws.Request) *fakeaws.Answer { return &a }
		has(t, v.ask(t, pairOf(k)), finding.Unknown, "sent us elsewhere (status 3")
	}
	if n := len(other.Requests()); n > 0 {
		t.Errorf("%d requests went to the other server", n)
	}
	for _, r := range s.Requests() {
		if r.KeyID != k.ID || "http://"+r.Host != s.URL {
			t.Errorf("%s signed for %s", r.KeyID, r.Host)
		}
	}
}

// The secret is used to sign, and never sent.
func TestSecretIsNotSent(t *testing.T) {
	emptyHome(t, secretOf("a"), tokenOf("t"))
	s, v := fake(t, Options{Version: "9.8"})
	k := &fakeaws.Key{ID: keyID(t, "ASIA", 1), Secret: secretOf("a"), Token: tokenOf("t"), Owner: fakeaws.Session(account, "r", "s", "*")}
	s.Add(k)
	has(t, v.ask(t, pairOf(k)), finding.Live)
	for _, r := range s.Requests() {
		text := fmt.Sprint(r.Header, r.Body)
		if strings.Contains(text, k.Secret) {
			t.Error("the secret was sent")
		}
		if strings.Count(text, k.Token) != 1 || r.Header.Get("X-Amz-Security-Token") != k.Token {
			t.Error("the token belongs in its header alone")
		}
		if agent := r.Header.Get("User-Agent"); !strings.Contains(agent, " lockaway/9.8") {
			t.Errorf("it calls itself %q", agent)
		}
	}
}

// proxies counts what a proxy of the environment is asked for, and tunnels nothing.
func proxy(t *testing.T) (address string, asked func() []string) {
	var mu sync.Mutex
	var all []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		all = append(all, r.Method+" "+r.Host)
		mu.Unlock()
		w.WriteHeader(http.StatusForbidden)
	}))
	t.Cleanup(s.Close)
	return s.URL, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return append([]string(nil), all...)
	}
}

// AWS itself is asked through the proxy of the environment, in a tunnel; without an
// answer from there the key is unknown. Nothing but the proxy is reached.
func TestThroughProxy(t *testing.T) {
	address, asked := proxy(t)
	u, _ := url.Parse(address)
	v, err := New(t.Context(), Options{Partitions: []string{"aws-cn", "aws-us-gov"}, Rate: -1, Proxy: http.ProxyURL(u)})
	if err != nil {
		t.Fatal(err)
	}
	v.wait = (&waits{}).wait
	got := v.ask(t, verify.Credential{KeyID: keyID(t, "AKIA", 1), Secret: finding.NewSecret(secretOf("a"))})
	has(t, got, finding.Unknown, "AWS (aws)", "aws-cn", "aws-us-gov")
	if !strings.Contains(strings.Join(got.Reasons, ""), "a proxy may have refused it") {
		t.Errorf("%q", got.Reasons)
	}
	want := []string{"CONNECT sts.us-east-1.amazonaws.com:443", "CONNECT sts.cn-north-1.amazonaws.com.cn:443", "CONNECT sts.us-gov-west-1.amazonaws.com:443"}
	if fmt.Sprint(asked()) != fmt.Sprint(want) {
		t.Errorf("%q", asked())
	}
	holdsNot(t, got, secretOf("a"))
	// One that isn't there.
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	dead := &url.URL{Scheme: "http", Host: l.Addr().String()}
	if v, err = New(t.Context(), Options{Rate: -1, Proxy: http.ProxyURL(dead)}); err != nil {
		t.Fatal(err)
	}
	has(t, v.ask(t, verify.Credential{KeyID: keyID(t, "AKIA", 1), Secret: finding.NewSecret(secretOf("a"))}), finding.Unknown, "the proxy that the environment names can't be reached")
}

// By default it is the environment that names the proxy. It is read once a process, so
// this holds the function and not its outcome.
func TestProxyOfTheEnvironmentIsTheDefault(t *testing.T) {
	v, err := New(t.Context(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := v.transport.next.(*http.Transport).Proxy
	if got == nil || fmt.Sprintf("%p", got) != fmt.Sprintf("%p", http.ProxyFromEnvironment) {
		t.Error("no proxy of the environment")
	}
	v, err = New(t.Context(), Options{Endpoint: "http://localhost:1"})
	if err != nil {
		t.Fatal(err)
	}
	if v.transport.next.(*http.Transport).Proxy != nil {
		t.Error("plain HTTP through a proxy")
	}
}

// A certificate that nobody vouches for ends the conversation before a key is named.
func TestUntrustedCertificate(t *testing.T) {
	s := fakeaws.NewTLS()
	defer s.Close()
	v := asking(t, s, Options{})
	k := user(t, s)
	has(t, v.ask(t, pairOf(k)), finding.Unknown, "not to be trusted")
	plain := fakeaws.New()
	defer plain.Close()
	v, err := New(t.Context(), Options{Endpoint: "https" + strings.TrimPrefix(plain.URL, "http"), Rate: -1})
	if err != nil {
		t.Fatal(err)
	}
	has(t, v.ask(t, pairOf(k)), finding.Unknown, "doesn't speak TLS")
	if len(s.Requests())+len(plain.Requests()) > 0 {
		t.Error("asked all the same")
	}
}

// Plain HTTP goes to loopback whatever a name means on this machine.
func TestPlainHTTPStaysOnLoopback(t *testing.T) {
	for address, ok := range map[string]bool{"127.0.0.1:80": true, "[::1]:80": true, "192.0.2.1:80": false, "[2001:db8::1]:80": false, "nonsense": false} {
		if err := onlyLoopback("tcp", address, nil); (err == nil) != ok {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// Nobody there, nobody who answers, no such name: unknown, in words, without the secret.
func TestNobodyThere(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	for address, word := range map[string]string{
		"http://" + l.Addr().String():  l.Addr().String() + " can't be reached",
		"https://" + l.Addr().String(): l.Addr().String() + " can't be reached",
		"https://nowhere.invalid":      "nowhere.invalid",
		"http://" + silentListener(t):  "no answer from",
	} {
		v, err := New(t.Context(), Options{Endpoint: address, Rate: -1, CallTimeout: 50 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		v.wait = (&waits{}).wait
		got := v.ask(t, verify.Credential{KeyID: keyID(t, "AKIA", 1), Secret: finding.NewSecret(secretOf("a"))})
		if address == "https://nowhere.invalid" {
			has(t, got, finding.Unknown, word) // how it fails is the resolver's
			continue
		}
		has(t, got, finding.Unknown, word)
		holdsNot(t, got, secretOf("a"))
	}
}

// silentListener takes connections and says nothing.
func silentListener(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			defer c.Close()
		}
	}()
	return l.Addr().String()
}

// Slow answers end by the limit of a call; after some of them nobody is asked any more,
// and that is told as not asked.
func TestSlowServer(t *testing.T) {
	for name, answer := range map[string]fakeaws.Answer{
		"silent":   fakeaws.Silent(),
		"dripping": fakeaws.Dripping(func() { time.Sleep(5 * time.Millisecond) }),
	} {
		t.Run(name, func(t *testing.T) {
			s, v := fake(t, Options{CallTimeout: 40 * time.Millisecond})
			s.Before = func(*fakeaws.Request) *fakeaws.Answer { return &answer }
			for n := range 6 {
				got := v.ask(t, verify.Credential{KeyID: keyID(t, "AKIA", uint64(n)), Secret: finding.NewSecret(secretOf("a"))})
				if n < maxUnanswered {
					has(t, got, finding.Unknown, "no answer from "+strings.TrimPrefix(s.URL, "http://")+" within 40ms")
				} else {
					has(t, got, finding.NotCalled, "not asked any more")
					if !got.Asked.IsZero() {
						t.Error("not asked, and yet at some time")
					}
				}
			}
			if n := v.Requests(); n != maxUnanswered {
				t.Errorf("%d requests", n)
			}
		})
	}
}

// A key whose identity is known stays so if the rest is slow.
func TestSlowDetails(t *testing.T) {
	s, v := fake(t, Options{CallTimeout: 40 * time.Millisecond})
	k := user(t, s)
	s.Before = func(r *fakeaws.Request) *fakeaws.Answer {
		if r.Service == "iam" {
			return new(fakeaws.Silent())
		}
		return nil
	}
	got := v.ask(t, pairOf(k))
	has(t, got, finding.Live, "iam:GetAccessKeyLastUsed: no answer")
	if n := len(s.Requests()); n != 2 || got.Admin != nil {
		t.Errorf("%d requests, %+v", n, got)
	}
}

// The end of the context ends everything, with what is known by then.
func TestContextEnds(t *testing.T) {
	for _, service := range []string{"sts", "iam"} {
		s, v := fake(t, Options{CallTimeout: time.Hour})
		k := user(t, s)
		ctx, cancel := context.WithCancel(context.Background())
		s.Before = func(r *fakeaws.Request) *fakeaws.Answer {
			if r.Service == service {
				cancel()
				return new(fakeaws.Silent())
			}
			return nil
		}
		got := v.Verify(ctx, pairOf(k))
		if service == "sts" {
			has(t, got, finding.Unknown, "it was interrupted")
		} else {
			has(t, got, finding.Live, "it was interrupted")
		}
		if before := len(s.Requests()); before > 2 {
			t.Errorf("%d requests", before)
		}
		got = v.Verify(ctx, pairOf(k)) // after the end
		if got.State == finding.Live || got.State == finding.Dead {
			t.Errorf("%+v", got)
		}
	}
	s, v := fake(t, Options{CallTimeout: time.Hour})
	s.Before = func(*fakeaws.Request) *fakeaws.Answer { return new(fakeaws.Silent()) }
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Millisecond)
	defer cancel()
	has(t, v.Verify(ctx, pairOf(user(t, s))), finding.Unknown, "time limit of the whole run")
}

// Every request takes its turn with the limiter, retries and details included, and all
// that are sent are counted.
func TestEveryRequestTakesItsTurn(t *testing.T) {
	s, v := fake(t, Options{Partitions: []string{"aws-cn"}})
	var mu sync.Mutex
	turns := 0
	v.transport.next = counting{v.transport.next, func() { mu.Lock(); turns++; mu.Unlock() }}
	n := 0
	s.Before = func(*fakeaws.Request) *fakeaws.Answer {
		if n++; n == 1 {
			return new(fakeaws.Throttled())
		}
		return nil
	}
	k := user(t, s)
	has(t, v.ask(t, pairOf(k)), finding.Live)
	if turns != len(s.Requests()) || v.Requests() != turns || turns != 9 {
		t.Errorf("%d turns, %d counted, %d requests", turns, v.Requests(), len(s.Requests()))
	}
	// A limiter whose next turn is never leaves the request unsent.
	v.transport.shared.Limiter = verify.NewLimiter(1e-9)
	_ = v.transport.shared.Wait(context.Background())
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	has(t, v.Verify(ctx, pairOf(k)), finding.NotCalled, "time limit of the whole run")
	if turns != 9 {
		t.Error("a request was sent out of turn")
	}
}

type counting struct {
	http.RoundTripper
	count func()
}

func (c counting) RoundTrip(r *http.Request) (*http.Response, error) {
	c.count()
	return c.RoundTripper.RoundTrip(r)
}

// At most five a second unless something else is said.
func TestDefaultRate(t *testing.T) {
	v, err := New(t.Context(), Options{Endpoint: "http://localhost:1"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	_ = v.transport.shared.Wait(ctx)
	cancel() // the second has to wait, so it ends with its context
	if v.transport.shared.Wait(ctx) == nil {
		t.Error("not limited")
	}
}

// Many goroutines may ask at once.
func TestConcurrentUse(t *testing.T) {
	s, v := fake(t, Options{})
	var wg sync.WaitGroup
	for n := range 16 {
		k := &fakeaws.Key{ID: keyID(t, "AKIA", uint64(n)), Secret: secretOf(fmt.Sprint(n)), Owner: fakeaws.User(account, fmt.Sprint("u", n))}
		s.Add(k)
		wg.Go(func() {
			if got := v.Verify(context.Background(), pairOf(k)); got.State != finding.Live || got.User != fmt.Sprint("u", n) {
				t.Errorf("%+v", got)
			}
		})
	}
	wg.Wait()
}

// Where AWS's own endpoints are, by the SDK's table and the region that is chosen here
// for each partition.
func TestAWSsEndpoints(t *testing.T) {
	want := map[string]string{
		"aws":        "sts.us-east-1.amazonaws.com iam.amazonaws.com",
		"aws-cn":     "sts.cn-north-1.amazonaws.com.cn iam.cn-north-1.amazonaws.com.cn",
		"aws-us-gov": "sts.us-gov-west-1.amazonaws.com iam.us-gov.amazonaws.com",
		"aws-eusc":   "sts.eusc-de-east-1.amazonaws.eu iam.eusc-de-east-1.amazonaws.eu",
		"aws-iso":    "sts.us-iso-east-1.c2s.ic.gov iam.us-iso-east-1.c2s.ic.gov",
		"aws-iso-b":  "sts.us-isob-east-1.sc2s.sgov.gov iam.us-isob-east-1.sc2s.sgov.gov",
		"aws-iso-e":  "sts.eu-isoe-west-1.cloud.adc-e.uk iam.eu-isoe-west-1.cloud.adc-e.uk",
		"aws-iso-f":  "sts.us-isof-south-1.csp.hci.ic.gov iam.us-isof-south-1.csp.hci.ic.gov",
	}
	t.Setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
	if len(Partitions()) != len(want) {
		t.Errorf("%v", Partitions())
	}
	for name, hosts := range want {
		var asked []string
		client := &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			asked = append(asked, r.URL.Host)
			if r.URL.Scheme != "https" {
				t.Errorf("%s in clear", r.URL)
			}
			return nil, errGivenUp
		})}
		one, two := clients(&Options{}, client, partition{name, regions[name]}, credentials.NewStaticCredentialsProvider("a", "b", ""))
		_, _ = one.GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
		_, _ = two.GetUser(t.Context(), &iam.GetUserInput{})
		if got := strings.Join(asked, " "); got != hosts {
			t.Errorf("%s: %s", name, got)
		}
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
