#!/bin/sh
# Resolves requirements/*.in into hash-locked files: one version for every Python, no host, no path.
set -eu
cd "$(dirname "$0")/.."
command -v uv >/dev/null 2>&1 || {
    echo "make lock: uv is missing. Only maintainers need it: pip install uv" >&2
    exit 1
}
for name in base build dev; do
    uv pip compile --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-annotate --no-header --quiet \
        "requirements/$name.in" -o "requirements/$name.lock"
    echo "requirements/$name.lock"
done
