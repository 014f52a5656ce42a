package gitpack

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// refRules are where a short name is looked for, in this order (git help revisions,
// "<refname>").
var refRules = []string{"%s", "refs/%s", "refs/tags/%s", "refs/heads/%s", "refs/remotes/%s", "refs/remotes/%s/HEAD"}

// name finds what stands before the steps of a revision: "main", "@{1}", an id.
func (v *revision) name(name string) (ID, error) {
	base, at, hasAt := strings.Cut(name, "@{")
	if base == "" && hasAt && strings.HasPrefix(at, "-") {
		prior, rest, err := v.priorBranch(at)
		if err != nil {
			return ID{}, err
		}
		base = prior
		if rest == "" {
			return v.plain(base)
		}
		if at, hasAt = strings.CutPrefix(rest, "@{"); !hasAt {
			return ID{}, ErrNoRev
		}
	}
	if !hasAt {
		return v.plain(base)
	}
	what, ok := strings.CutSuffix(at, "}")
	if !ok {
		return ID{}, ErrNoRev
	}
	switch strings.ToLower(what) {
	case "u", "upstream":
		return v.upstream(base)
	case "push":
		return ID{}, errors.New("@{push} is not supported")
	}
	n, err := strconv.Atoi(what)
	if err != nil || n < 0 || n >= 100_000_000 { // as for git, which takes such a number for a time
		return ID{}, errors.New("dates are not supported, only numbers of reflog entries")
	}
	return v.logged(base, n)
}

// plain finds a name without "@{…}".
func (v *revision) plain(name string) (ID, error) {
	switch name {
	case "@":
		name = "HEAD"
	case "":
		return ID{}, ErrNoRev
	}
	if id, ok := hexID([]byte(name), v.r.Hash); ok {
		return id, nil
	}
	ref, err := v.ref(name)
	if err == nil {
		if ref.ID.IsZero() {
			return ID{}, fmt.Errorf("there is no commit on %s yet", ref.Symbolic)
		}
		return ref.ID, nil
	}
	if !errors.Is(err, ErrNoRev) {
		return ID{}, err
	}
	if i := strings.LastIndex(name, "-g"); i >= 0 && isAbbrev(name[i+2:]) { // git describe
		name = name[i+2:]
	}
	if isAbbrev(name) && len(name) <= 2*v.r.Hash.Size() {
		return v.abbreviated(strings.ToLower(name))
	}
	return ID{}, ErrNoRev
}

// ref finds a ref by its short name. Where none can be read, the error of one that is
// there but damaged stands before that of none.
func (v *revision) ref(name string) (Ref, error) {
	unborn, failed := Ref{}, error(ErrNoRev)
	for _, rule := range refRules {
		ref, err := v.r.Ref(strings.Replace(rule, "%s", name, 1))
		switch {
		case err == nil && !ref.ID.IsZero():
			return ref, nil
		case err == nil && unborn.Name == "":
			unborn = ref
		case err != nil && !errors.Is(err, ErrNoRef) && errors.Is(failed, ErrNoRev):
			failed = err
		}
	}
	if unborn.Name != "" {
		return unborn, nil
	}
	return Ref{}, failed
}

// minAbbrev is how many digits of an id git asks for at least.
const minAbbrev = 4

func isAbbrev(s string) bool {
	return len(s) >= minAbbrev && strings.Trim(s, "0123456789abcdefABCDEF") == ""
}

func (v *revision) abbreviated(digits string) (ID, error) {
	ids, err := v.beginning(nil, digits)
	switch {
	case err != nil:
		return ID{}, err
	case len(ids) == 0:
		return ID{}, ErrNoRev
	case len(ids) == 1:
		return ids[0], nil
	}
	var commits []ID
	for _, id := range ids {
		if _, _, err := v.to(id, Commit); err == nil {
			commits = append(commits, id)
		}
	}
	if len(commits) != 1 || len(ids) > maxAlike {
		return ID{}, fmt.Errorf("ambiguous: the ids of %d objects begin with %s", len(ids), digits)
	}
	return commits[0], nil
}

// maxAlike is how many ids of the same beginning are looked at.
const maxAlike = 1000

// beginning gathers all ids that begin with the digits: the store may give no more
// than two of them at a time.
func (v *revision) beginning(out []ID, digits string) ([]ID, error) {
	ids, err := v.store.Abbrev(digits)
	if err != nil || len(ids) < 2 || len(digits) == 2*v.r.Hash.Size() {
		return append(out, ids...), err
	}
	for _, next := range "0123456789abcdef" {
		if out, err = v.beginning(out, digits+string(next)); err != nil || len(out) > maxAlike {
			break
		}
	}
	return out, err
}

// logged is "NAME@{N}": what the ref was N changes ago. Without a name it is the
// current branch's log that counts.
func (v *revision) logged(name string, n int) (ID, error) {
	if name == "@" {
		name = "HEAD"
	}
	full, err := v.logOf(name)
	if err != nil {
		return ID{}, err
	}
	count, _, err := v.count(full)
	if err != nil {
		return ID{}, err
	}
	if count == 0 && n == 0 {
		ref, err := v.r.Ref(full)
		return ref.ID, err
	}
	var found ID
	at := 0
	_, err = v.r.Reflog(full, func(e *ReflogEntry) error {
		if at++; at == count-n {
			found = e.New
		} else if at == 1 && n == count { // what it was before the oldest change
			found = e.Old
		}
		return nil
	})
	if err != nil {
		return ID{}, err
	}
	if found.IsZero() {
		return ID{}, fmt.Errorf("the log of %q has only %d entries", full, count)
	}
	return found, nil
}

// logOf is the ref whose log is meant by a name.
func (v *revision) logOf(name string) (string, error) {
	if name == "" {
		head, err := v.r.Ref("HEAD")
		if err == nil && head.Symbolic != "" {
			return head.Symbolic, nil
		}
		return "HEAD", err
	}
	first := ""
	for _, rule := range refRules {
		full := strings.Replace(rule, "%s", name, 1)
		ref, err := v.r.Ref(full)
		if err != nil || ref.ID.IsZero() {
			continue
		}
		if first == "" {
			first = full
		}
		for _, at := range []string{full, ref.Symbolic} {
			if _, any, _ := v.count(at); any {
				return at, nil
			}
		}
	}
	if first == "" {
		return "", ErrNoRev
	}
	return "", fmt.Errorf("%q has no log", first)
}

// count is the number of lines of a ref's log.
func (v *revision) count(full string) (n int, any bool, err error) {
	if full == "" {
		return 0, false, nil
	}
	problems, err := v.r.Reflog(full, func(*ReflogEntry) error { n++; return nil })
	if err == nil && len(problems) > 0 {
		err = fmt.Errorf("%s: %s", problems[0].Path, problems[0].What)
	}
	return n, n > 0, err
}

// priorBranch is "@{-N}": the branch, or the commit, that was checked out N times
// ago. at is what follows "@{"; rest what follows "}".
func (v *revision) priorBranch(at string) (name, rest string, err error) {
	digits, rest, ok := strings.Cut(at[1:], "}")
	n, err := strconv.Atoi(digits)
	if !ok || err != nil || n < 1 || n > 1000 {
		return "", "", ErrNoRev
	}
	var last []string // the last n
	_, err = v.r.Reflog("HEAD", func(e *ReflogEntry) error {
		moved, ok := bytes.CutPrefix(e.Message, []byte("checkout: moving from "))
		from, _, found := bytes.Cut(moved, []byte(" to "))
		if ok && found {
			if last = append(last, string(from)); len(last) > n {
				last = last[1:]
			}
		}
		return nil
	})
	if err == nil && len(last) < n {
		err = fmt.Errorf("only %d branches were checked out before", len(last))
	}
	if err != nil {
		return "", "", err
	}
	if branch := "refs/heads/" + last[0]; validRef(branch) {
		if _, err := v.r.Ref(branch); err == nil {
			return branch, rest, nil
		}
	}
	return last[0], rest, nil
}

// upstream is "BRANCH@{upstream}": the ref that the config says the branch follows.
func (v *revision) upstream(branch string) (ID, error) {
	if branch == "" || branch == "@" || branch == "HEAD" {
		head, err := v.r.Ref("HEAD")
		if err != nil {
			return ID{}, err
		}
		branch = head.Symbolic
	}
	branch = strings.TrimPrefix(branch, "refs/heads/")
	remote, ok1 := v.r.Config.Last("branch", branch, "remote")
	merge, ok2 := v.r.Config.Last("branch", branch, "merge")
	if !ok1 || !ok2 {
		return ID{}, fmt.Errorf("the branch %q has no upstream", branch)
	}
	to := merge
	if remote != "." {
		to = ""
		for _, spec := range v.r.Config.All("remote", remote, "fetch") {
			if to == "" {
				to = mapRef(spec, merge)
			}
		}
		if to == "" {
			return ID{}, fmt.Errorf("the upstream of %q is not fetched", branch)
		}
	}
	ref, err := v.r.Ref(to)
	if err == nil && ref.ID.IsZero() {
		err = ErrNoRef
	}
	return ref.ID, err
}

// mapRef is the ref that a remote's one is fetched to, by a refspec such as
// "+refs/heads/*:refs/remotes/origin/*" (git help fetch); empty if by another.
func mapRef(spec, name string) string {
	from, to, ok := strings.Cut(strings.TrimPrefix(spec, "+"), ":")
	if !ok || to == "" {
		return ""
	}
	before, after, pattern := strings.Cut(from, "*")
	if !pattern {
		if from == name {
			return to
		}
		return ""
	}
	middle, ok1 := strings.CutPrefix(name, before)
	middle, ok2 := strings.CutSuffix(middle, after)
	if !ok1 || !ok2 {
		return ""
	}
	return strings.Replace(to, "*", middle, 1)
}
