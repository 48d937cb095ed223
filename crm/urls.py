"""All addresses of the product. The shell: imports every app, imported by none."""

from django.contrib import admin
from django.urls import include, path

from crm.workbench import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/", admin.site.urls),
    path("setup/", include("crm.workbench.setup")),
    path("help/", include("knowledge.public_urls")),
    path("", include("crm.workbench.urls")),
    path("", include("crm.accounts.urls")),
    path("", include("crm.web.urls")),
    path("", include("crm.dictionaries.urls")),
    path("jobs/", include("crm.jobs.urls")),
    path("notifications/", include("crm.notifications.urls")),
    path("reminders/", include("crm.reminders.urls")),
    path("", include("crm.activities.urls")),
    path("", include("crm.activities.planning.urls")),
    path("", include("customers.urls")),
    path("", include("opportunities.urls")),
    path("", include("leads.urls")),
    path("", include("knowledge.urls")),
    path("", include("tickets.urls")),
]

handler400 = "crm.web.errors.bad_request"
handler403 = "crm.web.errors.permission_denied"
handler404 = "crm.web.errors.not_found"
handler500 = "crm.web.errors.server_error"
