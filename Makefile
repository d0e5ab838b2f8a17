# Everything a person types. `make` alone lists it.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# On another Python: make PYTHON=/path/to/python3.12 report
PYTHON ?=
VENV := .venv
BIN := $(VENV)/bin
INSTALL = $(BIN)/python -m pip install -qq --disable-pip-version-check --constraint requirements.lock

.PHONY: help report test lab bench study lint format lock clean

help:
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-8s %s\n", $$1, $$2}'

report: $(VENV)/.installed ## Write the strategy reports of two companies, cdnow and dairy
	@$(BIN)/crm-analysis report cdnow dairy

test: $(VENV)/.installed-dev ## Run every test
	@$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile

lab: $(VENV)/.installed ## Open JupyterLab on the notebooks
	@$(BIN)/jupyter lab --notebook-dir=notebooks

bench: $(VENV)/.installed-dev ## Measure speed beside other ways, as ratios
	@$(BIN)/python -m tests.benchmarks

study: $(VENV)/.installed-dev ## Check on simulated worlds what tests are too short for (an hour)
	@$(BIN)/python -m tests.studies

lint: $(VENV)/.installed-dev ## Check style, notebooks included
	@$(BIN)/ruff format --check --quiet . || { echo "run: make format"; exit 1; }
	@$(BIN)/ruff check --quiet .

format: $(VENV)/.installed-dev ## Put code and notebooks into shape
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .

lock: $(VENV)/.installed-dev ## Pin every package anew in requirements.lock
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --upgrade \
		--extra dev --extra bayes --extra grocery --extra postgres --extra spark \
		--no-emit-index-url --custom-compile-command "make lock" \
		--output-file requirements.lock pyproject.toml

clean: ## Remove the environment and caches; reports stay
	rm -rf $(VENV) build dist .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps: an environment is made anew only when what it should hold has changed.
$(VENV)/.installed: pyproject.toml requirements.lock
	@echo "Making the environment in $(VENV) (a few minutes, once) ..."
	@test -x $(BIN)/python || .ci/find-python $(PYTHON) -m venv $(VENV)
	@$(INSTALL) --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@echo "Adding what the tests need ..."
	@$(INSTALL) --editable '.[dev]'
	@touch $@
