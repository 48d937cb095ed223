"""Settings of the kill gates: the test profile with a queue in a folder, as in embedded mode.

With `REDIS_URL` the queue is that Redis, with the options of the product.
"""

import os
from pathlib import Path

from crm.settings import celery as broker
from crm.settings.test import *  # noqa: F403

_work = Path(os.environ["KILL_FOLDER"])
MEDIA_ROOT = _work / "files"
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = str(_work / "mail")
CELERY_BROKER_URL = "folder://localhost"
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "data_folder_in": str(_work / "messages"),
    "data_folder_out": str(_work / "messages"),
    "control_folder": str(_work / "control"),
}
if os.environ.get("REDIS_URL"):
    CELERY_BROKER_URL = broker.CELERY_BROKER_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = broker.CELERY_BROKER_TRANSPORT_OPTIONS
CELERY_IMPORTS = ("tests.gates.kill_kinds",)
LOGGING_CONFIG = None
