package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"lockaway/scanner/config"
)

// asking are the flags of whoever asks AWS. Nothing is asked without verify.
type asking struct {
	verify       bool
	onlyLive     bool
	callCanaries bool
	partitions   partitionList
	// The operator's own credentials, if they may be used, and where AWS is.
	profile     notEmpty
	environment bool
	endpoint    endpoint
}

// addVerify registers the flags of scans that may ask AWS about what they find.
func (f *flags) addVerify(fs *pflag.FlagSet) {
	fs.BoolVar(&f.asking.verify, "verify", false, "ask AWS whose each key is, and whether it is live; the owner sees it in CloudTrail")
	f.addAsking(fs)
}

// addAsking registers those that say how AWS is asked about keys.
func (f *flags) addAsking(fs *pflag.FlagSet) {
	fs.BoolVar(&f.asking.onlyLive, "only-live", false, "hide findings that AWS doesn't say are live")
	fs.Var(&f.asking.partitions, "partition", "try keys that AWS doesn't know in this partition too, such as aws-cn (repeatable)")
	fs.BoolVar(&f.asking.callCanaries, "call-canaries", false, "try keys of canary accounts too, which sets off the alarm")
	f.addOperator(fs)
}

// addOperator registers those that say as whom AWS is asked, and where.
func (f *flags) addOperator(fs *pflag.FlagSet) {
	fs.Var(&f.asking.profile, "with-profile", "ask with your own credentials too, those of the profile `NAME`")
	fs.BoolVar(&f.asking.environment, "with-environment", false, "ask with your own credentials too, those of the environment")
	fs.Var(&f.asking.endpoint, "aws-endpoint", "ask at this address in place of AWS, for private endpoints and tests")
}

// readVerify adds what the configuration says of asking AWS to the flags, and checks
// them together.
func (s *setup) readVerify(fs *pflag.FlagSet) error {
	if err := s.asking.check(fs); err != nil {
		return err
	}
	for _, it := range s.config.Verify.Partitions {
		if err := s.asking.partitions.Set(it.Value); err != nil {
			return failf(err.(hinter).Hint(), "%s: partitions: %s", it.From, err)
		}
	}
	return nil
}

// check says what is wrong with the flags together. It looks at those of the command
// line alone: a configuration of one's own may set defaults for when AWS is asked.
func (k *asking) check(fs *pflag.FlagSet) error {
	if k.profile != "" && k.environment {
		return failf("give one of them", "--with-profile and --with-environment are two ways to the same credentials")
	}
	if fs.Lookup("verify") == nil || k.verify {
		return nil
	}
	var err error
	for _, name := range []string{"only-live", "partition", "call-canaries", "with-profile", "with-environment", "aws-endpoint"} {
		if fl := fs.Lookup(name); fl != nil && fl.Changed && fl.Value.String() != "false" && err == nil {
			err = failf("AWS is asked only with --verify; nothing that is found leaves the machine without it", "--%s goes with --verify", name)
		}
	}
	return err
}

// notEmpty is a text that isn't empty: that is a variable that isn't set, and must not
// be taken for no flag.
type notEmpty string

// String, Set and Type implement pflag.Value.
func (n *notEmpty) String() string { return string(*n) }
func (n *notEmpty) Type() string   { return "TEXT" }
func (n *notEmpty) Set(s string) error {
	if s == "" {
		return errors.New("its value is empty")
	}
	*n = notEmpty(s)
	return nil
}

// endpoint is the value of --aws-endpoint.
type endpoint string

// String, Set and Type implement pflag.Value.
func (n *endpoint) String() string { return string(*n) }
func (n *endpoint) Type() string   { return "URL" }
func (n *endpoint) Set(s string) error {
	*n = endpoint(s)
	return checkEndpoint(s)
}

// partitionList is the value of --partition.
type partitionList []string

// String, Set and Type implement pflag.Value.
func (l *partitionList) String() string { return strings.Join(*l, ", ") }
func (l *partitionList) Type() string   { return "P" }
func (l *partitionList) Set(s string) error {
	known := partitions()
	if !slices.Contains(known, s) {
		return &failure{
			what: fmt.Sprintf("unknown partition %q (one of %s)", s, strings.Join(known, ", ")),
			hint: didYouMean(s, "", known, ""),
		}
	}
	if !slices.Contains(*l, s) {
		*l = append(*l, s)
	}
	return nil
}

// showVerify writes the table [verify] of config show.
func (s *setup) showVerify(b *strings.Builder) {
	v := &s.config.Verify
	b.WriteString("\n[verify]\n")
	seconds := func(name string, set int, otherwise time.Duration) {
		origin := v.From[name]
		if set == 0 {
			set, origin = int(otherwise/time.Second), "default"
		}
		line(b, name, strconv.Itoa(set), origin)
	}
	seconds("call_seconds", v.CallSeconds, defaultCall)
	seconds("total_seconds", v.TotalSeconds, defaultTotal)
	var all []config.Item
	for _, p := range s.asking.partitions {
		it := config.Item{Value: p, From: "command line"}
		if i := slices.IndexFunc(v.Partitions, func(c config.Item) bool { return c.Value == p }); i >= 0 {
			it = v.Partitions[i]
		}
		all = append(all, it)
	}
	list(b, "partitions", all)
}
