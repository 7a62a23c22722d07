# Two commands do everything: `make demo` and `make test`. Both set up .venv first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
OUT := out/demo
# The arrays here are small: more threads only get into each other's way.
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1

.PHONY: help demo test lint types tests model compare bench wheel clean

help:
	@echo "make demo   set up, then score the sample drafts and triage the sample comments"
	@echo "make test   set up, then lint, check types and run the tests"
	@echo "make model  make the shipped model again from data/ and training/recipe.toml"
	@echo "make compare  measure what a user would pick instead on the same texts (20 minutes)"
	@echo "make bench  measure speed beside what a user would pick instead (15 minutes; both want the public data sets)"
	@echo "make lint   ruff and mypy alone"
	@echo "make clean  remove what was made: .venv, out, caches"

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "smclassify needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1). Name another: make PYTHON=python3.12 ..." >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Python cannot make a virtual environment; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@echo "Setting up $(VENV); the first time this takes a minute or two."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: $(READY)
	@mkdir -p $(OUT)
	@echo; echo "== Drafts, before they are published: smclassify score samples/drafts.csv samples/drafts/* --model shipped"; echo
	@$(BIN)/smclassify score samples/drafts.csv samples/drafts/* --model shipped || test $$? -eq 1
	@echo; echo "== Comments, whom to answer first: smclassify triage samples/comments.csv -o $(OUT)/triaged.csv --sort priority --report $(OUT)/report.html --force --model shipped"; echo
	@$(BIN)/smclassify triage samples/comments.csv -o $(OUT)/triaged.csv --sort priority --report $(OUT)/report.html --force --model shipped
	@echo; echo "All rows are in $(OUT)/triaged.csv. Open $(OUT)/report.html in a browser: whom to answer, what could blow up, how it goes."

test: lint tests

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

tests: $(READY)
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

model: $(READY)
	$(BIN)/python -m training.make_model
	$(BIN)/python -m training.readme_figures

compare: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[compare]'
	$(BIN)/python -m benchmarks.compare

bench: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[compare]'
	$(BIN)/python -m benchmarks.speed --markdown out/bench.md

wheel: $(READY)
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .

clean:
	rm -rf $(VENV) out dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
