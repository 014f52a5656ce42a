package config

// People arrive with another tool's file, whose keys would do nothing here. The
// names are those that gitleaks' README documents for its configuration.
var (
	foreignTables = set("allowlist", "allowlists", "extend", "rules.allowlist", "rules.allowlists")
	foreignKeys   = set("regexes", "regex", "regexTarget", "stopwords", "paths", "commits",
		"keywords", "secretGroup", "entropy", "targetRules", "condition", "useDefault", "disabledRules", "title")
)

const foreignHint = "this is not gitleaks' file: what .lockaway.toml may hold is told in the README, under Configuration"

func set(names ...string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, n := range names {
		m[n] = true
	}
	return m
}
