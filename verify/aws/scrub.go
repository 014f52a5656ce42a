package aws

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"strings"

	"lockaway/scanner/finding"
)

// piece is how long a piece of a secret has to be to be taken for one, in bytes. A
// random string of this length doesn't occur in what AWS says by chance.
const piece = 12

const withheld = "(withheld: it holds a part of the secret)"

// scrub takes out of a verification whatever holds a secret or token, or a piece of one:
// a server may send back what it was sent, and more than that if somebody
// else told it. They are looked for as they are and in the usual encodings.
func scrub(v *finding.Verification, secrets []string) {
	pieces := map[string]bool{}
	for _, s := range secrets {
		if len(s) < piece {
			continue
		}
		for _, form := range []string{s, url.QueryEscape(s), base64.StdEncoding.EncodeToString([]byte(s)), hex.EncodeToString([]byte(s))} {
			form = strings.ToLower(form)
			for i := 0; i+piece <= len(form); i++ {
				pieces[form[i:i+piece]] = true
			}
		}
	}
	if len(pieces) == 0 {
		return
	}
	clean := func(s *string) {
		low := strings.ToLower(*s)
		for i := 0; i+piece <= len(low); i++ {
			if pieces[low[i:i+piece]] {
				*s = withheld
				return
			}
		}
	}
	for _, s := range []*string{&v.ARN, &v.User, &v.AccountID, &v.Partition, &v.Service, &v.Region, &v.SSORole} {
		clean(s)
	}
	for _, list := range [][]string{v.OtherKeys, v.Refused, v.Reasons} {
		for i := range list {
			clean(&list[i])
		}
	}
}
