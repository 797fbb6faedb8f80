# A list of commands; what they do is in the code. `make synth` needs Go alone, `make test` also
# Python 3.11 or later and Node 20 or later, for the linters that `make tools` installs into .cache/.
.DEFAULT_GOAL := help
.PHONY: help synth check publish tools registry test race vet soak bench bench-tools dist-check clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s%s\n", $$1, $$2 }' Makefile

synth: ## compile templates/ into dist/
	go run ./cmd/byocfn synth

check: ## compile templates/ in every combination and write nothing
	go run ./cmd/byocfn check

publish: ## upload dist/ to the buckets of all products, in every region
	go run ./cmd/byocfn publish

tools: ## install the pinned linters and the emulator into .cache/, once for each lock file
	@internal/lint/tools/install.sh internal/lint/tools .cache/lint
	@internal/emulator/tools/install.sh internal/emulator/tools .cache/emulator

registry: tools ## make what is known of CloudFormation's types anew, from the pinned cfn-lint's schemas
	.cache/lint/venv/bin/python -I internal/registry/facts/generate.py > .cache/types.txt
	mv .cache/types.txt internal/registry/facts/types.txt

test: tools vet ## run all tests
	go test -timeout 20m ./...
	@$(MAKE) --no-print-directory race

vet: ## go vet and gofmt
	go vet ./...
	@unformatted=$$(gofmt -l cmd internal lambda) && \
		test -z "$$unformatted" || { echo "not formatted by gofmt: $$unformatted"; exit 1; }

# What runs at the same time is in the functions. The race detector needs a C compiler.
race: ## run the functions' tests, and some random histories, under the race detector
	@if command -v $${CC:-cc} >/dev/null; then \
		set -x; export CGO_ENABLED=1; \
		go test -race -timeout 20m ./internal/customresource/... ./lambda/... && \
		go test -race -timeout 20m ./internal/histories -run TestRandomHistories -histories 1000 -v; \
	else \
		echo "race: NOT RUN, the race detector needs a C compiler"; \
	fi

soak: ## run random histories of the functions for hours; seeds of failures are printed
	go test ./internal/histories -run TestRandomHistories -histories 5000000 -steps 8 \
		-seed $$(date +%s000000) -timeout 0 -v

bench: bench-tools ## measure, in the form that benchstat reads
	go test -run '^$$' -bench . -benchmem -count 6 ./...

bench-tools: ## install the pinned libraries that bench compares with into .cache/
	@internal/emulator/tools/install.sh internal/coldstart/python .cache/coldstart-python

dist-check: synth ## fail unless dist/ in git is what templates/ compile to
	@git --no-pager diff --exit-code dist
	@test -z "$$(git status --porcelain dist)" || \
		{ echo "dist/ holds files that git does not:"; git status --short dist; exit 1; }

clean: ## remove what can be made again and git ignores
	rm -rf .cache byocfn dist/lambda/*.zip
