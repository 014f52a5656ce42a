# make help lists what there is to make.
GO        ?= go
PREFIX    ?= /usr/local
FUZZ_TIME ?= 10s
VERSION   ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

# Mains that are never shipped. ./... passes them by.
DEV_MAINS = ./testdata/demo ./cmd/bench
BUILD     = CGO_ENABLED=0 $(GO) build -trimpath -ldflags "-s -w -X main.version=$(VERSION)"

.PHONY: build demo test check unit cross bench fuzz install clean help

build: ## bin/lockaway: static, stripped, version stamped
	$(BUILD) -o bin/lockaway ./cmd/lockaway

demo: build ## fill the folder demo with made-up keys, and scan it
	$(GO) run -tags dev ./testdata/demo demo
	bin/lockaway scan --exit-zero demo

test: check unit cross ## everything that must hold before a change is done

check: ## formatting and vet
	@bad=$$(gofmt -l .); if [ -n "$$bad" ]; then echo "gofmt these: $$bad"; exit 1; fi
	$(GO) vet ./...
	$(GO) vet -tags dev $(DEV_MAINS)

unit: ## all tests
	$(GO) test ./...
	$(GO) test -tags dev $(DEV_MAINS)

cross: ## it compiles for every system it is made for
	for os in linux darwin windows; do for arch in amd64 arm64; do \
		echo "GOOS=$$os GOARCH=$$arch go build ./..."; \
		CGO_ENABLED=0 GOOS=$$os GOARCH=$$arch $(GO) build ./... || exit 1; \
		CGO_ENABLED=0 GOOS=$$os GOARCH=$$arch $(GO) build -tags dev -o /dev/null ./cmd/bench || exit 1; \
	done; done

bench: build ## Go benchmarks, then whole scans beside other tools that are on PATH
	$(GO) test -run '^$$' -bench . -benchmem ./...
	$(GO) run -tags dev ./cmd/bench

fuzz: ## every fuzz target for FUZZ_TIME each
	@for pkg in $$($(GO) list ./...); do \
		for target in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
			echo "$$pkg $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZ_TIME) $$pkg || exit 1; \
		done; \
	done

install: build ## PREFIX/bin/lockaway
	mkdir -p $(DESTDIR)$(PREFIX)/bin
	cp bin/lockaway $(DESTDIR)$(PREFIX)/bin/lockaway

clean: ## what was built
	rm -rf bin demo

help: ## this list
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  \1\t\2/p' Makefile | expand -t 12
