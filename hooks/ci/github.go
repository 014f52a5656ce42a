package ci

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// githubEvent is what is read of the event that started a workflow: the webhook's
// payload (docs.github.com, "Webhook events and payloads").
type githubEvent struct {
	Before, After    string
	Deleted, Created bool
	Repository       struct {
		DefaultBranch string `json:"default_branch"`
	}
	PullRequest *struct {
		Number     int
		Base, Head struct{ SHA, Ref string }
	} `json:"pull_request"`
	MergeGroup *struct {
		BaseSHA string `json:"base_sha"`
		HeadSHA string `json:"head_sha"`
		BaseRef string `json:"base_ref"`
	} `json:"merge_group"`
}

// wholeEvents are started by a clock or by a person, and bring no commits
// (docs.github.com, "Events that trigger workflows").
var wholeEvents = []string{"schedule", "workflow_dispatch", "repository_dispatch", "release"}

// github reads the variables of GitHub Actions (docs.github.com, "Variables reference",
// "Default environment variables") and of those that are made like it.
func github(env Env, read Reader, p *Plan) error {
	p.Summary = env("GITHUB_STEP_SUMMARY")
	name := env("GITHUB_EVENT_NAME")
	if slices.Contains(wholeEvents, name) {
		p.all(name)
		return nil
	}
	e, err := githubRead(env, read)
	if err != nil {
		return err
	}
	switch {
	case e.MergeGroup != nil:
		g := e.MergeGroup
		if id(g.HeadSHA) == "" {
			return unclear("", "the event of the merge queue names no head_sha")
		}
		return p.request("merge queue of "+strings.TrimPrefix(g.BaseRef, "refs/heads/"), g.HeadSHA, id(g.BaseSHA))
	case e.PullRequest != nil:
		return githubRequest(env, e, p)
	case name == "push" && (e.Deleted || Zero(e.After)):
		p.What, p.Nothing = "push", "the push deletes "+env("GITHUB_REF")
	case name == "push":
		branch, tag := env("GITHUB_REF"), ""
		branch, isBranch := strings.CutPrefix(branch, "refs/heads/")
		if !isBranch {
			branch, tag = "", strings.TrimPrefix(branch, "refs/tags/")
		}
		want := id(e.After)
		if want == "" {
			want = head(env("GITHUB_SHA"))
		}
		p.push(branch, tag, want, e.Before, e.Repository.DefaultBranch)
	default:
		return unclear("run it on push, pull_request, merge_group, schedule or workflow_dispatch; or lockaway git --range BASE..HEAD",
			"the event %q does not say which commits it brings", name)
	}
	return nil
}

func githubRead(env Env, read Reader) (*githubEvent, error) {
	path := env("GITHUB_EVENT_PATH")
	if path == "" {
		return nil, unclear("hand the variables GITHUB_… on to where lockaway runs", "GITHUB_EVENT_PATH is not set, so nothing says what was changed")
	}
	data, err := read(path)
	if err != nil {
		return nil, unclear("a container needs the folder of GITHUB_EVENT_PATH as well", "can't read the event %q: %s", path, err)
	}
	e := &githubEvent{}
	if err := json.Unmarshal(data, e); err != nil {
		return nil, unclear("", "the event %q is not as GitHub writes it: %s", path, err)
	}
	return e, nil
}

// githubRequest plans for a pull request. What is checked out by default is the merge of
// its head into its base (refs/pull/N/merge), for pull_request_target the base alone: the
// head is always asked for by its id.
func githubRequest(env Env, e *githubEvent, p *Plan) error {
	r := e.PullRequest
	if id(r.Head.SHA) == "" {
		return unclear("", "the event of the pull request names no head")
	}
	if env("GITHUB_EVENT_NAME") == "pull_request_target" {
		p.Deeper = "give actions/checkout the settings fetch-depth: 0 and ref: ${{ github.event.pull_request.head.sha }}"
	} else if merge := id(env("GITHUB_SHA")); merge != "" && merge != r.Head.SHA {
		p.Merges = []string{merge}
	}
	return p.request(fmt.Sprintf("pull request %d", r.Number), r.Head.SHA, id(r.Base.SHA))
}
