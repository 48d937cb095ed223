"""The floor page: 50 rows of 10 columns in a bare Django view, no middleware, no database.

Served by the same gunicorn settings as the product; every target in R is a multiple of its median.
"""

from pathlib import Path

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

if not settings.configured:
    settings.configure(
        SECRET_KEY="the floor page has no secrets",
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF=__name__,
        MIDDLEWARE=[],
        USE_I18N=False,
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [Path(__file__).parent / "templates"],
            }
        ],
    )
    django.setup()

COLUMNS = 10
ROWS = [
    {
        "pk": place,
        "cells": [f"广州蓝天信息技术有限公司 {place:03d}-{column}" for column in range(COLUMNS)],
    }
    for place in range(50)
]


def page(request: HttpRequest) -> HttpResponse:
    """The whole page."""
    return render(request, "floor.html", {"rows": ROWS, "columns": range(COLUMNS)})


urlpatterns = [path("", page)]
application = get_wsgi_application()
