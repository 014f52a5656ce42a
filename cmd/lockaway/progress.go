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

// progressText is the line: it fits 80 columns.
func progressText(p *scanner.Progress, elapsed time.Duration) string {
	text := fmt.Sprintf("scanning: %d files, %s, %d s", p.Files.Load(), size(p.Bytes.Load()), int(elapsed.Seconds()))
	switch n := p.Findings.Load(); n {
	case 0:
		return text
	case 1:
		return text + ", 1 finding"
	default:
		return fmt.Sprintf("%s, %d findings", text, n)
	}
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
