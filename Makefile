# Everything a person does with this repository, by name. `make` alone lists it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# pip alone installs; the exact versions stand in constraints.txt, those of the build back end too.
INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-input --constraint constraints.txt
SECONDS ?= 600
RUNTIME := $(VENV)/.runtime-installed
DEVELOPMENT := $(VENV)/.development-installed

.DEFAULT_GOAL := help
.PHONY: help setup check test test-long soak demo docs bench clean

help: ## list what can be done here
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)$$/\1|\2/' \
		| while IFS='|' read -r name what; do printf '  make %-10s %s\n' "$$name" "$$what"; done

setup: $(DEVELOPMENT) ## make .venv with pinned tools; quick when nothing changed

check: $(DEVELOPMENT) ## lint, format, types, import contracts, dependencies, fresh pictures
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy -p bot -p cards -p integrations -p tests
	$(BIN)/lint-imports --no-logo
	$(BIN)/deptry .
	$(BIN)/python -m bot.machines docs/machines --check

test: check ## everything tested: check, then the whole quick suite
	$(BIN)/python -m pytest -n auto -m "not slow"

test-long: $(DEVELOPMENT) ## the long-form tests that `make test` leaves out
	$(BIN)/python -m pytest -n auto -m slow

soak: $(DEVELOPMENT) ## reminders under killed processes: ten minutes for each database, or SECONDS=60
	SOAK_SECONDS=$(SECONDS) $(BIN)/python -m pytest -m slow tests/faults/test_soak.py

demo: $(RUNTIME) ## a whole invented world on this machine; Ctrl-C ends it
	@$(BIN)/bihuan demo $(DEMO)

docs: $(DEVELOPMENT) ## draw docs/machines from the tables in the code
	$(BIN)/python -m bot.machines docs/machines

bench: $(RUNTIME) ## measure speed and memory beside their baselines
	$(BIN)/bihuan bench

clean: ## remove what was made here; demo data under var/ stays
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find bot cards integrations tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'Bihuan needs Python 3.11 or newer; say which: make PYTHON=python3.12 …' >&2; exit 1; }
	@echo 'making $(VENV) …'
	@$(PYTHON) -m venv $(VENV)

$(RUNTIME): pyproject.toml constraints.txt | $(BIN)/python
	@echo 'installing what Bihuan runs on …'
	@$(INSTALL) pip
	@$(INSTALL) --build-constraint constraints.txt --editable .
	@touch $@

$(DEVELOPMENT): $(RUNTIME)
	@echo 'installing what Bihuan is tested with …'
	@$(INSTALL) --group dev
	@touch $@
