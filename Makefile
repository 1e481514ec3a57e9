# Amanat's commands. `make demo` shows the desk; `make test` proves it.
# The Python to build the environment with: make PYTHON=python3.12 …
PYTHON ?= python3
PORT ?= 8000
export PORT

.PHONY: setup demo test bench lint

# Environment for work on the code; instant when the lock has not changed.
setup: .venv/development
	@.venv/bin/python manage.py messages compile

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/development: requirements-dev.txt | .venv/bin/python
	.venv/bin/python -m pip install -qq --require-hashes -r requirements-dev.txt
	@touch .venv/runtime .venv/development

# Only what runs the desk.
.venv/runtime: requirements.txt | .venv/bin/python
	.venv/bin/python -m pip install -qq --require-hashes -r requirements.txt
	@touch .venv/runtime

# The desk with made-up people, on http://localhost:$(PORT)/. Ctrl-C stops it.
demo: .venv/runtime
	@exec .venv/bin/python manage.py demo

test: setup
	.venv/bin/python -m pytest -q -n 2 --dist loadfile $(ARGS)

bench: setup
	.venv/bin/python -m pytest -q -o addopts="-ra --strict-markers -p tests.environment" tests/benchmarks $(ARGS)

# Whatever the catalogues, the layers, the types or the deployment checks would object to.
lint: setup
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/python manage.py makemigrations --check --dry-run
	.venv/bin/python manage.py messages --check
	@echo check --deploy
	@key=$$(head -c 32 /dev/urandom | base64); \
	DATABASE_URL=postgres://amanat@database.example/amanat PUBLIC_BASE_URL=https://amanat.example \
	ALLOWED_HOSTS=amanat.example OPERATOR_PHONES=+996600000021 SECRET_KEY=$$key$$key AMANAT_DIGEST_KEY=$$key \
	AMANAT_ENCRYPTION_KEYS=1:$$key AMANAT_LINK_KEYS=1:$$key \
	.venv/bin/python manage.py check --deploy --fail-level WARNING
