# Four verbs: install, check, test, talk. Each sets up what it needs in .venv.
SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -c
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# What is locked for other platforms is passed over without a line for each.
PIP_INSTALL := $(BIN)/python -m pip install --disable-pip-version-check --no-input --require-hashes
# Wheels only, and one package that has none: it is built by what build.txt has locked.
PIP_BUILD := $(PIP_INSTALL) --only-binary :all: --no-binary srt --no-build-isolation
QUIETER := grep --line-buffered -v -e "^Ignoring " -e "^Looking in "

.PHONY: help talk test check structure virtual-room serve fuzz fuzz-sound fuzz-writes bench-alexa fhir lambda replay-container draw-screens draw-booklet check-screens check-page pictures install lock mutants clean
.DEFAULT_GOAL := help

help:
	@echo "make talk     hold a spoken interview here, offline"
	@echo "make test     run all tests"
	@echo "make check    lint, types, layers and the data check"
	@echo "make fuzz     invalid Alexa requests, a hundred thousand of them"
	@echo "make fuzz-sound  damaged recordings, a hundred thousand of each kind"
	@echo "make bench-alexa  the Alexa endpoint beside a bare echo, and 10,000 interviews"
	@echo "make serve    start the Alexa endpoint (development settings)"

# Setting up is remembered by a stamp, so that it runs again only when a lock changes.
$(VENV)/talk.stamp: requirements/talk.txt requirements/build.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Back Talk needs Python 3.11 or later; $(PYTHON) is older. Try: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@echo "Setting up Back Talk's voice in $(VENV) (once, a minute or so) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP_INSTALL) -r requirements/build.txt | $(QUIETER)
	@$(PIP_BUILD) -r requirements/talk.txt | $(QUIETER)
	@touch $@

$(VENV)/test.stamp: $(VENV)/talk.stamp requirements/test.txt
	@echo "Setting up the endpoint and the tests in $(VENV) ..."
	@$(PIP_BUILD) -r requirements/test.txt | $(QUIETER)
	@touch $@

install: $(VENV)/test.stamp

talk: $(VENV)/talk.stamp
	@$(BIN)/python -m local_voice --or-demo

test: $(VENV)/test.stamp
	@$(BIN)/python -m pytest

check: $(VENV)/test.stamp
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports importlinter.ini --no-logo
	@PYTHONPATH=.:tests $(BIN)/python -m structure --check
	@$(BIN)/python -m dialogue check
	@$(BIN)/python -m local_voice phrases check
	@$(BIN)/python -m local_voice record-voice --check
	@$(BIN)/python -m skill model --check

# Measures the structure of the code, and draws the picture of docs/architecture.md.
structure: $(VENV)/test.stamp
	@PYTHONPATH=.:tests $(BIN)/python -m structure

# Needs the system's pulseaudio and pulseaudio-utils, and some minutes of quiet.
COMMAND ?= gap
virtual-room: $(VENV)/test.stamp
	@PYTHONPATH=.:tests $(BIN)/python -m virtual_room $(COMMAND)

# Needs Java and Maven, which fetches HAPI's validator; the records are of two talks.
FHIR := build/fhir
CLINIC_TALK := $(foreach n,1 2 3 4 5 6 7 8 9 10,no\n)yes\nyes\nno\nyes\n
UNSURE_TALK := $(foreach n,1 2 3 4 5 6,no\n)not sure\nnot sure\nyes\n
fhir: $(VENV)/test.stamp
	@rm -rf $(FHIR) && mkdir -p $(FHIR)
	@printf '$(CLINIC_TALK)' | $(BIN)/python -m dialogue try --record $(FHIR)/clinic >/dev/null
	@printf '$(UNSURE_TALK)' | $(BIN)/python -m dialogue try --record $(FHIR)/unsure >/dev/null
	@mvn -q -B -Dstyle.color=never -f tests/fhir/pom.xml dependency:build-classpath -Dmdep.outputFile=$(CURDIR)/$(FHIR)/classpath
	@java -cp "$$(cat $(FHIR)/classpath)" tests/fhir/Validate.java \
	  $(FHIR)/clinic/*_questionnaire.json $(FHIR)/*/*_response.json 2>/dev/null

# For the night: a hundred thousand invalid requests, a quarter of an hour or so.
fuzz: $(VENV)/test.stamp
	@nice -n 10 env PYTHONPATH=.:tests $(BIN)/python -m fuzz --requests $${REQUESTS:-100000} --seed $${SEED:-1}

# Ten minutes: whether a session outlives damaged recordings.
fuzz-sound: $(VENV)/test.stamp
	@nice -n 10 env PYTHONPATH=.:tests $(BIN)/python -m sound_fuzz --files $${FILES:-100000} --seed $${SEED:-1}

# A kill and a full disk at every write of history, records and recordings.
fuzz-writes: $(VENV)/test.stamp
	@PYTHONPATH=.:tests $(BIN)/python -m write_faults

bench-alexa: $(VENV)/test.stamp
	@PYTHONPATH=.:tests $(BIN)/python -m performance.bench_alexa

serve: $(VENV)/test.stamp
	@BACKTALK_ENV=$${BACKTALK_ENV:-development} $(BIN)/gunicorn "app:create_app()"

# A zip file with all that the Lambda function needs, for Lambda's own Python and Linux.
LAMBDA_PYTHON ?= 3.12
lambda: $(VENV)/test.stamp
	@rm -rf build/lambda build/lambda.zip
	@$(PIP_INSTALL) --quiet --no-deps --only-binary=:all: --platform manylinux2014_x86_64 \
	  --python-version $(LAMBDA_PYTHON) --target build/lambda -r requirements/lambda.txt
	@cp -r dialogue skill build/lambda/
	@rm -rf build/lambda/skill/testing
	@find build/lambda -name __pycache__ -prune -exec rm -rf {} +
	@cd build && ../$(BIN)/python -m zipfile -c lambda.zip lambda/*
	@du -h build/lambda.zip

# Follows the container's recipe in a plain folder; needs the package index and port 8000.
replay-container:
	@$(PYTHON) tests/deployment/replay_container.py

# Draws every screen on every device with Chromium, to be looked at.
draw-screens: $(VENV)/test.stamp
	@PYTHONPATH=.:tests $(BIN)/python -m previews.screens

# Opens the clinician's booklet in Chromium, on screen and on paper.
draw-booklet: $(VENV)/test.stamp
	@PYTHONPATH=.:tests $(BIN)/python -m previews.booklet

# Needs npm: Amazon's own static validator reads the documents of the screens.
check-screens:
	@mkdir -p build/apl
	@npm install --silent --ignore-scripts --no-save --prefix build/apl apl-suggester@2024.2.0 >/dev/null 2>&1
	@NODE_PATH=build/apl/node_modules node tests/previews/check_screens.js 2>/dev/null

$(VENV)/browser.stamp: $(VENV)/test.stamp requirements/browser.txt
	@$(PIP_INSTALL) -r requirements/browser.txt | $(QUIETER)
	@touch $@

# Needs npm, for axe-core, and a Chromium of the system (or BACKTALK_CHROMIUM=PATH).
check-page: $(VENV)/browser.stamp
	@npm install --silent --ignore-scripts --no-save --prefix $(VENV)/npm axe-core@4.14.1
	@PYTHONPATH=. $(BIN)/python tests/browser/check_page.py $(VENV)/npm

# The pictures of the page in the README; needs a Chromium too.
pictures: $(VENV)/browser.stamp
	@PYTHONPATH=. $(BIN)/python tests/browser/pictures.py

# Half an hour: small faults in the protocol's data and in two files of the core, one at
# a time, and whether the tests notice. mutmut is not part of the locked test set.
mutants: $(VENV)/test.stamp
	@PYTHONPATH=.:tests $(BIN)/python -m mutants data
	@$(BIN)/python -m pip install --disable-pip-version-check -q "mutmut>=3.8,<4"
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/mutmut run --max-children 2 > mutants.log 2>&1 || true
	@PYTHONPATH=.:tests $(BIN)/python -m mutants code

# Needs uv (pip install uv); writes every version and hash that make installs.
LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q
lock:
	echo "setuptools>=77,<90" | $(subst pyproject.toml,-,$(LOCK)) -o requirements/build.txt
	$(LOCK) --extra voice -o requirements/talk.txt
	$(LOCK) --extra alexa --extra voice --extra barge-in --extra record --extra dev -o requirements/test.txt
	$(LOCK) --extra browser -o requirements/browser.txt
	$(LOCK) --extra alexa -o requirements/serve.txt
	$(LOCK) --extra lambda -o requirements/lambda.txt

clean:
	rm -rf $(VENV) build dist *.egg-info
