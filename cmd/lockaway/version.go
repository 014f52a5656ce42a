package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is stamped over by the build: -ldflags "-X main.version=…".
var version = ""

// versionText returns the version that reports and `lockaway version` name: the
// stamped one, else what the Go tool recorded in the binary.
func versionText() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "unknown"
}

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:         "version",
		Short:       "Print the version",
		Args:        arguments(0, 0, ""),
		Example:     "  lockaway version",
		Annotations: exitStatus("0  printed", "2  wrong usage, or standard output could not be written"),
		RunE:        func(*cobra.Command, []string) error { return a.printVersion() },
	}
}

func (a *app) printVersion() error {
	_, err := fmt.Fprintf(a.out, "lockaway %s %s %s/%s\n", versionText(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return writing("standard output", err)
}
