# Needs make and a Python; everything else comes into .venv, and data into var.
#   make run     everything on this machine, as a rehearsal (PORT=8001 chooses the port)
#   make check   what a change must pass: lint, then the tests on SQLite and on PostgreSQL

PY = .venv/bin/python
# What a world is made for stays on one tester, until another has nothing left to do.
PYTEST = $(PY) -m pytest -n auto --maxprocesses 4 --dist worksteal
# Checks need no installation of their own.
CHECKING = env -u DATABASE_URL -u REDIS_URL REHEARSAL=1 DATA_DIR=var/check

.DEFAULT_GOAL := run
.PHONY: run test test-sqlite test-postgresql test-deep test-pages lint check messages shots weigh setup
.NOTPARALLEL:

run: .venv/run.stamp
	@exec env REHEARSAL=1 $(PY) manage.py serve --prepare

test: test-sqlite test-postgresql

test-sqlite: setup
	@echo "Tests on SQLite:"
	@env -u TEST_DATABASE_URL -u TEST_REDIS_URL $(PYTEST) $(ARGS)

test-postgresql: setup
	@echo "Tests on PostgreSQL:"
	@$(PY) -m tests.services $(PYTEST) $(ARGS)

test-deep: setup
	@DEEP=1 $(PY) -m tests.services $(PYTEST) tests/test_machine.py tests/faults $(ARGS)

test-pages: setup
	@DEEP=1 $(PYTEST) tests/test_every_page_in_a_browser.py $(ARGS)

lint: setup
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m djlint --quiet --lint .
	$(CHECKING) $(PY) manage.py makemigrations --check --dry-run
	$(CHECKING) $(PY) manage.py messages --check

check: lint test

messages: setup
	$(CHECKING) $(PY) manage.py messages

weigh: setup
	@$(PY) -m tests.weigh $(ARGS)

shots: setup
	@$(PY) -m tests.shots $(ARGS)

setup: .venv/dev.stamp

# The stamps are written last: an installation that was interrupted starts again.
.venv/run.stamp: requirements.txt .venv/made.stamp
	@echo "Installing what the product needs…"
	@$(PY) -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
	@touch $@

.venv/dev.stamp: requirements.txt requirements-dev.txt .venv/made.stamp
	@echo "Installing what the product and its tests need…"
	@$(PY) -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	@touch $@ .venv/run.stamp

.venv/made.stamp:
	@for python in python3 python3.13 python3.12 python3.11 python3.14; do \
	  $$python -c 'import ensurepip, sqlite3, ssl, sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' \
	    2>/dev/null && $$python -m venv --clear .venv && touch $@ && exit 0; \
	done; \
	echo "Nocturnes needs Python 3.11 to 3.14 with venv (on Debian: apt-get install python3 python3-venv)." >&2; exit 1
