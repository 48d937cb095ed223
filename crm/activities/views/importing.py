"""The import wizard of follow-ups."""

from crm.activities.choices import METHOD
from crm.activities.importing.follow_ups import FOLLOW_UPS
from crm.jobs.importing import views


class FollowUpImportPage:
    """What the pages of the wizard share."""

    resource = FOLLOW_UPS
    dictionaries = {"method": METHOD}
    list_url_name = "activities:follow_up_list"


class FollowUpImportView(FollowUpImportPage, views.UploadView):
    """Upload and history."""


class FollowUpImportTemplateView(FollowUpImportPage, views.TemplateView):
    """The template workbook."""


class FollowUpImportJobView(FollowUpImportPage, views.JobView):
    """Mapping, check, run, result."""


class FollowUpImportUndoView(FollowUpImportPage, views.UndoView):
    """Undo."""


PAGES = {
    "upload": FollowUpImportView,
    "template": FollowUpImportTemplateView,
    "job": FollowUpImportJobView,
    "undo": FollowUpImportUndoView,
}
