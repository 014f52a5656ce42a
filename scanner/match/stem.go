package match

import "strings"

// kindWords are the words of a name that say what a value is, not whose.
var kindWords = func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(`aws amazon access key keys id ids kid akid secret secrets sec token session security
		user username name login pass password passwd passphrase pwd pw smtp email mail value val default string str
		const var let credential credentials creds cred auth identity config env export set public private basic static
		provider new accesskey accesskeyid secretkey secretaccesskey keyid awsaccesskeyid awssecretkey sessiontoken s`) {
		m[w] = true
	}
	return m
}()

// kindEnds are the kind words that are also told at the end of a longer word, or
// at its beginning, where people write devkey and awssecret without any sign.
var kindEnds = []string{
	"secretaccesskey", "accesskeyid", "credentials", "credential", "accesskey", "secretkey", "username", "password",
	"amazon", "access", "secret", "token", "keyid", "login", "cred", "pass", "user", "aws", "key",
}

// stem is what is left of a name without the words that say what the value is:
// what two names of the parts of one credential have in common. It is empty for
// most names. kind tells whether there was a word that says what the value is.
func stem(name string) (s string, kind bool) {
	if i := strings.LastIndexByte(name, '$'); i >= 0 {
		name = name[i+1:]
	}
	var out []string
	for _, w := range words(name) {
		rest := bare(w)
		kind = kind || rest != w
		if rest != "" {
			out = append(out, rest)
		}
	}
	return strings.Join(out, "_"), kind
}

// bare takes kind words off a word, as a whole or at its ends.
func bare(w string) string {
	for w != "" && !kindWords[w] {
		rest := w
		for _, k := range kindEnds {
			if rest = strings.TrimPrefix(strings.TrimSuffix(w, k), k); rest != w {
				break
			}
		}
		if rest == w {
			return w
		}
		w = rest
	}
	return ""
}

// words cuts a name at signs, at digits, and where lower case goes over into
// upper case.
func words(name string) []string {
	var out []string
	begin := 0
	flush := func(i int) {
		if i > begin {
			out = append(out, strings.ToLower(name[begin:i]))
		}
		begin = i
	}
	for i := 0; i < len(name); i++ {
		c := name[i]
		switch {
		case !letter(c) && !digit(c):
			flush(i)
			begin = i + 1
		case i > begin && digit(c) != digit(name[i-1]):
			flush(i)
		case i > begin && upper(c) && (!upper(name[i-1]) || i+1 < len(name) && letter(name[i+1]) && !upper(name[i+1])):
			flush(i)
		}
	}
	flush(len(name))
	return out
}

func digit(c byte) bool  { return '0' <= c && c <= '9' }
func upper(c byte) bool  { return 'A' <= c && c <= 'Z' }
func letter(c byte) bool { return upper(c) || 'a' <= c && c <= 'z' }
