"""All addresses of the product. The shell: imports every app, imported by none."""

from django.contrib import admin
from django.urls import include, path

from crm.workbench import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/", admin.site.urls),
    path("jobs/", include("crm.jobs.urls")),
    path("notifications/", include("crm.notifications.urls")),
]
