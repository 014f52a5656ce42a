// # How to write a rule
//
// A pack is one TOML file for one provider. It begins with the provider and its
// title; the IDs of its rules begin with the provider's name (or with prefix, if
// the pack names one):
//
//	provider = "acme"
//	title = "Acme Cloud"
//	references = ["https://docs.acme.example/tokens"]
//
//	[[rule]]
//	id = "acme-api-token"
//	title = "Acme API token"
//	description = "Opens the project it was made in."
//	literals = ["acme_live_"]
//	pattern = 'acme_live_[A-Za-z0-9]{32}'
//	left = "A-Za-z0-9_"
//	right = "A-Za-z0-9_"
//	validators = ["entropy>=3.5"]
//	severity = "high"
//	steps = ["Revoke the token in Acme's console", "Make a new one and keep it in a secret store"]
//	examples = ['ACME_TOKEN=acme_live_{{alnum 32}}']
//	counter_examples = ['ACME_TOKEN=acme_live_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx']
//
// The loader is strict: an unknown key, a value of the wrong type, a reference to
// a rule that isn't there, a rule without examples are errors, told with file and
// line, all of a file at once. A user's pack (--rules FILE) and the [[rule]]
// tables of .lockaway.toml are read alike; the latter have no provider.
//
// # Two ways of finding
//
// A value with a form of its own has a pattern:
//
//   - literals: texts of three bytes or more, one of which the match begins with.
//     They are what makes scanning fast: choose long and rare ones. fold_case =
//     true takes them in upper and lower case alike; the pattern says (?i) itself.
//   - pattern: a regular expression (RE2: no look-around, no backreferences), tried
//     where a literal stands and nowhere else. A single group, if there is one, is
//     the value; else all of the match is.
//   - extend = "url" widens what is found to the address it stands in.
//
// A value that is a mere run of characters has an alphabet, and is looked for
// where something else says what it is:
//
//   - alphabet: its characters, min and max: its length in bytes. The characters
//     on both sides belong to no such run.
//   - names: the name it is assigned to holds one of these texts, in any case.
//   - near: it stands within a few lines of what one of these rules finds.
//
// For both:
//
//   - left, right: characters that may not stand beside the value.
//   - span: how many bytes on either side of the anchor the rule looks at: 512
//     if nothing is said, MaxSpan at most.
//   - validators: what a value must pass besides; see ValidatorNames. entropy>=N
//     asks for N bits a character.
//   - part and credential: a value that is one part of a credential is joined with
//     the other parts beside it. joined, in the secret's rule, says what they are
//     together: joined = {rule = "…", title = "…", severity = "…"}.
//
// Characters are listed as inside a regular expression's class: A-Za-z0-9/+.
//
// A rule with of is not looked for. What the rule of finds is this one's where
// the file's path matches path, or the line and its neighbours match word, or
// both where both are given.
//
// What a find means: confidence (low, medium, high; medium if nothing is said),
// severity (info, low, medium, high, critical; high if nothing is said), guidance
// (IDs of the catalogue in guidance/), steps, references.
//
// # Examples
//
// Each rule has examples, in each of which it must find something with medium
// confidence or more, and counter_examples, in none of which it may. They are
// strings, or tables of text and path where the file's name matters. They are
// checked by `lockaway rules test` and by the tests.
//
// No example holds a value that looks alive: values are made when the example is
// checked, by actions in double braces.
//
//	{{key-id}}  {{key-id ASIA}}  {{key-id AKIA 111122223333}}
//	{{secret}}  {{secret 60}}            an AWS secret: 40 characters, or as many
//	{{session-token}}  {{session-token 800}}
//	{{smtp-password eu-west-1}}  {{smtp-password eu-west-1 {{s}}}}
//	{{bedrock-key}}  {{bedrock-short-key}}  {{bedrock-short-key 20260102T030405Z}}
//	{{github-token}}  {{github-token gho}}    with the right checksum
//	{{github-stateless}}  {{github-stateless 1767326645}}   ends then (Unix seconds)
//	{{pem rsa}}   also pkcs8, pkcs8-ec, ec, dsa, ed25519, encrypted, rsa-encrypted
//	{{der rsa}}   what such a block holds, on one line
//	{{openssh}}  {{openssh encrypted}}  {{putty}}  {{putty encrypted}}
//	{{pgp}}  {{pgp encrypted}}
//	{{uuid}}
//	{{hex 40}}   also base64, base64url, base32, alnum, lower, upper, letters, digits
//
// A value can be given a name, and stand again: {{s=secret}} … {{s}}. The name
// value is special: what the rule finds must then be that, byte for byte.
//
// Wrapping actions take a text as their last argument, with actions inside it:
//
//	{{b64 "AWS_SECRET_ACCESS_KEY={{secret}}\n"}}   also b64url, b64lines (76 a line)
//	{{url {{secret}}}}      percent-encoded
//	{{json "a {{secret}}"}} a JSON string with its quotes; {{escape …}} without
//	{{utf16le …}}  {{utf16be …}}   with a byte-order mark
//	{{crlf …}}  {{indent 4 …}}  {{prefix '# ' …}}   of each line
//	{{concat + …}}          "line\n" + "line\n", as source code joins them
//	{{cut 100 …}}           its first bytes
//	{{repeat 20 …}}
//
// Inside "…" stand \n, \r, \t, \" and \\, and actions; inside '…' all stands for
// itself. {{'{{'}} gives two braces.
package rules
