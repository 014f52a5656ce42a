// Package config reads .lockaway.toml: what one repository wants of its scans.
//
// A run has one such file: the one that --config names, else the one that Find
// sees, from the scanned folder upwards to the repository's root. It is read
// strictly. A key that is not known, a wrong type, an entry that could never
// match: each is an error with its place, and all errors of a file are told at
// once. A misspelt allow entry must not look as if it worked.
//
// # What a repository's file may not do
//
// Who scans a repository need not trust it. What its file allows, leaves out or
// hides leaves a trace in the report, and --no-repo-config scans without it. But
// some flags would do harm, or lie, before anybody has looked, so a file that was
// merely found can't set them; one that --config names can:
//
//   - show-secrets would print values in clear to whoever reads the output;
//   - exit-zero would make a scan with findings look clean to scripts;
//   - report may name a format but no file, which would be written wherever the
//     repository says, and no template, which could say that nothing was found;
//   - verify and what belongs to it, the table [verify] too, would send what is found
//     over the network, or to whom the file says.
//
// Packs that it names under [rules] must lie below its own folder; links, of the
// file itself too, must not lead out of the repository, since error messages
// would tell parts of what they lead to. Nothing but regular files is ever
// opened, up to MaxSize.
//
// Errors never quote a fingerprint or a value pattern: people paste the secret
// itself there.
//
// # Besides
//
// The room keeps the baseline, too: it is read as strictly, and changed under a lock, whole
// or not at all (see ChangeBaseline). And it turns other scanners' files into ours, by what
// their users' documentation says of them (see Import): what can't be carried over is told,
// and nothing that is allowed becomes more on the way.
//
// The room knows the flags only by what its caller tells of them, and nothing of
// how a scan runs or how findings are judged.
package config
