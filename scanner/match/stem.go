package match

import "strings"

// kindWords are the words of a name that say what a value is, not whose.
var kindWords = func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(`aws amazon access key keys id ids secret secrets token session security
		user username name login pass password pwd smtp email mail value val default string str const var let
		credential credentials creds cred auth config env export set public private basic static provider new
		accesskey accesskeyid secretkey secretaccesskey keyid awsaccesskeyid awssecretkey sessiontoken s`) {
		m[w] = true
	}
	return m
}()

// stem is what is left of a name without the words that say what the value is:
// what two names of the parts of one credential have in common. It is empty for
// most names.
func stem(name string) string {
	if i := strings.LastIndexByte(name, '$'); i >= 0 {
		name = name[i+1:]
	}
	var out []string
	for _, w := range words(name) {
		if !kindWords[w] {
			out = append(out, w)
		}
	}
	return strings.Join(out, "_")
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
