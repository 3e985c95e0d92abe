# Every target works on a fresh clone: it sets up what it needs first.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
export AIMIGRATE_CACHE ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/aimigrate
export AIMIGRATE_DATA ?= $(abspath ../shared/data)

.PHONY: help demo test lint types unit golden tools system lab-up lab-down bench bench-demo bench-decisions bench-bill bench-collect docs build clean bench-faults fit-classes

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-14s %s\n", $$1, $$2}'

.venv/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "aimigrate needs Python 3.11 or newer; set PYTHON=python3.11")'
	@test -x $(BIN)/uv || { $(PYTHON) -m venv .venv && $(BIN)/pip install -q uv==0.13.9; }
	@echo "installing the environment into .venv" && $(BIN)/uv pip sync -q --python $(BIN)/python requirements.lock
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps -e .
	@touch $@

tools: .venv/.ready ## Build the Pulumi engine once, into the cache, if there is none on PATH
	@$(BIN)/python tools/pulumi/build.py

system: ## Install the system packages that the whole test suite needs (root, Debian)
	@tools/system.sh

demo: .venv/.ready ## Run the whole main job on an embedded AWS account; results in demo/
	@$(BIN)/python tools/pulumi/build.py --optional
	@$(BIN)/aimigrate demo --out demo || test $$? -eq 3 # 3: done, with the holes in the coverage that it names

test: .venv/.ready system tools ## Run the whole test suite, end to end on real parts
	@$(BIN)/python tools/run_parts.py

lint: .venv/.ready ## ruff, import contracts, YAML, Ansible
	@$(BIN)/python tools/run_parts.py lint

types: .venv/.ready ## mypy strict and pyright
	@$(BIN)/python tools/run_parts.py types

unit: .venv/.ready ## Fast tests: no engine, no lab, no browser
	@$(BIN)/python -m pytest -q tests/unit tests/contract

golden: .venv/.ready ## Write the golden trees again; review the difference
	@$(BIN)/python -m pytest -q tests/golden --rewrite

lab-up: .venv/.ready system ## Start the edge lab: two sites of two hosts (root)
	@$(BIN)/python -m tests.lab up

lab-down: .venv/.ready ## Stop the edge lab and remove every trace of it
	@$(BIN)/python -m tests.lab down

bench: bench-demo bench-decisions bench-bill bench-faults ## All benchmarks

bench-demo: .venv/.ready tools ## The demo's wall time by stage and peak memory
	@$(BIN)/python bench/demo.py

bench-decisions: .venv/.ready ## Classes, cost cases, speeds, spill, flips and scale on the data in AIMIGRATE_DATA: asked and found
	@$(BIN)/python -m bench.decisions $(PART)

bench-collect: .venv/.ready ## An organization of 100,000 resources, read by aimigrate, Cloud Custodian, Prowler and plain boto3
	@$(BIN)/python -m bench.collect

bench-faults: .venv/.ready ## The fault table: per fault what exists, was found, and was named as a hole
	@$(BIN)/python -m bench.faults

bench-bill: .venv/.ready ## 10 million rows of a bill, read beside a bare DuckDB scan; rows are made once
	@$(BIN)/python -m bench.bill

fit-classes: .venv/.ready ## Fit how much each rule counts on the labelled traces in AIMIGRATE_DATA
	@$(BIN)/python -m bench.fit_classes

docs: .venv/.ready ## Write docs/commands.md from the commands themselves
	@$(BIN)/python -m typer aimigrate.cli utils docs --name aimigrate --output docs/commands.md

build: .venv/.ready ## Build the wheel into dist/
	@$(BIN)/uv build -q --wheel --out-dir dist

clean: ## Remove what the targets made here (not the cache)
	@rm -rf .venv demo dist .mypy_cache .ruff_cache .pytest_cache
