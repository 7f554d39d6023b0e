# fax2fhir. `make demo` and `make test` do all set-up; `make check` is the one gate.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup tesseract demo stop test check format lint types contracts bench eval simulation conformance samples lock docs

export FAX2FHIR_HOME ?= $(CURDIR)/var
PY := .venv/bin/python
# The first interpreter of a supported version; set PYTHON to choose another.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1 && { echo $$p; break; }; done)
ROOMS := documents ledger validation fhir_mapping extractors review_queue evaluation flows tests

help: ## show the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: .venv/installed ## make .venv with the locked dependencies

.venv/installed: requirements.lock pyproject.toml
	@[ -n "$(PYTHON)" ] || { echo "fax2fhir needs Python 3.11, 3.12 or 3.13; set PYTHON=/path/to/python." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "This Python cannot make virtual environments. On Debian or Ubuntu: sudo apt-get install python3-venv" >&2; exit 1; }
	[ -x $(PY) ] || $(PYTHON) -m venv .venv
	@# The lock is complete; left to resolve anew, older pips (Debian 12 has 23.0) meet versions that are not in it.
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(PY) -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	$(PY) -m validation.build_icd10cm
	touch $@

tesseract: # installs Tesseract as root; as anybody else stops with the command to run
	@command -v tesseract >/dev/null && tesseract --list-langs 2>/dev/null | grep -x eng >/dev/null && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends tesseract-ocr tesseract-ocr-eng >/dev/null; \
	else \
		echo "Tesseract is missing. Install it, then run make again:" >&2; \
		echo "    Debian, Ubuntu:  sudo apt-get install tesseract-ocr tesseract-ocr-eng" >&2; \
		echo "    macOS:           brew install tesseract" >&2; \
		exit 1; \
	fi

demo: tesseract setup ## run the nightly job over the sample faxes on a local Prefect server
	@$(PY) -m flows.demo

stop: ## stop the local Prefect server and worker that make demo started
	@if [ -e .venv/installed ]; then $(PY) -m flows.demo --stop; else echo "Nothing of this installation is running: it was never set up."; fi

test: tesseract setup ## run the tests
	$(PY) -m pytest

check: tesseract setup lint types contracts ## the one gate: format, lint, types, import contracts, tests with coverage
	$(PY) -m pytest --cov --cov-report=term

lint:
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .

types:
	.venv/bin/mypy

contracts:
	.venv/bin/lint-imports

format: setup ## format the code and mend what lint can mend
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

bench: tesseract setup ## measure reading, the pipeline, memory and orchestration
	$(PY) -m evaluation.bench

# Fresh documents each time: figures on documents that anybody has looked at are too good. EVAL_SEED repeats a run; it is
# asked of the clock once, so that the seed that is printed is the one that was used.
EVAL_SEED := $(or $(EVAL_SEED),$(shell date +%s))
EVAL_COUNT ?= 40
# Documents that are faxed again and again with rising noise, beside the others.
EVAL_LADDER ?= 8
eval: tesseract setup ## judge the pipeline on fresh synthetic faxes; report in var/evaluation
	rm -rf $(FAX2FHIR_HOME)/evaluation/set
	.venv/bin/fax2fhir synth $(FAX2FHIR_HOME)/evaluation/set --count $(EVAL_COUNT) --seed $(EVAL_SEED)
	.venv/bin/fax2fhir synth $(FAX2FHIR_HOME)/evaluation/set --count $(EVAL_LADDER) --seed $$(( $(EVAL_SEED) + 1 )) --noise 0,1,2,3,4
	.venv/bin/fax2fhir evaluate --gold $(FAX2FHIR_HOME)/evaluation/set/gold \
		--html $(FAX2FHIR_HOME)/evaluation/report.html --json $(FAX2FHIR_HOME)/evaluation/result.json
	@echo "seed $(EVAL_SEED); report: $(FAX2FHIR_HOME)/evaluation/report.html"

simulation: tesseract setup ## weeks of nights with a simulated reviewer: errors, coverage, alarms
	$(PY) -m evaluation.simulation

# FHIR_CHECKER names the checker's folder (docs/fhir.md); CONFORMANCE_COUNT documents take some seconds each.
CONFORMANCE_COUNT ?= 2000
conformance: tesseract setup ## have every bundle of drawn documents and of the samples checked and posted
	$(PY) -m evaluation.conformance --samples --post
	$(PY) -m evaluation.conformance --documents $(CONFORMANCE_COUNT) --post

samples: setup ## draw the sample inbox again
	$(PY) -m evaluation.synth.samples

docs: setup ## write the generated pages of docs/
	$(PY) -m validation.rules docs/rules.md
	$(PY) -m validation.packs.schema validation/packs/schema.json
	$(PY) -m flows.tabular.dictionary docs/tables.md

lock: setup ## resolve the dependencies anew (needs uv)
	uv pip compile --universal --python-version 3.11 --group dev --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --no-emit-find-links pyproject.toml -o requirements.lock
