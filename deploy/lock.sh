#!/bin/sh
# Writes requirements.lock and requirements-dev.lock: for every platform, with the hash of every file, and naming no
# place to download from. Run by `make lock`; arguments go to `uv pip compile`.
set -eu

cd "$(dirname "$0")/.."
tool=$(mktemp -d)
trap 'rm -rf "$tool"' EXIT
python3 -m venv "$tool"
"$tool/bin/pip" install -qq --disable-pip-version-check uv

# Wheels lying about on this machine must not decide what everyone gets.
unset UV_FIND_LINKS PIP_FIND_LINKS
compile() {
    "$tool/bin/uv" --no-config pip compile pyproject.toml --quiet --universal --python-version 3.11 \
        --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --extra build "$@"
}
compile --output-file requirements.lock "$@"
compile --extra dev --constraint requirements.lock --output-file requirements-dev.lock "$@"
