"""The import wizard of tickets."""

from crm.jobs.importing import views
from tickets.importing.fields import DICTIONARIES
from tickets.importing.tickets import TICKETS


class TicketImportPage:
    """What the pages of the wizard share."""

    resource = TICKETS
    dictionaries = DICTIONARIES
    list_url_name = "tickets:ticket_list"


class TicketImportView(TicketImportPage, views.UploadView):
    """Upload and history."""


class TicketImportTemplateView(TicketImportPage, views.TemplateView):
    """The template workbook."""


class TicketImportJobView(TicketImportPage, views.JobView):
    """Mapping, check, run, result."""


class TicketImportUndoView(TicketImportPage, views.UndoView):
    """Undo."""


PAGES = {
    "upload": TicketImportView,
    "template": TicketImportTemplateView,
    "job": TicketImportJobView,
    "undo": TicketImportUndoView,
}
