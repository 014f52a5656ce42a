package account

import (
	"bytes"
	"encoding/base64"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// reportColumns are those of the credential report, in its order. It has had all of
// them since 2015. Source: IAM User Guide, "Generate credential reports for your AWS
// account".
var reportColumns = [...]string{
	"user", "arn", "user_creation_time", "password_enabled", "password_last_used", "password_last_changed",
	"password_next_rotation", "mfa_active",
	"access_key_1_active", "access_key_1_last_rotated", "access_key_1_last_used_date", "access_key_1_last_used_region", "access_key_1_last_used_service",
	"access_key_2_active", "access_key_2_last_rotated", "access_key_2_last_used_date", "access_key_2_last_used_region", "access_key_2_last_used_service",
	"cert_1_active", "cert_1_last_rotated", "cert_2_active", "cert_2_last_rotated",
}

// moreColumn is a column that newer reports may have behind them.
const moreColumn = "additional_credentials_info"

const (
	maxLine = 64 << 10 // bytes of a line of the report; a user's has some 600
	maxRows = 100_000  // an account has 5,000 users at most
)

// damage is what is wrong in a file. Nothing is taken of a file that has some: what
// stands in the rest of it may be as wrong, and unseen.
type damage struct {
	line int // 1 for the first; 0 where it isn't known
	what string
}

func (d *damage) Error() string {
	if d.line == 0 {
		return d.what
	}
	return fmt.Sprintf("line %d: %s", d.line, d.what)
}

func damaged(line int, format string, args ...any) *damage {
	return &damage{line, fmt.Sprintf(format, args...)}
}

// isReport tells whether a text is a credential report, by its header.
func isReport(text []byte) bool {
	line, _, _ := bytes.Cut(text[:min(len(text), maxLine)], []byte("\n"))
	head := strings.ToLower(strings.TrimLeft(string(line), "\" "))
	return strings.HasPrefix(head, "user") && strings.Contains(head, "password_enabled")
}

// isReportBase64 tells whether a text is a credential report in base64 and nothing
// else, as `--query Content --output text` prints it.
func isReportBase64(text []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(text[:min(len(text), 64)], "\"\r\n\t "), []byte("dXNlcixhcm4s")) // "user,arn,"
}

// plainReport decodes such a text.
func plainReport(text []byte) ([]byte, error) {
	text = bytes.Trim(text, "\"\r\n\t ")
	out := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	n, err := base64.StdEncoding.Decode(out, text) // passes over line breaks
	if err != nil {
		return nil, damaged(0, "the base64 text of the report is broken")
	}
	return out[:n], nil
}

// parseReport reads a credential report, the root user's row first. newest is the
// latest time in it: the report is no older. Columns go by their names; those that
// nobody knows are passed over. An error is a *damage.
func parseReport(text []byte) (rows []Row, newest time.Time, err error) {
	if !utf8.Valid(text) {
		return nil, newest, damaged(0, "the report isn't UTF-8")
	}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	var head header
	seen := map[string]bool{}
	number := 0
	for len(text) > 0 {
		var line []byte
		line, text, _ = bytes.Cut(text, []byte("\n"))
		number++
		line = bytes.TrimSuffix(line, []byte("\r"))
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if len(line) > maxLine {
			return nil, newest, damaged(number, "is longer than %d KiB", maxLine>>10)
		}
		if head.at == nil {
			if head, err = readHeader(string(line)); err != nil {
				return nil, newest, damaged(number, "%s", err)
			}
			continue
		}
		row, err := head.row(string(line), &newest)
		switch {
		case err != nil:
			return nil, newest, damaged(number, "%s", err)
		case seen[row.User]:
			return nil, newest, damaged(number, "the user %q stands in the report twice", row.User)
		case len(rows) == maxRows:
			return nil, newest, damaged(number, "there are more than %d users", maxRows)
		}
		seen[row.User] = true
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		return nil, newest, damaged(number, "the report has no rows")
	}
	slices.SortStableFunc(rows, func(a, b Row) int { return rank(a) - rank(b) })
	return rows, newest, nil
}

// rank puts the root user first.
func rank(r Row) int {
	if r.Root() {
		return 0
	}
	return 1
}

// header says where a report has its columns.
type header struct {
	at    map[string]int
	count int
	comma rune
}

// readHeader reads the first line. Spreadsheets write semicolons or tabs where the
// language has a comma in its numbers.
func readHeader(line string) (header, error) {
	h := header{at: map[string]int{}, comma: ','}
	for _, c := range ";\t" {
		if strings.Count(line, string(c)) >= len(reportColumns)-1 {
			h.comma = c
		}
	}
	names, err := h.fields(line)
	if err != nil {
		return h, err
	}
	h.count = len(names)
	for i, n := range names {
		n = strings.ToLower(strings.TrimSpace(n))
		if _, twice := h.at[n]; twice && (n == moreColumn || slices.Contains(reportColumns[:], n)) {
			return h, fmt.Errorf("the column %s stands there twice", n)
		}
		h.at[n] = i
	}
	for _, c := range reportColumns {
		if _, ok := h.at[c]; !ok {
			return h, fmt.Errorf("the report lacks the column %s", c)
		}
	}
	return h, nil
}

// fields takes a line apart.
func (h header) fields(line string) ([]string, error) {
	r := csv.NewReader(strings.NewReader(line))
	r.Comma = h.comma
	out, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("the quotes don't close")
	}
	return out, nil
}

// row reads a line. newest is moved on to times in it.
func (h header) row(line string, newest *time.Time) (Row, error) {
	fields, err := h.fields(line)
	if err != nil {
		return Row{}, err
	}
	if len(fields) != h.count {
		return Row{}, fmt.Errorf("it has %d fields where the header has %d: the report is cut off or mixed up", len(fields), h.count)
	}
	c := &cells{h: h, fields: fields, newest: newest}
	r := Row{
		User: c.text("user"), ARN: c.text("arn"), Created: c.time("user_creation_time"),
		Password: c.flag("password_enabled"), PasswordUsed: c.time("password_last_used"),
		PasswordChanged: c.time("password_last_changed"), NextRotation: c.future("password_next_rotation"),
		MFA: c.flag("mfa_active"), More: c.optional(moreColumn),
	}
	for i := range r.Keys {
		k := fmt.Sprintf("access_key_%d_", i+1)
		r.Keys[i] = RowKey{
			Active: c.is(k + "active"), Rotated: c.time(k + "last_rotated"), Used: c.time(k + "last_used_date"),
			Region: c.optional(k + "last_used_region"), Service: c.optional(k + "last_used_service"),
		}
	}
	for i := range r.Certificates {
		k := fmt.Sprintf("cert_%d_", i+1)
		r.Certificates[i] = RowCertificate{Active: c.is(k + "active"), Rotated: c.time(k + "last_rotated")}
	}
	if _, _, ok := splitARN(r.ARN); c.err == nil && !ok {
		c.err = fmt.Errorf("%q is no ARN of a user", short(r.ARN))
	}
	return r, c.err
}

// cells reads the fields of a row. The first that can't be read is the error.
type cells struct {
	h      header
	fields []string
	newest *time.Time
	err    error
}

func (c *cells) bad(column, value, what string) {
	if c.err == nil {
		c.err = fmt.Errorf("%s: %q is no %s", column, short(value), what)
	}
}

func (c *cells) get(column string) string {
	if i, ok := c.h.at[column]; ok {
		return strings.TrimSpace(c.fields[i])
	}
	return ""
}

func (c *cells) text(column string) string {
	v := c.get(column)
	if !isName(v) {
		c.bad(column, v, "name")
	}
	return v
}

// splitARN is the partition and the account of an ARN of IAM's or of the security
// token service's, arn:PARTITION:iam::ACCOUNT:….
func splitARN(arn string) (partition, account string, ok bool) {
	f := strings.SplitN(arn, ":", 6)
	if len(f) != 6 || f[0] != "arn" || f[2] != "iam" && f[2] != "sts" || f[1] == "" || f[5] == "" || !isAccount(f[4]) {
		return "", "", false
	}
	return f[1], f[4], true
}

func isAccount(id string) bool {
	return len(id) == 12 && strings.Trim(id, "0123456789") == ""
}

// isName tells whether something can be a name, an ARN, an ID of IAM's. IAM itself
// allows less; what a terminal takes for a command is never one.
func isName(v string) bool {
	return v != "" && len(v) <= 2048 && utf8.ValidString(v) && !strings.ContainsFunc(v, func(r rune) bool { return !unicode.IsPrint(r) })
}

// unsaid are the words for what the report doesn't say.
func unsaid(v string) bool {
	switch strings.ToLower(v) {
	case "", "n/a", "no_information", "not_supported":
		return true
	}
	return false
}

// optional is a text that may not be there.
func (c *cells) optional(column string) string {
	v := c.get(column)
	switch {
	case unsaid(v):
		return ""
	case !isName(v):
		c.bad(column, v, "text")
		return ""
	}
	return v
}

// is reads TRUE or FALSE, in any case: the documentation has capitals, reports don't.
func (c *cells) is(column string) bool {
	f := c.flag(column)
	if f == NotKnown {
		c.bad(column, c.get(column), "yes or no")
	}
	return f == On
}

func (c *cells) flag(column string) Flag {
	switch v := c.get(column); {
	case strings.EqualFold(v, "true"):
		return On
	case strings.EqualFold(v, "false"):
		return Off
	case unsaid(v):
	default:
		c.bad(column, v, "yes or no")
	}
	return NotKnown
}

// time reads a moment that has passed.
func (c *cells) time(column string) time.Time {
	t := c.future(column)
	if t.After(*c.newest) {
		*c.newest = t
	}
	return t
}

// future reads a moment, zero where the report tells none.
func (c *cells) future(column string) time.Time {
	v := c.get(column)
	if unsaid(v) {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339, v)
	if err != nil {
		c.bad(column, v, "time such as 2026-01-31T12:00:00+00:00")
	}
	return t.UTC()
}

// short is the beginning of a value, for a message.
func short(v string) string {
	if r := []rune(v[:min(len(v), 200)]); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return v
}
