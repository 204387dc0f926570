# Everything here makes the virtual environment that it needs; nothing has to be installed first
# but Python 3.11 or later and make.  PYTHON=/path/to/python chooses the interpreter.

SHELL := /bin/sh
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

RUNS := -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1

# The first interpreter that runs, is new enough and can make environments. A name on PATH proves
# nothing: version managers leave shims behind that answer only with an error.
ifndef PYTHON
PYTHON := $(shell \
	for candidate in python3 python3.11 python3.12 python3.13 python3.14 python \
		"$$HOME"/.pyenv/versions/*/bin/python; do \
		if "$$candidate" $(RUNS); then echo "$$candidate"; break; fi; \
	done)
endif

# What `make test-all` runs on: for each version, the first interpreter that runs.
VERSIONS := 3.11 3.12 3.13 3.14
PYTEST_FLAGS ?= -n 2 --dist worksteal
# An old core must not stay where a new one does not compile. Empty: without a compiler.
REQUIRE_CORE ?= 1
PIP := -m pip --disable-pip-version-check --quiet

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: python
python:
	@if [ -z "$(PYTHON)" ] || ! "$(PYTHON)" $(RUNS); then \
		echo "make: no Python 3.11 or later that can make virtual environments was found" >&2; \
		echo "make: install one (on Debian: python3 and python3-venv) or give PYTHON=/path/to/python" >&2; \
		exit 1; \
	fi

# ------------------------------------------------------------------------------- environments
# A stamp stands for a finished environment; it is made afresh when pyproject.toml or what is in C changes.

C_SOURCES := setup.py $(wildcard src/seedsearch/core/c/*.[ch] src/seedsearch/core/c/*.table)
SOURCES := $(C_SOURCES) $(shell find src -name '*.py')

.venv/stamp: pyproject.toml requirements-dev.txt $(C_SOURCES) | python
	"$(PYTHON)" -m venv --clear .venv
	.venv/bin/python $(PIP) install --require-hashes --requirement requirements-dev.txt
	SEEDSEARCH_REQUIRE_CORE=$(REQUIRE_CORE) .venv/bin/python $(PIP) install --no-deps --editable .
	@touch $@

.venv-demo/stamp: pyproject.toml $(C_SOURCES) | python
	@echo "Making a virtual environment in .venv-demo, and installing seedsearch there (a minute or two) ..." >&2
	@"$(PYTHON)" -m venv --clear .venv-demo
	@.venv-demo/bin/python $(PIP) install --editable .
	@touch $@

.venv-bench/stamp: pyproject.toml benchmarks/requirements.txt $(C_SOURCES) | python
	"$(PYTHON)" -m venv --clear .venv-bench
	.venv-bench/bin/python $(PIP) install '.[pdf]' --requirement benchmarks/requirements.txt
	rm -rf build
	@touch $@

# What is measured is what users get: a plain installation, compiled, not the source tree.
.venv-bench/current: .venv-bench/stamp $(SOURCES)
	rm -rf build
	.venv-bench/bin/python $(PIP) install --force-reinstall --no-deps .
	rm -rf build
	@touch $@

# Not editable: what is in C is made with checks here, and must not get into src/.
SANITIZER := gcc
SANITIZED_VENV = .venv-sanitize-$(SANITIZER)
SANITIZE_FLAGS_gcc := -fsanitize=address,undefined
SANITIZE_FLAGS_clang := -fsanitize=address,undefined -shared-libasan

.venv-sanitize-%/stamp: pyproject.toml $(C_SOURCES) | python
	"$(PYTHON)" -m venv --clear .venv-sanitize-$*
	rm -rf build
	SEEDSEARCH_REQUIRE_CORE=1 CC=$* LDSHARED="$* -shared" \
		CFLAGS='-O1 -g $(SANITIZE_FLAGS_$*) -fno-sanitize-recover=undefined' LDFLAGS='$(SANITIZE_FLAGS_$*)' \
		.venv-sanitize-$*/bin/python $(PIP) install '.[dev]'
	rm -rf build
	@touch $@

# ------------------------------------------------------------------------------- what to type

.PHONY: demo
demo: .venv-demo/stamp ## Index seeds/ and ask it about North Korean troops
	@rm -rf .venv-demo/index
	@echo '$$ seedsearch index seeds/'
	@SEEDSEARCH_INDEX=.venv-demo/index .venv-demo/bin/seedsearch index seeds/
	@echo
	@echo '$$ seedsearch query North Korean troops'
	@SEEDSEARCH_INDEX=.venv-demo/index .venv-demo/bin/seedsearch query --no-pager North Korean troops
	@echo
	@echo 'Ask something else:    SEEDSEARCH_INDEX=.venv-demo/index .venv-demo/bin/seedsearch query WORDS'
	@echo 'Read a hit:            SEEDSEARCH_INDEX=.venv-demo/index .venv-demo/bin/seedsearch show 1'
	@echo 'Index your own files:  .venv-demo/bin/seedsearch index FOLDER'

.PHONY: test
test: lint ## Check style, types and layers, then run the tests, with the compiled core and without it
	.venv/bin/python -m pytest $(PYTEST_FLAGS)
	env -u SEEDSEARCH_REQUIRE_CORE SEEDSEARCH_WITHOUT_CORE=1 .venv/bin/python -m pytest $(PYTEST_FLAGS) \
		tests/unit tests/property tests/conformance tests/cli

.PHONY: faults
faults: .venv/stamp ## Run the tests of faults in full, and write their figures into docs/reliability.md (an hour)
	SEEDSEARCH_LONG=1 .venv/bin/python -m pytest $(PYTEST_FLAGS) tests/faults

.PHONY: test-long
test-long: .venv/stamp ## Run the tests of agreement between engines with many more queries
	SEEDSEARCH_LONG=1 .venv/bin/python -m pytest $(PYTEST_FLAGS) tests/conformance

.PHONY: test-cluster
test-cluster: .venv/stamp ## Test the engine on real OpenSearch nodes (needs Java 17 and Maven; fetches 70 MB once)
	.venv/bin/python tests/cluster/nodes.py .venv/bin/python -m pytest $(PYTEST_FLAGS) tests/conformance \
		-k "opensearch or random_queries"
	SEEDSEARCH_CLUSTER=1 .venv/bin/python -m pytest tests/cluster

.PHONY: faults-weakened
faults-weakened: .venv/stamp ## Weaken the code in many places, one after the other, and see which test fails
	.venv/bin/python tests/faults/weakenings.py

RUNTIME_gcc = $$(gcc -print-file-name=libasan.so) $$(gcc -print-file-name=libubsan.so)
RUNTIME_clang = $$(clang -print-file-name=libclang_rt.asan-$$(uname -m).so)
SANITIZED = PYTHONMALLOC=malloc LD_PRELOAD="$(RUNTIME_$(SANITIZER))" \
	../$(SANITIZED_VENV)/bin/python -P -m pytest -p no:cacheprovider
OF_THE_CORE := $(addprefix unit/test_, $(addsuffix .py, english inverter small_files hash_of_terms segment_format \
	language snippets threads copies encoded checksums line_steps lists_of_words extract_html extract_mail \
	extract_tables batches_of_a_cluster large_files walk window))

.PHONY: sanitize
sanitize: $(SANITIZED_VENV)/stamp ## Check memory and leaks of the core's tests: make sanitize SANITIZER=gcc (or clang)
	cd tests && ASAN_OPTIONS=detect_leaks=0 $(SANITIZED) $(PYTEST_FLAGS) $(OF_THE_CORE) \
		$(addprefix property/test_, $(addsuffix .py, matching_property analysis_property builders postings_property \
			page_property passage_language_property rows_property lines_property message_property streams_property \
			small_files_property snippets_property split_property dictionary_property term_patterns_property formats_fuzz)) \
		$(addprefix conformance/test_, $(addsuffix .py, random_queries document_fields vocabulary places groups tallies \
			filters rows_of_tables contents)) \
		$(addprefix faults/test_, $(addsuffix .py, fuzz_findings hostile_index damaged_files))
	cd tests && ! ASAN_OPTIONS=detect_leaks=1 $(SANITIZED) $(OF_THE_CORE) property/test_matching_property.py 2>&1 \
		| grep -E 'core/c/[a-z_]+\.[ch]:'

# Needs clang with its libraries (on Debian: clang and libclang-rt-dev). What is found is written to fuzz/TARGET.
# Ten edits of columns, or a hundred words of a query, are tried in milliseconds; more are refused, or hide each other.
FUZZ_TARGETS := text words postings columns queries pages messages snippets streams
FUZZ_BYTES := text=4096 words=4096 postings=4096 columns=61 queries=100 pages=1000 messages=1000 snippets=1000 streams=500
SECONDS ?= 600
FUZZ_CFLAGS := -g -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined

fuzz/driver: tests/fuzz/driver.c $(C_SOURCES) | .venv/stamp
	@mkdir -p fuzz
	clang $(FUZZ_CFLAGS) -fsanitize=fuzzer -o $@ $$(.venv/bin/python -c 'import sysconfig as s; \
		v = s.get_config_vars(); lib = v["LIBDIR"]; \
		print("-I" + s.get_path("include"), "-L" + lib, "-Wl,-rpath," + lib, "-lpython" + v["LDVERSION"])') \
		tests/fuzz/driver.c src/seedsearch/core/c/*.c

.PHONY: fuzz
fuzz: fuzz/driver ## Look for inputs that break the core: make fuzz SECONDS=600
	@set -e; for target in $(FUZZ_TARGETS); do \
		mkdir -p fuzz/$$target; \
		SEEDSEARCH_FUZZ=$$target PYTHONMALLOC=malloc ASAN_OPTIONS=detect_leaks=0 \
		PYTHONPATH=tests/fuzz:tests/faults:src:$$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))') \
			fuzz/driver -max_total_time=$(SECONDS) -max_len=$$(echo '$(FUZZ_BYTES)' | sed "s/.*$$target=//; s/ .*//") -timeout=30 \
			-artifact_prefix=fuzz/$$target- -len_control=0 -rss_limit_mb=4096 fuzz/$$target seeds $$(ls -d tests/fuzz/findings/$$target 2>/dev/null); \
	done

.PHONY: lint
lint: .venv/stamp ## Check style, types and layers
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

.PHONY: lock
lock: .venv/stamp ## Choose the newest versions of the development dependencies, and write down their hashes
	.venv/bin/python $(PIP) install uv
	.venv/bin/uv pip compile --quiet --upgrade --universal --generate-hashes --extra dev --python-version 3.11 \
		--custom-compile-command 'make lock' pyproject.toml --output-file requirements-dev.txt

.PHONY: format
format: .venv/stamp ## Put the source into its one form
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

.PHONY: test-all
test-all: lint ## Run the tests on every Python from 3.11 to 3.14 that runs here
	@set -e; ran=; missing=; \
	for version in $(VERSIONS); do \
		found=; \
		for candidate in "python$$version" "$$HOME"/.pyenv/versions/$$version*/bin/python; do \
			if "$$candidate" $(RUNS); then found=$$candidate; break; fi; \
		done; \
		if [ -z "$$found" ]; then missing="$$missing $$version"; continue; fi; \
		venv=.venv-$$version; \
		if [ ! -e $$venv/stamp ] || [ pyproject.toml -nt $$venv/stamp ]; then \
			"$$found" -m venv --clear $$venv; \
			$$venv/bin/python $(PIP) install --editable '.[dev]'; \
			touch $$venv/stamp; \
		fi; \
		echo "== Python $$version"; \
		$$venv/bin/python -m pytest $(PYTEST_FLAGS); \
		ran="$$ran $$version"; \
	done; \
	echo "== passed on:$$ran$${missing:+; no interpreter for:$$missing}"; \
	[ -n "$$ran" ]

.PHONY: bench
bench: .venv-bench/current ## Measure against other engines: make bench CORPUS=folder
	@[ -n "$(CORPUS)" ] || { echo 'make: say which folder: make bench CORPUS=folder' >&2; exit 2; }
	.venv-bench/bin/python -m benchmarks "$(CORPUS)" --out benchmarks/results $(BENCH_FLAGS)

.PHONY: bench-ranking
bench-ranking: .venv-bench/current ## Measure ranking on judged sets: make bench-ranking JUDGED=folder
	@[ -n "$(JUDGED)" ] || { echo 'make: say which folder: make bench-ranking JUDGED=folder' >&2; exit 2; }
	.venv-bench/bin/python -m benchmarks.ranking "$(JUDGED)" --out benchmarks/results

.PHONY: bench-formats
bench-formats: .venv-bench/current ## Measure how the files of a folder are read: make bench-formats FOLDER=folder
	@[ -n "$(FOLDER)" ] || { echo 'make: say which folder: make bench-formats FOLDER=folder' >&2; exit 2; }
	.venv-bench/bin/python -m benchmarks.formats "$(FOLDER)"

.PHONY: screenshots
screenshots: .venv/stamp ## Draw the pictures of the documentation
	.venv/bin/python docs/screenshots.py

.PHONY: man
man: .venv/stamp ## Write the man pages into build/man
	.venv/bin/python docs/manpages.py build/man

.PHONY: site
site: .venv/stamp ## Build the documentation as a site, in build/site
	.venv/bin/python $(PIP) install --editable '.[site]'
	.venv/bin/python docs/make_site.py build/site

.PHONY: dist
dist: .venv/stamp ## Build the sdist and the wheel into dist/
	.venv/bin/python $(PIP) install build
	rm -rf dist
	.venv/bin/python -m build

.PHONY: clean
clean: ## Remove environments, caches and what was built
	rm -rf .venv .venv-demo .venv-bench .venv-sanitize .venv-3.* build dist
	find src -name '*.so' -delete
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
