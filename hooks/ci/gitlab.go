package ci

// gitlab reads GitLab's variables (docs.gitlab.com, "Predefined CI/CD variables
// reference"). CI_COMMIT_BEFORE_SHA is zeros in pipelines of merge requests, for the
// first commit of a branch or tag, and where a person started it. The target's and
// source's ids are set in pipelines of merged results alone: there the checked-out
// commit is a merge of both.
func gitlab(env Env, _ Reader, p *Plan) error {
	built := head(env("CI_COMMIT_SHA"))
	source := env("CI_PIPELINE_SOURCE")
	switch number := env("CI_MERGE_REQUEST_IID"); {
	case number != "" || source == "merge_request_event":
		want := built
		if s := id(env("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA")); s != "" && s != built {
			want, p.Merges = s, []string{built}
		}
		return p.request("merge request "+number, want,
			id(env("CI_MERGE_REQUEST_TARGET_BRANCH_SHA")), id(env("CI_MERGE_REQUEST_DIFF_BASE_SHA")))
	case env("CI_EXTERNAL_PULL_REQUEST_IID") != "":
		want := id(env("CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_SHA"))
		if want == "" {
			want = built
		}
		return p.request("pull request "+env("CI_EXTERNAL_PULL_REQUEST_IID"), want, id(env("CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_SHA")))
	}
	switch source {
	case "push", "webide", "external", "parent_pipeline", "":
		p.push(env("CI_COMMIT_BRANCH"), env("CI_COMMIT_TAG"), built, env("CI_COMMIT_BEFORE_SHA"), env("CI_DEFAULT_BRANCH"))
	default: // schedule, web, api, trigger, pipeline, chat, …
		p.all(source + " pipeline")
	}
	return nil
}
