# Everything is set up here: `make demo` and `make test` need Python 3.11 or later and a package registry, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SCALE ?= 1

.PHONY: demo serve browser test screenshots translations check bench lock format clean help

help:
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

# The lock file is the whole truth about what is installed; the stamp is remade when it changes.
$(READY): requirements.lock
	$(PYTHON) -c 'import sys; sys.exit("dalil needs Python 3.11 or later") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(READY) ## build the demonstration archive and regenerate the report (demo/out)
	$(BIN)/python -m demo --scale $(SCALE)

serve: $(READY) ## the desk over the demonstration archive, on http://127.0.0.1:8000, with an account for each role
	@test -d demo/out/archive || $(BIN)/python -m demo --scale $(SCALE)
	$(BIN)/dalil serve demo/out/archive --demo-accounts

screenshots: $(READY) ## pictures of the desk for the documentation (docs/images/desk)
	DALIL_SCREENSHOTS=1 $(BIN)/python -m pytest tests/browser

translations: $(READY) ## gather what screens say, and compile the Arabic
	$(BIN)/python -m tools.translations

# The browser tests walk through the desk in Debian's chromium. Where the user may install it, it is installed; where not,
# those tests fail and say what is missing.
browser:
	@if ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null && command -v apt-get >/dev/null; then \
	  may=$$([ "$$(id -u)" = 0 ] && echo env || echo "sudo -n"); \
	  $$may apt-get update -qq && $$may apt-get install -y -qq --no-install-recommends chromium >/dev/null || \
	  echo "chromium could not be installed: the browser tests will fail. Install it with: apt-get install chromium" >&2; \
	fi

test: $(READY) browser ## every test
	$(BIN)/python -m pytest -n 2 --dist worksteal

check: $(READY) ## style, types, import contracts, generated pages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy src demo tests benchmarks tools
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m tools.reference_pages --check

bench: $(READY) ## the speed and memory aims, as ratios to named baselines (QUICK=1: small inputs)
	$(BIN)/python -m benchmarks $(if $(QUICK),--quick)

format: $(READY) ## put the code into its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(READY) ## choose versions anew and write requirements.lock
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-emit-index-url --no-emit-find-links --no-annotate --upgrade --output-file requirements.lock

clean: ## remove what commands made
	rm -rf $(VENV) build demo/out demo/out-* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
