# One command to run, one to test; each installs what it needs first.
# The target folder lies outside the clone, so that a fresh clone builds the workspace only.
export CARGO_TARGET_DIR ?= $(HOME)/.cache/shancheng/target
CARGO ?= cargo
ARGS ?=
# Crates without the engine: linted in every test run. Linting the rest needs the engine's metadata (make check).
PURE := -p city -p geodesy -p terrain -p roads -p layers -p feeds -p link -p backend

.PHONY: run test check bench build needs needs-test clean

## Build the console and open it on the training city (offscreen where there is no display).
run: needs
	$(CARGO) run --release --locked -- $(ARGS)

## Everything that must hold: formatting, lints of the pure crates, every test.
test: needs-test
	$(CARGO) fmt --all --check
	$(CARGO) clippy --release --locked $(PURE) --all-targets -- -D warnings
	$(CARGO) build --release --locked --workspace
	$(CARGO) test --release --locked --workspace --lib --bins --tests

## Lints of everything, the plugins and the program too.
check: needs
	$(CARGO) fmt --all --check
	$(CARGO) clippy --release --locked --workspace --all-targets -- -D warnings

## The figures of BENCHMARKS.md.
bench: needs
	$(CARGO) run --release --locked -- bench all $(ARGS)

build: needs
	$(CARGO) build --release --locked --workspace

needs:
	@sh tools/system_packages.sh run

needs-test:
	@sh tools/system_packages.sh test

clean:
	$(CARGO) clean
