package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// commandKeys are the variables of a repository's configuration whose values git runs as
// programs, or takes programs from (git help config).
var commandKeys = []string{
	"core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.gitProxy", "core.askPass", "core.alternateRefsCommand", "sequence.editor",
	"pager.diff", "pager.log", "pager.show", "pager.cat-file", "interactive.diffFilter", "diff.external", "diff.x.command", "diff.x.textconv",
	"filter.x.clean", "filter.x.smudge", "filter.x.process", "filter.lfs.clean", "filter.lfs.smudge", "filter.lfs.process", "merge.x.driver", "merge.tool", "mergetool.x.cmd", "difftool.x.cmd",
	"credential.helper", "gpg.program", "gpg.ssh.program", "gpg.x509.program", "uploadpack.packObjectsHook", "remote.origin.uploadpack", "remote.origin.receivepack", "remote.origin.vcs",
	"alias.log", "alias.rev-parse", "alias.diff", "trailer.x.command", "trailer.x.cmd", "web.browser", "browser.x.cmd", "man.x.cmd", "submodule.part.update", "sendemail.sendmailCmd",
	"lfs.customtransfer.x.path", "lfs.extension.x.clean", "lfs.standalonetransferagent", "gc.recentObjectsHook", "transfer.credentialsInUrl", "maintenance.x.schedule",
}

// Nothing that a repository names is executed, by whatever way, and nothing is fetched
// that it says it lacks.
func TestNothingIsExecuted(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the program that would leave a mark is a shell's")
	}
	r := newHostileRepo(t)
	_, tree := r.sound()
	mark := filepath.Join(t.TempDir(), "mark")
	program := filepath.Join(t.TempDir(), "program")
	r.check(os.WriteFile(program, []byte("#!/bin/sh\necho \"$0 $*\" >>"+mark+"\n"), 0o755))

	var config strings.Builder
	config.WriteString("[core]\n\trepositoryformatversion = 1\n\tbare = false\n\thooksPath = " + r.path("hooks") + "\n[extensions]\n\tpartialClone = origin\n")
	fmt.Fprintf(&config, "[remote \"origin\"]\n\tpromisor = true\n\turl = ext::%s\n\tfetch = +refs/*:refs/*\n", program)
	for _, key := range commandKeys {
		section, rest, _ := strings.Cut(key, ".")
		if at := strings.LastIndex(rest, "."); at >= 0 {
			section, rest = section+" \""+rest[:at]+"\"", rest[at+1:]
		}
		value := program
		if section == "alias" || section == "credential" || strings.HasPrefix(section, "submodule") {
			value = "!" + program
		}
		fmt.Fprintf(&config, "[%s]\n\t%s = %s\n", section, rest, value)
	}
	r.write("config", config.String())
	for _, hook := range strings.Fields("applypatch-msg commit-msg fsmonitor-watchman p4-changelist post-applypatch post-checkout post-commit post-index-change post-merge post-rewrite pre-applypatch pre-auto-gc pre-commit pre-merge-commit pre-push pre-rebase prepare-commit-msg push-to-checkout reference-transaction sendemail-validate update") {
		r.write("hooks/"+hook, "#!/bin/sh\n"+program+" "+hook+"\n")
		r.check(os.Chmod(r.path("hooks/"+hook), 0o755))
	}
	r.write("../.gitattributes", "* filter=x diff=x merge=x\n")
	r.write("../.gitmodules", "[submodule \"part\"]\n\tpath = part\n\turl = ext::"+program+"\n\tupdate = !"+program+"\n")
	r.write("info/attributes", "* filter=x diff=x merge=x\n")
	attributes := r.loose("blob", "* filter=x diff=x merge=x\n")
	top := r.loose("tree", treeOf("100644", ".gitattributes", attributes)+treeOf("100644", "absent", madeUp(1))+treeOf("40000", "sound", tree))
	before := r.tip()
	r.on(top, before)
	r.write("index", indexFile(2,
		indexEntry{path: ".gitattributes", id: attributes, mode: 0o100644}, indexEntry{path: "new", id: attributes, mode: 0o100644}))

	for _, args := range [][]string{
		{"git"}, {"git", "--all"}, {"git", "--range", before + "..main"}, {"git", "--since", "2001-01-01"}, {"scan", "--staged"}, {"scan", "--staged", "--whole-files"}, {"scan", "."}, {"scan", "--gitignore", "."},
	} {
		run := r.scan(args...)
		if missing := run.names("absent.*is missing in the repository"); args[0] == "git" && !missing {
			t.Errorf("%v: %s", args, run.said)
		}
		if said, err := os.ReadFile(mark); err == nil {
			t.Fatalf("%v: executed:\n%s", args, said)
		}
	}
}
