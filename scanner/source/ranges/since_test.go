package ranges

import (
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestParseSince(t *testing.T) {
	zone := time.FixedZone("", 2*3600)
	now := time.Date(2026, 3, 31, 15, 4, 5, 0, zone)
	for text, want := range map[string]string{
		"2026-03-01":                    "2026-03-01T00:00:00+02:00",
		" 2026-03-01 ":                  "2026-03-01T00:00:00+02:00",
		"2026-03-01 10:20":              "2026-03-01T10:20:00+02:00",
		"2026-03-01 10:20:30":           "2026-03-01T10:20:30+02:00",
		"2026-03-01T10:20:30":           "2026-03-01T10:20:30+02:00",
		"2026-03-01 10:20:30 -0700":     "2026-03-01T10:20:30-07:00",
		"2026-03-01T10:20:30Z":          "2026-03-01T10:20:30Z",
		"2026-03-01T10:20:30+01:00":     "2026-03-01T10:20:30+01:00",
		"0 days ago":                    "2026-03-31T15:04:05+02:00",
		"1 day ago":                     "2026-03-30T15:04:05+02:00",
		"30 days ago":                   "2026-03-01T15:04:05+02:00",
		"2 weeks ago":                   "2026-03-17T15:04:05+02:00",
		"2.weeks.ago":                   "2026-03-17T15:04:05+02:00",
		"36 Hours Ago":                  "2026-03-30T03:04:05+02:00",
		"1 month ago":                   "2026-02-28T15:04:05+02:00", // no thirty-first of February
		"2 months ago":                  "2026-01-31T15:04:05+02:00",
		"1 year ago":                    "2025-03-31T15:04:05+02:00",
		"25 months ago":                 "2024-02-29T15:04:05+02:00",
		"9999 years ago":                "1970-01-01T00:00:00Z",
		"999999999 years ago":           "1970-01-01T00:00:00Z",
		"99999999999999999999 days ago": "",
		"1900-01-01":                    "1970-01-01T00:00:00Z",
		"2026-03-31":                    "2026-03-31T00:00:00+02:00",
		"2026-04-01T12:00:00+02:00":     "2026-04-01T12:00:00+02:00", // a clock may be behind
		"2026-04-02":                    "",
		"":                              "", "yesterday": "", "2 weeks": "", "weeks ago": "", "-1 days ago": "", "+1 days ago": "",
		"1 fortnight ago": "", "1.5 days ago": "", "2026-13-01": "", "2026-02-30": "", "1 day ago today": "", "٣ days ago": "",
	} {
		got, err := ParseSince(text, now)
		if want == "" {
			if err == nil {
				t.Errorf("%q is %s, want an error", text, got)
			}
			continue
		}
		when, _ := time.Parse(time.RFC3339, want)
		if err != nil || !got.Equal(when) {
			t.Errorf("%q is %s, %v, want %s", text, got.Format(time.RFC3339), err, want)
		}
	}
}

// What git and we both take for a date is the same time: git's is that of a range which
// it lists by it.
func TestSinceAgainstGit(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("needs git on PATH to compare with")
	}
	r := newRepo(t)
	now := time.Now().Truncate(time.Second).UTC()
	for _, ago := range []time.Duration{24 * 800, 24 * 400, 24 * 200, 24 * 70, 24 * 40, 24 * 27, 24 * 15, 24 * 13, 24 * 8, 24 * 6, 25, 23, 5, 1} {
		when := now.Add(-ago * time.Hour)
		r.env = []string{"GIT_COMMITTER_DATE=" + when.Format(time.RFC3339)}
		r.commit(fmt.Sprint(ago))
	}
	r.env = nil
	repo := r.open()
	for _, text := range []string{
		"6 hours ago", "1 day ago", "1 week ago", "2 weeks ago", "2.weeks.ago", "1 month ago", "3 months ago", "1 year ago", "30 years ago",
		now.Add(-24 * 20 * time.Hour).Format(time.RFC3339), now.Add(-24 * 20 * time.Hour).Format("2006-01-02 15:04:05"),
	} {
		since, err := ParseSince(text, now)
		if err != nil {
			t.Fatal(err)
		}
		got, _ := pickedOf(t, Options{Repo: repo, Since: since})
		want := r.lines("rev-list", "--all", "--since="+text)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%q: %d commits, git lists %d", text, len(got), len(want))
		}
	}
}

// Commits of skewed histories are taken each by its own date, whatever others lie
// around it.
func TestSinceOfEachCommit(t *testing.T) {
	r := newRepo(t)
	d := randomDAG(r, newRand(4), 200, true)
	repo := r.open()
	dates := map[string]int64{}
	for _, line := range r.lines("log", "--all", "--format=%H %ct") {
		var id string
		var when int64
		fmt.Sscan(line, &id, &when)
		dates[id] = when
	}
	for _, since := range []int64{0, 1, 1_002_000, 1_006_000, 1_011_000, 2_000_000} {
		want := 0
		for _, id := range d.ids {
			if dates[id] >= since {
				want++
			}
		}
		got, _ := pickedOf(t, Options{Repo: repo, Since: time.Unix(since, 0)})
		for _, id := range got {
			if dates[id] < since {
				t.Errorf("%d: %s is of %d", since, id, dates[id])
			}
		}
		if len(got) != want {
			t.Errorf("%d: %d commits, want %d", since, len(got), want)
		}
	}
}

func FuzzParseSince(f *testing.F) {
	for _, s := range []string{"2026-05-01", "2 weeks ago", "2026-05-01T10:00:00Z", "1.month.ago", "2026-05-01 10:00", "99999 years ago", "0 hours ago"} {
		f.Add(s)
	}
	now := time.Date(2026, 5, 31, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ParseSince(s, now)
		switch {
		case err != nil && (err.Error() == "" || !got.IsZero()):
			t.Errorf("%q: %v, %v", s, got, err)
		case err == nil && (got.Unix() < 0 || got.After(now.Add(24*time.Hour)) || got.IsZero()):
			t.Errorf("%q: %v", s, got)
		}
		if strings.TrimSpace(s) == "" && err == nil {
			t.Errorf("%q is a date", s)
		}
	})
}
