package rulecheck

import (
	"testing"

	"lockaway/rules"
)

func TestBuiltinPacksKeepTheirExamples(t *testing.T) {
	set, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	failures, err := Check(set, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range failures {
		t.Error(f)
	}
}
