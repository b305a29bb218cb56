# Four verbs: install, check, test, talk. Each sets up what it needs in .venv.
SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -c
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --disable-pip-version-check --no-input --progress-bar off --require-hashes
# Has no wheel there: needs a C compiler and Python's headers.
BUILT_ON_Linux_aarch64 := miniaudio
BUILT_HERE := srt $(BUILT_ON_$(shell uname -s)_$(shell uname -m))
# Wheels only, but for what has none: that is built by what build.txt has locked.
PIP_BUILD := $(PIP_INSTALL) --only-binary :all: $(foreach name,$(BUILT_HERE),--no-binary $(name)) --no-build-isolation
# One line on a terminal that tells how far pip is; its errors are on another stream.
PROGRESS := awk -v shown="$$(test -t 2 && echo 1)" \
  'shown && /^(Collecting|Using|Downloading|Building|Installing)/ { printf "\r\033[K  %.70s", $$0; fflush() } \
   END { if (shown) printf "\r\033[K" }'

.DEFAULT_GOAL := help
# Every target with a sentence behind two number signs is shown by help.
TARGETS := $(shell sed -n 's/^\([a-z-]*\):.*\#\# .*/\1/p' $(firstword $(MAKEFILE_LIST)))
.PHONY: $(TARGETS)

help: ## shows this
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1	\2/p' $(firstword $(MAKEFILE_LIST)) | \
	  while IFS='	' read -r name text; do printf 'make %-17s %s\n' "$$name" "$$text"; done

# Setting up is remembered by a stamp, so that it runs again only when a lock changes.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Back Talk needs Python 3.11 or later; $(PYTHON) is older. Try: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/talk.stamp: requirements/talk.txt requirements/build.txt pyproject.toml | $(BIN)/python
	@echo "Setting up Back Talk's voice in $(VENV) (once, a minute or so) ..."
	@$(PIP_INSTALL) -r requirements/build.txt | $(PROGRESS)
	@$(PIP_BUILD) -r requirements/talk.txt | $(PROGRESS)
	@touch $@

$(VENV)/test.stamp: $(VENV)/talk.stamp requirements/test.txt
	@echo "Setting up the endpoint and the tests in $(VENV) ..."
	@$(PIP_BUILD) -r requirements/test.txt | $(PROGRESS)
	@touch $@

$(VENV)/serve.stamp: requirements/serve.txt | $(BIN)/python
	@echo "Setting up the endpoint in $(VENV) ..."
	@$(PIP_INSTALL) --only-binary :all: -r requirements/serve.txt | $(PROGRESS)
	@touch $@

install: $(VENV)/test.stamp ## sets up .venv with all that tests need

talk: $(VENV)/talk.stamp ## a spoken interview here, offline; without a sound card a demonstration
	@$(BIN)/python -m local_voice --or-demo

# A file's tests stay together, on as many cores as there are; speed is measured after,
# with the machine to itself.
test: $(VENV)/test.stamp ## every test
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile -m "not performance"
	@$(BIN)/python -m pytest -m performance

check: $(VENV)/test.stamp ## lint, types, layers of the code, the data, Alexa's model
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports importlinter.ini --no-logo
	@PYTHONPATH=.:tests $(BIN)/python -m structure --check
	@$(BIN)/python -m dialogue check
	@$(BIN)/python -m dialogue schema --check
	@$(BIN)/python -m local_voice phrases check
	@$(BIN)/python -m local_voice record-voice --check
	@$(BIN)/python -m skill model --check

# Measures the structure of the code, and draws the picture of docs/architecture.md.
structure: $(VENV)/test.stamp ## measures the code's structure and draws the picture of docs/architecture.md
	@PYTHONPATH=.:tests $(BIN)/python -m structure

# Needs the system's pulseaudio and pulseaudio-utils, and some minutes of quiet.
COMMAND ?= gap
virtual-room: $(VENV)/test.stamp ## live sessions over virtual sound devices: COMMAND=gap, interviews, own-voice, ...
	@PYTHONPATH=.:tests $(BIN)/python -m virtual_room $(COMMAND)

# Needs Java and Maven, which fetches HAPI's validator; the records are of two talks.
FHIR := build/fhir
CLINIC_TALK := $(foreach n,1 2 3 4 5 6 7 8 9 10,no\n)yes\nyes\nno\nyes\n
UNSURE_TALK := $(foreach n,1 2 3 4 5 6,no\n)not sure\nnot sure\nyes\n
fhir: $(VENV)/test.stamp ## HAPI's validator reads the records (needs Java and Maven)
	@rm -rf $(FHIR) && mkdir -p $(FHIR)
	@printf '$(CLINIC_TALK)' | $(BIN)/python -m dialogue try --record $(FHIR)/clinic >/dev/null
	@printf '$(UNSURE_TALK)' | $(BIN)/python -m dialogue try --record $(FHIR)/unsure >/dev/null
	@mvn -q -B -Dstyle.color=never -f tests/fhir/pom.xml dependency:build-classpath -Dmdep.outputFile=$(CURDIR)/$(FHIR)/classpath
	@java -cp "$$(cat $(FHIR)/classpath)" tests/fhir/Validate.java \
	  $(FHIR)/clinic/*_questionnaire.json $(FHIR)/*/*_response.json 2>/dev/null

# For the night: a hundred thousand invalid requests, a quarter of an hour or so.
fuzz: $(VENV)/test.stamp ## 100,000 invalid requests, each judged by what it still says
	@nice -n 10 env PYTHONPATH=.:tests $(BIN)/python -m fuzz --requests $${REQUESTS:-100000} --seed $${SEED:-1}

# Ten minutes: whether a session outlives damaged recordings.
fuzz-sound: $(VENV)/test.stamp ## 100,000 damaged recordings of each kind, decoded as a session does
	@nice -n 10 env PYTHONPATH=.:tests $(BIN)/python -m sound_fuzz --files $${FILES:-100000} --seed $${SEED:-1}

# A kill and a full disk at every write of history, records and recordings.
fuzz-writes: $(VENV)/test.stamp ## a kill and a full disk at every write of what is kept
	@PYTHONPATH=.:tests $(BIN)/python -m write_faults

bench-alexa: $(VENV)/test.stamp ## the endpoint beside a bare echo; 10,000 interviews at once
	@PYTHONPATH=.:tests $(BIN)/python -m performance.bench_alexa

serve: $(VENV)/serve.stamp ## the Alexa endpoint with development settings
	@BACKTALK_ENV=$${BACKTALK_ENV:-development} $(BIN)/gunicorn "app:create_app()"

# A zip file with all that the Lambda function needs, for Lambda's own Python and Linux.
LAMBDA_PYTHON ?= 3.12
lambda: $(VENV)/test.stamp ## the zip file of the Lambda function
	@rm -rf build/lambda build/lambda.zip
	@$(PIP_INSTALL) --quiet --no-deps --only-binary=:all: --platform manylinux2014_x86_64 \
	  --python-version $(LAMBDA_PYTHON) --target build/lambda -r requirements/lambda.txt
	@cp -r dialogue skill build/lambda/
	@rm -rf build/lambda/skill/testing
	@find build/lambda -name __pycache__ -prune -exec rm -rf {} +
	@cd build && ../$(BIN)/python -m zipfile -c lambda.zip lambda/*
	@du -h build/lambda.zip

# Follows the container's recipe in a plain folder; needs the package index and port 8000.
replay-container: ## the container's recipe, followed in a plain folder
	@$(PYTHON) tests/deployment/replay_container.py

# Draws every screen on every device with Chromium, to be looked at.
draw-screens: $(VENV)/test.stamp ## what Alexa devices with a screen show (needs Chromium)
	@PYTHONPATH=.:tests $(BIN)/python -m previews.screens

# Opens the clinician's booklet in Chromium, on screen and on paper.
draw-booklet: $(VENV)/test.stamp ## the booklet in Chromium, on screen and on paper
	@PYTHONPATH=.:tests $(BIN)/python -m previews.booklet

# Needs npm: Amazon's own static validator reads the documents of the screens.
check-screens: ## Amazon's validator reads the screens (needs npm)
	@mkdir -p build/apl
	@npm install --silent --ignore-scripts --no-save --prefix build/apl apl-suggester@2024.2.0 >/dev/null 2>&1
	@NODE_PATH=build/apl/node_modules node tests/previews/check_screens.js 2>/dev/null

$(VENV)/browser.stamp: $(VENV)/test.stamp requirements/browser.txt
	@$(PIP_INSTALL) -r requirements/browser.txt | $(PROGRESS)
	@touch $@

# Needs npm, for axe-core, and a Chromium of the system (or BACKTALK_CHROMIUM=PATH).
check-page: $(VENV)/browser.stamp ## the page in a real Chromium: axe-core, keyboard alone, zoom
	@npm install --silent --ignore-scripts --no-save --prefix $(VENV)/npm axe-core@4.14.1
	@PYTHONPATH=. $(BIN)/python tests/browser/check_page.py $(VENV)/npm

# The pictures of the page in the README; needs a Chromium too.
pictures: $(VENV)/browser.stamp ## the pictures of the page (needs Chromium)
	@PYTHONPATH=. $(BIN)/python tests/browser/pictures.py

# Half an hour: small faults in the protocol's data and in two files of the core, one at
# a time, and whether the tests notice. mutmut is not part of the locked test set.
mutants: $(VENV)/test.stamp ## half an hour: which small faults in protocol and engine the tests notice
	@PYTHONPATH=.:tests $(BIN)/python -m mutants data
	@$(BIN)/python -m pip install --disable-pip-version-check -q "mutmut>=3.8,<4"
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/mutmut run --max-children 2 > mutants.log 2>&1 || true
	@PYTHONPATH=.:tests $(BIN)/python -m mutants code

# Needs uv and the package index: is there a wheel of each locked package, for the older
# and the newer Python? What is built is named, as in BUILT_HERE.
PLATFORMS := x86_64-manylinux_2_28 aarch64-manylinux_2_28 aarch64-apple-darwin x86_64-apple-darwin x86_64-pc-windows-msvc
BUILT_ON_aarch64-manylinux_2_28 := $(BUILT_ON_Linux_aarch64)
PYTHONS ?= 3.11 3.14
platforms: ## is there a wheel of each package for each platform? (needs uv)
	@$(foreach python,$(PYTHONS),$(foreach platform,$(PLATFORMS),\
	  uv pip install --dry-run --quiet --target $(VENV)/none --require-hashes --only-binary :all: \
	    $(foreach name,srt $(BUILT_ON_$(platform)),--no-binary $(name)) \
	    --python-platform $(platform) --python-version $(python) -r requirements/talk.txt && \
	  echo "$(platform), Python $(python): a wheel of each$(addprefix ; built there: ,$(BUILT_ON_$(platform)))" &&)) true

# Needs uv (pip install uv); writes every version and hash that make installs.
LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q
lock: ## writes every version and hash that make installs (needs uv)
	printf '%s\n' "setuptools>=77,<90" "cffi>=1.17,<3" | $(subst pyproject.toml,-,$(LOCK)) -o requirements/build.txt
	$(LOCK) --extra voice -o requirements/talk.txt
	$(LOCK) --extra alexa --extra voice --extra barge-in --extra metrics --extra record --extra completion --extra dev -o requirements/test.txt
	$(LOCK) --extra browser -o requirements/browser.txt
	$(LOCK) --extra alexa --extra metrics -o requirements/serve.txt
	$(LOCK) --extra lambda -o requirements/lambda.txt

clean: ## removes what was set up and built
	rm -rf $(VENV) build dist *.egg-info
