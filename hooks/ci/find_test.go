package ci

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// recorded reads an environment as it is written down: NAME=VALUE lines.
func recorded(lines string) Env {
	vars := map[string]string{}
	for line := range strings.SplitSeq(lines, "\n") {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			vars[name] = value
		}
	}
	return func(name string) string { return vars[name] }
}

// Ids of commits that stand for what they are named after.
var (
	base   = strings.Repeat("ba5e", 10)
	tip    = strings.Repeat("71b0", 10)
	merged = strings.Repeat("3e6d", 10)
	none   = strings.Repeat("0", 40)
	ids    = strings.NewReplacer("<BASE>", base, "<TIP>", tip, "<MERGED>", merged, "<NONE>", none)
)

const actions = `GITHUB_ACTIONS=true
GITHUB_EVENT_PATH=event.json
GITHUB_STEP_SUMMARY=/summary
`

// What each system builds, as its documentation describes the variables.
var builds = []struct {
	name, env, event string
	want             string // Want|Merges|Bases|Before|Beside, or "all", "nothing"
}{
	{"github pull request", actions + "GITHUB_EVENT_NAME=pull_request\nGITHUB_SHA=<MERGED>\nGITHUB_REF=refs/pull/7/merge",
		`{"number":7,"pull_request":{"number":7,"base":{"sha":"<BASE>","ref":"main"},"head":{"sha":"<TIP>","ref":"x","repo":{"fork":true}}}}`, "<TIP>|<MERGED>|<BASE>||"},
	{"github pull_request_target checks the base out", actions + "GITHUB_EVENT_NAME=pull_request_target\nGITHUB_SHA=<BASE>\nGITHUB_REF=refs/heads/main",
		`{"pull_request":{"number":7,"base":{"sha":"<BASE>"},"head":{"sha":"<TIP>"}}}`, "<TIP>||<BASE>||"},
	{"github review", actions + "GITHUB_EVENT_NAME=pull_request_review\nGITHUB_SHA=<MERGED>",
		`{"pull_request":{"number":7,"base":{"sha":"<BASE>"},"head":{"sha":"<TIP>"}}}`, "<TIP>|<MERGED>|<BASE>||"},
	{"github merge queue", actions + "GITHUB_EVENT_NAME=merge_group\nGITHUB_SHA=<TIP>",
		`{"merge_group":{"base_sha":"<BASE>","head_sha":"<TIP>","base_ref":"refs/heads/main"}}`, "<TIP>||<BASE>||"},
	{"github push", actions + "GITHUB_EVENT_NAME=push\nGITHUB_SHA=<TIP>\nGITHUB_REF=refs/heads/x",
		`{"before":"<BASE>","after":"<TIP>","repository":{"default_branch":"main"}}`, "<TIP>|||<BASE>|refs/remotes/origin/main"},
	{"github first push of a branch", actions + "GITHUB_EVENT_NAME=push\nGITHUB_SHA=<TIP>\nGITHUB_REF=refs/heads/x",
		`{"before":"<NONE>","after":"<TIP>","created":true,"repository":{"default_branch":"main"}}`, "<TIP>||||refs/remotes/origin/main"},
	{"github first push of the default branch", actions + "GITHUB_EVENT_NAME=push\nGITHUB_SHA=<TIP>\nGITHUB_REF=refs/heads/main",
		`{"before":"<NONE>","after":"<TIP>","created":true,"repository":{"default_branch":"main"}}`, "<TIP>||||"},
	{"github tag", actions + "GITHUB_EVENT_NAME=push\nGITHUB_SHA=<TIP>\nGITHUB_REF=refs/tags/main",
		`{"before":"<NONE>","after":"<TIP>","repository":{"default_branch":"main"}}`, "<TIP>||||refs/remotes/origin/main"},
	{"github deleted", actions + "GITHUB_EVENT_NAME=push\nGITHUB_REF=refs/heads/x", `{"before":"<BASE>","after":"<NONE>","deleted":true}`, "nothing"},
	{"github schedule", actions + "GITHUB_EVENT_NAME=schedule", "", "all"},
	{"github by hand", actions + "GITHUB_EVENT_NAME=workflow_dispatch", "", "all"},

	{"gitlab merge request", "GITLAB_CI=true\nCI_PIPELINE_SOURCE=merge_request_event\nCI_MERGE_REQUEST_IID=7\nCI_COMMIT_SHA=<TIP>\nCI_COMMIT_BEFORE_SHA=<NONE>\nCI_MERGE_REQUEST_DIFF_BASE_SHA=<BASE>", "", "<TIP>||<BASE>||"},
	{"gitlab merged results", "GITLAB_CI=true\nCI_PIPELINE_SOURCE=merge_request_event\nCI_MERGE_REQUEST_IID=7\nCI_COMMIT_SHA=<MERGED>\nCI_MERGE_REQUEST_SOURCE_BRANCH_SHA=<TIP>\nCI_MERGE_REQUEST_TARGET_BRANCH_SHA=<BASE>", "", "<TIP>|<MERGED>|<BASE>||"},
	{"gitlab child of a merge request", "GITLAB_CI=true\nCI_PIPELINE_SOURCE=parent_pipeline\nCI_MERGE_REQUEST_IID=7\nCI_COMMIT_SHA=<TIP>\nCI_MERGE_REQUEST_DIFF_BASE_SHA=<BASE>", "", "<TIP>||<BASE>||"},
	{"gitlab push", "GITLAB_CI=true\nCI_PIPELINE_SOURCE=push\nCI_COMMIT_BRANCH=x\nCI_DEFAULT_BRANCH=main\nCI_COMMIT_SHA=<TIP>\nCI_COMMIT_BEFORE_SHA=<BASE>", "", "<TIP>|||<BASE>|refs/remotes/origin/main"},
	{"gitlab new branch", "GITLAB_CI=true\nCI_PIPELINE_SOURCE=push\nCI_COMMIT_BRANCH=x\nCI_DEFAULT_BRANCH=main\nCI_COMMIT_SHA=<TIP>\nCI_COMMIT_BEFORE_SHA=<NONE>", "", "<TIP>||||refs/remotes/origin/main"},
	{"gitlab tag", "GITLAB_CI=true\nCI_PIPELINE_SOURCE=push\nCI_COMMIT_TAG=v1\nCI_DEFAULT_BRANCH=trunk\nCI_COMMIT_SHA=<TIP>\nCI_COMMIT_BEFORE_SHA=<NONE>", "", "<TIP>||||refs/remotes/origin/trunk"},
	{"gitlab schedule", "GITLAB_CI=true\nCI_PIPELINE_SOURCE=schedule\nCI_COMMIT_BRANCH=main\nCI_COMMIT_SHA=<TIP>", "", "all"},

	{"bitbucket pull request", "BITBUCKET_BUILD_NUMBER=1\nBITBUCKET_COMMIT=<TIP>\nBITBUCKET_PR_ID=7\nBITBUCKET_PR_DESTINATION_BRANCH=main\nBITBUCKET_PR_DESTINATION_COMMIT=ba5eba5eba5e", "", "<TIP>||ba5eba5eba5e refs/remotes/origin/main||"},
	{"bitbucket push", "BITBUCKET_BUILD_NUMBER=1\nBITBUCKET_COMMIT=<TIP>\nBITBUCKET_BRANCH=x", "", "<TIP>||||refs/remotes/origin/main refs/remotes/origin/master"},
	{"bitbucket push to main", "BITBUCKET_BUILD_NUMBER=1\nBITBUCKET_COMMIT=<TIP>\nBITBUCKET_BRANCH=main", "", "<TIP>||||"},
	{"azure pull request", "TF_BUILD=True\nBUILD_REASON=PullRequest\nBUILD_SOURCEVERSION=<MERGED>\nSYSTEM_PULLREQUEST_PULLREQUESTID=7\nSYSTEM_PULLREQUEST_SOURCECOMMITID=<TIP>\nSYSTEM_PULLREQUEST_TARGETBRANCH=refs/heads/main", "", "<TIP>|<MERGED>|refs/remotes/origin/main||"},
	{"azure push", "TF_BUILD=True\nBUILD_REASON=IndividualCI\nBUILD_SOURCEVERSION=<TIP>\nBUILD_SOURCEBRANCH=refs/heads/x", "", "<TIP>||||refs/remotes/origin/main refs/remotes/origin/master"},
	{"azure schedule", "TF_BUILD=True\nBUILD_REASON=Schedule", "", "all"},
	{"circle", "CIRCLECI=true\nCIRCLE_SHA1=<TIP>\nCIRCLE_BRANCH=pull/7", "", "<TIP>||||refs/remotes/origin/main refs/remotes/origin/master"},
	{"buildkite pull request", "BUILDKITE=true\nBUILDKITE_COMMIT=HEAD\nBUILDKITE_PULL_REQUEST=7\nBUILDKITE_PULL_REQUEST_BASE_BRANCH=main", "", "HEAD||refs/remotes/origin/main||"},
	{"buildkite push", "BUILDKITE=true\nBUILDKITE_COMMIT=<TIP>\nBUILDKITE_PULL_REQUEST=false\nBUILDKITE_BRANCH=x\nBUILDKITE_PIPELINE_DEFAULT_BRANCH=trunk", "", "<TIP>||||refs/remotes/origin/trunk"},
	{"drone pull request", "DRONE=true\nDRONE_BUILD_EVENT=pull_request\nDRONE_PULL_REQUEST=7\nDRONE_COMMIT_SHA=<TIP>\nDRONE_TARGET_BRANCH=main", "", "<TIP>||refs/remotes/origin/main||"},
	{"drone push", "DRONE=true\nDRONE_BUILD_EVENT=push\nDRONE_COMMIT_SHA=<TIP>\nDRONE_COMMIT_BEFORE=<BASE>\nDRONE_BRANCH=main\nDRONE_REPO_BRANCH=main", "", "<TIP>|||<BASE>|"},
	{"drone cron", "DRONE=true\nDRONE_BUILD_EVENT=cron", "", "all"},
	{"woodpecker pull request", "CI=woodpecker\nCI_PIPELINE_EVENT=pull_request\nCI_COMMIT_SHA=<TIP>\nCI_COMMIT_TARGET_BRANCH=main\nCI_PREV_COMMIT_SHA=<BASE>", "", "<TIP>||refs/remotes/origin/main||"},
	{"woodpecker cron", "CI=woodpecker\nCI_PIPELINE_EVENT=cron", "", "all"},
	{"travis pull request", "TRAVIS=true\nTRAVIS_PULL_REQUEST=7\nTRAVIS_COMMIT=<MERGED>\nTRAVIS_PULL_REQUEST_SHA=<TIP>\nTRAVIS_BRANCH=main\nTRAVIS_COMMIT_RANGE=<BASE>...<TIP>", "", "<TIP>|<MERGED>|<BASE> refs/remotes/origin/main||"},
	{"travis push", "TRAVIS=true\nTRAVIS_PULL_REQUEST=false\nTRAVIS_EVENT_TYPE=push\nTRAVIS_COMMIT=<TIP>\nTRAVIS_BRANCH=main\nTRAVIS_COMMIT_RANGE=<BASE>...<TIP>", "", "<TIP>|||<BASE>|"},
	{"codebuild pull request", "CODEBUILD_BUILD_ID=p:1\nCODEBUILD_WEBHOOK_EVENT=PULL_REQUEST_CREATED\nCODEBUILD_WEBHOOK_TRIGGER=pr/7\nCODEBUILD_RESOLVED_SOURCE_VERSION=<TIP>\nCODEBUILD_WEBHOOK_BASE_REF=refs/heads/main", "", "<TIP>||refs/remotes/origin/main||"},
	{"codebuild push", "CODEBUILD_BUILD_ID=p:1\nCODEBUILD_WEBHOOK_EVENT=PUSH\nCODEBUILD_WEBHOOK_TRIGGER=branch/main\nCODEBUILD_RESOLVED_SOURCE_VERSION=<TIP>\nCODEBUILD_WEBHOOK_HEAD_REF=refs/heads/main\nCODEBUILD_WEBHOOK_PREV_COMMIT=<BASE>", "", "<TIP>|||<BASE>|"},
	{"codebuild by hand", "CODEBUILD_BUILD_ID=p:1\nCODEBUILD_RESOLVED_SOURCE_VERSION=<TIP>", "", "all"},
	{"jenkins change", "JENKINS_URL=http://ci.invalid/\nCHANGE_ID=7\nCHANGE_TARGET=main\nGIT_COMMIT=<TIP>\nBRANCH_NAME=PR-7", "", "<TIP>||refs/remotes/origin/main||"},
	{"jenkins: what failed is no base", "JENKINS_URL=http://ci.invalid/\nGIT_COMMIT=<TIP>\nGIT_BRANCH=origin/main\nGIT_PREVIOUS_COMMIT=<MERGED>\nGIT_PREVIOUS_SUCCESSFUL_COMMIT=<BASE>", "", "<TIP>|||<BASE>|"},
	{"cloud build pull request", "PROJECT_ID=p\nBUILD_ID=1\nCOMMIT_SHA=<TIP>\n_PR_NUMBER=7\n_BASE_BRANCH=main", "", "<TIP>||refs/remotes/origin/main||"},
}

func TestFind(t *testing.T) {
	seen := map[string]bool{}
	for _, b := range builds {
		p, err := Find(recorded(ids.Replace(b.env)), func(string) ([]byte, error) { return []byte(ids.Replace(b.event)), nil })
		if err != nil {
			t.Errorf("%s: %v", b.name, err)
			continue
		}
		seen[p.CI] = true
		got := strings.Join([]string{strings.Join(p.Want, " "), strings.Join(p.Merges, " "), strings.Join(p.Bases, " "), p.Before, strings.Join(p.Beside, " ")}, "|")
		switch {
		case p.All:
			got = "all"
		case p.Nothing != "":
			got = "nothing"
		}
		if got != ids.Replace(b.want) {
			t.Errorf("%s: %s, not %s", b.name, got, ids.Replace(b.want))
		}
		if p.What == "" || p.Deeper == "" {
			t.Errorf("%s: doesn't say what it is, or how more is cloned", b.name)
		}
	}
	for _, name := range Names() {
		if !seen[name] {
			t.Errorf("%s is not recorded here", name)
		}
	}
}

// What isn't clear is an error, and never a plan that scans less.
func TestUnclear(t *testing.T) {
	for name, env := range map[string]string{
		"no event file":           "GITHUB_ACTIONS=true\nGITHUB_EVENT_NAME=push",
		"event that isn't JSON":   actions + "GITHUB_EVENT_NAME=push",
		"request without a base":  "GITLAB_CI=true\nCI_MERGE_REQUEST_IID=7\nCI_COMMIT_SHA=" + tip,
		"request without target":  "JENKINS_URL=x\nCHANGE_ID=7",
		"workflow of another one": strings.Replace(actions, "event.json", "{}", 1) + "GITHUB_EVENT_NAME=workflow_run",
	} {
		p, err := Find(recorded(env), func(path string) ([]byte, error) { return []byte(path), nil })
		if u, ok := errors.AsType[*Unclear](err); !ok || u.What == "" {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
	if _, err := Find(recorded("CI=true"), os.ReadFile); !errors.Is(err, ErrUnknown) {
		t.Errorf("nothing known: %v", err)
	}
}

// Names and ids come from whoever made the change. Whatever they are, none becomes more
// than an id or the full name of a ref.
func FuzzFind(f *testing.F) {
	for _, b := range builds {
		f.Add(ids.Replace(b.env), ids.Replace(b.event))
	}
	f.Add("JENKINS_URL=x\nCHANGE_ID=7\nCHANGE_TARGET=^HEAD\nGIT_COMMIT=--all", "")
	f.Fuzz(func(t *testing.T, env, event string) {
		p, err := Find(recorded(env), func(string) ([]byte, error) { return []byte(event), nil })
		if err != nil {
			return
		}
		if !p.All && p.Nothing == "" && len(p.Want) == 0 {
			t.Error("a plan that scans nothing and doesn't say so")
		}
		for _, revs := range [][]string{p.Want, p.Merges, p.Bases, p.Beside} {
			for _, r := range revs {
				if !IsID(r) && r != "HEAD" && !strings.HasPrefix(r, "refs/remotes/origin/") {
					t.Errorf("revision %q", r)
				}
			}
		}
		if p.Before != "" && !IsID(p.Before) {
			t.Errorf("before %q", p.Before)
		}
	})
}

// Each system has a template, and each but Jenkins's is YAML, which the caller's tests
// read; none has tabs or anything to be replaced.
func TestTemplates(t *testing.T) {
	if len(Templates()) != len(Names()) {
		t.Errorf("%d templates for %d systems", len(Templates()), len(Names()))
	}
	for _, name := range Templates() {
		text := Template(name)
		if !strings.Contains(text, "lockaway ci") && !strings.Contains(text, "entrypoint: lockaway\n    args: [ci]") || strings.Contains(text, "\t") {
			t.Errorf("%s:\n%s", name, text)
		}
	}
	if Template("none") != "" || !reflect.DeepEqual(Templates(), Templates()) {
		t.Error("a template that isn't there")
	}
	entries, err := filepath.Glob("templates/*")
	if err != nil || len(entries) != len(Templates()) {
		t.Errorf("%d files, %d templates, %v", len(entries), len(Templates()), err)
	}
}
