"""App configuration of the workbench and of Django's admin in our frame."""

from django.contrib.admin.apps import AdminConfig

from crm.core.apps import RegisteringAppConfig


class HekeAdminConfig(AdminConfig):
    default_site = "crm.workbench.admin_site.HekeAdminSite"


class WorkbenchConfig(RegisteringAppConfig):
    name = "crm.workbench"
    label = "workbench"
    default = True
    registers = (
        "checks",
        "events",
        "frame",
        "home_measures",
        "home_panels",
        "todos",
        "task_todos",
        "planning",
        "changed_days",
        "log_lists",
        "exporting",
    )
