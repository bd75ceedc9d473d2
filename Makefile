# Every command works on a machine with Python 3.11+, make and git; engine ones want Go or a pulumi on PATH.
STACK ?= dev
TODAY ?= 2026-11-23
RUN = .venv/bin/python
STAMP = .venv/.runtime
DEV = .venv/.dev

.PHONY: help preview test check demands format wheel engine test-engine aws-provider test-aws charts kyverno kube airflow browser rehearse up bootstrap clean
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
preview: $(STAMP) ## what a deployment would do, offline: STACK=prod FORMAT=json AGAINST=origin/main OUTPUT=file
	@$(RUN) -m preview $(STACK) $(if $(FORMAT),--format $(FORMAT)) $(if $(AGAINST),--against $(AGAINST)) $(if $(OUTPUT),--output $(OUTPUT))
# As many workers as cores, and bytecode even where it is forbidden: each worker would compile every test for itself.
test: $(DEV) ## every test that needs no CLI and no cloud
	env -u PYTHONDONTWRITEBYTECODE $(RUN) -m pytest -q -n auto --maxprocesses=4 --dist=worksteal
check: $(DEV) ## format, lint, types, generated files, tests, every stack's preview; what CI runs
	@.ci/check $(RUN) $(TODAY)

demands: $(DEV) ## each demand of the guardrails taken away in turn: what no case notices; nightly, two minutes
	@$(RUN) -m tests.demands
format: $(DEV) ## write the code as the formatter wants it
	$(RUN) -m ruff format . && $(RUN) -m ruff check --fix .
wheel: $(DEV) ## the components alone, as a wheel for other programs, in dist/
	@.ci/wheel $(RUN) dist && ls dist/*.whl
engine: ## build the real Pulumi CLI, and its host for YAML, from published Go modules (Go)
	@tools/pulumi/build.sh .engine/bin && tools/yaml/build.sh .engine/yaml
test-engine: $(DEV) engine ## program and packs under the real CLI (Go, or pulumi on PATH)
	$(RUN) -m pytest -q tests/engine --engine
aws-provider: ## build the real AWS provider from its published Go module (Go)
	@tools/aws/build.sh .engine/aws
test-aws: $(DEV) aws-provider ## every stack judged by the real AWS provider: validate, then plan (Go)
	$(RUN) -m pytest -q tests/aws --aws
charts: $(DEV) ## every chart rendered with our values and judged: CHARTS_DIR=folder (Go, or helm on PATH)
	@tools/helm/build.sh .engine/helm && $(RUN) -m tests.charts.pull && $(RUN) -m pytest -q tests/charts --charts
kyverno: $(DEV) ## the table of admission cases judged by Kyverno's own CLI (Go)
	@tools/kyverno/build.sh .engine/kyverno && $(RUN) -m pytest -q tests/kyverno --kyverno
kube: $(DEV) ## every object created in a real kube-apiserver (Go)
	@tools/kube/build.sh .engine/kube && $(RUN) -m pytest -q tests/kube --kube
airflow: $(DEV) ## the weekly crawl run by Airflow itself, against a site on this machine
	@PYTHON=$(or $(PYTHON),python3) tools/airflow/build.sh .engine/airflow && $(RUN) -m pytest -q tests/airflow --airflow
browser: $(DEV) ## the page in a real Chromium: axe-core, search, phone, paper (npm, Chromium)
	@tools/browser/build.sh .engine/browser && $(RUN) -m pytest -q tests/browser --browser
rehearse: $(DEV) ## moves rehearsed against real servers, each fetched or built once (Go, JDK 17, Maven)
	@for each in tools/rehearsal/*.sh tools/airflow/build.sh; do PYTHON=$(or $(PYTHON),python3) $$each || exit; done && $(RUN) -m pytest -q tests/rehearsal --rehearse
up: $(STAMP) ## the real deployment: STACK=dev (pulumi and aws CLIs)
	@.ci/up $(STACK) $(ARGS)
bootstrap: $(STAMP) ## what an account needs first: previewed offline, then made: ENV=dev (pulumi and aws CLIs)
	@.ci/bootstrap $(ENV) $(ARGS)
clean: ## remove what was installed and built
	rm -rf .venv .engine

# What does not start, or is not of the PYTHON that is given, is installed anew whatever its stamp says.
AGAIN := $(if $(PYTHON),again,$(shell $(RUN) -c '' 2>/dev/null || echo again))
$(STAMP): requirements.lock .ci/install $(AGAIN)
	@.ci/install requirements.lock $@ $(PYTHON)
$(DEV): requirements-dev.lock requirements.lock .ci/install $(AGAIN)
	@.ci/install requirements-dev.lock $@ $(PYTHON)
again:
