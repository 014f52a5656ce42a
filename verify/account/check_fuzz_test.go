package account

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"lockaway/scanner/finding"
)

// dice makes choices of bytes; zeros when they are used up.
type dice struct{ bytes []byte }

func (d *dice) n(most int) int {
	if len(d.bytes) == 0 {
		return 0
	}
	b := d.bytes[0]
	d.bytes = d.bytes[1:]
	return int(b) % most
}

func (d *dice) yes() bool { return d.n(2) == 1 }

func (d *dice) time() time.Time {
	return []time.Time{{}, before(0), before(1), before(50), before(100), before(5000), testNow.AddDate(1, 0, 0), time.Unix(0, 0)}[d.n(8)]
}

func (d *dice) flag() Flag { return Flag(d.n(3)) }

func (d *dice) name() string {
	return []string{"ann", "bob", "admin", "", "a b", "-x", "`x`", "$(id)", "\x1b[2J", "x\n", "ses-smtp-user.1", RootUser, strings.Repeat("n", 300)}[d.n(13)]
}

func (d *dice) key() RowKey {
	return RowKey{Active: d.yes(), Rotated: d.time(), Used: d.time(), Region: d.name(), Service: d.name()}
}

func (d *dice) policy() string {
	return []string{"", "{", `{"Statement":` + all + `}`, `{"Statement":` + allIAM + `}`, `{"Statement":` + mfaAlone + `}`, `{"Statement":` + toAccount + `}`, `{"Statement":` + toEC2 + `}`, trustOf(`"*"`)}[d.n(8)]
}

func (d *dice) attached() (out []Attached) {
	for range d.n(3) {
		n := []string{administratorAccess, "IAMFullAccess", "AWSCompromisedKeyQuarantineV2", "mine", ""}[d.n(5)]
		out = append(out, Attached{n, []string{"arn:aws:iam::aws:policy/", "arn:aws:iam::111122223333:policy/", ""}[d.n(3)] + n})
	}
	return out
}

func (d *dice) inline() (out []Inline) {
	for range d.n(3) {
		out = append(out, Inline{d.name(), d.policy()})
	}
	return out
}

func part[T any](d *dice, p *Part[T], v T) {
	p.Known, p.Partial, p.Time = d.yes(), d.n(4) == 1, d.time()
	if p.Known {
		p.Value = v
	} else if d.yes() {
		p.Missing = "iam:Something"
	}
}

func (d *dice) snapshot() *Snapshot {
	s := &Snapshot{ID: []string{"111122223333", ""}[d.n(2)], Caller: []string{"", "arn:aws:iam::111122223333:user/me"}[d.n(2)]}
	var rows []Row
	for range d.n(5) {
		rows = append(rows, Row{
			User: d.name(), ARN: "arn:aws:iam::111122223333:user/" + d.name(), Created: d.time(), Password: d.flag(), PasswordUsed: d.time(), PasswordChanged: d.time(), MFA: d.flag(),
			Keys: [2]RowKey{d.key(), d.key()}, Certificates: [2]RowCertificate{{d.yes(), d.time()}, {d.yes(), d.time()}},
		})
	}
	part(d, &s.Report, rows)
	part(d, &s.Summary, map[string]int{summaryKeys: d.n(3) - 1, summaryMFA: d.n(2), summaryCertificates: d.n(2), summaryPassword: d.n(2)})
	var v Details
	for range d.n(4) {
		v.Users = append(v.Users, User{Name: d.name(), ARN: "arn:aws:iam::111122223333:user/" + d.name(), Created: d.time(), Groups: []string{d.name()}, Attached: d.attached(), Inline: d.inline(), Boundary: []string{"", "arn:aws:iam::aws:policy/PowerUserAccess", "x"}[d.n(3)]})
	}
	for range d.n(3) {
		v.Groups = append(v.Groups, Group{Name: d.name(), ARN: "arn:aws:iam::111122223333:group/" + d.name(), Attached: d.attached(), Inline: d.inline()})
		v.Roles = append(v.Roles, Role{Name: d.name(), ARN: []string{"", "arn:aws:iam::111122223333:role/r", "arn:aws:iam::111122223333:role/aws-service-role/x/r"}[d.n(3)], Trust: d.policy(), Attached: d.attached(), Inline: d.inline(), Used: d.time()})
		v.Policies = append(v.Policies, ManagedPolicy{"mine", "arn:aws:iam::111122223333:policy/mine", d.policy()})
	}
	part(d, &s.Details, v)
	part(d, &s.PasswordPolicy, []*PasswordPolicy{nil, {}, {MaxAge: 90}, {MaxAge: 1000, MinimumLength: 6}}[d.n(4)])
	part(d, &s.VirtualMFA, []Device{{Serial: d.name(), User: d.name()}, {Serial: "arn:aws:iam::111122223333:mfa/root-account-mfa-device"}}[:d.n(3)])
	part(d, &s.Keys, map[string][]Key{d.name(): {{ID: "AKIAIOSFODNN7EXAMPLE", Active: d.yes(), Created: d.time()}, {Created: d.time()}}})
	part(d, &s.LastUsed, map[string]Use{"AKIAIOSFODNN7EXAMPLE": {User: d.name(), Time: d.time()}})
	part(d, &s.Organization, Organization{Member: d.yes(), None: d.yes(), NoTrust: d.yes(), RootCredentials: d.yes()})
	return s
}

// Whatever an account is, each check comes to one of the four outcomes, and says what
// goes with it.
func FuzzExamine(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte(strings.Repeat("\x01", 300)))
	f.Add([]byte(strings.Repeat("\x01\x02\x03\x05\x07\x0b", 100)))
	f.Add([]byte(strings.Repeat("\x07\x01\x04\x01\x02", 100)))
	f.Fuzz(sound)
}

func TestExamineAtRandom(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 11))
	for range 3000 {
		choices := make([]byte, 400)
		for i := range choices {
			choices[i] = byte(r.Uint32())
		}
		sound(t, choices)
	}
}

func sound(t *testing.T, choices []byte) {
	s := (&dice{choices}).snapshot()
	list, err := Examine(s, DefaultLimits(), testNow)
	if err != nil || len(list) != len(checks) {
		t.Fatal(len(list), err)
	}
	for _, c := range list {
		asks := c.Status == finding.Fail || c.Status == finding.CouldNotTell
		switch {
		case c.Status.Rank() < 0, c.Evidence == "", strings.Contains(c.Evidence, "%!"):
			t.Fatalf("%+v", c)
		case (len(c.Steps) > 0) != asks, (c.Missing != "") != (c.Status == finding.CouldNotTell):
			t.Fatalf("%+v", c)
		case !slices.IsSorted(c.Resources), len(slices.Compact(slices.Clone(c.Resources))) != len(c.Resources):
			t.Fatalf("resources %q", c.Resources)
		case c.Status != finding.Fail && len(c.Resources) > 0:
			t.Fatalf("%+v", c)
		}
		for _, step := range c.Steps {
			if step == "" || strings.Contains(step, "%!") {
				t.Fatalf("step %q", step)
			}
		}
	}
	again, _ := Examine(s, DefaultLimits(), testNow)
	if !reflect.DeepEqual(again, list) {
		t.Fatal("the same account, other results")
	}
	Join(s, []*finding.Finding{leaked("AKIAIOSFODNN7EXAMPLE"), leaked(keyID(t, "AKIA", "111122223333", 7))}, testNow)
}
