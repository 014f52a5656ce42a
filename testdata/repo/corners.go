//go:build dev

package main

import (
	"fmt"
	"os"
	"strings"
	"unicode/utf16"
)

// start makes the repository.
func (b *builder) start() {
	b.git("", "init", "-q", mainRepo)
	b.git(mainRepo, "config", "core.symlinks", "true")
	b.commit(mainRepo, "first", map[string]string{"README": b.words(20), "src/a.c": b.words(200)})
}

// deepDeltas plants in a version of a file in the midst of many, each a delta of the
// next one in the pack.
func (b *builder) deepDeltas() {
	const versions, planted = 60, 12
	text, secret := b.pair()
	// Each version is longer than the one before: git takes the longest as the base.
	lines := strings.SplitAfter(b.words(400), "\n")
	var more, id, blob string
	for i := range versions {
		lines[i*5] = fmt.Sprintf("line of version %d\n", i)
		added := strings.Repeat("-", len(text)-1) + "\n"
		file := strings.Join(lines, "") + more + added
		if i == planted {
			file = strings.Join(lines, "") + more + text
		}
		more += added
		commit := b.commit(mainRepo, fmt.Sprintf("version %d", i), map[string]string{"deep.txt": file})
		if i == planted {
			id, blob = commit, b.git(mainRepo, "rev-parse", "HEAD:deep.txt")
		}
	}
	b.git(mainRepo, "repack", "-q", "-a", "-d", "-f", "--depth=50", "--window=50")
	b.git(mainRepo, "prune-packed")
	for line := range strings.Lines(b.git(mainRepo, "verify-pack", "-v", b.onlyPack())) {
		if f := strings.Fields(line); len(f) == 7 && f[0] == blob && len(f[5]) > 1 {
			b.plant(Planted{Corner: "deep deltas", Value: secret, Path: "deep.txt", Source: "blob", Commit: id, Ref: "refs/heads/main", AtTip: no(), Reachable: yes()})
			return
		}
	}
	if b.err == nil {
		b.err = fmt.Errorf("git has not made a deep delta of blob %s", blob)
	}
}

func (b *builder) onlyPack() string {
	dir := ".git/objects/pack"
	entries, err := os.ReadDir(b.path(mainRepo, dir))
	if err != nil && b.err == nil {
		b.err = err
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".idx") {
			return dir + "/" + e.Name()
		}
	}
	return ""
}

// packed plants in a pack; what comes after it goes to others.
func (b *builder) packed() {
	b.gone(mainRepo, "packed", "packed.ini")
	b.git(mainRepo, "repack", "-q", "-a", "-d", "-f", "--depth=50", "--window=50")
}

// manyPacks plants in two packs more, over which there is a multi-pack-index.
func (b *builder) manyPacks() {
	for i := range 2 {
		b.gone(mainRepo, "several packs", fmt.Sprintf("pack%d.ini", i))
		b.git(mainRepo, "repack", "-q", "-d")
	}
	b.git(mainRepo, "multi-pack-index", "write")
}

// loose plants in loose objects: of the past, and in one that is still there, under
// two paths.
func (b *builder) loose() {
	b.gone(mainRepo, "loose", "loose.ini")
	text, secret := b.pair()
	id := b.commit(mainRepo, "keep", map[string]string{"still/there.ini": text})
	b.commit(mainRepo, "copy", map[string]string{"still/copy.ini": text})
	b.plant(Planted{Corner: "at a tip", Value: secret, Path: "still/there.ini", Source: "blob", Commit: id, Ref: "refs/heads/main", AtTip: yes(), Reachable: yes()})
}

// kinds plants in files that are no plain text.
func (b *builder) kinds() {
	for _, k := range []struct {
		corner, name string
		wrap         func(string) string
	}{
		{"binary file", "tool.bin", func(s string) string {
			return "MZ\x00\x01" + strings.Repeat("\x00\x7f", 300) + s + strings.Repeat("\xff", 90)
		}},
		{"UTF-16 file", "wide.txt", func(s string) string { return utf16le("settings\r\n" + s) }},
		{"CRLF file", "dos.ini", func(s string) string { return strings.ReplaceAll("[x]\n"+s, "\n", "\r\n") }},
		{"no line feed at the end", "no-end.ini", func(s string) string { return strings.TrimRight(s, "\n") }},
	} {
		text, secret := b.pair()
		id := b.commit(mainRepo, "bring "+k.name, map[string]string{k.name: k.wrap(text)})
		b.plant(Planted{Corner: k.corner, Value: secret, Path: k.name, Source: "blob", Commit: id, AtTip: yes(), Reachable: yes()})
	}
}

func utf16le(s string) string {
	out := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return string(out)
}

// large plants behind what other tools read of a file, and in a Git LFS object.
func (b *builder) large() {
	text, secret := b.pair()
	id := b.commit(mainRepo, "dump", map[string]string{"dump.sql": strings.Repeat("insert into t values (1, 'x');\n", 150_000) + text})
	b.plant(Planted{Corner: "large file", Value: secret, Path: "dump.sql", Source: "blob", Commit: id, AtTip: yes(), Reachable: yes()})

	text, secret = b.pair()
	body := "big\n" + text
	oid := hexSHA256(body)
	b.write(strings.Join([]string{mainRepo, ".git/lfs/objects", oid[:2], oid[2:4], oid}, "/"), body)
	id = b.commit(mainRepo, "lfs", map[string]string{"big.dat": fmt.Sprintf("version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %d\n", oid, len(body))})
	b.plant(Planted{Corner: "LFS object", Value: secret, Path: "big.dat", Source: "blob", Commit: id, AtTip: yes(), Reachable: yes()})
}

// resolution plants in what a merge alone has.
func (b *builder) resolution() {
	b.commit(mainRepo, "base", map[string]string{"mode": "a\n"})
	b.git(mainRepo, "checkout", "-q", "-b", "side")
	b.commit(mainRepo, "side", map[string]string{"mode": "b\n"})
	b.git(mainRepo, "checkout", "-q", "main")
	b.commit(mainRepo, "main", map[string]string{"mode": "c\n"})
	text, secret := b.pair()
	b.git(mainRepo, "merge", "-q", "-s", "ours", "--no-commit", "side")
	id := b.commit(mainRepo, "merge", map[string]string{"mode": "d\n" + text})
	b.plant(Planted{Corner: "merge resolution", Value: secret, Path: "mode", Source: "blob", Commit: id, AtTip: yes(), Reachable: yes()})
}

// messages plants in what commits, tags and notes say.
func (b *builder) messages() {
	text, secret := b.pair()
	id := b.commit(mainRepo, "fix the deploy\n\n"+text, nil)
	b.plant(Planted{Corner: "commit message", Value: secret, Source: "commit-message", Commit: id, Ref: "refs/heads/main", AtTip: no(), Reachable: yes()})
	b.commit(mainRepo, "next", nil)

	text, secret = b.pair()
	b.git(mainRepo, "tag", "-a", "-m", "release\n\n"+text, "v1")
	b.plant(Planted{Corner: "annotated tag", Value: secret, Source: "tag", Ref: "refs/tags/v1", AtTip: yes(), Reachable: yes()})
	text, secret = b.pair()
	b.git(mainRepo, "tag", "-a", "-m", "nested\n\n"+text, "v1-again", "v1")
	b.plant(Planted{Corner: "tag of a tag", Value: secret, Source: "tag", Ref: "refs/tags/v1-again", AtTip: yes(), Reachable: yes()})

	text, secret = b.pair()
	b.git(mainRepo, "notes", "add", "-m", text, id)
	b.plant(Planted{Corner: "note", Value: secret, Path: id, Source: "note", Ref: "refs/notes/commits", AtTip: yes(), Reachable: yes()})
}

// people plants in names and addresses.
func (b *builder) people() {
	for _, name := range []string{"GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"} {
		value := b.token()
		text := value
		if strings.HasSuffix(name, "EMAIL") {
			text += "@host.invalid"
		}
		b.gitWith(mainRepo, []string{name + "=" + text}, "", "commit", "-q", "--allow-empty", "-m", "by somebody")
		corner := strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(name, "GIT_"), "_", " "))
		b.plant(Planted{Corner: corner, Value: value, Source: "commit-author", Commit: b.head(mainRepo), Reachable: yes()})
	}
	b.commit(mainRepo, "next", nil)
}

// names plants in names: of files, folders and refs, and where a link leads.
func (b *builder) names() {
	file, folder, link, ref, packed := b.token(), b.token(), b.token(), b.token(), b.token()
	id := b.commit(mainRepo, "names", map[string]string{"keys/" + file + ".csv": "empty\n", folder + "/x/y": "empty\n"})
	b.plant(Planted{Corner: "file name", Value: file, Path: "keys/" + file + ".csv", Source: "path-name", Commit: id, AtTip: yes(), Reachable: yes()})
	b.plant(Planted{Corner: "folder name", Value: folder, Path: folder, Source: "path-name", Commit: id, AtTip: yes(), Reachable: yes()})

	blob := b.gitWith(mainRepo, nil, "over/there/"+link, "hash-object", "-w", "--stdin")
	b.git(mainRepo, "update-index", "--add", "--cacheinfo", "120000,"+blob+",link")
	b.git(mainRepo, "commit", "-q", "-m", "link")
	b.plant(Planted{Corner: "symbolic link", Value: link, Path: "link", Source: "symlink", Commit: b.head(mainRepo), AtTip: yes(), Reachable: yes()})
	b.git(mainRepo, "checkout", "-q", "--", "link")

	b.git(mainRepo, "branch", packed)
	b.git(mainRepo, "pack-refs", "--all")
	b.git(mainRepo, "branch", ref)
	b.plant(Planted{Corner: "packed ref's name", Value: packed, Path: "refs/heads/" + packed, Source: "ref-name"})
	b.plant(Planted{Corner: "ref name", Value: ref, Path: "refs/heads/" + ref, Source: "ref-name"})
}
