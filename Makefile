# Everything that one does here, each a command. `make` alone lists them.

SEEDS ?= 1000
FUZZ_SECONDS ?= 300
SWIFT_FLAGS = --explicit-target-dependency-import-check error

.PHONY: help demo lab lab-down build test check format man bench bench-kamailio simulate fuzz record

help:  ## list what there is to do
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | awk -F '\t' '{printf "make %-14s %s\n", $$1, $$2}'

demo:  ## build the release binary and move a site of contoso, on a scratch copy
	@.ci/demo

lab:  ## two pools of real Kamailios with people who are called, to try moves on
	@.ci/lab

lab-down:  ## end the lab from another terminal
	@.ci/lab down

build:  ## build everything for debugging, tests included
	@.ci/packages
	swift build --build-tests $(SWIFT_FLAGS)

test:  ## all tests, part by part
	@.ci/test

check:  ## what a change must pass before it is shown: everything but the long suites
	@.ci/test --quick

format:  ## lay out the Swift files as .swift-format says
	swift format format --in-place --parallel --recursive Sources Tests Package.swift

man:  ## write manual pages into .build/man, one for each command
	@.ci/packages
	@.ci/man

bench:  ## measure plans of 100,000 and 1,000,000 users, a rehearsal, and the start of the program
	@.ci/bench

bench-kamailio:  ## measure moves and observations of real Kamailios beside the bare statements
	@.ci/packages lab
	@.ci/bench-kamailio

simulate:  ## many seeds of the simulation: make simulate SEEDS=100000, or one with SEED=7
	@.ci/test --release --only SimulationTests --seeds $(SEEDS)

fuzz:  ## five minutes of libFuzzer on the readers of exports: make fuzz FUZZ_SECONDS=3600
	@FUZZ_SECONDS=$(FUZZ_SECONDS) .ci/fuzz

record:  ## write the golden files and console blocks anew; look at them with git diff
	@.ci/record
