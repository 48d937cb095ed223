"""The Celery application. Tasks live in each app's `tasks.py`; settings in crm.settings.celery."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings.embedded")

app = Celery("crm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["tickets.sla", "tickets.satisfaction", "tickets.portal"])
