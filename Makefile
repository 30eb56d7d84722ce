# Every target sets up what it needs. On a machine where python3 is too old: make app PYTHON=python3.12
PYTHON ?= python3
BIN := .venv/bin
APP_READY := .venv/app-ready
DEV_READY := .venv/dev-ready
DOCS_READY := .venv/docs-ready
SETUP := requirements.txt requirements.lock pyproject.toml tools/install.py

.PHONY: app test check format shots bench docs lock clean

app: $(APP_READY)  ## the app on http://localhost:8501
	$(BIN)/streamlit run app.py --server.port 8501

test: check  ## checks, then every test
	$(BIN)/python -m tools.javascript test
	$(BIN)/python -m tools.chromium
	$(BIN)/pytest -n 2 --dist loadfile --cov

check: $(DEV_READY)  ## linter, formatter, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tools.javascript check

format: $(DEV_READY)  ## put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python -m tools.javascript format

shots: $(DEV_READY)  ## a picture of every page on every screen, in shots/
	$(BIN)/python -m tools.chromium
	$(BIN)/python -m tools.shots

bench: $(DEV_READY)  ## the project's benchmarks
	$(BIN)/python -m tools.chromium
	$(BIN)/python -m benchmarks

docs: $(DOCS_READY)  ## the documentation as a site, in site/
	$(BIN)/python -m sphinx -W --keep-going -b html docs site

# One lock for every platform and Python. The pins stay as far as they can; all anew: make lock LOCK=--upgrade
lock: $(APP_READY)  ## requirements.lock, after requirements have changed
	$(BIN)/python -m pip --disable-pip-version-check install 'uv>=0.9,<1'
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-annotate --extra app --extra train --extra inspect \
		--custom-compile-command 'make lock' $(LOCK) pyproject.toml requirements-dev.txt -o requirements.lock

clean:  ## forget everything that was set up or made
	rm -rf .venv node_modules site shots bench-results .mypy_cache .ruff_cache .import_linter_cache .pytest_cache .hypothesis

$(APP_READY): $(SETUP)
	$(PYTHON) tools/install.py
	touch $@

$(DEV_READY): $(SETUP) requirements-dev.txt
	$(PYTHON) tools/install.py --dev
	touch $(APP_READY) $@

$(DOCS_READY): $(APP_READY) requirements-docs.txt
	$(BIN)/python -m pip --disable-pip-version-check install -r requirements-docs.txt
	touch $@
