package aws

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/ssocreds"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/logging"

	"lockaway/rules/awskey"
)

// Operator names credentials of the operator's own. They are looked for only where
// somebody asked for that; one of the two fields is set.
type Operator struct {
	// Profile is one of the operator's files, ~/.aws/config and ~/.aws/credentials (or
	// what AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name). What a profile says is
	// done: a role is assumed, a sign-in of IAM Identity Center is used, a program that
	// it names (credential_process) is run.
	Profile string
	// Environment stands for the credentials of the environment: AWS_ACCESS_KEY_ID and
	// AWS_SECRET_ACCESS_KEY, else AWS_PROFILE, else those that CI systems and containers
	// give (AWS_WEB_IDENTITY_TOKEN_FILE, AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and
	// …_FULL_URI).
	Environment bool
}

// Connection is the operator's own way to AWS: for what takes rights in an account.
type Connection struct {
	STS *sts.Client
	IAM *iam.Client
	// Partition and Region are where requests go to.
	Partition, Region string

	secrets []string // the operator's own, so that they stand in no answer
	host    string
	o       *Options
	t       *transport
}

// maxOperatorAnswer is how long an answer to the operator may be, in bytes: a
// credential report of 5,000 users has some 1.5 MB, 2 MB on the wire.
const maxOperatorAnswer = 32 << 20

// Connect opens the operator's way to AWS. Its clients send no more requests a second
// than Options.Rate says and to nobody but AWS or Options.Endpoint; they retry nothing,
// keep to Options.CallTimeout for each request, and follow no redirect. Errors are as
// New's.
func Connect(ctx context.Context, o Options) (*Connection, error) {
	_, t, err := newClient(&o, maxOperatorAnswer, nil)
	if err != nil {
		return nil, err
	}
	return connect(ctx, &o, t)
}

// connect is Connect with the pace and the count of another transport.
func connect(ctx context.Context, o *Options, with *transport) (*Connection, error) {
	client, t, err := newClient(o, maxOperatorAnswer, with)
	if err != nil {
		return nil, err
	}
	if err := trusting(t); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, signInTimeout)
	defer cancel()
	provider, region, err := o.Operator.provider(ctx, o, with)
	if err != nil {
		return nil, err
	}
	got, err := provider.Retrieve(ctx)
	if err != nil {
		return nil, o.Operator.unavailable(ctx, err)
	}
	if !got.HasKeys() {
		return nil, o.Operator.none()
	}
	name := cmp.Or(awskey.PartitionOf(region), "aws")
	p := partition{name, regions[name]}
	c := &Connection{Partition: p.name, Region: p.region, secrets: []string{got.SecretAccessKey, got.SessionToken}, host: o.host(p), o: o, t: t}
	c.STS, c.IAM = clients(o, client, p, provider)
	return c, nil
}

// Requests is how many requests were sent so far.
func (c *Connection) Requests() int { return int(c.t.shared.sent.Load()) }

// signInTimeout is how long getting the operator's credentials may take.
const signInTimeout = 30 * time.Second

// Unavailable is an error about the operator's credentials, with what would do.
type Unavailable struct{ what, hint string }

// Error implements error.
func (u *Unavailable) Error() string { return u.what }

// Hint says what would do; it may be empty.
func (u *Unavailable) Hint() string { return u.hint }

const otherWay = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN for temporary ones) and use --with-environment, or name a profile with --with-profile NAME"

// none says that there are no credentials where they were looked for.
func (op *Operator) none() error {
	if op.Environment {
		return &Unavailable{"the environment holds no credentials for AWS", otherWay}
	}
	return &Unavailable{fmt.Sprintf("the profile %q has no credentials", op.Profile), "`aws configure --profile " + quoted(op.Profile) + "` or `aws configure sso` sets them up"}
}

// provider finds what gives the operator's credentials, and the region that goes with
// them, which may be empty.
func (op *Operator) provider(ctx context.Context, o *Options, with *transport) (sdk.CredentialsProvider, string, error) {
	if op.Environment == (op.Profile != "") {
		return nil, "", &Unavailable{"name either a profile or the environment for credentials of your own", otherWay}
	}
	if op.Profile != "" {
		return op.load(ctx, o, with, op.Profile)
	}
	region := cmp.Or(os.Getenv("AWS_REGION"), os.Getenv("AWS_DEFAULT_REGION"))
	id, secret := os.Getenv("AWS_ACCESS_KEY_ID"), os.Getenv("AWS_SECRET_ACCESS_KEY")
	profile := cmp.Or(os.Getenv("AWS_PROFILE"), os.Getenv("AWS_DEFAULT_PROFILE"))
	switch {
	case id != "" && secret != "":
		return credentials.NewStaticCredentialsProvider(id, secret, os.Getenv("AWS_SESSION_TOKEN")), region, nil
	case id != "":
		return nil, "", &Unavailable{"AWS_ACCESS_KEY_ID is set, and AWS_SECRET_ACCESS_KEY isn't", otherWay}
	case secret != "":
		return nil, "", &Unavailable{"AWS_SECRET_ACCESS_KEY is set, and AWS_ACCESS_KEY_ID isn't", otherWay}
	case profile != "":
		return op.load(ctx, o, with, profile)
	case os.Getenv("AWS_WEB_IDENTITY_TOKEN_FILE") != "", os.Getenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") != "", os.Getenv("AWS_CONTAINER_CREDENTIALS_FULL_URI") != "":
		return op.load(ctx, o, with, "")
	}
	return nil, "", op.none()
}

// load has the SDK read the operator's files, or, without a profile, what containers
// and CI systems set up. The metadata service of an instance is asked only where the
// profile says so.
func (op *Operator) load(ctx context.Context, o *Options, with *transport, profile string) (sdk.CredentialsProvider, string, error) {
	plain := *o
	plain.Endpoint = ""
	client, t, err := newClient(&plain, maxAnswer, with)
	if err != nil {
		return nil, "", err
	}
	if err := trusting(t); err != nil {
		return nil, "", err
	}
	options := []func(*config.LoadOptions) error{
		config.WithHTTPClient(client), config.WithLogger(logging.Nop{}), config.WithAPIOptions(userAgent(o)),
		config.WithAssumeRoleCredentialOptions(func(a *stscreds.AssumeRoleOptions) {
			if c, ok := a.Client.(*sts.Client); ok && o.Endpoint != "" {
				settings := c.Options()
				settings.BaseEndpoint = &o.Endpoint
				a.Client = sts.New(settings)
			}
		}),
	}
	if profile == "" {
		options = append(options, config.WithSharedConfigFiles([]string{}), config.WithSharedCredentialsFiles([]string{}))
	} else {
		options = append(options, config.WithSharedConfigProfile(profile))
	}
	off := config.WithEC2IMDSClientEnableState(imds.ClientDisabled)
	got, err := withoutEndpoints(func() (sdk.Config, error) { return config.LoadDefaultConfig(ctx, append(options, off)...) })
	if err == nil && asksInstance(got.ConfigSources) {
		got, err = withoutEndpoints(func() (sdk.Config, error) { return config.LoadDefaultConfig(ctx, options...) })
	}
	if err != nil {
		return nil, "", op.unavailable(ctx, err)
	}
	return got.Credentials, got.Region, nil
}

// ignoreEndpoints is the variable by which the SDK leaves out the endpoints that other
// variables and files name.
const ignoreEndpoints = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"

// withoutEndpoints runs load so that no variable and no file says where requests go to,
// and the SDK leaves AWS_CA_BUNDLE to trusting: it takes that for clients of its own
// making alone, and fails with others. The SDK knows no other way to say so than
// variables of the environment; they are as they were when this returns.
func withoutEndpoints(load func() (sdk.Config, error)) (sdk.Config, error) {
	for name, value := range map[string]string{ignoreEndpoints: "true", caBundle: ""} {
		old, had := os.LookupEnv(name)
		if err := os.Setenv(name, value); err != nil {
			return sdk.Config{}, err
		}
		defer func() {
			if had {
				_ = os.Setenv(name, old)
			} else {
				_ = os.Unsetenv(name)
			}
		}()
	}
	return load()
}

// asksInstance tells whether a profile, or one that it builds on, takes its credentials
// from the instance's metadata.
func asksInstance(sources []any) bool {
	for _, s := range sources {
		if shared, ok := s.(config.SharedConfig); ok {
			for at, n := &shared, 0; at != nil && n < 20; at, n = at.Source, n+1 {
				if at.CredentialSource == "Ec2InstanceMetadata" {
					return true
				}
			}
		}
	}
	return false
}

// unavailable says in words of ours why there are no credentials: the SDK's errors name
// files, addresses and what stands in them.
func (op *Operator) unavailable(ctx context.Context, err error) error {
	what := "the credentials of the environment"
	profile := os.Getenv("AWS_PROFILE")
	if !op.Environment {
		profile, what = op.Profile, fmt.Sprintf("the credentials of profile %q", op.Profile)
	}
	var missing config.SharedConfigProfileNotExistError
	var unread config.SharedConfigLoadError
	var role config.SharedConfigAssumeRoleError
	var code config.AssumeRoleTokenProviderNotSetError
	var over *ssocreds.InvalidTokenError
	switch {
	case errors.As(err, &role):
		return &Unavailable{what + " are those of a role, and the profile doesn't say all that it takes", "`source_profile` or `credential_source` may be missing, or name what isn't there"}
	case errors.As(err, &missing):
		return &Unavailable{fmt.Sprintf("there is no profile %q", profile), "`aws configure list-profiles` names those that are there"}
	case errors.As(err, &unread):
		return &Unavailable{"the files of AWS's profiles can't be read", "see ~/.aws/config and ~/.aws/credentials, or what AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name"}
	case errors.As(err, &code):
		return &Unavailable{what + " take a code of a second factor, which is not asked for here", "get a session with `aws sts assume-role` or `aws sts get-session-token`, put it into the environment, and use --with-environment"}
	case errors.As(err, &over):
		return &Unavailable{what + " are of a sign-in that is over", "`aws sso login --profile " + quoted(profile) + "` signs in again"}
	case ctx.Err() != nil:
		return &Unavailable{what + " could not be had in time", ""}
	case strings.Contains(err.Error(), "custom RootCAs"):
		return &Unavailable{what + " could not be had: the profile's ca_bundle is not taken", "take it out of ~/.aws/config, and set " + caBundle + " to the same file"}
	}
	var api interface{ ErrorCode() string }
	if errors.As(err, &api) && isCode(api.ErrorCode()) {
		return &Unavailable{what + " could not be had: AWS answered " + api.ErrorCode(), "`aws sts get-caller-identity` with the same credentials says more"}
	}
	if op.Environment && profile == "" {
		return &Unavailable{what + " could not be had", otherWay}
	}
	return &Unavailable{what + " could not be had: it has none, or they are of no use", "`aws sts get-caller-identity --profile " + quoted(profile) + "` says more"}
}

// quoted writes a profile's name for a command line.
func quoted(name string) string {
	if only(name, names, 128) {
		return name
	}
	return "NAME"
}
