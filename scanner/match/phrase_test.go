package match_test

import (
	"strings"
	"testing"
)

// proseShapes are names of several words, as documents, consoles and transcripts
// have them: the text, and what is found in it.
var proseShapes = []struct{ name, text, want string }{
	{"secret key", "Enter Secret Key: $S1\n", "$S1"},
	{"secret access key", "The secret access key is: $S1\n", ""}, // prose in full sentences names nothing
	{"its name and a colon", "Secret Access Key: $S1\n", "$S1"},
	{"console", "Access key ID: $I1\nSecret access key: $S1\n", "$I1+$S1"},
	{"apart", "Access key ID: $I1\n" + strings.Repeat("a line of text\n", 20) + "Secret access key: $S1\n", "$I1+$S1"},
	{"bold", "**Secret access key**: `$S1`\n", "$S1"},
	{"list", "- Secret Key = $S1\n", "$S1"},
	{"quoted", "\"Secret Access Key\": \"$S1\"\n", "$S1"},
	{"aws configure", "AWS Access Key ID [None]: $I1\nAWS Secret Access Key [None]: $S1\nDefault region name [None]: eu-west-1\n", "$I1+$S1"},
	{"aws configure, once more", "AWS Access Key ID [****************ABCD]: $I1\nAWS Secret Access Key [****************wXyZ]: $S1\n", "$I1+$S1"},
	{"aws configure, the secret alone", "AWS Secret Access Key [None]: $S1\n", "$S1"},
	{"two profiles", "AWS Access Key ID: $I1\nAWS Secret Access Key: $S1\n\nAWS Access Key ID: $I2\nAWS Secret Access Key: $S2\n", "$I1+$S1 $I2+$S2"},
	{"a name in brackets", "x = { secret, [OTHER]: $S1 }\n", ""},
	{"another name", "Secret Key Alias: $S1\n", ""},
	{"another line", "the secret\nkey: $S1\n", ""},
}

func TestProse(t *testing.T) {
	e := engine(t)
	for _, c := range proseShapes {
		text, vals := newMaker(31).fill(c.text)
		if got := strings.Join(credentials(scan(e, "notes.md", text), vals), " "); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
