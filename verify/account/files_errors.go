package account

import (
	"strings"
	"time"
)

// cliErrors are what the AWS CLI prints where a call failed. PowerShell breaks lines.
var cliErrors = lazily(`An\s+error\s+occurred\s+\(([A-Za-z.]{1,80})\)\s+when\s+calling\s+the\s+([A-Za-z]{1,80})\s+operation`)

// cliError takes in such an error: some of them are answers.
func (g *gathered) cliError(name string, when time.Time, text []byte) bool {
	m := cliErrors().FindSubmatch(text)
	if m == nil {
		return false
	}
	code, operation := string(m[1]), string(m[2])
	g.known++
	if org, ok := standingOf(code); ok && operation == "ListOrganizationsFeatures" {
		g.org = append(g.org, sighting[Organization]{org, name, when, false})
		return true
	}
	switch {
	case code == "NoSuchEntity" && operation == "GetAccountPasswordPolicy":
		g.policy = append(g.policy, sighting[*PasswordPolicy]{nil, name, when, false})
	case isRefusal(code):
		if g.refused == nil {
			g.refused = map[string]string{}
		}
		g.refused["iam:"+operation] = name
	default:
		g.known--
		g.problem(name, "holds no answer but an error of the AWS CLI: "+code+" for "+operation, "", false)
	}
	return true
}

// isRefusal tells whether an error's code is that of a missing permission.
func isRefusal(code string) bool {
	switch code {
	case "AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized":
		return true
	}
	return false
}

// standingOf is what an error of ListOrganizationsFeatures tells of the account. The
// codes come with and without "Exception". Source: IAM API reference.
func standingOf(code string) (Organization, bool) {
	switch strings.TrimSuffix(code, "Exception") {
	case "AccountNotManagementOrDelegatedAdministrator":
		return Organization{Member: true}, true
	case "OrganizationNotFound":
		return Organization{None: true}, true
	case "ServiceAccessNotEnabled":
		return Organization{NoTrust: true}, true
	case "OrganizationNotInAllFeaturesMode":
		return Organization{BillingOnly: true}, true
	}
	return Organization{}, false
}
