# Everything runs in .venv, which is made from the lock files on first use. pip obeys your own settings (mirrors, proxies).
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && { echo $$p; break; }; done)
ARGS ?=
WORKERS ?= 2
UV ?= uv
# mesa asks for pythran on macOS, which needs a setuptools too old to build with; nothing here imports it.
UNUSED := $(foreach name,pythran beniget gast ply setuptools,--no-emit-package $(name))
LOCK = $(UV) pip compile --universal --fork-strategy fewest --python-version 3.11 --upgrade --generate-hashes --no-emit-index-url \
	--custom-compile-command "make lock" --quiet
# Of the second lock, the packages that the first has not, or has for fewer systems: nothing is said twice.
define ADDED
NR == FNR { if (/^[a-z0-9]/) have[$$0]; next }
/^#/ { print; next }
/^[a-z0-9]/ { keep = !($$0 in have) }
keep
endef
export ADDED
VENV := .venv
PY := $(VENV)/bin/python
READY := $(VENV)/.ready
DEV := $(VENV)/.ready-dev
PIP := $(PY) -m pip install -qq --disable-pip-version-check --no-input

.PHONY: help forecast report dashboard notebooks docs test check format bench identical estimates fuzz mutation lock clean

help: ## list these targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-10s %s\n", $$1, $$2 }'
	@echo '  Options of a verb go into ARGS, for instance: make forecast ARGS="scenario=no_policy language=en"'
	@echo '  Another interpreter (3.11 to 3.13): make PYTHON=python3.12 forecast'

forecast: $(READY) ## will the targets be met?
	@$(PY) -m sim forecast $(ARGS)

report: $(READY) ## a Word document and a PDF of the results
	@$(PY) -m sim report $(ARGS)

dashboard: $(READY) ## a page on this machine to try things out
	@$(PY) -m sim dashboard $(ARGS)

notebooks: $(DEV) ## run the notebooks, write build/notebooks/*.html
	@$(PY) notebooks/build.py build/notebooks

docs: $(DEV) ## the documentation as a site, in build/docs
	@NO_MKDOCS_2_WARNING=1 $(VENV)/bin/mkdocs build --strict --quiet
	@echo build/docs/index.html

# Compiled code reads beyond the end of an array without a word, unless it is told to look.
test: export NUMBA_BOUNDSCHECK := 1
test: $(DEV) ## run the tests
	@$(PY) -m pytest -n $(WORKERS) --dist loadfile $(ARGS)

check: $(DEV) ## lint, types, import directions, order in the tree
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports
	@$(PY) -m pytest -q tests/test_tree.py

format: $(DEV) ## put the code into the agreed form
	@$(VENV)/bin/ruff check --fix .
	@$(VENV)/bin/ruff format .

bench: $(READY) ## how fast?
	@$(PY) -m sim bench $(ARGS)

identical: $(READY) ## the same integers without AVX-512 and AVX2, with one thread and two; ARGS="python3.13" for another Python
	@$(PY) tests/identical.py $(ARGS)

estimates: $(READY) ## how far are the dashboard's estimates off? (ten minutes)
	@$(PY) tests/dashboard/off_by.py $(ARGS)

fuzz: $(DEV) ## ten thousand damaged files
	@$(PY) tests/fuzz $(ARGS)

mutation: $(DEV) ## do the tests notice faults put into the code? (an hour; ARGS="parts=policy sample=50" for a part)
	@$(PY) tests/mutation $(ARGS)

lock: ## resolve the dependencies again (needs uv)
	$(LOCK) pyproject.toml $(UNUSED) -o requirements.lock
	mkdir -p build
	$(LOCK) pyproject.toml --extra dev -c requirements.lock $(UNUSED) -o build/all.lock
	awk "$$ADDED" requirements.lock build/all.lock > requirements-dev.lock
	echo 'setuptools>=77' | $(LOCK) - --no-annotate -o requirements-build.lock

clean: ## remove .venv and caches; results stay
	rm -rf $(VENV) build *.egg-info
	find . -type d \( -name __pycache__ -o -name '.*_cache' -o -name .hypothesis \) -prune -exec rm -rf {} +

# The builder comes first: one dependency (antlr4, for Hydra) is published as source only.
$(READY): pyproject.toml requirements.lock requirements-build.lock
	@"$(PYTHON)" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null || \
		{ echo 'Python 3.11, 3.12 or 3.13 is needed; name one that you have: make PYTHON=/path/to/python3.12' >&2; exit 2; }
	@"$(PYTHON)" -m venv $(VENV) || \
		{ echo 'The venv module of this Python is incomplete; on Debian and Ubuntu: apt-get install python3-venv' >&2; exit 2; }
	@echo 'Installing the locked dependencies into $(VENV) (once, about a minute) ...' >&2
	@$(PIP) --require-hashes -r requirements-build.lock
	@$(PIP) --require-hashes --no-deps --no-build-isolation -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

# What tests, linters and notebooks need beyond what the program does.
$(DEV): $(READY) requirements-dev.lock
	@echo 'Installing the locked tools of developers into $(VENV) (once) ...' >&2
	@$(PIP) --require-hashes --no-deps --no-build-isolation -r requirements-dev.lock
	@touch $@
