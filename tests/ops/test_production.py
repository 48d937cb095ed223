"""The production profile passes Django's deployment check and refuses what is unsafe."""

import os
import subprocess
import sys

import pytest

from scripts.setup import ROOT

SAFE = {
    "DJANGO_SETTINGS_MODULE": "crm.settings.production",
    "SECRET_KEY": "k3J9s-0aZq_81LmVxR7tB2nWc5YdEfGhUiPoKjHbGvFcDxSzAqWe",
    "ALLOWED_HOSTS": "crm.cn",
    "SITE_URL": "https://crm.cn",
    "DATABASE_URL": "",
    "REDIS_URL": "",
}


def manage(tmp_path, *arguments, **changes):
    environment = os.environ | SAFE | {"CRM_DATA_DIR": str(tmp_path)} | changes
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )


def test_deployment_check_is_clean(tmp_path):
    answer = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING")
    assert answer.returncode == 0, answer.stderr
    assert "System check identified no issues" in answer.stdout


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("SECRET_KEY", "", "SECRET_KEY is not set"),
        ("SECRET_KEY", "django-insecure-x", "SECRET_KEY is a default or too weak"),
        ("ALLOWED_HOSTS", "*", "ALLOWED_HOSTS must not be '*'"),
        ("SITE_URL", "", "SITE_URL is not set"),
        ("SITE_URL", "ftp://crm.cn", "SITE_URL: 'ftp://crm.cn' cannot be used"),
        ("DATABASE_URL", "oracle://x", "DATABASE_URL: 'oracle://x' cannot be used"),
    ],
)
def test_refuses_to_start(tmp_path, name, value, reason):
    answer = manage(tmp_path, "check", **{name: value})
    assert answer.returncode != 0
    assert reason in answer.stderr
