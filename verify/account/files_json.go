package account

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	maxValue  = 32 << 20 // bytes of one entry of a document: a user, a role with its policies, a report
	maxList   = 100_000  // entries of a list; quotas end at some thousands
	maxWithin = 1_000    // entries of a list within an entry: tags, groups, attached policies
	maxArrays = 4        // how deep arrays of documents may stand in each other
	maxDocs   = 100_000  // documents of a file
)

// said is one JSON document: what one call of the AWS CLI printed. What the document
// doesn't have is nil.
type said struct {
	line int             // where it begins
	keys map[string]bool // its members, known or not

	users    []User // of get-account-authorization-details
	groups   []Group
	roles    []Role
	policies []ManagedPolicy

	plain      []User // of list-users
	summary    map[string]int
	policy     *PasswordPolicy
	virtual    []Device // those nobody uses have no User
	devices    []Device
	accessKeys []Key
	certs      []Certificate
	features   []string
	aliases    []string
	use        *shapeUse

	content string // of the credential report, in base64
	when    *stamp // GeneratedTime
	text    map[string]string

	truncated bool // there are more pages
	// foreign is why the document isn't what its members' names say: lists of users
	// and certificates have the same names in other services' answers.
	foreign error
}

// meter lets a reader have so many bytes at a time, so that no value of a document
// fills memory.
type meter struct {
	in   *bytes.Reader
	left int
}

var errLong = fmt.Errorf("an entry is longer than %d MiB", maxValue>>20)

func (m *meter) Read(b []byte) (int, error) {
	if m.left == 0 {
		return 0, errLong
	}
	n, err := m.in.Read(b[:min(len(b), m.left)])
	m.left -= n
	return n, err
}

// documents reads JSON documents that follow each other, or stand in arrays.
type documents struct {
	text  []byte
	meter meter
	dec   *json.Decoder
	start int64 // where the value that is read begins
	count int
}

// readDocuments hands over the documents of a text, one by one. An error is a
// *damage.
func readDocuments(text []byte, each func(*said)) error {
	d := &documents{text: text, meter: meter{in: bytes.NewReader(text), left: maxValue}}
	d.dec = json.NewDecoder(&d.meter)
	depth := 0
	for {
		tok, err := d.token()
		switch {
		case err == io.EOF && depth == 0 && d.count > 0:
			return nil
		case err == io.EOF && depth == 0:
			return damaged(0, "there is no document in it")
		case err != nil:
			return d.damage(err)
		case tok == json.Delim('['):
			if depth++; depth > maxArrays {
				return d.damage(fmt.Errorf("arrays stand in each other more than %d deep", maxArrays))
			}
		case tok == json.Delim(']'):
			depth--
		case tok == json.Delim('{'):
			if d.count++; d.count > maxDocs {
				return d.damage(fmt.Errorf("there are more than %d documents", maxDocs))
			}
			s := &said{line: d.line(d.dec.InputOffset()), keys: map[string]bool{}, text: map[string]string{}}
			if err := d.object(s); err != nil {
				return d.damage(err)
			}
			each(s)
		default:
			// A string or a number says nothing by itself: --query printed it.
			d.count++
		}
	}
}

func (d *documents) token() (json.Token, error) {
	d.meter.left = maxValue
	d.start = d.dec.InputOffset()
	return d.dec.Token()
}

// decode reads one value.
func (d *documents) decode(v any) error {
	d.meter.left = maxValue
	d.start = d.dec.InputOffset()
	return d.dec.Decode(v)
}

// object reads the members of a document.
func (d *documents) object(s *said) error {
	for d.dec.More() {
		tok, err := d.token()
		if err != nil {
			return err
		}
		name, ok := tok.(string)
		switch {
		case !ok:
			return errors.New("a member has no name")
		case s.keys[name]:
			return fmt.Errorf("%s stands there twice", short(name))
		case len(s.keys) == maxWithin:
			return errors.New("a document has too many members")
		}
		s.keys[name] = true
		if err := d.member(s, name); err != nil {
			return err
		}
	}
	_, err := d.token() // the brace
	return err
}

// member reads the value of a document's member.
func (d *documents) member(s *said, name string) error {
	switch name {
	case "UserDetailList":
		return list(d, &s.users, shapeUser.user)
	case "GroupDetailList":
		return list(d, &s.groups, shapeGroup.group)
	case "RoleDetailList":
		return list(d, &s.roles, shapeRole.role)
	case "Policies":
		return list(d, &s.policies, shapeManaged.policy)
	case "VirtualMFADevices":
		return list(d, &s.virtual, shapeDevice.virtual)
	case "MFADevices":
		return list(d, &s.devices, shapeDevice.device)
	case "AccessKeyMetadata":
		return list(d, &s.accessKeys, shapeKey.key)
	case "EnabledFeatures":
		return list(d, &s.features, plainText)
	case "AccountAliases":
		return list(d, &s.aliases, plainText)
	case "Users":
		return s.orForeign(list(d, &s.plain, shapeUser.plain))
	case "Certificates":
		return s.orForeign(list(d, &s.certs, shapeCertificate.certificate))
	case "SummaryMap":
		return d.summary(s)
	case "PasswordPolicy":
		return one(d, &s.policy, shapePasswords.policy)
	case "AccessKeyLastUsed":
		return d.decode(&s.use)
	case "Content":
		return d.decode(&s.content)
	case "GeneratedTime":
		return d.decode(&s.when)
	case "IsTruncated":
		return d.truncated(s)
	}
	var raw json.RawMessage
	if err := d.decode(&raw); err != nil {
		return err
	}
	switch name {
	case "UserName", "AccessKeyId", "UserId", "Account", "Arn", "OrganizationId", "Marker", "NextToken":
		var text string
		if json.Unmarshal(raw, &text) == nil && isName(text) {
			s.text[name] = text
			s.truncated = s.truncated || name == "Marker" || name == "NextToken"
		}
	}
	return nil
}

// errForeign says that an entry of a list is no entry of IAM's.
type errForeign struct{ error }

// orForeign notes that a list is of another service, which is no damage.
func (s *said) orForeign(err error) error {
	if f, ok := errors.AsType[errForeign](err); ok {
		s.foreign = f
		return nil
	}
	return err
}

func (d *documents) truncated(s *said) error {
	var t bool
	err := d.decode(&t)
	s.truncated = s.truncated || t
	return err
}

func (d *documents) summary(s *said) error {
	var m map[string]json.Number
	if err := d.decode(&m); err != nil {
		return err
	}
	if len(m) == 0 || len(m) > maxWithin {
		return fmt.Errorf("a summary of %d numbers is none", len(m))
	}
	s.summary = map[string]int{}
	for name, v := range m {
		n, err := strconv.ParseInt(v.String(), 10, 32)
		if err != nil || n < 0 || !isName(name) {
			return fmt.Errorf("%s: %q is no number of things", short(name), short(v.String()))
		}
		s.summary[name] = int(n)
	}
	return nil
}

// list reads a list of entries, each as convert has it. All are read, also where
// one is of another service.
func list[S, T any](d *documents, out *[]T, convert func(S) (T, error)) error {
	tok, err := d.token()
	if err != nil {
		return err
	}
	if tok != json.Delim('[') {
		return errors.New("it is no list")
	}
	*out = []T{}
	var foreign error
	for d.dec.More() {
		var shape S
		if err := d.decode(&shape); err != nil {
			return err
		}
		entry, err := convert(shape)
		if f, ok := errors.AsType[errForeign](err); ok {
			foreign = f
			continue
		}
		if err != nil {
			return err
		}
		if *out = append(*out, entry); len(*out) > maxList {
			return fmt.Errorf("a list has more than %d entries", maxList)
		}
	}
	if _, err := d.token(); err != nil { // the bracket
		return err
	}
	return foreign
}

func one[S, T any](d *documents, out **T, convert func(S) (T, error)) error {
	var shape *S
	if err := d.decode(&shape); err != nil {
		return err
	}
	if shape == nil {
		return errors.New("it is null")
	}
	v, err := convert(*shape)
	*out = &v
	return err
}

func plainText(s string) (string, error) {
	if !isName(s) {
		return "", fmt.Errorf("%q is no name", short(s))
	}
	return s, nil
}

// damage says where an error is.
func (d *documents) damage(err error) error {
	at := d.dec.InputOffset()
	what := err.Error()
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		at, what = int64(len(d.text)), "the JSON is cut off"
	case errors.As(err, &syntax):
		at, what = max(at, min(syntax.Offset, int64(len(d.text)))), "this is no JSON: "+what
	case errors.As(err, &kind):
		at = d.start + kind.Offset
		what = strings.TrimSpace(kind.Field + " has the wrong kind of value: " + kind.Value)
	}
	return damaged(d.line(at), "%s", what)
}

// line is the number of the line in which a byte stands.
func (d *documents) line(at int64) int {
	return 1 + bytes.Count(d.text[:max(0, min(at, int64(len(d.text))))], []byte("\n"))
}

// stamp is a time as the AWS CLI prints it: ISO 8601, or seconds since 1970.
type stamp struct{ time.Time }

// UnmarshalJSON implements json.Unmarshaler.
func (s *stamp) UnmarshalJSON(b []byte) error {
	text := strings.Trim(string(b), `"`)
	if text == "null" || text == "" {
		return nil
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		s.Time = t.UTC()
		return nil
	}
	seconds, err := strconv.ParseFloat(text, 64)
	if err != nil || !(seconds > 0 && seconds < 1<<33) { // until 2242; what is no number isn't either
		return fmt.Errorf("%q is no time", short(text))
	}
	s.Time = time.Unix(int64(seconds), 0).UTC()
	return nil
}

// has tells whether a document has one of some members.
func (s *said) has(names ...string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return s.keys[n] })
}
