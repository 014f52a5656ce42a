package finding

import (
	"slices"
	"time"
)

// Account is the AWS account that checks are of.
type Account struct {
	ID        string // twelve digits; empty where nothing tells it
	Partition string // "aws", "aws-cn"
	Alias     string // its name in sign-in addresses, if it has one
	// AsOf is when it looked as the checks say: the time of the credential report,
	// else that of the run.
	AsOf time.Time
}

// Rank orders checks by what they ask of whoever reads them: 0 for those that fail,
// then those that could not be told, that don't apply, and that pass; -1 for what is
// no status.
func (s CheckStatus) Rank() int {
	return slices.Index([]CheckStatus{Fail, CouldNotTell, NotApplicable, Pass}, s)
}
