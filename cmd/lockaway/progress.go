package main

import (
	"fmt"
	"time"

	"lockaway/scanner"
)

// The progress line comes only when a run is long enough for someone to wonder,
// and then often enough to look alive.
const (
	progressAfter = time.Second
	progressEvery = 100 * time.Millisecond
)

// watch draws the progress line of a run until the returned function is called,
// which takes it away and returns when nothing more is drawn.
func (u *ui) watch(p *scanner.Progress) (stop func()) {
	began := time.Now()
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		select {
		case <-time.After(progressAfter):
		case <-done:
			return
		}
		tick := time.NewTicker(progressEvery)
		defer tick.Stop()
		for {
			u.progress(progressText(p, time.Since(began)))
			select {
			case <-tick.C:
			case <-done:
				return
			}
		}
	}()
	return func() {
		close(done)
		<-ended
		u.progress("")
	}
}

// progressText is the line: it fits 80 columns. Of what tells how much there is, it
// says how far it came and how long the rest will take at that pace; its findings
// aren't such yet, since many of them are of one value.
func progressText(p *scanner.Progress, elapsed time.Duration) string {
	if n := p.ToAsk.Load(); n > 0 {
		return fmt.Sprintf("asking AWS: %d of %s, %d s", p.Asked.Load(), counted(int(n), "key"), int(elapsed.Seconds()))
	}
	done, total := p.Done.Load(), p.Total.Load()
	if total <= 0 {
		text := fmt.Sprintf("scanning: %d files, %s, %d s", p.Files.Load(), size(p.Bytes.Load()), int(elapsed.Seconds()))
		return text + andSome(p.Findings.Load(), "finding")
	}
	part := min(float64(done)/float64(total), 1)
	text := fmt.Sprintf("scanning: %d objects, %s, %d%%", p.Files.Load(), size(p.Bytes.Load()), int(part*100))
	if part >= leastDone {
		text += ", " + left(time.Duration(float64(elapsed)*(1-part)/part))
	}
	return text + andSome(p.Findings.Load(), "match")
}

// leastDone is the part from which on a guess about the rest is worth something.
const leastDone = 0.02

// left says how long something will go on: by the minute where it is many.
func left(d time.Duration) string {
	if d < 100*time.Second {
		return fmt.Sprintf("%d s left", int(d.Seconds()+0.5))
	}
	return fmt.Sprintf("%d min left", int(d.Minutes()+0.5))
}

func andSome(n int64, noun string) string {
	switch {
	case n == 0:
		return ""
	case n == 1:
		return ", 1 " + noun
	case noun == "match":
		noun = "matche"
	}
	return fmt.Sprintf(", %d %ss", n, noun)
}

// size writes a number of bytes in the units of 1000 that disks are sold in.
func size(n int64) string {
	units := []string{"kB", "MB", "GB", "TB", "PB", "EB"}
	if n < 1000 {
		return fmt.Sprintf("%d B", n)
	}
	f, i := float64(n)/1000, 0
	for ; f >= 999.95 && i+1 < len(units); i++ {
		f /= 1000
	}
	return fmt.Sprintf("%.1f %s", f, units[i])
}
