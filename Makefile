# Every command works on a machine with Python 3.11+, make and git; engine ones want Go or a pulumi on PATH.
STACK ?= dev
TODAY ?= 2026-11-23
PYTHON ?= python3
RUN = .venv/bin/python
STAMP = .venv/.runtime
DEV = .venv/.dev

.PHONY: preview test check format engine test-engine kube up clean
preview: $(STAMP)
	@$(RUN) -m preview $(STACK) $(if $(FORMAT),--format $(FORMAT)) $(if $(AGAINST),--against $(AGAINST)) $(if $(OUTPUT),--output $(OUTPUT))

test: $(DEV)
	$(RUN) -m pytest -q

check: $(DEV)
	@.ci/check $(RUN) $(TODAY)

format: $(DEV)
	$(RUN) -m ruff format . && $(RUN) -m ruff check --fix .

engine:
	@tools/pulumi/build.sh .engine/bin
test-engine: $(DEV) engine
	$(RUN) -m pytest -q tests/engine --engine
kube: $(DEV)
	@tools/kube/build.sh .engine/kube && $(RUN) -m pytest -q tests/kube --kube

up: $(STAMP)
	@.ci/up $(STACK) $(ARGS)

clean:
	rm -rf .venv .engine

$(STAMP): requirements.lock .ci/install
	@.ci/install $(PYTHON) requirements.lock $@

$(DEV): requirements-dev.lock requirements.lock .ci/install
	@.ci/install $(PYTHON) requirements-dev.lock $@
