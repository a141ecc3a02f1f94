# Linli from a fresh clone: every target sets up what it needs by itself. `make help` lists them.
#
# Variables: PORT (the demo's port, 8000), PYTHON (the Python that makes .venv, python3), TEST_PROCESSES (3),
# TESTS (what pytest is given; empty means all), CHROMIUM (/usr/bin/chromium).

PORT ?= 8000
PYTHON ?= python3
TEST_PROCESSES ?= 3
TESTS ?=
CHROMIUM ?= /usr/bin/chromium

VENV := .venv
BIN := $(VENV)/bin
RUN_STAMP := $(VENV)/.run-stamp
TEST_STAMP := $(VENV)/.test-stamp
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
PIP_COMPILE := $(BIN)/python -m piptools compile --quiet --generate-hashes --allow-unsafe --strip-extras \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host

# What the Procfile starts is found in the virtualenv without anyone activating it.
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PYTHONUNBUFFERED := 1
export CHROMIUM

.DEFAULT_GOAL := help
.PHONY: help demo test test-sqlite test-postgresql test-isolation test-race bench lint pins clean browser
.DELETE_ON_ERROR:

help: ## list the targets
	@echo 'make …'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 20

# --- the virtualenv ---------------------------------------------------------------------------------------------------

# Interrupted half-way, it is simply done again: making a virtualenv over another one is harmless.
$(RUN_STAMP): requirements.txt
	@command -v $(PYTHON) >/dev/null || \
		{ echo "Linli needs Python 3.11 or newer, and there is no '$(PYTHON)' here. Install it, or name one: make PYTHON=/path/to/python3.12 …" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Linli needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) -V 2>&1). Name a newer one: make PYTHON=/path/to/python3.12 …" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "'$(PYTHON)' cannot make virtualenvs. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@echo 'Setting up $(VENV) …'
	@$(PYTHON) -m venv $(VENV)
	@$(PIP_INSTALL) -r requirements.txt
	@touch $@

$(TEST_STAMP): requirements-test.txt $(RUN_STAMP)
	@echo 'Adding the test tools to $(VENV) …'
	@$(PIP_INSTALL) -r requirements-test.txt
	@touch $@

# --- run --------------------------------------------------------------------------------------------------------------

# honcho gives the first process of the Procfile $PORT and the next one $PORT + 100, so PUBLIC_URL, which both must
# agree on, is stated here. `-e /dev/null`: a .env file would reach the servers but not load_demo.
# A closed terminal (HUP) would end honcho at once and leave the servers running. So honcho does not hear it; the shell
# does, and ends honcho in good order, which ends the process group of each server. For the same reason honcho prints
# through a reader that outlives the terminal. Ctrl-C is the normal end of a demo, so its code is no failure.
demo: SHELL := bash
demo: export DJANGO_SETTINGS_MODULE := cms.settings.development
demo: export PUBLIC_URL := http://localhost:$(PORT)
demo: export PORT := $(PORT)
demo: $(RUN_STAMP) ## load the demo city if need be and serve it (PORT=8000); Ctrl-C ends it
	@$(BIN)/python -c 'import socket, sys; s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(("", int(sys.argv[1])))' $(PORT) 2>/dev/null || \
		{ echo "Port $(PORT) is taken (or not a port). Choose another: make demo PORT=8001" >&2; exit 1; }
	@$(BIN)/python manage.py load_demo
	@trap '' HUP; \
		$(BIN)/python -m honcho --env /dev/null start web worker \
		> >(trap '' INT TERM HUP; while IFS= read -r line; do printf '%s\n' "$$line" 2>/dev/null; done) 2>&1 & server=$$!; \
		trap 'kill -TERM $$server 2>/dev/null' INT TERM HUP; \
		wait $$server; code=$$?; \
		while kill -0 $$server 2>/dev/null; do wait $$server; code=$$?; done; \
		case $$code in 0|130|143) exit 0;; *) exit $$code;; esac

bench: $(TEST_STAMP) ## measure what must stay fast
	$(BIN)/python -m tests.benchmarks

# --- check ------------------------------------------------------------------------------------------------------------

# A file's tests stay in one process: what a module shares, often a whole installation, is made once.
XDIST := -n $(TEST_PROCESSES) --dist loadfile --no-loadscope-reorder --durations=25 --durations-min=4

test: lint test-postgresql test-sqlite ## lint, then the whole suite on PostgreSQL, then what uses a database on SQLite

test-postgresql: $(TEST_STAMP) browser ## the suite on a real PostgreSQL
	TEST_DATABASE=postgresql $(BIN)/python -m pytest $(XDIST) $(TESTS)

# What touches no database cannot differ between the two, nor what is marked `once`; both ran a moment ago.
test-sqlite: $(TEST_STAMP) browser ## the tests that use a database, on SQLite
	TEST_DATABASE=sqlite $(BIN)/python -m pytest $(XDIST) --only-database $(TESTS)

# By groups: a direction's forms are recorded once and sent by all of its people.
test-isolation: $(TEST_STAMP) ## what the districts see of each other, whole; report in test-results/isolation-report.md
	TEST_DATABASE=postgresql $(BIN)/python -m pytest -n $(TEST_PROCESSES) --dist loadgroup --isolation tests/isolation

# One process: the hammer takes the whole machine.
test-race: $(TEST_STAMP) ## book the same booths by sixteen for a minute, on both databases, while servers are killed
	TEST_DATABASE=postgresql $(BIN)/python -m pytest --race tests/race

lint: $(TEST_STAMP) ## ruff, mypy and the import order
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check --quiet . || { echo 'Run: .venv/bin/ruff format .' >&2; exit 1; }
	$(BIN)/python -m mypy
	$(BIN)/lint-imports

# Debian's Chromium and a Chinese font. Only root may install them; anybody else is told how.
browser:
	@if [ -x "$(CHROMIUM)" ] && fc-list :lang=zh-cn 2>/dev/null | grep -q .; then exit 0; fi; \
	install='apt-get update && apt-get install -y --no-install-recommends chromium fonts-noto-cjk fontconfig'; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Chromium and a Chinese font …"; \
		DEBIAN_FRONTEND=noninteractive sh -c "$$install"; \
	else \
		echo "The tests need Chromium ($(CHROMIUM)) and a Chinese font. As root, run:" >&2; \
		echo "    $$install" >&2; \
		echo "or name another Chromium: make test CHROMIUM=/path/to/chromium" >&2; \
		exit 1; \
	fi

# --- maintain ---------------------------------------------------------------------------------------------------------

pins: $(TEST_STAMP) ## pin requirements*.in anew, with hashes
	$(PIP_COMPILE) --output-file=requirements.txt requirements.in
	$(PIP_COMPILE) --output-file=requirements-test.txt requirements-test.in

clean: ## remove the virtualenv and the tools' caches; the data in var/ stay
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
