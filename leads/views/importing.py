"""The import wizard of leads."""

from crm.jobs.importing import views
from leads.importing.fields import DICTIONARIES
from leads.importing.leads import LEADS


class LeadImportPage:
    """What the pages of the wizard share."""

    resource = LEADS
    dictionaries = DICTIONARIES
    list_url_name = "leads:lead_list"


class LeadImportView(LeadImportPage, views.UploadView):
    """Upload and history."""


class LeadImportTemplateView(LeadImportPage, views.TemplateView):
    """The template workbook."""


class LeadImportJobView(LeadImportPage, views.JobView):
    """Mapping, check, run, result."""


class LeadImportUndoView(LeadImportPage, views.UndoView):
    """Undo."""


PAGES = {
    "upload": LeadImportView,
    "template": LeadImportTemplateView,
    "job": LeadImportJobView,
    "undo": LeadImportUndoView,
}
