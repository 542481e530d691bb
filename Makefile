# Every target works in a fresh clone; `make` alone lists them.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
JOBS ?= 2
ARGS ?=
export PYTHON
# Else each process of a test or proof compiles all that it imports.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
READY := .venv/.ready
# Python programs without a suffix, which ruff does not find.
PROGRAMS = $(shell grep -lE '^\#!.*python' scripts/* bench/* 2>/dev/null)
# Proofs that `make check` includes if their script exists.
PROOFS := $(foreach name,conformance conformance-rest,$(if $(wildcard scripts/$(name)),$(name)))
PROOFS += $(if $(wildcard scripts/apps),apps-short)

# Programs that write pages of the docs; --check compares the pages with the code.
GENERATORS := $(wildcard scripts/docs scripts/reference scripts/catalogue scripts/legacy-pages scripts/upgrade-pages)

# Run scripts/NAME or bench/NAME in the environment; fail if it does not exist.
run = @test -x $(1) || { echo "$(1) does not exist, so there is nothing to run." >&2; exit 1; }; \
	PATH="$(CURDIR)/$(BIN):$$PATH" $(1) $(ARGS)

.PHONY: help
help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-22s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: $(READY) ## Serve the example site and print its address.
	$(call run,scripts/demo)

# Each process gets one half of the tests in their order, so that what a file or folder
# shares is made once; the first one to be done steals from the other.
.PHONY: test
test: setup services ## Run all tests with real services, which the run starts and stops.
	$(BIN)/pytest -n $(JOBS) --dist worksteal --timeout 120 -ra $(ARGS)

# The folders engines and migrations know nothing of it, and types are the same.
.PHONY: test-plain-sqlalchemy
test-plain-sqlalchemy: setup services ## Run the database tests with the fast path of queries off.
	DATABASE_FAST_PATH=false $(BIN)/pytest -n $(JOBS) --timeout 120 -ra \
		-m "not fast_path" -k "not mypy" tests/db/fastpath tests/db/test_*.py $(ARGS)

.PHONY: check
check: rest test test-plain-sqlalchemy crash-ci matrix-ci ## Run everything that CI runs: style, types, layers, docs, proofs, tests.

.PHONY: rest
rest: style types layers stale proofs ## Run all of `check` except the tests.

.PHONY: proofs
proofs: $(PROOFS) ## Run the proofs that are fast enough for every change.

.PHONY: bench
bench: $(READY) ## Measure against other frameworks; writes docs/benchmarks.
	$(call run,bench/run)

.PHONY: fmt
fmt: $(READY) ## Format the code and apply ruff's fixes.
	$(BIN)/ruff check --fix --quiet . $(PROGRAMS) || true
	$(BIN)/ruff format . $(PROGRAMS)

.PHONY: style
style: $(READY) ## Check format and lint.
	$(BIN)/ruff format --check . $(PROGRAMS)
	$(BIN)/ruff check . $(PROGRAMS)

.PHONY: types
types: $(READY) ## Check types, strictly.
	$(BIN)/mypy
	$(BIN)/mypy scripts/lib/services scripts/lib/docs

.PHONY: layers
layers: $(READY) ## Check that imports point down.
	$(BIN)/python scripts/layers

.PHONY: docs
docs: $(READY) ## Write the generated pages of the docs.
	@for program in $(GENERATORS); do $(BIN)/python $$program; done

.PHONY: stale
stale: $(READY) ## Check that the generated pages are up to date.
	@for program in $(GENERATORS); do echo "$$program --check"; $(BIN)/python $$program --check; done

.PHONY: catalogue
catalogue: $(READY) ## Update the built-in translations, and list what has none.
	$(BIN)/python scripts/catalogue $(ARGS)

.PHONY: conformance
conformance: $(READY) ## Run Flask's own tests on the engine.
	$(call run,scripts/conformance)

.PHONY: matrix
matrix: $(READY) ## Run the tests with the oldest and newest Flask, SQLAlchemy and Python.
	$(call run,scripts/matrix)

.PHONY: matrix-ci
matrix-ci: $(READY) ## Run the engine on the oldest Flask and Werkzeug, on two Pythons.
	$(call run,scripts/matrix) --ci

.PHONY: differential
differential: $(READY) ## Compare random apps and requests with plain Flask, byte for byte.
	$(call run,scripts/differential)

.PHONY: differential-templates
differential-templates: $(READY) ## Render 50,000 random templates with Jinja's code and with ours.
	$(call run,scripts/differential-templates)

.PHONY: contact-sheets
contact-sheets: $(READY) ## Take pictures of every page that ships, in four forms, to look at.
	$(call run,scripts/contact-sheets)

.PHONY: forms-proof
forms-proof: $(READY) ## Check 500 generated forms with the HTML validator and axe in Chromium.
	$(call run,scripts/forms-proof)

.PHONY: accessibility
accessibility: setup services ## Check every page with axe in both themes and widths.
	EVERY_FORM=1 $(BIN)/pytest --timeout 600 tests/ui/test_accessibility.py $(ARGS)

.PHONY: mail-proof
mail-proof: $(READY) ## Send 10,000 mails through a failing server while workers are killed.
	$(call run,scripts/mail-proof)

.PHONY: action-proof
action-proof: $(READY) ## Do an action of the console with 100,000 rows, and retry as many runs, while workers are killed.
	$(call run,scripts/action-proof)
	$(call run,scripts/action-proof --runs)

.PHONY: apps
apps: $(READY) ## Compare real applications from PyPI on gunicorn and on carboy serve.
	$(call run,scripts/apps)

.PHONY: apps-short
apps-short: $(READY) ## Compare the site of Flask's tutorial on both servers.
	$(call run,scripts/apps) --short

.PHONY: app-pages
app-pages: $(READY) ## Measure pages of real applications on gunicorn, Granian and carboy serve.
	$(call run,scripts/app-pages)

.PHONY: border
border: $(READY) ## Send a million generated responses over the border to Granian.
	CARBOY_FUZZ_RESPONSES=1000000 $(BIN)/pytest -q --timeout 20000 \
		tests/server/http/test_checked_send.py

.PHONY: notes
notes: $(READY) ## Run the samples of Flask notes as they are written, if they are here.
	$(call run,scripts/notes)

.PHONY: old-sites
old-sites: $(READY) ## Run and serve the old sites of the tests, unchanged.
	$(call run,scripts/old-sites)

.PHONY: conformance-rest
conformance-rest: $(READY) ## Run Flask-RESTful's own tests on the REST battery.
	$(call run,scripts/conformance-rest)

.PHONY: schemathesis
schemathesis: $(READY) ## Send 1,000 generated requests to each operation of a typed API, and of generated models.
	SCHEMATHESIS_EXAMPLES=1000 $(BIN)/pytest -q --timeout 6000 -o faulthandler_timeout=0 tests/rest/test_schemathesis.py \
		tests/rest/crud/test_schemathesis.py tests/rest/crud/test_generated.py

.PHONY: rest-races
rest-races: $(READY) ## Change, repeat and add rows from eight processes at once; nothing may be lost or done twice.
	RACE_ROUNDS=30 $(BIN)/pytest -q -n0 --timeout 3000 tests/rest/crud/test_processes.py

.PHONY: sqlmap-rest
sqlmap-rest: $(READY) ## Run sqlmap over lists, filters, orders and bodies of rows; it has to find nothing.
	$(call run,scripts/sqlmap-rest)

REST_PEERS := "fastapi==0.165.0" "uvicorn[standard]==0.54.0" "asyncpg==0.32.0" "django==5.2.19" \
	"djangorestframework==3.18.3" "gunicorn==27.0.1" "flask-restful==0.3.10" "greenlet==3.5.6"

var/rest-bench-venv: | $(READY)
	$(BIN)/python -m venv $@
	$@/bin/python -m pip install -q $(REST_PEERS) -e ".[db,postgresql]"

.PHONY: bench-rest
bench-rest: var/rest-bench-venv ## Measure the REST battery against Flask-RESTful, Django REST framework and FastAPI.
	var/rest-bench-venv/bin/python bench/rest.py --write

CONSOLE_PEERS := "flask-admin==2.0.2" "django==5.2.19" "starlette-admin==1.0.3" "greenlet==3.5.6"

var/console-bench-venv: | $(READY)
	$(BIN)/python -m venv $@
	$@/bin/python -m pip install -q $(CONSOLE_PEERS) -e ".[db,forms,auth]"

.PHONY: bench-console
bench-console: var/console-bench-venv ## Measure pages of the console against Flask-Admin, Django admin and starlette-admin.
	var/console-bench-venv/bin/python bench/console.py --write

.PHONY: bench-rest-server
bench-rest-server: var/rest-bench-venv ## Measure lists of PostgreSQL's rows against FastAPI and Django REST framework.
	var/rest-bench-venv/bin/python bench/rest_server.py --write

.PHONY: csrf-mutants
csrf-mutants: $(READY) ## Take each guard against forged requests out; a test has to fail.
	$(call run,scripts/csrf-mutants)

.PHONY: museum
museum: $(READY) ## Take each guard of accounts out; the test of its hole has to fail.
	$(call run,scripts/museum)

.PHONY: account-journey
account-journey: $(READY) ## Go through the pages of accounts in Chromium in eight forms, with pictures.
	$(call run,scripts/account-journey)

.PHONY: museum-next
museum-next: $(READY) ## Judge 200,000 addresses behind `next` and compare with Chromium.
	CARBOY_NEXT_COUNT=200000 $(BIN)/pytest -q --timeout 1800 tests/auth/attacks/test_next.py

.PHONY: bench-logins
bench-logins: $(READY) ## Measure pages while a hundred people log in at once.
	$(BIN)/python bench/logins.py

.PHONY: bench-auth
bench-auth: $(READY) ## Measure pages with a login, and whether time tells who has an account.
	$(BIN)/python bench/auth.py

.PHONY: siege
siege: $(READY) ## Attack a served site and measure its regular clients.
	$(call run,scripts/siege)

.PHONY: crash
crash: $(READY) ## Kill workers and brokers under load and count lost tasks.
	$(call run,scripts/crash)

.PHONY: crash-ci
crash-ci: $(READY) ## Kill random processes of workers with ten seeds.
	$(call run,scripts/crash) --ci

.PHONY: large-uploads
large-uploads: $(READY) ## Send 2 GB over three kills of the server, and 500 MB in forms.
	$(call run,scripts/large-uploads)

.PHONY: snapshot
snapshot: $(READY) ## Hold a snapshot open while runs come and go on PostgreSQL.
	$(call run,scripts/snapshot)

.PHONY: drills
drills: $(READY) ## Run the drills of the tasks battery in their long form.
	DRILL_SECONDS=30 $(BIN)/pytest --timeout 300 -ra tests/tasks/test_drills.py \
		tests/tasks/test_postgresql_drills.py $(ARGS)

.PHONY: prove-uploads
prove-uploads: $(READY) ## Abort and kill 1,000 transactions on rows with files, and send 2,000 bodies.
	UPLOADS_PROOF_ROUNDS=1000 UPLOADS_PROOF_KILLS=1000 UPLOADS_PROOF_BODIES=2000 \
		$(BIN)/pytest --timeout 6000 -o faulthandler_timeout=0 \
		tests/uploads/test_kills.py tests/uploads/attacks/test_multipart.py $(ARGS)

.PHONY: prove-upgrade
prove-upgrade: $(READY) ## Upgrade 10,000 generated programs, and thirty packages from PyPI twice.
	UPGRADE_PROGRAMS=10000 $(BIN)/pytest -q -n0 --timeout 6000 -o faulthandler_timeout=0 tests/upgrade/test_programs.py
	$(call run,scripts/upgrade-packages)

.PHONY: upgrade-apps
upgrade-apps: $(READY) ## Bring the old apps of the tests to green with carboy upgrade --prove.
	$(call run,scripts/upgrade-apps)

.PHONY: setup
setup: $(READY) ## Create .venv with all dependencies.

$(READY): pyproject.toml scripts/setup
	@scripts/setup

.PHONY: wheel
wheel: $(READY) ## Build dist/carboy-*.whl, for pip to install and `carboy new` to pin.
	@rm -f dist/carboy-*.whl
	@$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist .
	@ls dist/carboy-*.whl

.PHONY: services
services: ## Install the services that tests use, or print how to.
	@$(PYTHON) scripts/services install || test "$${CI:-}" != true

.PHONY: doctor
doctor: ## List installed services and how to install the others.
	@$(PYTHON) scripts/services doctor || true

.PHONY: clean
clean: ## Remove the environment, caches and builds.
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .grimp_cache
