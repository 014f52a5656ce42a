package hooks

import "strings"

// The pre-commit framework (pre-commit.com) and overcommit
// (github.com/sds/overcommit) have one file in YAML each.

func findPreCommit(top, _ string) *Manager {
	file := firstFile(top, ".pre-commit-config.yaml")
	if file == "" {
		return nil
	}
	// It hands the names of files to a hook, or what the type of hook has besides, and has
	// no pre-applypatch.
	return &Manager{Name: "pre-commit", file: file, add: addPreCommit, types: []string{PreCommit, PreMergeCommit, PrepareCommitMsg, CommitMsg, PrePush},
		Then: "pre-commit install --hook-type TYPE for each type that is not installed yet"}
}

// addPreCommit adds one hook, which holds for every type: it sees from what it is given
// which one it is. Stages are not named, since the framework has changed their names.
func addPreCommit(_ *Manager, a *Addition, typ string) {
	hook := []string{
		"- repo: local",
		"  hooks:",
		"    - id: lockaway",
		"      name: lockaway",
		"      entry: " + call(PreCommit),
		"      language: system",
		"      types: []",
		"      types_or: [file, symlink]",
		"      always_run: true",
		"      require_serial: true",
	}
	a.Text = strings.Join(hook, "\n") + "\n"
	if strings.Contains(string(a.old), "id: lockaway") || strings.Contains(string(a.old), call(PreCommit)) {
		a.There = true
		return
	}
	y := newYAML(a.old)
	repos, ok := y.key("repos")
	pad, list := y.items(repos)
	if !y.plain || !ok || !repos.open || !list {
		a.Why = "it has no list of repos that lockaway could add to"
		return
	}
	for i := range hook {
		hook[i] = pad + hook[i]
	}
	a.Whole = y.inserted(repos.end, hook...)
}

var overcommitNames = map[string]string{PreCommit: "PreCommit", PrepareCommitMsg: "PrepareCommitMsg", CommitMsg: "CommitMsg", PrePush: "PrePush"}

func findOvercommit(top, _ string) *Manager {
	file := firstFile(top, ".overcommit.yml")
	if file == "" {
		return nil
	}
	return &Manager{Name: "overcommit", file: file, add: addOvercommit, types: []string{PreCommit, PrepareCommitMsg, CommitMsg, PrePush},
		Then: "overcommit --install && overcommit --sign"}
}

func addOvercommit(_ *Manager, a *Addition, typ string) {
	a.There = strings.Contains(string(a.old), quotedCall(typ))
	name := overcommitNames[typ]
	entry := []string{
		"Lockaway:",
		"  enabled: true",
		"  description: 'Look for credentials'",
		"  required_executable: 'lockaway'",
		"  command: [" + quotedCall(typ) + "]",
	}
	a.Text = name + ":\n  " + strings.Join(entry, "\n  ") + "\n"
	y := newYAML(a.old)
	block, there := y.key(name)
	pad := y.indent(block)
	switch {
	case !y.plain || there && (!block.open || pad == ""):
		a.Why = "it is written in a way that lockaway does not change"
	case !there:
		a.Whole = y.appended(a.Text)
	default:
		a.Whole = y.inserted(block.end, pad+strings.Join(entry, "\n"+pad))
	}
}

// quotedCall is the call of a type as a list's words.
func quotedCall(typ string) string { return "'" + strings.ReplaceAll(call(typ), " ", "', '") + "'" }
