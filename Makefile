# Each target does all its set-up on a fresh machine: its own .venv, installed with the tested versions.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lint house benchmark clean
.DEFAULT_GOAL := demo

$(VENV)/.run: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-compile -c constraints.txt torch
	$(BIN)/python -m pip install --quiet --no-compile -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run
	$(BIN)/python -m pip install --quiet --no-compile -c constraints.txt -e ".[dev]"
	@touch $@

demo: $(VENV)/.run   ## the pocket model becomes a medical specialist, is audited, and is released or refused
	@$(BIN)/chartered run medical; code=$$?; \
	case $$code in 0|2|4) exit 0 ;; *) exit $$code ;; esac   # a verdict is a result, whichever it is

test: $(VENV)/.dev   ## all tests
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

clean:
	rm -rf $(VENV) runs
