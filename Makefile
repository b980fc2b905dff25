# Everything that people and CI do here. Needs only make and Python >= 3.11; `make help` lists the targets.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The newest Python that really runs (a version manager's shim may exist and still refuse) and can make environments.
CANDIDATES := python3.13 python3.12 python3.11 python3
PYTHON = $(shell for p in $(CANDIDATES); do \
	"$$p" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo "$$p"; break; }; done)

VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime
DEV := $(VENV)/.dev
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt
# What pip does for a wheel: a start reads bytecode instead of compiling, even where Python may write none.
COMPILE := $(BIN)/python -m compileall -q config models handlers bot
ENGINE ?= docker
IMAGE ?= liaison

.PHONY: setup demo test check fmt bench docs migrate image lock model help

setup: $(DEV) ## Build .venv with everything for development

demo: $(RUNTIME) ## Run the whole product on this machine, with two phones in the browser
	$(BIN)/liaison demo $(ARGS)

test: $(DEV) ## Run every test (all but the benchmarks) on all cores
	$(BIN)/python -m pytest tests --ignore=tests/bench --numprocesses=auto --maxprocesses=8 --dist=worksteal $(ARGS)

check: $(DEV) ## Lint, format, types, walls between the rooms, Dockerfile
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/hadolint Dockerfile

fmt: $(DEV) ## Format the code and mend what the linter can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(DEV) ## Print the benchmarks beside their ceilings
	@$(COMPILE)
	$(BIN)/python -m tests.bench $(ARGS)

docs: $(RUNTIME) ## Print docs/lifecycle.md and docs/patches.md from the tables of steps
	$(BIN)/python -m models.rules.lifecycle > docs/lifecycle.md.new
	mv docs/lifecycle.md.new docs/lifecycle.md
	$(BIN)/python -m models.rules.patches > docs/patches.md.new
	mv docs/patches.md.new docs/patches.md

migrate: $(RUNTIME) ## Bring the database of LIAISON_DATABASE_URL up to date
	$(BIN)/liaison migrate

image: ## Build the container image (ENGINE=docker IMAGE=liaison)
	$(ENGINE) build --tag $(IMAGE) .

lock: $(DEV) ## Write constraints.txt anew (ARGS=--upgrade for newer versions)
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate --all-extras \
		$(ARGS) --output-file constraints.txt pyproject.toml
	@if grep --quiet '://' constraints.txt; then echo "constraints.txt names a host: remove it" >&2; exit 1; fi

model: $(DEV) ## Train all models anew from the examples we wrote
	$(BIN)/liaison train $(ARGS)

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# The environment is made anew whenever the pins change, so it never holds what they no longer name.
$(RUNTIME): pyproject.toml constraints.txt
	@if [ -z "$(PYTHON)" ]; then \
		echo "Python 3.11 or newer with venv is needed; none of $(CANDIDATES) is one." >&2; \
		echo "On Debian or Ubuntu: apt-get install python3 python3-venv" >&2; exit 1; fi
	@echo "Building $(VENV) with $(PYTHON) ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(PIP) --editable .
	@$(COMPILE)
	@touch $@

$(DEV): $(RUNTIME)
	@echo "Adding the development tools ..."
	@$(PIP) --editable '.[dev]'
	@touch $@
