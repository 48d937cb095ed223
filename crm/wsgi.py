"""WSGI entry of the web processes."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from crm.core import garbage

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings.embedded")

application = get_wsgi_application()
# Read before the processes fork, not by the first reader of each.
get_resolver().url_patterns  # noqa: B018 - the reading is what is wanted
garbage.leave_program_out()
