# `make help` lists what there is. Everything runs in the virtual environment .venv, which make keeps current.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
.DEFAULT_GOAL := help
# how many tests of the quick suite run at once: many wait for processes of their own, so one more than two cores have
TEST_PROCESSES ?= 3
# what runs the packages of the coverage floor ([tool.coverage.run] of pyproject.toml) in the tests' own process
COVERING := tests/recordings tests/scenarios tests/readiness tests/loadtests/ers tests/rehearse/test_rehearsal.py \
  tests/rehearse/shown/test_showing.py tests/simulations/test_launch.py tests/simulations/effects tests/simulations/users \
  $(addprefix tests/mock_server/,contract domain handlers http metrics sessions storage)
# … but for those that look on from outside: they run no branch here, or draw at random what others try one by one
LEFT_OUT := $(addprefix --ignore=tests/,simulations/effects/test_faults_at_random.py mock_server/contract/test_fuzz.py \
  mock_server/storage/test_crash.py mock_server/storage/test_durability.py)
# long tests but for those with a command of their own, and the folders whose tests wait for processes and browsers of theirs
LONG := "long and not real_time and not exhaustive"
WITH_PROCESSES := $(addprefix tests/,dossier loadtests mock_server rehearse)
# runs a command with what nobody else wants of the processors, as far as the system knows such a thing
LEAST := $(if $(shell command -v chrt),chrt --idle 0,nice -n 19)
# Mutants, by patterns of their names; each is tried by tests of its own package and of those that stand on it
MUTANTS ?= 'readiness.*' 'recordings.*' 'simulations.*'
MUTANTS_S ?= 3600
OTHERS_TESTS := $(if $(findstring simulations,$(MUTANTS)),,$(addprefix tests/,scenarios simulations/effects simulations/service simulations/users)) \
  $(if $(findstring readiness,$(MUTANTS))$(findstring recordings,$(MUTANTS)),,tests/readiness tests/recordings)
.PHONY: help setup warm rehearsal test test-long test-real-time test-computed theory engines coverage fault-table mutants check bench wheel lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/ready warm ## Set up .venv with the pinned dependencies, and make the compiled engine's machine code

warm: $(VENV)/ready ## Make the compiled engine's machine code, once after each change of it (a minute or two)
	@$(BIN)/python -m simulations.compiled.warm

rehearsal: $(VENV)/ready ## Forecast, serve, replay, audit and judge the launch morning (99, missed, is a verdict too)
	@$(BIN)/rehearse run launch-morning; status=$$?; \
	if [ $$status -eq 99 ]; then echo "(rehearse ended with status 99: objectives missed)"; exit 0; fi; exit $$status

test: $(VENV)/ready-test ## Run the quick tests, with formatting, types and the rest of the suite's checks
	@$(MAKE) --no-print-directory --jobs 2 check warm
	$(BIN)/pytest -n $(TEST_PROCESSES) --dist worksteal -m "not long"

test-long: $(VENV)/ready-test warm ## Run the tests that take minutes, those in real time one at a time (under 40 minutes)
	$(BIN)/pytest -n $(TEST_PROCESSES) --dist worksteal -m $(LONG) $(WITH_PROCESSES)
	$(MAKE) --no-print-directory --jobs 2 --keep-going --output-sync=target test-real-time test-computed

test-real-time: $(VENV)/ready-test ## Of the long tests those that play in real time and compare what they measured, one at a time
	$(BIN)/pytest -m "long and real_time"

test-computed: $(VENV)/ready-test ## Of the long tests those that only compute, at the least priority
	$(LEAST) $(BIN)/pytest -m $(LONG) $(addprefix --ignore=,$(WITH_PROCESSES))

theory: $(VENV)/ready-test warm ## Hold the simulator to every exact result, three times tighter, and try thousands of made-up cases (40 minutes)
	$(BIN)/pytest -n 2 --dist worksteal -m exhaustive --ignore=tests/simulations/compiled

engines: $(VENV)/ready-test warm ## Lay both engines over each other at length, and look for planted mistakes (an hour)
	$(BIN)/pytest -n 2 --dist worksteal -o faulthandler_timeout=3600 -m exhaustive tests/simulations/compiled  # a week by SimPy's engine

coverage: $(VENV)/ready-test warm ## Hold the share of branches that tests run, in all that runs in their own process
	$(BIN)/pytest -n 2 --dist worksteal -m "not long" --cov --cov-report=term-missing:skip-covered --cov-report=json \
	  $(COVERING) $(LEFT_OUT)
	$(BIN)/python -m tests.branch_floor coverage.json

fault-table: $(VENV)/ready-test ## Try every fault and defence on both clocks, and write the table of it (half an hour)
	$(BIN)/pytest -m "long and real_time" tests/faults
	$(BIN)/python -m tests.faults.table

mutants: $(VENV)/ready-test ## Change the code in small ways, and show which changes no test notices (at most MUTANTS_S seconds)
	status=0; PYTEST_ADDOPTS="$(addprefix --deselect=,$(OTHERS_TESTS))" timeout --signal INT $(MUTANTS_S) $(BIN)/mutmut run --max-children 2 $(MUTANTS) || status=$$?; \
	$(BIN)/mutmut results | grep -v ': not checked'; [ $$status -eq 124 ] || exit $$status

check: $(VENV)/ready-test ## Check style and types only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/ready-test warm ## Run the benchmarks and print their figures
	$(BIN)/python -m benchmarks.simulation
	$(BIN)/python -m benchmarks.engines
	$(BIN)/python -m benchmarks.quantiles
	$(BIN)/python -m benchmarks.replay
	$(BIN)/python -m benchmarks.mock_server
	$(BIN)/python -m benchmarks.soak
	$(BIN)/python -m benchmarks.access_log

wheel: $(VENV)/ready ## Build the wheel into dist/
	rm -rf build dist
	$(BIN)/python -m pip wheel --disable-pip-version-check --quiet --no-deps --no-build-isolation --wheel-dir dist .

lock: ## Write the lock files anew from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --extra compiled --group build -o requirements.lock
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --extra cluster --extra compiled --extra jwt --extra otlp --extra pdf --extra remote-write --extra samples --group build --group test --group check -c requirements.lock -o requirements-test.lock

clean: ## Remove the virtual environment and caches; runs stay
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .coverage* coverage.json mutants build dist *.egg-info

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/ready: $(VENV)/bin/python requirements.lock pyproject.toml
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/ready-test: $(VENV)/ready requirements-test.lock
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements-test.lock
	@touch $@
