package report

// The objects of a SARIF log, as far as we write them: "Static Analysis Results
// Interchange Format (SARIF) Version 2.1.0 Plus Errata 01", §3. No string in them is
// empty: GitHub's upload refuses such.
type (
	sarifText struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown,omitempty"`
	}
	sarifID struct {
		ID string `json:"id"`
	}
	sarifBase struct {
		Description sarifText `json:"description"`
	}
	sarifRun struct {
		Tool               sarifTool            `json:"tool"`
		AutomationDetails  sarifID              `json:"automationDetails"`
		ColumnKind         string               `json:"columnKind"`
		OriginalURIBaseIDs map[string]sarifBase `json:"originalUriBaseIds"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               string              `json:"id"`
		Name             string              `json:"name,omitempty"` // a word in Pascal case
		ShortDescription sarifText           `json:"shortDescription"`
		FullDescription  sarifText           `json:"fullDescription"`
		Help             sarifText           `json:"help"`
		Default          sarifLevel          `json:"defaultConfiguration"`
		Properties       sarifRuleProperties `json:"properties"`
	}
	sarifLevel struct {
		Level string `json:"level"`
	}
	sarifRuleProperties struct {
		Precision        string   `json:"precision"`
		SecuritySeverity string   `json:"security-severity"`
		Tags             []string `json:"tags"`
	}
	sarifInvocation struct {
		ExecutionSuccessful bool                `json:"executionSuccessful"`
		StartTime           string              `json:"startTimeUtc,omitempty"`
		EndTime             string              `json:"endTimeUtc,omitempty"`
		Notifications       []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct {
		Level   string    `json:"level"`
		Message sarifText `json:"message"`
	}
	sarifResult struct {
		RuleID       string             `json:"ruleId"`
		RuleIndex    int                `json:"ruleIndex"`
		Level        string             `json:"level"`
		Message      sarifText          `json:"message"`
		Locations    []sarifLocation    `json:"locations"`
		Related      []sarifLocation    `json:"relatedLocations,omitempty"`
		Fingerprints map[string]string  `json:"partialFingerprints"`
		Suppressions []sarifSuppression `json:"suppressions,omitempty"`
		Properties   sarifProperties    `json:"properties"`
	}
	sarifLocation struct {
		ID       int           `json:"id,omitempty"`
		Physical sarifPhysical `json:"physicalLocation"`
		Message  *sarifText    `json:"message,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI  string `json:"uri"`
		Base string `json:"uriBaseId,omitempty"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn,omitempty"`
		EndLine     int `json:"endLine,omitempty"`
		EndColumn   int `json:"endColumn,omitempty"`
	}
	sarifSuppression struct {
		Kind          string `json:"kind"`
		Status        string `json:"status"`
		Justification string `json:"justification"`
	}
	// sarifProperties is a bag of our own; its names are those of the JSON report.
	sarifProperties struct {
		SecuritySeverity string            `json:"security-severity"`
		Severity         string            `json:"severity"`
		Confidence       string            `json:"confidence"`
		Source           string            `json:"source,omitempty"`
		Masked           string            `json:"masked,omitempty"`
		Secret           string            `json:"secret,omitempty"`
		Fingerprint      string            `json:"fingerprint,omitempty"`
		AWS              *jsonAWS          `json:"aws,omitempty"`
		Git              *sarifGit         `json:"git,omitempty"`
		Verification     *jsonVerification `json:"verification,omitempty"`
		Status           string            `json:"status,omitempty"` // of a check
		Resources        []string          `json:"resources,omitempty"`
	}
	sarifGit struct {
		Commit    string `json:"commit,omitempty"`
		Author    string `json:"author,omitempty"`
		Date      string `json:"date,omitempty"`
		AtTip     *bool  `json:"at_tip,omitempty"`
		Reachable *bool  `json:"reachable,omitempty"`
	}
)
