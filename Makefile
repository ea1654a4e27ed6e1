# Everything a developer or a machine runs. A fresh machine needs Python 3.11, make and a package index.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
UNS    := $(BIN)/uns
MODEL  := examples/bottling/bottling.uns.yaml

# Without stored bytecode every program that a test starts compiles the package anew, and every
# worker the tests.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo check test lint format integration bench sample clean

help:
	@echo "make demo         install into .venv and ask the bottling example a few questions"
	@echo "make check        the fast tests, laws with few examples; for daily work"
	@echo "make test         all tests that need no server"
	@echo "make integration  the tests with real servers; installs what they need"
	@echo "make lint         ruff and mypy"
	@echo "make sample       the documentation of the bottling example anew, into docs/sample"
	@echo "make bench        the benchmarks, side by side with peers"

$(VENV)/pip.stamp:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	@touch $@

$(VENV)/demo.stamp: $(VENV)/pip.stamp pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/pip.stamp pyproject.toml
	$(BIN)/python -m pip install --quiet --editable . --group dev
	@touch $@

$(VENV)/integration.stamp: $(VENV)/dev.stamp
	$(BIN)/python -m pip install --quiet --group integration
	@touch $@

demo: $(VENV)/demo.stamp
	@echo; echo '$$ uns check $(MODEL)'
	@$(UNS) check $(MODEL)
	@echo; echo '$$ uns tree -m $(MODEL)'
	@$(UNS) tree -m $(MODEL)
	@echo; echo '$$ uns topics --count -m $(MODEL)'
	@$(UNS) topics --count -m $(MODEL)
	@echo; echo "# Which topics does this filter hit? Porto's line has no area, so it is not among them."
	@echo "$$ uns topics 'bottlingcompany/+/bottling/+/+/conveyorspeed' -m $(MODEL)"
	@$(UNS) topics 'bottlingcompany/+/bottling/+/+/conveyorspeed' -m $(MODEL)
	@echo; echo '# What is this topic?'
	@echo '$$ uns topic explain bottlingcompany/munich/bottling/line1/machine1/conveyorspeed -m $(MODEL)'
	@$(UNS) topic explain bottlingcompany/munich/bottling/line1/machine1/conveyorspeed -m $(MODEL)
	@echo; echo '# And this one? (the answer is no, so the command ends with 1)'
	@echo '$$ uns topic check bottlingcompany/munich/bottling/line1/machine1/conveyerspeed -m $(MODEL)'
	@$(UNS) topic check bottlingcompany/munich/bottling/line1/machine1/conveyerspeed -m $(MODEL); test $$? -eq 1

check: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not slow" --hypothesis-profile=quick $(PYTEST_ARGS)

test: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -n auto --dist worksteal $(PYTEST_ARGS)

integration: $(VENV)/integration.stamp
	sh tests/integration/install.sh
	$(BIN)/python -m pytest --integration $(PYTEST_ARGS)

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/dev.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

sample: $(VENV)/dev.stamp
	for target in markdown topics-json asyncapi python; do \
		$(UNS) export $$target -m $(MODEL) -o docs/sample 2>/dev/null || exit 1; \
	done
	$(UNS) docs build -m $(MODEL) -o docs/sample --single-file

bench: $(VENV)/integration.stamp
	$(BIN)/python benchmarks/loading.py
	$(BIN)/python benchmarks/matching.py
	$(BIN)/python benchmarks/kafka.py
	$(BIN)/python benchmarks/payloads.py
	$(BIN)/python benchmarks/documentation.py
	$(BIN)/python benchmarks/site.py
	$(BIN)/python benchmarks/gate.py
	$(BIN)/python benchmarks/lint.py
	$(BIN)/python benchmarks/startup.py

clean:
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
