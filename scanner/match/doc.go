// Package match finds what the rules look for in bytes. It is pure: rules and
// bytes go in, findings come out; it knows no files, no git and no clock.
//
// The way of a chunk through the room, in the order of the files:
//
//  1. engine.go: the rules' literals become one prefilter; each literal knows the
//     rules that it may begin.
//  2. worker.go: the prefilter runs over the owned bytes. Each hit is an anchor.
//  3. confirm.go: a pattern is tried at its anchor; named.go: a run of the right
//     alphabet and length is looked for behind a name, or near another find.
//     Cheap rejections come first. The rules' validators judge what is left.
//     pieces.go puts together what source code joins, counted.go knows strings
//     that have their length before them, farname.go tells whose a value is.
//  4. wrapped.go: what is wrapped (base64, UTF-16, escapes) is unwrapped and goes
//     through 2 and 3 as a text of its own, to a depth of three.
//  5. pending.go: finds wait until nothing that may still come can belong to them.
//  6. pair.go: key IDs, secrets and session tokens are joined into credentials,
//     those that stand closest by the measure of apart.go.
//  7. build.go: a finding is made of a credential.
//
// Everything is decided by what stands within chunk.Reach of an anchor, so that
// a content gives the same findings however it is cut into chunks. Joining works
// on the sequence of finds, which does not depend on the cuts either.
//
// ref.go is the plain twin of 1 and 2: it tries everything everywhere on the whole
// content. Tests hold the two against each other.
package match
