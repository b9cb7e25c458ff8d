.PHONY: setup dev run test lint types bench soak lock

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

types: dev
	$(BIN)/mypy

test: lint types
	$(BIN)/pytest -n $(WORKERS) --dist worksteal $(TESTS)

bench: dev
	$(BIN)/python -m benchmarks $(BENCH)

soak: dev
	$(BIN)/python -m benchmarks.soak $(SOAK)

# `make lock` keeps what is locked and fits; `make lock UPGRADE=--upgrade` takes the newest of everything.
lock:
	deploy/lock.sh $(UPGRADE)
