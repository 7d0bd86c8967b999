# Two commands: make demo, make test (CONTRIBUTING.md: which lane when). Nothing but git, make and Python 3.11+ (with venv) is needed.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready

SEED ?= 4242
LOCKED := --quiet --universal --generate-hashes --no-header

.PHONY: demo test test-fast test-slow test-all coverage check format up faults bench lock clean
.DEFAULT_GOAL := demo

demo: $(READY)  ## a county's two months, then the portal (ARGS=--no-serve ends after the play)
	$(BIN)/backstop demo $(ARGS)

test-fast: $(READY)  ## while writing: rules and commands on PostgreSQL alone, a minute on two cores
	COLUMNS=160 $(BIN)/python -m pytest -m fast -n 2 --dist worksteal $(ARGS)

test: $(READY)  ## before a commit: on the real Kafka and PostgreSQL
	$(BIN)/python -m pytest -m "not slow" $(ARGS)

test-slow: $(READY)  ## programs of others, a bundle, a month under faults, seeded faults, recipes
	$(BIN)/python -m pytest -m slow $(ARGS)

test-all: $(READY)  ## all lanes in one run, as CI does: two at a time, each with engines of its own
	CI=true COLUMNS=160 $(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

coverage: $(READY)  ## branch coverage of rules, commands, rulebook and kit; doors, events, refusals no test came to
	$(BIN)/python -m pytest -m "not slow" --cov --cov-report=term:skip-covered $(ARGS); \
		code=$$?; $(BIN)/python -m tests.helpers.reached && exit $$code

check: $(READY)  ## lint, types, import rules, contracts, policy packs, permissions, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/backstop schemas check
	$(BIN)/backstop packs check
	$(BIN)/backstop permissions check
	$(BIN)/backstop migrations check

up: $(READY)  ## real use: real clock, this machine only
	$(BIN)/backstop up $(ARGS)

faults: $(READY)  ## a month while processes and engines are killed (SEED=…, ARGS=--short); ARGS=--people: 5,000 random months of all roles; ARGS=--flood: all that others can send at once
	$(BIN)/python -m bench.faults --seed $(SEED) $(ARGS)

bench: $(READY)  ## speed and memory against the goals, into bench/results/ (QUICK=1: a look under 3 minutes; ARGS=relay; AGAINST=revision: beside it)
	$(BIN)/python -m bench$(if $(AGAINST),.against $(AGAINST),$(if $(QUICK), --quick)) $(ARGS)

format: $(READY)
	$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

lock:  ## after a change in pyproject.toml; needs uv (UPGRADE=--upgrade takes newer versions)
	uv pip compile pyproject.toml --all-extras $(LOCKED) $(UPGRADE) --output-file requirements.lock
	uv pip compile pyproject.toml --extra build $(LOCKED) --constraint requirements.lock --output-file requirements-production.lock

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "需要 Python 3.11 或更新的版本。请安装后再试，或者 make PYTHON=python3.12。Python 3.11 or newer is needed."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null \
		|| { echo "这个 Python 没有 venv。Debian/Ubuntu 请先 apt install python3-venv。This Python has no venv."; exit 1; }
	$(PYTHON) -m venv .venv
	@echo "正在安装所需的库（第一次约一分钟）… installing libraries"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

clean:
	rm -rf .venv var/demo out
