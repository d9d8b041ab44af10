# One command to run, one to test; each installs what it needs first.
# The target folder lies outside the clone, so that a fresh clone builds the workspace only.
export CARGO_TARGET_DIR ?= $(HOME)/.cache/shancheng/target
# Programs of others that the tests talk to (tools/peers.sh).
export SHANCHENG_PEERS ?= $(HOME)/.cache/shancheng/peers/venv
CARGO ?= cargo
ARGS ?=

.PHONY: run test bench fuzz build needs needs-test clean

## Build the console and open it on the training city (offscreen where there is no display).
run: needs
	$(CARGO) run --release --locked -- $(ARGS)

## Everything that must hold: formatting, lints, every test.
test: needs-test
	$(CARGO) fmt --all --check
	$(CARGO) clippy --release --locked --workspace --all-targets -- -D warnings
	$(CARGO) build --release --locked --workspace
	$(CARGO) test --release --locked --workspace --lib --bins --tests

## The figures of BENCHMARKS.md.
bench: needs
	@command -v mosquitto >/dev/null || test -x /usr/sbin/mosquitto || sh tools/system_packages.sh test
	$(CARGO) run --release --locked -- bench all $(ARGS)

## Every reader of files fuzzed for a minute each (FOR=SECONDS), by the nightly compiler and cargo-fuzz.
FOR ?= 60
fuzz: needs
	for reader in fuzz/fuzz_targets/*.rs; do \
	  name=$$(basename $$reader .rs); mkdir -p fuzz/found/$$name; \
	  LSAN_OPTIONS=suppressions=$(CURDIR)/fuzz/leaks.supp:print_suppressions=0 \
	  CARGO_TARGET_DIR=$(CARGO_TARGET_DIR)-fuzz $(CARGO) +nightly fuzz run -O --fuzz-dir fuzz \
	    $$name fuzz/found/$$name fuzz/corpus/$$name -- \
	    -max_total_time=$(FOR) -timeout=60 -max_len=20000 || exit 1; \
	done

build: needs
	$(CARGO) build --release --locked --workspace

needs:
	@sh tools/system_packages.sh run

needs-test:
	@sh tools/system_packages.sh test
	@sh tools/peers.sh $(HOME)/.cache/shancheng/peers

clean:
	$(CARGO) clean
