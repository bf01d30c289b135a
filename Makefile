# The two that matter: `make demo` and `make test`. Both build .venv when it is missing or out of date.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help demo test lint format bench fuzz fuzzfront mutate witness commands clean

help:  ## Show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: .venv/demo  ## Watch a Command go from a device to its cloud, and one come back
	@$(BIN)/modem-emulator demo

test: .venv/test  ## Run the tests
	$(BIN)/pytest

lint: .venv/test  ## Check style and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: .venv/test  ## Put the code into shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: .venv/test  ## Measure, beside other libraries and the bare machine in the same run
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[peers]'
	$(BIN)/python -W ignore -m tests.benchmarks

fuzz: .venv/test  ## A million random and mutated inputs into every reader of the formats (2 minutes)
	$(BIN)/python -m tests.long.fuzz

fuzzfront: .venv/test  ## A million random and mutated sessions into the software modem (7 minutes)
	$(BIN)/python -m tests.long.fuzz_front

mutate: .venv/test  ## Does a test notice when the formats are wrong? (a quarter of an hour on two processors)
	$(BIN)/python -m tests.long.mutate

witness: .venv/test  ## Other programs read what we write, and we read what they write: 10,000 messages each (half a minute)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[peers]'
	$(BIN)/python -W ignore -m tests.long.witnesses

commands: .venv/test  ## Write the table of AT commands in emulator/README.md anew
	$(BIN)/python -m emulator.firmware.coverage

clean:  ## Remove what the other targets made
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
		echo "Python's venv module does not work here. On Debian and Raspberry Pi OS: sudo apt install python3-venv" >&2; exit 1; }

.venv/demo: .venv/bin/python pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[emulator]'
	@touch $@

.venv/test: .venv/bin/python pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@ .venv/demo
