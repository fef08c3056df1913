# Bare `make` says what to type. Each target makes its own .venv and installs what it needs.
PYTHON ?= python3
FUZZ_SECONDS ?= 600
VENV := .venv
BIN := $(VENV)/bin
# Environments that switch byte code off make every cold start several times slower.
unexport PYTHONDONTWRITEBYTECODE
# uv does not read pip's configuration: where pip is told of local wheels, tell uv as well.
export UV_FIND_LINKS := $(shell pip config get global.find-links 2>/dev/null || true)
export UV_LINK_MODE := copy
INSTALL = $(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode -c constraints.txt

.PHONY: help demo serve test peers check bench docs fuzz format clean

help:
	@echo "make demo    find the odd lines of the bundled example"
	@echo "make serve   the web UI, with the example already scanned"
	@echo "make test    run the tests"
	@echo "make peers   start PostgreSQL, S3 and Chromium once and see that they answer (as root on Debian: install them)"
	@echo "make check   lint, types, floors between the rooms, docs"
	@echo "make bench   measure quality and speed (needs the labelled data: ODDLINE_DATA=DIR)"
	@echo "make docs    build the reference pages, one a plug-in and one a command"
	@echo "make fuzz    try made-up input on formats, masks and sources, ten minutes (FUZZ_SECONDS=N, FUZZ_SEED=N)"
	@echo "make format  format the code"
	@echo "make clean   remove everything that can be made again"

demo: $(VENV)/core
	$(BIN)/oddline scan examples/shop

serve: $(VENV)/serve
	$(BIN)/oddline serve --example

test: $(VENV)/dev
	$(BIN)/python -m pytest -n auto

peers: $(VENV)/dev
	$(BIN)/python -m tests.peers

check: $(VENV)/dev
	$(BIN)/ruff format --check src tests benchmarks examples docs fuzz
	$(BIN)/ruff check src tests benchmarks examples docs fuzz
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m pytest tests/test_docs.py tests/test_house.py

bench: $(VENV)/dev
	$(BIN)/python -m benchmarks

docs: $(VENV)/core
	$(BIN)/python docs/build.py

fuzz: $(VENV)/fuzz
	$(BIN)/python -m fuzz --seconds $(FUZZ_SECONDS) $(if $(FUZZ_SEED),--seed $(FUZZ_SEED))

format: $(VENV)/dev
	$(BIN)/ruff format src tests benchmarks examples docs fuzz
	$(BIN)/ruff check --fix src tests benchmarks examples docs fuzz

clean:
	rm -rf $(VENV) docs/reference .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .fuzz dist build

$(VENV)/uv:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "$$(grep '^uv==' constraints.txt)"
	@touch $@

$(VENV)/core: $(VENV)/uv pyproject.toml constraints.txt
	$(INSTALL) -e .
	@touch $@

$(VENV)/serve: $(VENV)/uv pyproject.toml constraints.txt
	$(INSTALL) -e '.[serve]'
	@touch $@ $(VENV)/core

$(VENV)/dev: $(VENV)/uv pyproject.toml constraints.txt
	$(INSTALL) -e '.[dev]'
	@touch $@ $(VENV)/core $(VENV)/serve

$(VENV)/fuzz: $(VENV)/uv pyproject.toml constraints.txt
	$(INSTALL) -e '.[fuzz]'
	@touch $@ $(VENV)/core
