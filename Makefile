# make demo    installs cw2v into .venv and runs the demonstration, which draws into this folder
# make test    installs it there and runs all tests against the installed package
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
WHEEL  := $(VENV)/wheel
SOURCES := setup.py pyproject.toml README.md $(shell find cw2v csrc -name '*.py' -o -name '*.pyx' -o -name '*.pxd' \
           -o -name '*.pyi' -o -name '*.[ch]' -o -name '*.inc' -o -path '*/assets/*')

.PHONY: build demo test ctest bench lint docs wheel distcheck clean

build: $(VENV)/installed

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "cw2v needs Python 3.11 or later; set PYTHON=, for example: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

# The package is installed as its users install it, not in place: what is tested is what is shipped. It is built once.
$(VENV)/installed: $(SOURCES) | $(VENV)/bin/python
	rm -rf build/lib* build/bdist* $(WHEEL)
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir $(WHEEL) .
	$(BIN)/python -m pip install --quiet --force-reinstall --no-deps $(WHEEL)/*.whl
	$(BIN)/python -m pip install --quiet $(WHEEL)/*.whl
	touch $@

$(VENV)/tested: $(VENV)/installed
	$(BIN)/python -m pip install --quiet "$$(echo $(WHEEL)/*.whl)[test,progress]"
	touch $@

demo: build
	$(BIN)/cw2v demo

test: $(VENV)/tested
	$(BIN)/pytest

# The C core by itself, under the address and undefined-behaviour sanitizers.
ctest:
	$(MAKE) -C csrc/tests

bench: build
	$(BIN)/python -m pip install --quiet "$$(echo $(WHEEL)/*.whl)[bench]"
	$(BIN)/python benchmarks/bench_train.py

lint: $(VENV)/tested
	$(BIN)/python -m pip install --quiet "$$(echo $(WHEEL)/*.whl)[dev]"
	$(BIN)/ruff check .
	$(BIN)/mypy

docs: build
	$(BIN)/python -P -m cw2v.parameters > docs/parameters.md.new
	mv docs/parameters.md.new docs/parameters.md

wheel: | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet build
	rm -rf dist && $(BIN)/python -m build

# The wheel that is built from the source archive, in an empty environment, away from the sources.
distcheck: wheel
	rm -rf build/empty && $(PYTHON) -m venv build/empty
	build/empty/bin/python -m pip install --quiet dist/*.whl
	! tar tzf dist/*.tar.gz | grep -E '/cw2v/_(core|text|lists|cooccur|phrases|query|vectors)\.c$$|\.so$$'
	cd / && $(abspath build/empty/bin/cw2v) demo --picture $(abspath build/empty/demo.html)
	cd / && $(abspath build/empty/bin/python) -c "import time, numpy; t = time.perf_counter(); import cw2v; \
	  print(f'import beyond NumPy: {time.perf_counter() - t:.3f} s')"

clean:
	rm -rf build dist $(VENV) *.egg-info .pytest_cache .hypothesis .mypy_cache .ruff_cache
	find cw2v \( -name '*.so' -o -name '_core.c' -o -name '_text.c' -o -name '_cooccur.c' -o -name '_phrases.c' \
	  -o -name '_lists.c' -o -name '_query.c' -o -name '_vectors.c' \) -delete
