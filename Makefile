# Two commands: `make run` and `make test`. Both set up what they need in .venv; a second call is quick.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
FRONTEND := $(wildcard frontend/package*.json frontend/build.mjs frontend/src/*)

ifdef UV
NEW_VENV := $(UV) venv --quiet --allow-existing $(VENV)
INSTALL := VIRTUAL_ENV=$(VENV) $(UV) pip install --quiet
else
NEW_VENV := $(PYTHON) -m venv $(VENV)
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
endif

.PHONY: run test docs clean

run: $(VENV)/.run
	@$(BIN)/viva serve $(ARGS)

test: $(VENV)/.test
	@PATH="$(CURDIR)/$(BIN):$$PATH" scripts/check

docs: $(VENV)/.test
	@$(BIN)/mkdocs build --strict

$(VENV)/.run: pyproject.toml constraints.txt hatch_build.py $(FRONTEND)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Viva needs Python 3.11 or later; $(PYTHON) is older. Try: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@echo "Setting up $(VENV) (once)"
	@$(NEW_VENV)
	@$(INSTALL) --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.run
	@echo "Adding what the tests need (once)"
	@$(INSTALL) --constraint constraints.txt --requirement requirements-test.txt
	@touch $@

clean:
	rm -rf $(VENV) site .mypy_cache .ruff_cache .pytest_cache .hypothesis
