# make run: everything on this machine.  make check: what a change must pass.
PY = .venv/bin/python

.PHONY: setup
setup:
	python3 -m venv .venv
	.venv/bin/pip install --quiet --requirement requirements-dev.txt
