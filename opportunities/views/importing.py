"""The import wizard of opportunities."""

from crm.jobs.importing import views
from opportunities.importing.fields import DICTIONARIES
from opportunities.importing.opportunities import OPPORTUNITIES


class OpportunityImportPage:
    """What the pages of the wizard share."""

    resource = OPPORTUNITIES
    dictionaries = DICTIONARIES
    list_url_name = "opportunities:opportunity_list"


class OpportunityImportView(OpportunityImportPage, views.UploadView):
    """Upload and history."""


class OpportunityImportTemplateView(OpportunityImportPage, views.TemplateView):
    """The template workbook."""


class OpportunityImportJobView(OpportunityImportPage, views.JobView):
    """Mapping, check, run, result."""


class OpportunityImportUndoView(OpportunityImportPage, views.UndoView):
    """Undo."""


PAGES = {
    "upload": OpportunityImportView,
    "template": OpportunityImportTemplateView,
    "job": OpportunityImportJobView,
    "undo": OpportunityImportUndoView,
}
