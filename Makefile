# The interpreter that makes the environment; any Python from 3.11 on.
PYTHON ?= python3
BIN := .venv/bin
SETTINGS ?= data/sample.toml
AS_OF ?= 2026-01-15
WAREHOUSE ?= out/portfolio.duckdb

.DEFAULT_GOAL := help
.PHONY: help setup run test torture check lint types imports lock sbom audit docs golden bench bench-full guards clean

help: ## explain the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/installed ## install everything into .venv, from the lock file (the others call it first)

.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("tieout needs Python 3.11 or newer, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

run: setup ## run the whole pipeline on the sample and publish out/portfolio.duckdb
	$(BIN)/tieout run --source data/sample $(addprefix --settings ,$(SETTINGS)) --warehouse $(WAREHOUSE) --as-of $(AS_OF)

test: setup ## run all tests
	$(BIN)/python -m pytest -q -n auto --dist loadfile

torture: setup ## try every promise of docs/promises.md for long, with real faults: over an hour
	$(BIN)/python -m pytest -q -n auto --dist worksteal -m torture

check: lint types imports test ## everything that CI does

lint: setup ## style and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup ## static types
	$(BIN)/mypy

imports: setup ## direction of imports: models <- transforms <- pipelines
	$(BIN)/lint-imports

lock: ## renew requirements.lock from pyproject.toml (needs uv on the path)
	uv pip compile --universal --python-version 3.11 --all-extras --generate-hashes --no-emit-index-url --no-header --no-strip-extras --quiet --upgrade pyproject.toml -o requirements.lock

sbom: setup ## write what tieout is made of, in CycloneDX, to out/sbom.cdx.json
	$(BIN)/python -m tests.supply_chain.bill_of_materials out/sbom.cdx.json

audit: setup ## look up known vulnerabilities of what is locked (needs the network); fails where it could not
	$(BIN)/python -m tests.supply_chain.audit

docs: setup ## write docs/dictionary.md, findings.md and settings.md anew from the models
	$(BIN)/python -m pipelines.dictionary

golden: setup ## write the golden figures of the sample anew; read the difference before committing it
	$(BIN)/python -m tests.golden.sample_run

bench: setup ## measure speed on 100,000 work items, beside other ways to do it: out/bench/100000.md
	$(BIN)/python -m tests.benchmarks.suite --items 100000 --smaller 10000 30000 --rounds 5
	$(BIN)/python -m pytest -q -s -m benchmark tests/benchmarks

bench-full: setup ## the same on 1,000,000 work items, for hours: writes docs/performance.md
	$(BIN)/python -m tests.benchmarks.suite --items 1000000 --smaller 10000 100000 --rounds 5 --report docs/performance.md

guards: setup ## record anew how tieout compares with its yardsticks, after a change that is meant to move that
	$(BIN)/python -m tests.benchmarks.guards

clean: ## remove what the other targets made
	rm -rf .venv out *.egg-info .pytest_cache .hypothesis .mypy_cache .ruff_cache .import_linter_cache
