package hooks

import (
	"path/filepath"
	"strings"
)

// lefthook (lefthook.dev/configuration) has one file, most often in YAML, with a table for
// each type of hook. In it stand commands, by names, or a list of jobs. {0} stands for
// the hook's arguments; standard input is handed on where that is asked for.

func findLefthook(top, _ string) *Manager {
	var names []string
	for _, ext := range []string{"yml", "yaml", "toml", "json", "jsonc"} {
		names = append(names, "lefthook."+ext, ".lefthook."+ext, ".config/lefthook."+ext)
	}
	file := firstFile(top, names...)
	if file == "" {
		return nil
	}
	return &Manager{Name: "lefthook", file: file, add: addLefthook, Then: "lefthook install"}
}

func addLefthook(_ *Manager, a *Addition, typ string) {
	args, input := " {0}", ""
	if typ == PreCommit || typ == PreMergeCommit || typ == PreApplyPatch {
		args = ""
	}
	entry := []string{"run: " + call(typ) + args}
	if ReadsInput(typ) {
		input = "use_stdin: true"
		entry = append(entry, input)
	}
	a.Text = typ + ":\n  commands:\n    lockaway:\n      " + strings.Join(entry, "\n      ") + "\n"
	if ext := filepath.Ext(a.Path); ext != ".yml" && ext != ".yaml" {
		a.Why = "only files in YAML are written"
		return
	}
	y := newYAML(a.old)
	block, there := y.key(typ)
	switch {
	case !y.plain:
		a.Why = "it is written in a way that lockaway does not change"
	case !there:
		a.Whole = y.appended(a.Text)
	case !block.open:
		a.Why = "the hook " + typ + " is written in a way that lockaway does not change"
	default:
		a.Whole = y.lefthook(block, entry)
		if a.Whole == nil {
			a.Why = "the hook " + typ + " is written in a way that lockaway does not change"
		}
	}
}

// lefthook puts an entry into the table of a hook: beside its jobs, or its commands.
func (y *yamlText) lefthook(hook yamlBlock, entry []string) []byte {
	if jobs, ok := y.within(hook, "jobs"); ok {
		pad, list := y.items(jobs)
		if !jobs.open || !list {
			return nil
		}
		return y.inserted(jobs.end, pad+"- name: lockaway", pad+"  "+strings.Join(entry, "\n"+pad+"  "))
	}
	pad := y.indent(hook)
	if pad == "" {
		return nil
	}
	commands, ok := y.within(hook, "commands")
	if !ok {
		return y.inserted(hook.end, pad+"commands:", pad+pad+"lockaway:", pad+pad+pad+strings.Join(entry, "\n"+pad+pad+pad))
	}
	inner := y.indent(commands)
	if !commands.open || inner == "" || len(inner) <= len(pad) {
		return nil
	}
	return y.inserted(commands.end, inner+"lockaway:", inner+"  "+strings.Join(entry, "\n"+inner+"  "))
}
