"""The product as `make run` serves it, plus a header that tells the number of SQL statements."""

from crm.settings.embedded import *  # noqa: F403
from crm.settings.embedded import MIDDLEWARE

MIDDLEWARE = ["tests.bench.counting.CountingMiddleware", *MIDDLEWARE]
EMAIL_URL = ""
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
