#!/bin/sh
# Before a new version serves: judge the settings, migrate, seed. Safe to run at every start.
set -eu
cd "$(dirname "$0")/.."
python manage.py check --deploy --fail-level WARNING --database default
python manage.py migrate --noinput
python manage.py createcachetable
python manage.py seed_dictionaries
