// Package ci knows the continuous integration systems: by which variables and files
// each says what it builds, how it is told to clone more of the history, and which
// reports it shows best. From these comes a plan: which commits are to be scanned.
//
// It is given the environment as a function and event files by a reader. It must not
// know git, nor whether what a plan names is in the clone: that is the caller's to
// find out, who then says by the plan's own words what is lacking. It asks nobody: no
// token is needed, and no network.
//
// A system is one function and a row of the table.
package ci

import (
	"errors"
	"fmt"
	"strings"
)

// Plan says what is to be scanned.
type Plan struct {
	// CI is the system's name, What the change as people call it: "pull request 7".
	CI, What string
	// Nothing, if not empty, says why there is nothing to scan.
	Nothing string
	// All asks for all that HEAD and the refs of the clone reach.
	All bool
	// Want are the commits whose additions are scanned. They must all be in the clone.
	// Revisions, here and below, are ids in hex, possibly abbreviated, "HEAD", or full
	// names of refs; nothing else that git would understand.
	Want []string
	// Merges are commits that the system makes of the change and of what it goes into,
	// the latter as first parent. Where such a commit is in the clone it is scanned, too,
	// and its first parent left out.
	Merges []string
	// Bases are what the change goes into. What the first that is in the clone reaches is
	// left out. If there are any, one of them or a merge's first parent must be there.
	Bases []string
	// Before is what the branch pointed to before; empty if it is new. It may be gone
	// after a forced push.
	Before string
	// Beside are left out where there is no Before: what stood elsewhere already.
	Beside []string
	// Deeper is the setting by which more of the history is cloned.
	Deeper string
	// Reports are those that the system shows.
	Reports []Report
	// Summary, if not empty, is a file to which a Markdown report is appended.
	Summary string
}

// Report is a report by its format, and the file for it; none is standard output.
type Report struct{ Format, File string }

// Env gives a variable of the environment; "" if it isn't set.
type Env func(name string) string

// Reader reads an event file.
type Reader func(path string) ([]byte, error)

// ErrUnknown says that no variable of a known system is set.
var ErrUnknown = errors.New("this is no CI that is known here")

// Unclear is an error of what a system's variables or event say.
type Unclear struct{ What, Next string }

func (e *Unclear) Error() string { return e.What }

// Hint names the next step.
func (e *Unclear) Hint() string { return e.Next }

func unclear(next, format string, args ...any) error {
	return &Unclear{fmt.Sprintf(format, args...), next}
}

// system is one that is known.
type system struct {
	name   string
	here   func(Env) bool
	plan   func(Env, Reader, *Plan) error
	deeper string
	report []Report
}

// set tells that a variable is set, whatever it says.
func set(name string) func(Env) bool { return func(e Env) bool { return e(name) != "" } }

// is tells that it says something. Case doesn't count: Azure writes True.
func is(name, value string) func(Env) bool {
	return func(e Env) bool { return strings.EqualFold(e(name), value) }
}

// systems are in the order in which they are looked for. Jenkins and Cloud Build come
// last: their variables also stand where another system runs on them.
var systems = []system{
	{"GitHub Actions", is("GITHUB_ACTIONS", "true"), github, "give actions/checkout the setting fetch-depth: 0", []Report{{"github", ""}}},
	{"GitLab CI", is("GITLAB_CI", "true"), gitlab, "set the variable GIT_DEPTH: 0 for the job",
		[]Report{{"gitlab-secrets", "gl-secret-detection-report.json"}, {"gitlab-quality", "gl-code-quality-report.json"}}},
	{"Bitbucket Pipelines", set("BITBUCKET_BUILD_NUMBER"), bitbucket, "set clone: depth: full in bitbucket-pipelines.yml", []Report{{"junit", "test-results/lockaway.xml"}}},
	{"Azure Pipelines", is("TF_BUILD", "true"), azure, "give the checkout step the setting fetchDepth: 0", junit},
	{"CircleCI", is("CIRCLECI", "true"), circle, "give the checkout step the setting method: full", junit},
	{"Buildkite", is("BUILDKITE", "true"), buildkite, "take --depth out of BUILDKITE_GIT_CLONE_FLAGS and BUILDKITE_GIT_FETCH_FLAGS", junit},
	{"Drone", is("DRONE", "true"), drone, "take depth out of the pipeline's clone section", nil},
	{"Woodpecker", is("CI", "woodpecker"), woodpecker, "give the clone step the settings depth: 0 and partial: false", nil},
	{"Travis CI", is("TRAVIS", "true"), travis, "set git: depth: false in .travis.yml", nil},
	{"AWS CodeBuild", set("CODEBUILD_BUILD_ID"), codebuild, "set the source's git clone depth (gitCloneDepth) to 0, which is Full", junit},
	{"Jenkins", set("JENKINS_URL"), jenkins, "switch off shallow clone in the job's advanced clone behaviours (cloneOption shallow: false)", junit},
	{"Google Cloud Build", func(e Env) bool { return e("PROJECT_ID") != "" && e("BUILD_ID") != "" && e("COMMIT_SHA") != "" },
		cloudbuild, "run git fetch --unshallow origin in a step before", nil},
}

var junit = []Report{{"junit", "lockaway-junit.xml"}}

// Names are the systems that are known.
func Names() []string {
	var out []string
	for _, s := range systems {
		out = append(out, s.name)
	}
	return out
}

// Find finds out where it runs, and what is to be scanned. The error is ErrUnknown, an
// Unclear, or the reader's.
func Find(env Env, read Reader) (*Plan, error) {
	for _, s := range systems {
		if !s.here(env) {
			continue
		}
		p := &Plan{CI: s.name, Deeper: s.deeper, Reports: s.report}
		if err := s.plan(env, read, p); err != nil {
			return nil, err
		}
		return p, nil
	}
	return nil, ErrUnknown
}

// Zero tells whether an id is that of nothing: zeros alone, as git writes it.
func Zero(id string) bool { return id != "" && strings.Trim(id, "0") == "" }

// Abbreviated ids are no shorter than git's own.
const shortest = 7

// IsID tells whether a text is an id in hex, possibly abbreviated.
func IsID(s string) bool {
	return len(s) >= shortest && len(s) <= 64 && strings.Trim(s, "0123456789abcdefABCDEF") == ""
}

// id takes an id from a variable: one that is missing or anything else is empty.
func id(s string) string {
	if s = strings.TrimSpace(s); IsID(s) && !Zero(s) {
		return s
	}
	return ""
}

// head is the commit that was built: the one that is checked out where nothing says.
func head(s string) string {
	if s = id(s); s != "" {
		return s
	}
	return "HEAD"
}

// remote is the ref by which a clone knows a branch of where it comes from; nothing for
// no branch.
func remote(branch string) []string {
	branch = strings.TrimPrefix(branch, "refs/heads/")
	if branch == "" {
		return nil
	}
	return []string{"refs/remotes/origin/" + branch}
}

// all plans a scan of all that was cloned.
func (p *Plan) all(what string) { p.What, p.All = what, true }

// request plans a scan of a change that is asked to go into a branch.
func (p *Plan) request(what, want string, bases ...string) error {
	p.What, p.Want = what, []string{want}
	for _, b := range bases {
		if b != "" {
			p.Bases = append(p.Bases, b)
		}
	}
	if len(p.Bases)+len(p.Merges) == 0 {
		return unclear("lockaway git --range BASE..HEAD scans what you name", "%s does not say what the %s goes into", p.CI, what)
	}
	return nil
}

// push plans a scan of what a branch or tag got. What the default branch has was scanned
// there; of what goes to that branch itself all is new of which nothing says that it
// was there before.
func (p *Plan) push(branch, tag, want, before, standard string) {
	p.Want, p.Before = []string{want}, id(before)
	switch {
	case tag != "":
		p.What = "tag " + tag
	case branch != "":
		p.What = "push to " + branch
	default:
		p.What = "push"
		return // it may be to the default branch
	}
	if tag != "" || branch != standard {
		p.Beside = remote(standard)
	}
	if standard == "" {
		for _, usual := range []string{"main", "master"} {
			if branch == usual {
				return
			}
		}
		p.Beside = append(remote("main"), remote("master")...)
	}
}
