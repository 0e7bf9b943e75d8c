# Thin over dev.py, which needs nothing but Python; ARGS go to the command: make test ARGS="tests/unit -k cascade"
PYTHON ?= python3
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup run test check bench bench-long bench-large chaos proof lock sbom format clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## make .venv/ with the careroute command
	@$(PYTHON) dev.py setup $(ARGS)

run: ## show Careroute with sample data
	@$(PYTHON) dev.py run $(ARGS)

test: ## run the tests; ARGS=--coverage measures router/ and demands all of it
	@$(PYTHON) dev.py test $(ARGS)

check: ## run the linter, the types and the rules of the house
	@$(PYTHON) dev.py check $(ARGS)

bench: ## measure the figures against their limits; QUICK=1 only the first five
	@$(PYTHON) dev.py bench $(ARGS)

bench-long: ## those that take hours; SCALE=0.1 does a tenth of the work
	@$(PYTHON) dev.py bench long

bench-large: ## one large practice among small ones; SCALE=0.1 makes a tenth of it
	@$(PYTHON) dev.py bench large

chaos: ## make random faults for five minutes with 5,000 messages in flight; SEED=N those of a seed
	@$(PYTHON) dev.py chaos

proof: ## break each promise on purpose, and see that its tests notice; ARGS="1 7" only these promises
	@$(PYTHON) dev.py proof $(ARGS)

lock: ## write the lock files anew from pyproject.toml; ARGS=--upgrade takes newer versions
	@$(PYTHON) dev.py lock $(ARGS)

sbom: ## write sbom.json, a bill of materials (CycloneDX) of what the lock names
	@$(PYTHON) dev.py sbom $(ARGS)

format: ## put the code into its form
	@$(PYTHON) dev.py setup --dev
	@.venv/bin/ruff check --quiet --fix . ; .venv/bin/ruff format .

clean: ## remove what was made, but for data/
	rm -rf .venv .venv.lock .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage .coverage.*
