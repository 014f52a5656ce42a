package hooks

import "slices"

// The types of hooks that scan (git help githooks).
const (
	PreCommit        = "pre-commit"
	PreMergeCommit   = "pre-merge-commit"
	PrepareCommitMsg = "prepare-commit-msg"
	PreApplyPatch    = "pre-applypatch"
	CommitMsg        = "commit-msg"
	PrePush          = "pre-push"
	PreReceive       = "pre-receive"
	Update           = "update"
)

// Types are those that scan, in the order in which git comes to them.
func Types() []string {
	return []string{PreCommit, PreMergeCommit, PrepareCommitMsg, PreApplyPatch, CommitMsg, PrePush, PreReceive, Update}
}

// Known tells whether a hook of this type scans something.
func Known(typ string) bool { return slices.Contains(Types(), typ) }

// ForServers tells whether git runs the type where a push arrives.
func ForServers(typ string) bool { return typ == PreReceive || typ == Update }

// ReadsInput tells whether git writes to the standard input of the type, so that both a
// hook and the one that was there before have to be given it.
func ReadsInput(typ string) bool { return typ == PrePush || typ == PreReceive }

// With adds to types what they are no use without: git runs no pre-commit for clean
// merges, for cherry-pick, revert and rebase, and for am. Each type is there once, in
// the order of Types.
func With(types []string) []string {
	want := slices.Clone(types)
	if slices.Contains(want, PreCommit) {
		want = append(want, PreMergeCommit, PrepareCommitMsg, PreApplyPatch)
	}
	var out []string
	for _, t := range Types() {
		if slices.Contains(want, t) {
			out = append(out, t)
		}
	}
	return out
}

// others are the types that scan nothing. All of them are silenced by a folder of hooks
// that holds for all repositories. fsmonitor-watchman is not run from the folder.
var others = []string{
	"applypatch-msg", "post-applypatch", "post-commit", "pre-rebase", "post-checkout",
	"post-merge", "post-receive", "post-update", "reference-transaction", "proc-receive",
	"push-to-checkout", "pre-auto-gc", "post-rewrite", "sendemail-validate",
	"post-index-change", "p4-changelist", "p4-prepare-changelist",
	"p4-post-changelist", "p4-pre-submit",
}
