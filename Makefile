# Needs make and some Python 3.12 or newer. `make help` lists what there is.

.DEFAULT_GOAL := help
.PHONY: help run dev venv install test test-clock lint bench format messages icons vendor
.SILENT:

HOST ?= 127.0.0.1
PORT ?= 8000
export HOST PORT
# A shell that keeps no bytecode would have every process compile all tests and modules anew.
unexport PYTHONDONTWRITEBYTECODE

python := .venv/bin/python
find_python := python=$$(scripts/find-python) && "$$python"

help: ## Show this list
	sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1 \2/p' Makefile | awk '{ printf "  %s %-11s", $$1, $$2; $$1 = $$2 = ""; print }'

run: ## Start Hubbub; HOST and PORT choose where (127.0.0.1, 8000)
	$(find_python) scripts/address.py
	$(find_python) scripts/install.py run
	exec $(python) scripts/run.py

dev: ## Start it for development: it restarts when code changes
	$(find_python) scripts/address.py
	$(find_python) scripts/install.py run
	exec $(python) scripts/run.py --reload

venv: ## Only set up what run needs, as on a server
	$(find_python) scripts/install.py run

install: ## Only set up what run, test and lint need
	$(find_python) scripts/install.py test
	$(python) -m tests.services.chromium

test: install ## Run every test; ARGS goes to pytest: make test ARGS="-k typing"
	$(python) scripts/node.py node --test --test-reporter=dot "tests/js/**/*.test.js"
	$(python) -m pytest --numprocesses=auto --maxprocesses=4 --dist=worksteal $(ARGS)

test-clock: install ## Run the tests of this process at other times, in other zones and orders
	$(python) -m tests.clocks $(ARGS)

lint: ## Check the code without running it
	$(find_python) scripts/install.py test
	$(python) scripts/lint.py

bench: ## Measure it beside its peers; QUICK=1 is short, ONLY=room,idle takes some, WRITE=1 documents it (docs/benchmarks.md has more)
	$(find_python) scripts/install.py test
	$(if $(filter files,$(ONLY)),$(python) -m bench.files $(if $(QUICK),--megabytes 100 --seconds 2) &&) \
	$(if $(filter files,$(ONLY)),true,$(python) -m bench.run) $(if $(QUICK),--quick) $(if $(ONLY),--only $(ONLY)) $(if $(CASES),--cases "$(CASES)") \
		$(if $(WHO),--who $(WHO)) $(if $(AGAINST),--against $(AGAINST)) $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(WRITE),--write) $(if $(RESUME),--resume)

format: ## Lay the code out as lint wants it
	$(find_python) scripts/install.py test
	$(python) scripts/lint.py --fix

messages: ## Bring the catalogues of translations up to the texts in the source
	$(find_python) scripts/install.py test
	$(python) scripts/messages.py

icons: ## Draw static/icons.svg anew from scripts/icons.txt
	$(find_python) scripts/install.py test
	$(python) scripts/vendor.py icons

vendor: ## Fetch static/vendor/ anew, with the versions in scripts/vendor.py
	$(find_python) scripts/install.py test
	$(python) scripts/vendor.py
