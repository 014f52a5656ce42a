package main

import "lockaway/scanner/gitpack"

// hookStaged scans what is staged. merged are commits that a merge joins to HEAD.
func (a *app) hookStaged(h *hookRun, merged []gitpack.ID) error {
	return a.scanStaged(h.fs, h.flags, stagedScan{merged: merged}, a.hookEnding(h))
}

func (a *app) mergedNow() []gitpack.ID      { return nil }
func (a *app) hookPrepare(h *hookRun) error { return nil }
func (a *app) hookMessage(h *hookRun) error { return failf("", "%s is not scanned yet", h.typ) }
func (a *app) hookPush(h *hookRun) error    { return nil }
func (a *app) hookReceive(h *hookRun) error { return failf("", "%s is not scanned yet", h.typ) }
func (a *app) hookNames(h *hookRun) error   { return nil }
