# Every verb of the project. `make` alone lists them; each does what it needs first, and a second run repeats nothing.
.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory
# Bytecode is kept, whatever the caller's habit: without it each start compiles four hundred modules.
unexport PYTHONDONTWRITEBYTECODE

PORT ?= 8000
LISTEN ?= 127.0.0.1:$(PORT)
HOME_DIR ?= var/home
WORKERS ?= 3
ARGS ?=

BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --retries 5
PYTHON_CODE := src tests $(wildcard bench)
# The resolver that writes the requirement files; it lives in an environment of its own.
RESOLVER := uv==0.13.9

.PHONY: help
help: ## List every verb with what it does.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# ── Running ──────────────────────────────────────────────────────────────────────────────────────────────────────────

.PHONY: setup
setup: .venv/.installed ## Make .venv with the locked dependencies and the command `bema`.

.venv/bin/python:
	tools/make_venv.sh

.venv/.installed: requirements/base.txt pyproject.toml | .venv/bin/python
	$(INSTALL) --require-hashes -r requirements/base.txt
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: demo
demo: setup ## Fill a living square with people and serve it (PORT=8000).
	$(BIN)/bema demo --home var/demo --port $(PORT)

$(HOME_DIR)/bema.toml: | .venv/.installed
	$(BIN)/bema init --home $(HOME_DIR) --domain localhost:$(PORT) --scheme http

.PHONY: serve
serve: setup $(HOME_DIR)/bema.toml ## Serve your own empty square (HOME_DIR=var/home LISTEN=127.0.0.1:8000).
	$(BIN)/bema serve --home $(HOME_DIR) --listen $(LISTEN)

.PHONY: migrate
migrate: setup $(HOME_DIR)/bema.toml ## Bring the database of HOME_DIR up to the newest schema.
	$(BIN)/bema migrate --home $(HOME_DIR)

.PHONY: shell
shell: setup $(HOME_DIR)/bema.toml ## Open a Python prompt on the database of HOME_DIR.
	$(BIN)/bema shell --home $(HOME_DIR)

# ── Proving ──────────────────────────────────────────────────────────────────────────────────────────────────────────

.venv/.installed-test: requirements/test.txt .venv/.installed
	$(INSTALL) --require-hashes -r requirements/test.txt
	@touch $@

# What is not ours and tries us: masto.js as a client, Fedify as another server, three programs that know logs.
JUDGES := $(foreach name,masto fedify tlog,tests/clients/$(name)/node_modules/.package-lock.json) build/judges/.installed
%/node_modules/.package-lock.json: %/package-lock.json
	npm ci --prefix $* --no-audit --no-fund --ignore-scripts
	@touch $@

# They run on another Python, in Pyodide, so that they have a folder of their own.
build/judges/.installed: requirements/judges.txt | .venv/bin/python
	$(INSTALL) --require-hashes --no-deps --ignore-requires-python --only-binary :all: --upgrade --target $(@D) -r $<
	@touch $@

.PHONY: test
test: .venv/.installed-test ## Install what the tests need, the browser too, and run all of them (ARGS="-k home").
	tools/system_packages.sh
	@$(MAKE) $(JUDGES)
	$(BIN)/pytest -n $(WORKERS) $(ARGS)

.PHONY: check
check: .venv/.installed-test ## Check format, lint, types, imports and tidiness, and run each fast test once.
	$(BIN)/ruff format --check $(PYTHON_CODE)
	$(BIN)/ruff check $(PYTHON_CODE)
	$(BIN)/mypy $(PYTHON_CODE)
	$(BIN)/lint-imports --no-logo
	$(BIN)/pytest -n $(WORKERS) -q -p no:schemathesis --once -m "not slow and not browser" $(ARGS)

.PHONY: format
format: .venv/.installed-test ## Put the code into the form that `make check` wants.
	$(BIN)/ruff format $(PYTHON_CODE)
	$(BIN)/ruff check --fix $(PYTHON_CODE)

.PHONY: bench
bench: .venv/.installed-test ## Measure the server against its budgets; results go to bench/results/.
	$(BIN)/python -m bench $(ARGS)

# ── Keeping ──────────────────────────────────────────────────────────────────────────────────────────────────────────

.PHONY: docs
docs: setup ## Write the reference pages from settings, commands and routes.
	$(BIN)/bema reference docs/reference

.PHONY: lock
lock: build/resolver/bin/uv ## Resolve requirements/*.in again into exact versions with hashes (ARGS=--upgrade).
	for list in base test; do \
	    $< pip compile --quiet --generate-hashes --no-emit-index-url --no-header $(ARGS) \
	        --python-version 3.11 --python-platform linux requirements/$$list.in --output-file requirements/$$list.txt; \
	done
	$< pip compile --quiet --generate-hashes --no-emit-index-url --no-header $(ARGS) \
	    --python-version 3.14 --no-emit-package cryptography --no-emit-package cffi --no-emit-package pycparser \
	    requirements/judges.in --output-file requirements/judges.txt

build/resolver/bin/uv: | .venv/bin/python
	$(BIN)/python -m venv build/resolver
	build/resolver/bin/python -m pip install --quiet --disable-pip-version-check $(RESOLVER)

.PHONY: clean
clean: ## Remove what was built and the demo square; .venv and your own square stay.
	rm -rf build dist var/demo .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
