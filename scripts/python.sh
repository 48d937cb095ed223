#!/bin/sh
# Runs a script with a Python that really works: >= 3.11, with venv and pip (ensurepip).
# A name on PATH proves nothing (version managers leave shims that fail), so each one is tried.
set -eu
cd "$(dirname "$0")/.."

for tool in git make; do
    command -v "$tool" >/dev/null 2>&1 || {
        echo "setup: $tool is missing. Debian/Ubuntu: apt-get install $tool" >&2
        exit 1
    }
done

without_venv=""
for name in ${CRM_PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11 python; do
    "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue
    if "$name" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        exec "$name" "$@"
    fi
    without_venv="$without_venv $name"
done

if [ -n "$without_venv" ]; then
    echo "setup: found$without_venv, but without the venv module." >&2
    echo "       Debian/Ubuntu: apt-get install python3-venv" >&2
else
    echo "setup: no Python 3.11 or newer that runs was found on PATH." >&2
    echo "       Debian/Ubuntu: apt-get install python3 python3-venv" >&2
fi
exit 1
