package advise

import (
	"slices"
	"strings"

	"lockaway/rules"
	"lockaway/rules/awskey"
	"lockaway/scanner/finding"
)

// kinds by rule, where the rule alone tells.
var kinds = map[string]rules.Kind{
	"aws-secret-access-key":      rules.LoneSecret,
	"aws-session-token":          rules.LoneToken,
	"aws-session-token-named":    rules.LoneToken,
	"aws-ses-smtp-password":      rules.SMTP,
	"aws-bedrock-api-key":        rules.Bedrock,
	"aws-bedrock-short-term-key": rules.BedrockShort,
	"aws-mws-token":              rules.MWS,
	"aws-appsync-key":            rules.AppSync,
	"aws-cloudfront-private-key": rules.CloudFront,
	"aws-signing-private-key":    rules.Signing,
	"aws-codecommit-password":    rules.CodeCommit,
	"aws-presigned-url":          rules.Presigned,
	"aws-presigned-url-v2":       rules.Presigned,
}

// kindOf says what a finding is: by its rule, and by its parts where an access
// key may be whole or not.
func kindOf(f *finding.Finding) rules.Kind {
	if k, ok := kinds[f.Rule]; ok && k != rules.LoneSecret && k != rules.LoneToken {
		return k
	}
	switch {
	case f.Rule == "aws-access-key", kinds[f.Rule] != "":
		return accessKey(f)
	case strings.HasPrefix(f.Rule, "aws-"):
		return rules.OtherAWS
	case strings.HasPrefix(f.Rule, "github-"):
		return rules.GitHub
	case strings.HasPrefix(f.Rule, "private-key"):
		return rules.PrivateKey
	}
	return rules.Other
}

func accessKey(f *finding.Finding) rules.Kind {
	id, secret := keyID(f), has(f, "secret")
	if f.Rule == "aws-secret-access-key" {
		secret = true
	}
	k, known := awskey.Parse(id)
	temporary := has(f, "session-token") || known && k.Kind == awskey.Temporary
	switch {
	case id != "" && secret && temporary:
		return rules.TemporaryPair
	case id != "" && secret:
		return rules.LongTermPair
	case secret:
		return rules.LoneSecret
	case id == "":
		return rules.LoneToken
	case temporary:
		return rules.TemporaryID
	case known && k.Kind == awskey.LongTerm:
		return rules.LongTermID
	}
	return rules.OtherID
}

// has tells whether a finding has such a part, known or not.
func has(f *finding.Finding, kind string) bool {
	return slices.ContainsFunc(f.Parts, func(p finding.Part) bool {
		return p.Kind == kind && (!p.Value.Known() || p.Value.Len() > 0)
	})
}

// part is the value of a finding's part, "" without it or where it is not known.
func part(f *finding.Finding, kind string) string {
	for _, p := range f.Parts {
		if p.Kind == kind {
			return p.Value.Reveal()
		}
	}
	return ""
}

// keyID is the finding's key ID, "" if it has none or what stands there is none.
// Commands are made of it, so nothing else may come through.
func keyID(f *finding.Finding) string {
	candidates := []string{part(f, "key-id")}
	if f.AWS != nil {
		candidates = append(candidates, f.AWS.KeyID)
	}
	if len(f.Parts) == 0 {
		candidates = append(candidates, f.Value.Reveal())
	}
	for _, id := range candidates {
		if _, ok := awskey.Parse(id); ok {
			return id
		}
	}
	return ""
}
