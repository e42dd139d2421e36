# Every target sets up what it needs; a second run finds it done.
PYTHON ?= python3
UV_VERSION := 0.13.8
BIN := .venv/bin
# Tests at once, for two processors: those of the engine wait for the cloud most of the time.
WORKERS ?= 3
# Order of the tests: the same in every run, so that a red one can be run again; `make test SEED=default` shuffles anew.
SEED ?= 7

.DEFAULT_GOAL := help
.PHONY: help up down test reliability whole rehearse check format bench clean

help: ## Show this help
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.venv/.ready: pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Atoll needs Python 3.11 or newer; '$(PYTHON)' is older. Try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "Setting up .venv: once, and whenever uv.lock changes; a minute or two." >&2
	@test -x $(BIN)/uv || { $(PYTHON) -m venv .venv && $(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION); }
	@$(BIN)/uv sync --quiet --locked --all-extras --compile-bytecode
	@touch $@

up: .venv/.ready ## Deploy the dev environment into an embedded cloud on this machine
	@$(BIN)/atoll stack up dev

down: .venv/.ready ## Destroy the dev environment and stop the embedded cloud
	@$(BIN)/atoll stack destroy dev
	@$(BIN)/atoll cloud stop

test: .venv/.ready ## Run every test, one real deployment included
	@$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --randomly-seed=$(SEED) -q -m "not reliability and not whole and not rehearsal"

whole: .venv/.ready ## Deploy staging and its cluster's layer, look again, and destroy them
	@$(BIN)/pytest -q -n0 -m whole

rehearse: .venv/.ready ## Deploy production in two regions, smaller, take one away, and bring it back
	@$(BIN)/pytest -q -n0 -m rehearsal

reliability: .venv/.ready ## Kill the engine in the middle of a deployment, ten times
	@$(BIN)/pytest -q -m reliability

check: .venv/.ready ## Lint, check formatting and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/pyright

format: .venv/.ready ## Format the code and sort imports
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .

bench: .venv/.ready ## Measure speed and memory (never part of the tests)
	@$(BIN)/python -m tests.bench

clean: ## Remove the virtual environment and caches of this folder
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis .bench
