package finding

import (
	"fmt"
	"slices"
	"strings"
)

// Confidence says how sure a finding is. The zero value is none of them.
type Confidence int

// The confidences, ascending.
const (
	LowConfidence Confidence = iota + 1
	MediumConfidence
	HighConfidence
)

var confidences = []string{"", "low", "medium", "high"}

// ParseConfidence reads "low", "medium" or "high".
func ParseConfidence(s string) (Confidence, error) {
	if i := slices.Index(confidences, s); i > 0 {
		return Confidence(i), nil
	}
	return 0, fmt.Errorf("unknown confidence %q (one of %s)", s, strings.Join(confidences[1:], ", "))
}

// String returns the confidence's name.
func (c Confidence) String() string { return confidences[c] }

// Severity says how bad a finding is.
type Severity int

// The severities, ascending.
const (
	Info Severity = iota
	Low
	Medium
	High
	Critical
)

var severities = []string{"info", "low", "medium", "high", "critical"}

// ParseSeverity reads "info", "low", "medium", "high" or "critical".
func ParseSeverity(s string) (Severity, error) {
	if i := slices.Index(severities, s); i >= 0 {
		return Severity(i), nil
	}
	return 0, fmt.Errorf("unknown severity %q (one of %s)", s, strings.Join(severities, ", "))
}

// String returns the severity's name.
func (s Severity) String() string { return severities[s] }
