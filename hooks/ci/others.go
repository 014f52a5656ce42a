package ci

import "strings"

// These systems say less: mostly the target's name, of which a clone knows the commit as
// origin/NAME, and seldom what a branch pointed to before. What goes to the default
// branch is then scanned with all that stands before it.

// bitbucket: support.atlassian.com, "Variables and secrets" in Bitbucket Pipelines.
func bitbucket(env Env, _ Reader, p *Plan) error {
	want := head(env("BITBUCKET_COMMIT"))
	if n := env("BITBUCKET_PR_ID"); n != "" {
		return p.request("pull request "+n, want, append([]string{id(env("BITBUCKET_PR_DESTINATION_COMMIT"))}, remote(env("BITBUCKET_PR_DESTINATION_BRANCH"))...)...)
	}
	p.push(env("BITBUCKET_BRANCH"), env("BITBUCKET_TAG"), want, "", "")
	return nil
}

// azure: learn.microsoft.com, "Use predefined variables". Of a pull request the merge is
// checked out, BUILD_SOURCEVERSION.
func azure(env Env, _ Reader, p *Plan) error {
	built := head(env("BUILD_SOURCEVERSION"))
	switch reason := env("BUILD_REASON"); {
	case env("SYSTEM_PULLREQUEST_PULLREQUESTID") != "" || reason == "PullRequest":
		want := id(env("SYSTEM_PULLREQUEST_SOURCECOMMITID"))
		if want == "" {
			want = built
		} else if want != built {
			p.Merges = []string{built}
		}
		return p.request("pull request "+env("SYSTEM_PULLREQUEST_PULLREQUESTID"), want, remote(env("SYSTEM_PULLREQUEST_TARGETBRANCH"))...)
	case reason == "Schedule" || reason == "Manual":
		p.all(strings.ToLower(reason) + " run")
		return nil
	}
	branch, isBranch := strings.CutPrefix(env("BUILD_SOURCEBRANCH"), "refs/heads/")
	if !isBranch {
		p.push("", strings.TrimPrefix(branch, "refs/tags/"), built, "", "")
		return nil
	}
	p.push(branch, "", built, "", "")
	return nil
}

// circle: circleci.com/docs, "Project values and variables". The target of a pull request
// is in none of them; the branch it comes from is compared with the default branch.
func circle(env Env, _ Reader, p *Plan) error {
	p.push(env("CIRCLE_BRANCH"), env("CIRCLE_TAG"), head(env("CIRCLE_SHA1")), "", "")
	return nil
}

// buildkite: buildkite.com/docs, "Environment variables".
func buildkite(env Env, _ Reader, p *Plan) error {
	want := head(env("BUILDKITE_COMMIT"))
	if n := env("BUILDKITE_PULL_REQUEST"); n != "" && n != "false" {
		return p.request("pull request "+n, want, remote(env("BUILDKITE_PULL_REQUEST_BASE_BRANCH"))...)
	}
	if s := env("BUILDKITE_SOURCE"); s == "schedule" || s == "ui" {
		p.all(s + " build")
		return nil
	}
	p.push(env("BUILDKITE_BRANCH"), env("BUILDKITE_TAG"), want, "", env("BUILDKITE_PIPELINE_DEFAULT_BRANCH"))
	return nil
}

// drone: docs.drone.io, "Reference" of the environment's variables.
func drone(env Env, _ Reader, p *Plan) error {
	want := head(env("DRONE_COMMIT_SHA"))
	switch event := env("DRONE_BUILD_EVENT"); event {
	case "pull_request":
		return p.request("pull request "+env("DRONE_PULL_REQUEST"), want, append(remote(env("DRONE_TARGET_BRANCH")), id(env("DRONE_COMMIT_BEFORE")))...)
	case "push", "tag":
		p.push(env("DRONE_BRANCH"), env("DRONE_TAG"), want, env("DRONE_COMMIT_BEFORE"), env("DRONE_REPO_BRANCH"))
	default: // cron, custom, promote, rollback
		p.all(event + " build")
	}
	return nil
}

// woodpecker: woodpecker-ci.org/docs, "Environment variables". The commit of the
// pipeline before is no base: that pipeline may have failed.
func woodpecker(env Env, _ Reader, p *Plan) error {
	want := head(env("CI_COMMIT_SHA"))
	switch event := env("CI_PIPELINE_EVENT"); event {
	case "pull_request":
		return p.request("pull request "+env("CI_COMMIT_PULL_REQUEST"), want, remote(env("CI_COMMIT_TARGET_BRANCH"))...)
	case "push", "tag", "release":
		p.push(env("CI_COMMIT_BRANCH"), env("CI_COMMIT_TAG"), want, "", env("CI_REPO_DEFAULT_BRANCH"))
	default: // cron, manual, deployment
		p.all(event + " pipeline")
	}
	return nil
}

// travis: docs.travis-ci.com, "Environment Variables". TRAVIS_COMMIT_RANGE is A...B,
// empty for a branch's first push.
func travis(env Env, _ Reader, p *Plan) error {
	built := head(env("TRAVIS_COMMIT"))
	from, _, _ := strings.Cut(env("TRAVIS_COMMIT_RANGE"), "..")
	if n := env("TRAVIS_PULL_REQUEST"); n != "" && n != "false" {
		want := head(env("TRAVIS_PULL_REQUEST_SHA"))
		if want != built {
			p.Merges = []string{built}
		}
		return p.request("pull request "+n, want, append([]string{id(from)}, remote(env("TRAVIS_BRANCH"))...)...)
	}
	if event := env("TRAVIS_EVENT_TYPE"); event == "cron" || event == "api" {
		p.all(event + " build")
		return nil
	}
	p.push(env("TRAVIS_BRANCH"), env("TRAVIS_TAG"), built, from, "")
	return nil
}

// codebuild: docs.aws.amazon.com/codebuild, "Environment variables in build
// environments". The variables of webhooks are set for such builds alone.
func codebuild(env Env, _ Reader, p *Plan) error {
	want := head(env("CODEBUILD_RESOLVED_SOURCE_VERSION"))
	trigger := env("CODEBUILD_WEBHOOK_TRIGGER")
	number, isRequest := strings.CutPrefix(trigger, "pr/")
	switch event := env("CODEBUILD_WEBHOOK_EVENT"); {
	case isRequest || strings.HasPrefix(event, "PULL_REQUEST_"):
		return p.request("pull request "+number, want, remote(env("CODEBUILD_WEBHOOK_BASE_REF"))...)
	case event == "PUSH":
		branch, isBranch := strings.CutPrefix(env("CODEBUILD_WEBHOOK_HEAD_REF"), "refs/heads/")
		if !isBranch {
			p.push("", strings.TrimPrefix(branch, "refs/tags/"), want, "", "")
			return nil
		}
		p.push(branch, "", want, env("CODEBUILD_WEBHOOK_PREV_COMMIT"), "")
	default:
		p.all("build without a webhook")
	}
	return nil
}

// jenkins: the pages "Using environment variables" of jenkins.io, and env-vars.html of
// each server; the Git plugin's. The last build that was fine is a base, the last one is
// not: what it failed for would pass the second time.
func jenkins(env Env, _ Reader, p *Plan) error {
	want := head(env("GIT_COMMIT"))
	if n := env("CHANGE_ID"); n != "" {
		return p.request("change "+n, want, remote(env("CHANGE_TARGET"))...)
	}
	branch := env("BRANCH_NAME")
	if branch == "" {
		_, branch, _ = strings.Cut(env("GIT_BRANCH"), "/")
	}
	if tag := env("TAG_NAME"); tag != "" {
		branch = ""
	}
	p.push(branch, env("TAG_NAME"), want, env("GIT_PREVIOUS_SUCCESSFUL_COMMIT"), "")
	return nil
}

// cloudbuild: cloud.google.com/build/docs, "Substitute variable values". They are no
// variables of the environment until the build says automapSubstitutions: true.
func cloudbuild(env Env, _ Reader, p *Plan) error {
	want := head(env("COMMIT_SHA"))
	if n := env("_PR_NUMBER"); n != "" {
		return p.request("pull request "+n, want, remote(env("_BASE_BRANCH"))...)
	}
	p.push(env("BRANCH_NAME"), env("TAG_NAME"), want, "", "")
	return nil
}
