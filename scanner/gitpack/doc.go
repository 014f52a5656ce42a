// Package gitpack reads what a git repository stores, straight from git's
// documented layouts: packs and their indexes, multi-pack-indexes, loose objects,
// deltas, the index file, refs and reflogs; of SHA-1 and SHA-256 repositories.
//
// It is made for reading all of a repository at once: packs are mapped, entries
// inflated whole into reused buffers, and a delta's result comes with the ranges in
// which it differs from its base.
//
// Everything it reads is untrusted. Nothing of a repository is executed, nothing but
// regular files and folders is opened, every length is checked before memory is set
// aside for it, and damage is an error that names what is damaged.
//
// The room knows nothing of secrets, findings or of what is done with the bytes.
package gitpack
