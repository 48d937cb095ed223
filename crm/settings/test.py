"""The profile of the test suite: SQLite in a folder of the run, or the server of
`TEST_DATABASE_URL`."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from crm.core import sqlite_guard
from crm.settings import env
from crm.settings.base import *  # noqa: F403

SECRET_KEY = "test-only-secret-key-that-is-long-enough-for-the-checks"  # noqa: S105 - not a secret
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
SITE_URL = "http://testserver"
# Each process has a folder of its own inside that of the first, which removes them all: workers and
# processes that a test kills cannot remove theirs.
DATA_DIR = Path(tempfile.mkdtemp(prefix="crm-test-", dir=os.environ.get("CRM_TEST_FOLDER")))
if "CRM_TEST_FOLDER" not in os.environ:
    os.environ["CRM_TEST_FOLDER"] = str(DATA_DIR)
    atexit.register(shutil.rmtree, DATA_DIR, ignore_errors=True)
MEDIA_ROOT = DATA_DIR / "files"
DATABASES = {
    "default": env.database(
        "TEST_DATABASE_URL",
        f"sqlite:///{DATA_DIR / 'db.sqlite3'}",
        sqlite_options=sqlite_guard.options(),
    )
}
# A file, so that tests with threads meet the locks of the product and not those of shared memory.
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MAIL_CONFIGURED = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
# pytest collects what is logged; that tens of thousands of requests were refused is no news.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "loggers": {"django.request": {"level": "ERROR"}},
    "root": {"level": "INFO"},
}
CELERY_TASK_ALWAYS_EAGER = False
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {}
