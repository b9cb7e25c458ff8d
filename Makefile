.PHONY: setup dev run test webtest coverage lint types bench soak screenshots lock

BIN := .venv/bin
WORKERS ?= 2
export WECOM_DATA_DIR ?= $(CURDIR)/data
# Compiling everything anew in each process is a tenth of what the tests take.
unexport PYTHONDONTWRITEBYTECODE

setup:
	@deploy/setup.sh

dev: setup
	@deploy/setup.sh dev

# In the recipe's own process, so that Ctrl-C is one SIGINT to one program, which then ends by itself.
run: setup
	@exec $(BIN)/wecom run --demo

lint: dev
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache
	@cd wecom/webapp && PATH=$(CURDIR)/$(BIN):$$PATH npm run --silent lint

types: dev
	$(BIN)/mypy
	@cd wecom/webapp && PATH=$(CURDIR)/$(BIN):$$PATH npm run --silent check

webtest: dev
	@cd wecom/webapp && PATH=$(CURDIR)/$(BIN):$$PATH npm test --silent

test: lint types webtest
	$(BIN)/pytest -n $(WORKERS) --dist worksteal $(TESTS)

# Without the journeys, whose servers are killed before they could say what ran in them.
coverage: dev
	rm -f .coverage .coverage.*
	$(BIN)/coverage run -m pytest -n $(WORKERS) --dist worksteal --ignore tests/journeys -q
	$(BIN)/coverage combine -q
	$(BIN)/coverage report

bench: dev
	$(BIN)/python -m benchmarks $(BENCH)

soak: dev
	$(BIN)/python -m benchmarks.soak $(SOAK)

screenshots: dev
	$(BIN)/python -m tests.web.screenshots --looks $(or $(LOOKS),tested) $(ONLY)

# `make lock` keeps what is locked and fits; `make lock UPGRADE=--upgrade` takes the newest of everything.
lock:
	deploy/lock.sh $(UPGRADE)
