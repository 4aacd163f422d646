# `make run` serves alports, `make test` tests it; both first make what they need.
.DEFAULT_GOAL := help
.PHONY: help run test check drill format lock screenshots browser proxy router clean

# The first Python that is new enough; name another with `make PYTHON=/path/to/python ...`.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
BIN := .venv/bin
# Only what a lock file names by hash, and only wheels: the build of a source package would fetch what no lock names.
INSTALL := $(BIN)/python -m pip --require-virtualenv install --quiet --disable-pip-version-check --require-hashes --only-binary :all:
# These have no wheels. They are built with what requirements-build.lock names.
SOURCES := --no-binary cisco-acl --no-binary netports
LOCK := $(BIN)/uv pip compile --no-config --quiet --universal --python-version 3.11 --generate-hashes --only-binary :all: \
	--custom-compile-command 'make lock'
# Quoted: oxfmt itself looks for what these patterns mean.
SHEETS_AND_SCRIPTS := 'portmatrix/static/**/*.css' 'portmatrix/static/**/*.js' 'templates/**/*.css'
# Settings of a production behind TLS, for Django's deployment checks.
PRODUCTION := ALPORTS_HTTPS=true ALPORTS_ALLOWED_HOSTS=ports.example.org

help:  ## list the commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 16

run: .venv/run.stamp  ## serve on http://127.0.0.1:8000/ (ALPORTS_BIND), data in data/ (ALPORTS_DATA_DIR)
	@$(BIN)/python manage.py serve

test: .venv/dev.stamp browser proxy router  ## all tests on SQLite, then on PostgreSQL those that speak to it
	$(BIN)/python -m pytest
	$(BIN)/python tests/on_postgres.py

check: .venv/dev.stamp  ## lint, format, imports, types, Django's checks, missing migrations, then all tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m scripts.templates --check
	$(BIN)/oxfmt --check $(SHEETS_AND_SCRIPTS)
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy
	$(BIN)/python -m scripts.locks
	$(BIN)/python manage.py check --fail-level WARNING
	$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(MAKE) test

drill: .venv/dev.stamp proxy  ## two nodes behind nginx under load: kill, freeze and restart what serves, then look for losses
	$(BIN)/python -m pytest tests/drill

format: .venv/dev.stamp  ## put the code in its standard form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/oxfmt $(SHEETS_AND_SCRIPTS)
	$(BIN)/python -m scripts.templates

lock: .venv/dev.stamp  ## write the lock files anew from requirements*.txt; LOCK_ARGS=--upgrade takes the newest of the rest
	$(LOCK) $(LOCK_ARGS) requirements.txt -o requirements.lock
	$(LOCK) $(LOCK_ARGS) requirements-build.txt -o requirements-build.lock
	$(LOCK) $(LOCK_ARGS) $(SOURCES) -c requirements.lock -c requirements-build.lock requirements-dev.txt -o requirements-dev.lock

screenshots: .venv/dev.stamp browser  ## take the pictures in docs/screenshots/ anew
	$(BIN)/python scripts/screenshots.py

clean:  ## remove the virtual environment and caches; data/ stays
	rm -rf .venv .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis test-results

browser: .venv/dev.stamp
	@for name in chromium chromium-browser google-chrome; do command -v $$name >/dev/null && exit 0; done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -q && apt-get install -qy --no-install-recommends chromium; \
	else $(BIN)/playwright install chromium; fi

# Where this can't install what the kernel's tests need, they are skipped and say why.
router:
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
		! { command -v ip && command -v nft && command -v iptables-nft-restore; } >/dev/null; then \
		apt-get update -q && apt-get install -qy --no-install-recommends iproute2 nftables iptables; fi

# Where this can't install what the tests of deploy/ need, they are skipped and say why. A web server that was installed
# for tests must not start, now or with the machine.
proxy:
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
		! { command -v nginx && command -v openssl && command -v systemd-analyze; } >/dev/null; then \
		policy=/usr/sbin/policy-rc.d; \
		test -e $$policy || { trap "rm $$policy" EXIT; printf '#!/bin/sh\nexit 101\n' >$$policy; chmod +x $$policy; }; \
		apt-get update -q && apt-get install -qy --no-install-recommends nginx-light openssl systemd && \
		{ systemctl disable --quiet nginx 2>/dev/null || true; }; fi

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "alports needs Python 3.11 or newer: install it, or name it: make PYTHON=/path/to/python"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/run.stamp: requirements.lock | .venv/bin/python
	$(INSTALL) -r requirements.lock
	@touch $@

.venv/dev.stamp: requirements.lock requirements-build.lock requirements-dev.lock | .venv/bin/python
	$(INSTALL) -r requirements-build.lock
	$(INSTALL) $(SOURCES) --no-build-isolation -r requirements-dev.lock
	@touch $@ .venv/run.stamp
