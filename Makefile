# Every target brings what it needs and is missing (deploy/setup.sh). `make` alone lists them.

SHELL := /bin/bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PY := .venv/bin/python
SETUP := deploy/setup.sh

# pytest would load every plugin it finds, which takes seconds; those wanted are named where they are wanted.
export PYTEST_DISABLE_PLUGIN_AUTOLOAD := 1
export REDOCLY_TELEMETRY := off

.PHONY: help run up down test check contracts rules where rebuild nudge bench faults fuzz year setup lock clean

help: ## this list
	@echo "Told Once. Targets of make:"
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## four services in one process on 127.0.0.1:8000, with SQLite under ./var; Ctrl-C stops
	@$(SETUP) runtime
	@TOLDONCE_DEV=1 $(PY) -m deploy.embedded

up: ## the same for real: PostgreSQL, Kafka, a process for each service on 8001 to 8004
	@$(SETUP) runtime parts
	@$(PY) -m deploy.separate up

down: ## stops what `make up` started; state stays under ./var
	@if [ -x $(PY) ]; then $(PY) -m deploy.separate down; else echo "nothing was ever started here"; fi

test: ## every layer of tests, over real PostgreSQL and Kafka (under 30 minutes)
	@$(SETUP) test parts
	@$(PY) -m deploy.testrun

check: ## the fast gate: style, types, import rules, contracts (under one minute)
	@$(SETUP) test
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	.venv/bin/lint-imports
	$(PY) -m contracts.generate --check
	$(PY) -m contracts.lint
	$(PY) -m contracts.compatible
	$(PY) -m pytest -q tests/architecture
	$(PY) -m pyright

contracts: ## writes the contracts again from the code: OpenAPI, AsyncAPI, a schema for each event
	@$(SETUP) test
	@$(PY) -m contracts.generate

rules: ## per authority and area: rules, in packs, tested to pass, tested to refuse
	@$(SETUP) test
	@$(PY) -m deploy.rules

where: ## where a rule stands: make where RULE=SYS-REF-01
	$(if $(RULE),,$(error say which: make where RULE=SYS-REF-01))
	@$(SETUP) runtime
	@.venv/bin/toldonce where "$(RULE)"

rebuild: ## folds a view again from its events while reads go on: make rebuild VIEW=worklist
	$(if $(VIEW),,$(error say which: make rebuild VIEW=worklist))
	@$(SETUP) runtime
	@.venv/bin/toldonce rebuild "$(VIEW)"

nudge: ## changes every number, role and circumstance in the packs; a test must fail for each
	@$(SETUP) test
	@$(PY) -m deploy.testrun --whole nudge

faults: ## kills, outages, duplicates, a restore, a full disk: the whole of what `make test` samples
	@$(SETUP) test parts
	@$(PY) -m deploy.testrun --whole faults

fuzz: ## bad input at every operation: the whole of what `make test` samples
	@$(SETUP) test parts
	@$(PY) -m deploy.testrun --whole fuzz

year: ## a simulated year of every authority: the whole of what `make test` samples
	@$(SETUP) test parts
	@$(PY) -m deploy.testrun --whole year

bench: ## speed, as ratios to ceilings measured in the same run
	@$(SETUP) test parts
	@$(PY) -m tests.bench

setup: ## everything the other targets would bring, now
	@$(SETUP) test parts
	@deploy/local/kafka/kafka.sh fetch

lock: ## resolves requirements*.in and package.json to the newest versions, into the lock files
	@$(SETUP) lock

clean: ## stops everything and removes ./var (databases, keys, logs, jars), .venv, node_modules; asks first
	@read -r -p "Remove ./var with all databases and keys in it, .venv and node_modules? Type yes: " answer && [ "$$answer" = yes ]
	@$(MAKE) down
	@deploy/local/kafka/kafka.sh stop
	@deploy/local/postgres/postgres.sh remove
	@rm -rf var .venv node_modules .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
