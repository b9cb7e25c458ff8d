.PHONY: setup dev run test coverage bench soak screenshots lock
.PHONY: lint types webtest checked-server checked-web

BIN := .venv/bin
WEB := cd wecom/webapp && PATH=$(CURDIR)/$(BIN):$$PATH npm run --silent
WORKERS ?= 2
export WECOM_DATA_DIR ?= $(CURDIR)/data
# Compiling everything anew in each process is a tenth of what the tests take.
unexport PYTHONDONTWRITEBYTECODE

setup:
	@deploy/setup.sh

dev:
	@deploy/setup.sh dev

# In the recipe's own process, so that Ctrl-C is one SIGINT to one program, which then ends by itself.
run: setup
	@exec $(BIN)/wecom run --demo

lint: dev
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache
	@$(WEB) lint

types: dev
	$(BIN)/mypy
	@$(WEB) check

webtest: dev
	@$(WEB) test

# All of these three, as the server's and the web clients', so that one of each may run beside the other.
checked-server: dev
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy

checked-web: dev
	@$(WEB) lint
	@$(WEB) check
	@$(WEB) test

test: dev
	@$(MAKE) --no-print-directory -j 2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target) checked-server checked-web
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
