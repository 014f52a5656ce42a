package finding

import (
	"testing"
	"time"
)

func TestAllowEntryEndsWithItsDay(t *testing.T) {
	tokyo := time.FixedZone("JST", 9*3600)
	hawaii := time.FixedZone("HST", -10*3600)
	e := AllowEntry{Until: time.Date(2026, 2, 28, 0, 0, 0, 0, time.UTC)}
	for _, c := range []struct {
		now  time.Time
		over bool
	}{
		{time.Date(2026, 2, 28, 0, 0, 0, 0, time.UTC), false},
		{time.Date(2026, 2, 28, 23, 59, 59, 999999999, time.UTC), false},
		{time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), true},
		// One moment is of two days: where the scan runs decides.
		{time.Date(2026, 3, 1, 0, 0, 0, 0, tokyo), true},       // 28 February, 15:00 UTC
		{time.Date(2026, 2, 28, 23, 59, 59, 0, hawaii), false}, // 1 March, 09:59 UTC
		{time.Date(2026, 2, 28, 15, 0, 0, 0, time.UTC), false}, // the first of these, elsewhere
		{time.Date(2026, 3, 1, 9, 59, 59, 0, time.UTC), true},  // the second, elsewhere
		{time.Date(2026, 3, 1, 0, 0, 0, 0, hawaii), true},      // its own midnight
		{time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), true},    //
		{time.Date(2025, 12, 31, 0, 0, 0, 0, time.UTC), false}, //
	} {
		if got := e.Over(c.now); got != c.over {
			t.Errorf("at %v: over %v, want %v", c.now, got, c.over)
		}
	}
	if (AllowEntry{}).Over(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)) {
		t.Error("an entry without an end ended")
	}
	// A midnight that a change of clocks leaves out.
	if zone, err := time.LoadLocation("America/Santiago"); err == nil {
		e := AllowEntry{Until: time.Date(2024, 9, 7, 0, 0, 0, 0, time.UTC)}
		if e.Over(time.Date(2024, 9, 7, 23, 59, 59, 0, zone)) || !e.Over(time.Date(2024, 9, 8, 1, 0, 0, 0, zone)) {
			t.Error("wrong around the change of clocks")
		}
	}
}
