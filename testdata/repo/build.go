//go:build dev

package main

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"lockaway/scanner/rulecheck"
)

// builder writes repositories. The first error stays, and ends everything.
type builder struct {
	folder  string
	seed    uint64
	clock   int64 // seconds since 1970, a minute on with each call of git
	planted []Planted
	err     error
}

// main is the repository in which most corners are.
const mainRepo = "main"

func (b *builder) path(parts ...string) string {
	return filepath.Join(b.folder, filepath.FromSlash(strings.Join(parts, "/")))
}

// git runs git in a repository, as one person at a known time, without anybody's
// settings, and returns what it printed.
func (b *builder) git(repo string, args ...string) string { return b.gitWith(repo, nil, "", args...) }

// gitWith runs git with more environment, or with something on its standard input.
func (b *builder) gitWith(repo string, env []string, in string, args ...string) string {
	if b.err != nil {
		return ""
	}
	b.clock += 60
	when := strconv.FormatInt(b.clock, 10) + " +0000"
	cmd := exec.Command("git", append([]string{"-c", "gc.auto=0", "-c", "protocol.file.allow=always", "-c", "core.autocrlf=false", "-c", "init.defaultBranch=main"}, args...)...)
	cmd.Dir = b.path(repo)
	cmd.Env = append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + b.folder, "GIT_CONFIG_NOSYSTEM=1", "LC_ALL=C",
		"GIT_AUTHOR_NAME=Jane Doe", "GIT_AUTHOR_EMAIL=jane@host.invalid", "GIT_AUTHOR_DATE=" + when,
		"GIT_COMMITTER_NAME=Joe Bloggs", "GIT_COMMITTER_EMAIL=joe@host.invalid", "GIT_COMMITTER_DATE=" + when,
	}, env...)
	cmd.Stdin = strings.NewReader(in)
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); err != nil {
		b.err = fmt.Errorf("git %s: %w\n%s%s", strings.Join(args, " "), err, said.String(), out.String())
	}
	return strings.TrimSpace(out.String())
}

// write writes a file below the folder.
func (b *builder) write(path, text string) {
	if b.err == nil {
		b.err = os.MkdirAll(filepath.Dir(b.path(path)), 0o755)
	}
	if b.err == nil {
		b.err = os.WriteFile(b.path(path), []byte(text), 0o644)
	}
}

// commit commits files, of which empty ones are removed, and returns the commit's id.
func (b *builder) commit(repo, message string, files map[string]string) string {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		text := files[name]
		if text == "" {
			b.git(repo, "rm", "-q", "--", name)
			continue
		}
		b.write(repo+"/"+name, text)
		b.git(repo, "add", "-f", "--", name)
	}
	b.git(repo, "commit", "-q", "--allow-empty", "-m", message)
	return b.head(repo)
}

func (b *builder) head(repo string) string { return b.git(repo, "rev-parse", "HEAD") }

// pair makes up an access key; text is as a configuration file has it.
func (b *builder) pair() (text, secret string) {
	text, named := b.expand("aws_access_key_id = {{key-id}}\naws_secret_access_key = {{s=secret}}\n")
	return text, named["s"]
}

// token makes up a token that is found wherever it stands, in a name too.
func (b *builder) token() string {
	text, _ := b.expand("{{github-token}}")
	return text
}

// keyID makes up a key ID.
func (b *builder) keyID() string {
	text, _ := b.expand("{{key-id}}")
	return text
}

func (b *builder) expand(template string) (string, map[string]string) {
	b.seed++
	text, named, err := rulecheck.ExpandNamed(template, b.seed)
	if err != nil && b.err == nil {
		b.err = err
	}
	return text, named
}

// words makes up some lines of text that hold nothing.
func (b *builder) words(lines int) string {
	b.seed++
	r := rand.New(rand.NewPCG(b.seed, 1))
	list := strings.Fields("river stone window garden paper lamp winter bread letter morning street copper train mountain island")
	var out strings.Builder
	for range lines {
		for range 4 + r.IntN(6) {
			out.WriteString(list[r.IntN(len(list))] + " ")
		}
		out.WriteString(strconv.Itoa(r.IntN(1000)) + "\n")
	}
	return out.String()
}

// plant notes where a value stands.
func (b *builder) plant(p Planted) {
	if p.Repo == "" {
		p.Repo = mainRepo
	}
	b.planted = append(b.planted, p)
}

// gone plants a pair in a file that a commit brings and the next one removes.
func (b *builder) gone(repo, corner, path string) Planted {
	text, secret := b.pair()
	id := b.commit(repo, "bring "+path, map[string]string{path: text})
	b.commit(repo, "remove "+path, map[string]string{path: ""})
	p := Planted{Corner: corner, Repo: repo, Value: secret, Path: path, Source: "blob", Commit: id, Ref: "refs/heads/main", AtTip: no(), Reachable: yes()}
	b.plant(p)
	return p
}

func yes() *bool { v := true; return &v }
func no() *bool  { v := false; return &v }
