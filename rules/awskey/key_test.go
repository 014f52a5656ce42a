package awskey

import (
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
)

// Published IDs and accounts; each is written in two parts so that none stands
// here as one word.
func TestPublished(t *testing.T) {
	for _, c := range []struct {
		prefix, body, account string
		newer, canary         bool
	}{
		{"ASIA", "Y34FZKBOKMUTVV7A", "609629065308", true, false},
		{"ASIA", "QNZGKIQY56JQ7WML", "029608264753", true, false},
		{"AKIA", "6RVFFB77RE7OLMKI", "999999999999", true, false},
		{"AKIA", "YVP4CIPPAAAAAAAA", "595918472158", true, true},
		{"AKIA", "XYZDQCEN4B6JSJQI", "534261010715", true, true},
		{"AKIA", "IZ7CGYMWUQ4TNLHE", "", false, false}, // old layout
		{"AKIA", "PZ7CGYMWUQ4TNLHE", "", false, false}, // the last of the old
		{"AKIA", "7RVFFB77RE7OLMKI", "", true, false},  // more than twelve digits
	} {
		k, ok := Parse(c.prefix + c.body)
		if !ok || !k.Base32 || k.Example {
			t.Fatalf("%s %s: %+v", c.prefix, c.body, k)
		}
		if k.Account != c.account || k.New != c.newer || k.Canary != c.canary || k.Prefix != c.prefix {
			t.Errorf("%s %s: %+v", c.prefix, c.body, k)
		}
	}
}

func TestCanaryPrefixes(t *testing.T) {
	// The first eight characters behind the prefix of keys of Thinkst's ten
	// accounts; the ninth holds the account's last bit.
	for _, p := range strings.Fields("QYLPMN5H SP2TPHJS XYZDQCEN YVP4CIPP 2OGYBAH6 35OHX2DS 6ODU5DHT 2UC3BSXM T4GVSAXX 475TKMOD") {
		n := 0
		for _, ninth := range "A4" {
			if k, ok := Parse("AKIA" + p + string(ninth) + "ZK3WLDB"); ok && k.Canary {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%s: %d of two accounts are canaries", p, n)
		}
	}
	if len(canaries) != 26 {
		t.Errorf("%d accounts", len(canaries))
	}
}

func TestParseForms(t *testing.T) {
	body := "W" + strings.Repeat("ZK", 7) + "Q"
	for _, c := range []struct {
		id         string
		kind       Kind
		credential bool
		name       string
	}{
		{"AKIA" + body, LongTerm, true, "long-term access key"},
		{"ASIA" + body, Temporary, true, "temporary access key"},
		{"ABIA" + body, BearerToken, true, "service bearer token"},
		{"ACCA" + body, ServiceSpecific, true, "service-specific credential"},
		{"ACCA" + body + "X", ServiceSpecific, true, "service-specific credential"},
		{"AROA" + body + "X", Role, false, "role"},
		{"AIDA" + body + "X", User, false, "user"},
		{"AGPA" + body + "X", Group, false, "group"},
		{"AIPA" + body + "X", InstanceProfile, false, "instance profile"},
		{"ANPA" + body + "X", ManagedPolicy, false, "managed policy"},
		{"ANVA" + body + "X", PolicyVersion, false, "policy version"},
		{"APKA" + body, PublicKey, false, "public key"},
		{"ASCA" + body + "X", Certificate, false, "certificate"},
		{"A3TX" + body, Unconfirmed, false, "unconfirmed identifier"},
		{"AKIA" + body + "X", 0, false, ""},       // too long
		{"AKIA" + body[1:], 0, false, ""},         // too short
		{"AKIA" + body[1:] + "q", 0, false, ""},   // lower case
		{"AKIA" + body[1:] + "-", 0, false, ""},   // no letter
		{"ABSK" + body, 0, false, ""},             // no ID but a secret
		{"AXXA" + body, 0, false, ""},             // no prefix
		{"akia" + body, 0, false, ""},             //
		{"AKI", 0, false, ""}, {"", 0, false, ""}, // no room for one
	} {
		k, ok := Parse(c.id)
		if ok != (c.kind != 0) || k.Kind != c.kind || k.Credential != c.credential || k.Kind.String() != c.name {
			t.Errorf("%q: %+v %v", c.id, k, ok)
		}
		// Where the layout isn't known to hold the account, none is made up.
		if k.Account != "" && c.kind != LongTerm && c.kind != Temporary {
			t.Errorf("%q: account %s", c.id, k.Account)
		}
	}
	if Kind(-1).String() != "" || Kind(99).String() != "" {
		t.Error("a kind that is none has a name")
	}
}

func TestExamples(t *testing.T) {
	for _, id := range []string{"AKIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE", "AKIAI44QH8DHBEXAMPLE", "AKIDEXAMPLE",
		"AKIA" + strings.Repeat("X", 16), "AKIA" + "1234567890" + "123456", "AKIA" + "ABCDEFGHIJKLMNOP",
		"AKIA1234" + "5EXAMPLE1234", "ACCA" + "QFODXMPL4YFHP7DZW", "AKIA" + "IOSFODNN7QWERTZU", "AKIA" + "TESTQWERTZUIOPAS",
		"ASIA" + "W5QFAKEKDUMMYWQZ", "AKIA" + "ZUQW7RTZUIOPFAKE", "AKIA" + "1A2B3C4D5E6F7G8H", "ASIA" + "123ABC456DEF789G"} {
		if !ExampleID(id) {
			t.Errorf("%s is an example", id)
		}
		if k, ok := Parse(id); ok && (!k.Example || k.Account != "" || k.Canary) {
			t.Errorf("%s: %+v", id, k)
		}
	}
	// LocalStack makes keys of an account that nobody has.
	for _, id := range []string{"ASIAQAAAAAAA" + "GMKEM7X5", "AKIAQAAAAAAA" + "LX6GRE2E"} {
		if k, ok := Parse(id); !ok || !k.Example || k.Account != "" {
			t.Errorf("%s: %+v", id, k)
		}
	}
	if k, _ := Parse("AKIAQAAAAAAA" + "QWERTZUI"); k.Example || k.Account != "000000000001" {
		t.Errorf("the account beside it: %+v", k)
	}
	for _, s := range []string{"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
		"je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY",
		"wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "QWERTZUIOP", // its tail varied
		strings.Repeat("x", 40), strings.Repeat("abcd", 10), "1234567890" + strings.Repeat("/", 30), "YourSecretAccessKey/YourSecretAccessKey0"} {
		if !ExampleSecret(s) {
			t.Errorf("%s is an example", s)
		}
	}
}

func TestRandomIsNoExample(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 11))
	const secretAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	wrong := 0
	for range 50_000 {
		s := make([]byte, 40)
		for i := range s {
			s[i] = secretAlphabet[r.IntN(64)]
		}
		id, err := Encode("AKIA", big.NewInt(r.Int64N(maxAccount+1)).String(), r.Uint64())
		if err != nil {
			t.Fatal(err)
		}
		if ExampleSecret(string(s)) || ExampleID(id) {
			wrong++
		}
	}
	if wrong > 3 {
		t.Errorf("%d of 50000 random keys are taken for examples", wrong)
	}
}

func TestEncode(t *testing.T) {
	for account, body := range map[string]string{
		"000000000000": "QAAAAAAAA", "1": "QAAAAAAAQ", "111122223333": "RTX3GSDSQ",
		"123456789012": "RZPUZDIKA", "999999999999": "6RVFFB77Q",
	} {
		id, err := Encode("ASIA", account, 0)
		if want := "ASIA" + body + strings.Repeat("A", 7); err != nil || id != want {
			t.Errorf("%s: %s %v, want %s", account, id, err, want)
		}
	}
	// All bits of the tail set, and one more that is no part of it.
	id, err := Encode("AKIA", "0", 1<<40-1)
	if want := "AKIA" + "QAAAAAAAP" + strings.Repeat("7", 7); err != nil || id != want {
		t.Errorf("%s %v, want %s", id, err, want)
	}
	for _, c := range [][2]string{{"AKI", "1"}, {"AKIAX", "1"}, {"ABSK", "1"}, {"", "1"}, {"AKIA", ""},
		{"AKIA", "-1"}, {"AKIA", "1000000000000"}, {"AKIA", "0000000000001"}, {"AKIA", "12x"}} {
		if id, err := Encode(c[0], c[1], 0); err == nil {
			t.Errorf("%q: %s", c, id)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("AKIAIOSFODNN7EXAMPLE", uint64(1))
	f.Add("AROAI44QH8DHBEXAMPLE1", uint64(1<<63))
	f.Add("ASIA", uint64(0))
	f.Add("AKIA\xff\x00", uint64(999999999999))
	f.Fuzz(func(t *testing.T, id string, n uint64) {
		k, ok := Parse(id)
		switch {
		case !ok && k != Key{}:
			t.Fatalf("%q: no ID, but %+v", id, k)
		case ok && (k.ID != id || k.Kind.String() == "" || len(id) < 20 || len(id) > 21):
			t.Fatalf("%q: %+v", id, k)
		case k.Account != "" && (!k.New || k.Example || !k.Base32 || slow(id) != k.Account):
			t.Fatalf("%q: %+v, the slow way %s", id, k, slow(id))
		case k.Canary && k.Account == "":
			t.Fatalf("%q: a canary without an account", id)
		}
		account := new(big.Int).SetUint64(n % (maxAccount + 1)).String()
		made, err := Encode("ASIA", account, n)
		if err != nil {
			t.Fatal(err)
		}
		back, ok := Parse(made)
		if want := strings.Repeat("0", 12-len(account)) + account; !ok || back.Account != want && !back.Example {
			t.Fatalf("%s from account %s: %+v", made, want, back)
		}
	})
}

// slow reads the account as the sources describe it: decode ten bytes, take the
// first six as a number, mask, shift.
func slow(id string) string {
	z := new(big.Int)
	for _, c := range []byte(id[4:20]) {
		z.Mul(z, big.NewInt(32)).Add(z, big.NewInt(int64(strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", c))))
	}
	z.Rsh(z, 80-48)
	mask, _ := new(big.Int).SetString("7fffffffff80", 16)
	s := z.And(z, mask).Rsh(z, 7).String()
	return strings.Repeat("0", max(0, 12-len(s))) + s
}

// The values themselves don't stand here: what they are known by is checked for
// its form, and for hitting nothing but what it was made of.
func TestPublishedSecrets(t *testing.T) {
	for sum := range published {
		if b, err := hex.DecodeString(sum); err != nil || len(b) != 8 {
			t.Errorf("%q: not 16 hexadecimal digits", sum)
		}
	}
	s := strings.Repeat("k7Qz", 10)
	sum := sha256.Sum256([]byte(s))
	defer delete(published, hex.EncodeToString(sum[:8]))
	if Published(s) {
		t.Error("published before it was")
	}
	published[hex.EncodeToString(sum[:8])] = true
	if !Published(s) || Published(s[:39]) || Published(s+"k") || Published("") {
		t.Error("what is published is not known, or what isn't is")
	}
}
