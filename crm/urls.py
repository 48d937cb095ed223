"""All addresses of the product. The shell: imports every app, imported by none."""

from django.contrib import admin
from django.urls import include, path

from crm.core.spaces import space
from crm.workbench import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/", admin.site.urls),
    path("setup/", include("crm.workbench.setup")),
    path("help/", include("knowledge.public_urls")),
    space("crm.workbench.urls"),
    space("crm.accounts.urls"),
    space("crm.web.urls"),
    space("crm.dictionaries.urls"),
    path("jobs/", include("crm.jobs.urls")),
    path("notifications/", include("crm.notifications.urls")),
    path("reminders/", include("crm.reminders.urls")),
    space("crm.activities.urls"),
    space("crm.activities.planning.urls"),
    space("customers.urls"),
    space("opportunities.urls"),
    space("leads.urls"),
    space("knowledge.urls"),
    space("tickets.urls"),
]

handler400 = "crm.web.errors.bad_request"
handler403 = "crm.web.errors.permission_denied"
handler404 = "crm.web.errors.not_found"
handler500 = "crm.web.errors.server_error"
