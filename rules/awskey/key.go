// Package awskey is the anatomy of AWS's access key IDs and of what is derived
// from secret access keys: kinds, generation, the account inside the ID, keys
// that stand in documentation or are laid out as alarms, SMTP passwords, regions
// and partitions. All of it offline.
//
// The room knows nothing of files, findings or the network, and imports nothing
// of this module.
package awskey

import "strings"

// Kind says what an identifier names.
type Kind int

// The kinds of identifiers.
const (
	LongTerm        Kind = iota + 1 // access key of an IAM user or of the root user
	Temporary                       // access key from the security token service
	BearerToken                     // of the security token service, for one service
	ServiceSpecific                 // user name and password for one service
	Role
	User
	Group
	InstanceProfile
	ManagedPolicy
	PolicyVersion
	PublicKey
	Certificate
	Unconfirmed // looked for by habit; AWS names no such kind
)

var kindNames = [...]string{
	LongTerm:        "long-term access key",
	Temporary:       "temporary access key",
	BearerToken:     "service bearer token",
	ServiceSpecific: "service-specific credential",
	Role:            "role",
	User:            "user",
	Group:           "group",
	InstanceProfile: "instance profile",
	ManagedPolicy:   "managed policy",
	PolicyVersion:   "policy version",
	PublicKey:       "public key",
	Certificate:     "certificate",
	Unconfirmed:     "unconfirmed identifier",
}

// String returns the kind's name for people, "" for none.
func (k Kind) String() string {
	if k <= 0 || int(k) >= len(kindNames) {
		return ""
	}
	return kindNames[k]
}

// Credential says whether identifiers of the kind are one half of something that
// opens an account. The others only name a thing.
func (k Kind) Credential() bool { return k >= LongTerm && k <= ServiceSpecific }

// carriesAccount says whether the layout of the kind's IDs is known: it was
// published, and checked by others, for access keys alone.
func (k Kind) carriesAccount() bool { return k == LongTerm || k == Temporary }

// form is what a prefix stands for and how long IDs with it are, in bytes.
type form struct {
	kind     Kind
	min, max int
}

// Prefixes and kinds: IAM User Guide, "IAM identifiers", "Unique identifiers".
// Lengths: those that occur; AWS documents none.
var forms = map[string]form{
	"AKIA": {LongTerm, 20, 20},
	"ASIA": {Temporary, 20, 20},
	"ABIA": {BearerToken, 20, 20},
	"ACCA": {ServiceSpecific, 20, 21},
	"AROA": {Role, 20, 21},
	"AIDA": {User, 20, 21},
	"AGPA": {Group, 20, 21},
	"AIPA": {InstanceProfile, 20, 21},
	"ANPA": {ManagedPolicy, 20, 21},
	"ANVA": {PolicyVersion, 20, 21},
	"APKA": {PublicKey, 20, 21},
	"ASCA": {Certificate, 20, 21},
}

// unconfirmed is the beginning of a prefix whose fourth character varies.
const unconfirmed = "A3T"

func formOf(id string) (form, bool) {
	if len(id) < 4 {
		return form{}, false
	}
	if f, ok := forms[id[:4]]; ok {
		return f, true
	}
	return form{Unconfirmed, 20, 20}, id[:3] == unconfirmed
}

// Key is what an ID tells by itself.
type Key struct {
	ID     string
	Prefix string // its first four characters
	Kind   Kind
	// Credential says that the ID is one half of a credential.
	Credential bool
	// New says that the ID has the newer layout, which holds the account.
	New bool
	// Account has twelve digits; "" where the ID doesn't tell.
	Account string
	// Example says that the ID stands in documentation, is a placeholder or was
	// made by a sandbox.
	Example bool
	// Canary says that the account is known for keys laid out as alarms. That it
	// isn't proves nothing: such keys can lie in any account.
	Canary bool
	// Base32 says that the ID keeps to the alphabet in which AWS writes them.
	// Those that were made up often don't.
	Base32 bool
}

// Parse takes an ID apart. It is false for what is no ID by prefix, length or
// characters (upper-case letters and digits).
func Parse(id string) (Key, bool) {
	f, ok := formOf(id)
	if !ok || len(id) < f.min || len(id) > f.max {
		return Key{}, false
	}
	base32 := true
	for i := range len(id) {
		c := id[i]
		switch {
		case c >= 'A' && c <= 'Z', c >= '2' && c <= '7':
		case c >= '0' && c <= '9':
			base32 = base32 && i < 4
		default:
			return Key{}, false
		}
	}
	k := Key{
		ID: id, Prefix: id[:4], Kind: f.kind, Credential: f.kind.Credential(),
		Base32: base32, Example: ExampleID(id),
	}
	if !base32 {
		return k, true
	}
	body := []byte(id[4:])
	k.New = f.kind.carriesAccount() && value(body[0]) >= 16
	if k.New && !k.Example {
		k.Account = account(body)
		k.Canary = canaries[k.Account]
		if k.Account == sandbox {
			k.Account, k.Example = "", true
		}
	}
	return k, true
}

// sandbox is the account that LocalStack, which plays AWS for tests, makes keys
// of. AWS gives it to nobody.
const sandbox = "000000000000"

// canaries are accounts of services that hand out keys which nobody is meant to
// use: whoever calls with one sets off an alarm. Sources: published lists of
// the accounts behind Thinkst's Canarytokens (the first row's and the second's)
// and behind services modelled on them.
var canaries = set(`
	052310077262 171436882533 534261010715 595918472158 717712589309
	819147034852 992382622183 730335385048 266735846894 893192397702
	044858866125 251535659677 344043088457 351906852752 390477818340
	426127672474 427150556519 439872796651 445142720921 465867158099
	637958123769 693412236332 732624840810 735421457923 959235150393
	982842642351`)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}
