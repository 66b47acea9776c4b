# The course in a few words: `make book`, `make test`, `make lab`, `make serve`.
# Each target sets itself up from nothing; the set-up runs again only when the lock changes.

PYTHON ?= python3
VENV := .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
STAMP := $(VENV)/installed-$(shell cat requirements.txt pyproject.toml | git hash-object --stdin)
export PATH := $(abspath $(BIN)):$(PATH)
export PYDEVD_DISABLE_FILE_VALIDATION := 1

.DEFAULT_GOAL := help
.PHONY: help setup book serve lab test exercises mutants churn bench pdf epub zip links lock check clean

help:  ## Show what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(STAMP)  ## Create .venv and install the locked packages (every other target does it by itself)

# Kernels say errors only: each would warn anew that what it tells this very machine is not encrypted.
$(STAMP):
	@echo "Setting up .venv (about a minute; only when the lock changes) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "The course needs Python 3.11 or newer; '$(PYTHON)' is older. Try: make PYTHON=python3.13 book"; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) || { \
	    echo "Python could not create .venv. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@python -m pip install --quiet --disable-pip-version-check uv 2>/dev/null \
	    && uv pip install --quiet --python $(BIN)/python -r requirements.txt \
	    || python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@mkdir -p $(VENV)/etc/ipython && echo 'c.IPKernelApp.log_level = "ERROR"' > $(VENV)/etc/ipython/ipython_kernel_config.py
	@touch $@
	@echo "Set up."

# SOLUTIONS=no leaves the solutions out, in a site of its own: a class can have that one.
ifeq ($(SOLUTIONS),no)
SITE := _build/without-solutions/_build
TOC := --toc _build/toc-without-solutions.yml --path-output _build/without-solutions
export ANNLIB_SOLUTIONS := no
else
SITE := _build
endif

book: $(STAMP)  ## Build the book into _build/html (with SOLUTIONS=no a site without the solutions)
	@$(if $(TOC),python tools/toc_without_solutions.py)
	@jupyter-book build --quiet --warningiserror --keep-going $(TOC) . || { rm -rf $(SITE)/.doctrees; exit 1; }
	@echo "The book is built: open $(SITE)/html/index.html, or run 'make serve'."

serve: book  ## Serve the built book on localhost
	@python -m http.server --bind 127.0.0.1 --directory $(SITE)/html 8000

lab: $(STAMP)  ## Open JupyterLab at your own copies of exercises and chapters (work/)
	@python tools/copy_exercises.py
	@jupyter lab --notebook-dir work

test: book  ## Pass every test
	@python tools/run_tests.py

exercises: $(STAMP)  ## Derive exercises/ from solutions/
	@python tools/make_exercises.py

mutants: $(STAMP)  ## Try every small mistake in every exercise's right answer (some minutes)
	@python tools/mutate_exercises.py

churn: $(STAMP)  ## Compare the churn models on the simulated and, where it is there, the real table
	@python benchmarks/churn.py

bench: $(STAMP)  ## Measure annlib's speed beside scikit-learn and PyTorch (fetches PyTorch)
	@python -c 'import torch' 2>/dev/null || python -m pip install --quiet --disable-pip-version-check torch==2.13.0
	@python benchmarks/speed.py

pdf: $(STAMP)  ## Print the book as one PDF, _build/crux-of-deep-learning.pdf (needs Chromium or Chrome)
	@jupyter-book build --quiet --warningiserror --keep-going --builder singlehtml .
	@python tools/print_pdf.py

epub: $(STAMP)  ## Build the book for e-book readers, _build/crux-of-deep-learning.epub
	@rm -rf _build/epub
	@jupyter-book build --quiet --warningiserror --keep-going --builder custom --custom-builder epub .
	@cp _build/epub/crux-of-deep-learning.epub _build/ && python tools/check_epub.py _build/crux-of-deep-learning.epub

zip: $(STAMP)  ## Pack the whole course, _build/crux-of-deep-learning.zip (`make book` offers it on the site)
	@python book/_ext/course_zip.py

links: book  ## Ask every address that the book links to (needs the network)
	@python tools/check_links.py --online

lock: $(STAMP)  ## Renew requirements.txt from the ranges in pyproject.toml
	uv pip compile --quiet --upgrade --universal --python-version 3.11 --no-annotate --no-header \
	    --extra course --extra book --extra test pyproject.toml --output-file requirements.txt

check: $(STAMP)  ## Format, lint, types, stripped notebooks, links (under a minute)
	@ruff format --check . && ruff check . && mypy
	@git ls-files -z '*.ipynb' | xargs -0 nbstripout --verify --keep-count --keep-id
	@python tools/make_exercises.py --check
	@python tools/check_links.py

clean:  ## Remove what was built (keeps .venv and work/)
	rm -rf _build
