package main

import (
	"errors"
	"io/fs"
	"syscall"
)

// brokenPipe tells whether whoever read our output has closed it.
func brokenPipe(err error) bool { return errors.Is(err, syscall.EPIPE) }

// writing words an error of writing to where; nil stays nil.
func writing(where string, err error) error {
	if err == nil {
		return nil
	}
	hint := ""
	switch {
	case errors.Is(err, syscall.ENOSPC):
		hint = "free some space and run again"
	case errors.Is(err, fs.ErrPermission):
		hint = "choose a file in a folder that may be written to"
	}
	return &failure{what: "can't write to " + where + ": " + reason(err), hint: hint, cause: err}
}

// reason is an error's text without the operation and the path, which the message
// around it names.
func reason(err error) string {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return errno.Error()
	}
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}
