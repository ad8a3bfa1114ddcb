# A thin door to Meson. `make run` and `make check` are all a newcomer needs; both say what they do.
SHELL := /bin/bash
BUILD := build
RELEASE := build-rel
DATA ?= data
LISTEN ?= 127.0.0.1:8080

.PHONY: help run check ci release build lint fuzz bench deb clean tools-build tools-test

help:
	@echo "make run      install what is missing, build, create a demo desk in ./$(DATA), serve http://$(LISTEN)"
	@echo "make check    install what the tests need, build with sanitizers, run every test on both engines"
	@echo "make release  build-rel/tend, optimised and hardened"
	@echo "make bench    the figures of docs/figures.md"
	@echo "make fuzz     every fuzz target for FUZZ_SECONDS (default 60)"
	@echo "make deb      a Debian package in dist/"

# Packages: only what is missing, and says so first.
tools-build:
	@packaging/install-packages build run
tools-test:
	@packaging/install-packages build run test

node_modules/.package-lock.json: package-lock.json
	npm ci --ignore-scripts
	@touch $@

$(BUILD)/build.ninja: | node_modules/.package-lock.json
	meson setup $(BUILD) -Dbuildtype=debugoptimized -Db_sanitize=address,undefined -Db_lundef=false -Dwerror=true
$(RELEASE)/build.ninja: | node_modules/.package-lock.json
	meson setup $(RELEASE) -Dbuildtype=release -Ddebug=true -Dtests=false

build: $(BUILD)/build.ninja node_modules/.package-lock.json
	ninja -C $(BUILD)

release: tools-build $(RELEASE)/build.ninja node_modules/.package-lock.json
	ninja -C $(RELEASE)
	@cp --remove-destination $(RELEASE)/src/tend $(RELEASE)/tend

run: release
	@$(RELEASE)/tend demo --if-empty --data $(DATA) --tickets 300
	@$(RELEASE)/tend serve --data $(DATA) --listen $(LISTEN) --print-sign-in

check: tools-test build
	tests/run

ci: check

lint: build
	$(BUILD)/tools/lint .

fuzz: tools-test
	tests/fuzz/run
bench: release
	tests/bench/run
deb: release
	packaging/build-deb

clean:
	rm -rf $(BUILD) $(RELEASE) build-fuzz dist
