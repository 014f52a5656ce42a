//go:build dev

// Command bench measures whole scans, beside other tools where they are on PATH.
// It is never shipped.
//
//	go run -tags dev ./cmd/bench [-runs N] [-dir FOLDER] [-repos REPO,…] [-out FOLDER] [WORKLOAD…]
//
// Runs of lockaway and of its rivals alternate, so that what else the machine does
// falls on both; the medians are compared. All of it is done by public means: the
// programs are started as a user starts them, their output is thrown away.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("bench: ")
	runs := flag.Int("runs", 9, "runs of each program")
	dir := flag.String("dir", filepath.Join(runtime.GOROOT(), "src"), "the tree that the workload tree scans")
	out := flag.String("out", "", "folder in which a dated copy of the results is kept")
	bin := flag.String("bin", "bin/lockaway", "the program to measure")
	repos := flag.String("repos", "", "git folders, separated by commas: the workload history scans each")
	flag.Parse()
	// Who interrupts it should not be left with half a gigabyte of made-up input.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *runs, *dir, *out, *bin, *repos, flag.Args()); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, runs int, dir, out, bin, repos string, names []string) error {
	if runs < 1 {
		return fmt.Errorf("%d runs measure nothing", runs)
	}
	bin, err := filepath.Abs(bin)
	if err != nil {
		return err
	}
	temp, err := os.MkdirTemp("", "lockaway-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	chosen, err := choose(append(workloads(dir, temp), histories(strings.FieldsFunc(repos, func(r rune) bool { return r == ',' }))...), names)
	if err != nil {
		return err
	}
	var w io.Writer = os.Stdout
	if out != "" {
		f, err := os.Create(filepath.Join(out, time.Now().UTC().Format("2006-01-02T1504Z")+".txt"))
		if err != nil {
			return err
		}
		defer f.Close()
		w = io.MultiWriter(w, f)
	}
	header(w, bin, runs)
	for _, l := range chosen {
		if _, err := exec.LookPath(l.needs); l.needs != "" && err != nil {
			fmt.Fprintf(w, "%-16s needs %s\n", l.name, l.needs)
			continue
		}
		results, err := l.measure(ctx, bin, runs)
		if err != nil {
			return fmt.Errorf("%s: %w", l.name, err)
		}
		for _, r := range results {
			r.write(w)
		}
	}
	fmt.Fprintln(w)
	for _, l := range chosen {
		fmt.Fprintf(w, "%-16s %s\n", l.title(), l.what)
	}
	return nil
}

// header names what was measured where.
func header(w io.Writer, bin string, runs int) {
	fmt.Fprintf(w, "%s, %s/%s, %d cores, medians of %d runs\n", time.Now().UTC().Format("2006-01-02"), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runs)
	fmt.Fprintf(w, "%s\n", firstLine(bin, "version"))
	if rg, err := exec.LookPath("rg"); err == nil {
		fmt.Fprintf(w, "%s\n", firstLine(rg, "--version"))
	}
	fmt.Fprintf(w, "\n%s\n", columns)
}

func firstLine(program string, args ...string) string {
	text, err := exec.Command(program, args...).Output()
	if err != nil {
		return program + ": " + err.Error()
	}
	line, _, _ := strings.Cut(string(text), "\n")
	return line
}

// measure runs a workload and its rivals in turn, once unmeasured to warm up. There is
// a result beside each rival, or one if there is none.
func (l workload) measure(ctx context.Context, bin string, runs int) ([]result, error) {
	if l.prepare != nil {
		if err := l.prepare(); err != nil {
			return nil, err
		}
	}
	programs := [][]string{append([]string{bin}, l.args...)}
	for _, rival := range l.rivals {
		if path, err := exec.LookPath(rival[0]); err == nil {
			programs = append(programs, append([]string{path}, rival[1:]...))
		}
	}
	times, peak := make([][]time.Duration, len(programs)), 0.0
	failed := make([]bool, len(programs))
	for range runs + 1 {
		for i, p := range programs {
			if failed[i] {
				continue
			}
			took, mb, err := once(ctx, l.dir, l.partial, p[0], p[1:]...)
			if err != nil && (i == 0 || ctx.Err() != nil) {
				return nil, err
			}
			if err != nil { // a rival's: parts of a clone that are missing are no reason to measure nothing
				log.Print(err)
				failed[i] = true
				continue
			}
			if times[i] = append(times[i], took); i == 0 {
				peak = max(peak, mb)
			}
		}
	}
	ours := result{name: l.title(), took: median(times[0][1:]), peak: peak}
	if len(programs) == 1 {
		return []result{ours}, nil
	}
	var out []result
	for i, p := range programs[1:] {
		r := ours
		r.rival = strings.TrimSuffix(filepath.Base(p[0]), ".exe")
		if len(p) > 3 && p[1] == "--git-dir" {
			r.rival = p[3] // of git's commands, which one
		}
		if r.failed = failed[i+1]; !r.failed {
			r.theirs = median(times[i+1][1:])
		}
		out = append(out, r)
	}
	return out, nil
}

// once runs a program in a folder to its end and returns its time and peak memory in MB.
// Something found (0 or 1, as the program has it) and nothing are both well; what
// could not be done is a failure, for its time would mean nothing; but with partial, 2
// is well too: parts are missing, as of a partial clone, and the rest was scanned.
func once(ctx context.Context, dir string, partial bool, program string, args ...string) (time.Duration, float64, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = dir
	var says strings.Builder
	cmd.Stderr = &says
	began := time.Now()
	err := cmd.Run()
	took := time.Since(began)
	if ctx.Err() != nil {
		return 0, 0, ctx.Err()
	}
	most := 1
	if partial {
		most = 2
	}
	if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() < 0 || cmd.ProcessState.ExitCode() > most {
		return 0, 0, fmt.Errorf("%s %s: %v: %s", program, strings.Join(args, " "), err, strings.TrimSpace(says.String()))
	}
	return took, peakMB(cmd.ProcessState), nil
}
