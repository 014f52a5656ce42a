//go:build dev

// Command bench measures whole scans, beside other tools where they are on PATH.
// It is never shipped.
//
//	go run -tags dev ./cmd/bench [-runs N] [-dir FOLDER] [-out FOLDER] [WORKLOAD…]
//
// Runs of lockaway and of its rival alternate, so that what else the machine does
// falls on both; the medians are compared. All of it is done by public means: the
// programs are started as a user starts them, their output is thrown away.
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("bench: ")
	runs := flag.Int("runs", 9, "runs of each program")
	dir := flag.String("dir", filepath.Join(runtime.GOROOT(), "src"), "the tree that the workload tree scans")
	out := flag.String("out", "", "folder in which a dated copy of the results is kept")
	bin := flag.String("bin", "bin/lockaway", "the program to measure")
	flag.Parse()
	if err := run(*runs, *dir, *out, *bin, flag.Args()); err != nil {
		log.Fatal(err)
	}
}

func run(runs int, dir, out, bin string, names []string) error {
	bin, err := filepath.Abs(bin)
	if err != nil {
		return err
	}
	temp, err := os.MkdirTemp("", "lockaway-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	var w io.Writer = os.Stdout
	if out != "" {
		f, err := os.Create(filepath.Join(out, time.Now().UTC().Format("2006-01-02T1504Z")+".txt"))
		if err != nil {
			return err
		}
		defer f.Close()
		w = io.MultiWriter(w, f)
	}
	header(w, bin)
	for _, l := range workloads(dir, temp) {
		if len(names) > 0 && !slices.Contains(names, l.name) {
			continue
		}
		if err := l.measure(w, bin, runs); err != nil {
			return fmt.Errorf("%s: %w", l.name, err)
		}
	}
	return nil
}

// header names what was measured where.
func header(w io.Writer, bin string) {
	fmt.Fprintf(w, "%s, %s/%s, %d cores\n", time.Now().UTC().Format("2006-01-02"), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	fmt.Fprintf(w, "%s\n", firstLine(bin, "version"))
	if rg, err := exec.LookPath("rg"); err == nil {
		fmt.Fprintf(w, "%s\n", firstLine(rg, "--version"))
	}
	fmt.Fprintf(w, "\n%-9s %10s %10s %9s %10s %8s\n", "workload", "lockaway", "peak MB", "beside", "its time", "ratio")
}

func firstLine(program string, args ...string) string {
	text, err := exec.Command(program, args...).Output()
	if err != nil {
		return program + ": " + err.Error()
	}
	line, _, _ := strings.Cut(string(text), "\n")
	return line
}

// measure runs a workload and its rival in turn, once unmeasured to warm up.
func (l workload) measure(w io.Writer, bin string, runs int) error {
	if l.prepare != nil {
		if err := l.prepare(); err != nil {
			return err
		}
	}
	rival := ""
	if len(l.rival) > 0 {
		rival, _ = exec.LookPath(l.rival[0])
	}
	var ours, theirs []time.Duration
	peak := 0.0
	for i := range runs + 1 {
		took, mb, err := once(bin, l.args...)
		if err != nil {
			return err
		}
		peak = max(peak, mb)
		if rival != "" {
			t, _, err := once(rival, l.rival[1:]...)
			if err != nil {
				return err
			}
			if i > 0 {
				theirs = append(theirs, t)
			}
		}
		if i > 0 {
			ours = append(ours, took)
		}
	}
	if rival == "" {
		fmt.Fprintf(w, "%-9s %10s %10.1f\n", l.name, ms(median(ours)), peak)
		return nil
	}
	fmt.Fprintf(w, "%-9s %10s %10.1f %9s %10s %8.2f\n", l.name, ms(median(ours)), peak, l.rival[0],
		ms(median(theirs)), float64(median(ours))/float64(median(theirs)))
	return nil
}

// once runs a program to its end and returns its time and peak memory in MB.
// Something found (0 or 1, as the program has it) and nothing are both well; what
// could not be done is a failure, for its time would mean nothing.
func once(program string, args ...string) (time.Duration, float64, error) {
	cmd := exec.Command(program, args...)
	var says strings.Builder
	cmd.Stderr = &says
	began := time.Now()
	err := cmd.Run()
	took := time.Since(began)
	if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() < 0 || cmd.ProcessState.ExitCode() > 1 {
		return 0, 0, fmt.Errorf("%s %s: %v: %s", program, strings.Join(args, " "), err, strings.TrimSpace(says.String()))
	}
	return took, peakMB(cmd.ProcessState), nil
}

func median(ds []time.Duration) time.Duration {
	slices.Sort(ds)
	return ds[len(ds)/2]
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }
