# Entry points of the project. Each target is one line; the work is in scripts/.
# Needs only python3 >= 3.11 with venv, git and make.

PYTHON := .venv/bin/python
SIZE ?= 1000000
# Compiled modules are kept: nearly a second of every start, and seven of every pass of the tests.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup setup-dev run test lint bench gates shots lock

help:
	@echo "make setup   install the locked packages and build the assets (idempotent)"
	@echo "make run     start the product on http://127.0.0.1:8000 (PORT, HOST, CRM_DEMO, ...)"
	@echo "make test    all tests: SQLite, then PostgreSQL with TEST_DATABASE_URL, then the browser"
	@echo "make lint    style, layers, templates, migrations, translations"
	@echo "make bench   measure the targets at SIZE=1000000 (SIZE=100000 is the smoke run)"
	@echo "make gates   the reliability gates at full scale"
	@echo "make shots   screenshots of every page into var/shots"
	@echo "make lock    resolve requirements/*.in again (maintainers, needs uv)"

setup:
	@sh scripts/python.sh scripts/setup.py

setup-dev:
	@sh scripts/python.sh scripts/setup.py --dev

run: setup
	@$(PYTHON) -m scripts.run

test: setup-dev
	@$(PYTHON) -m scripts.test

lint: setup-dev
	@$(PYTHON) -m scripts.lint

bench: setup-dev
	@SIZE=$(SIZE) $(PYTHON) -m tests.bench

gates: setup-dev
	@GATE_SCALE=full $(PYTHON) -m pytest tests/gates -m gate -p no:cacheprovider

shots: setup-dev
	@$(PYTHON) -m scripts.shots

lock:
	@sh scripts/lock.sh
