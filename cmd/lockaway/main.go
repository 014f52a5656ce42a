// Command lockaway finds AWS credentials that got out: in files, folders and
// standard input. It says whose they are and what AWS's guidance asks instead.
//
// The room only chooses and wires: each command has a file of its own that says
// what it takes and writes, wire.go alone builds the stages of a scan, ui.go alone
// writes to standard error. What a scan is, is told in package scanner.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)   // a second signal ends the process at once
	signal.Ignore(syscall.SIGPIPE) // a closed pipe is an error of writing, told and counted like any other
	a := &app{
		ctx: ctx, in: os.Stdin, out: os.Stdout, env: os.Getenv,
		ui: newUI(),
	}
	os.Exit(a.run(os.Args[1:]))
}
