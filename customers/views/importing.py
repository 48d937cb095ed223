"""The import wizard of customers."""

from crm.jobs.importing import views
from customers.importing import CUSTOMERS, DICTIONARIES


class CustomerImportPage:
    """What the pages of the wizard share."""

    resource = CUSTOMERS
    dictionaries = DICTIONARIES
    list_url_name = "customers:customer_list"


class CustomerImportView(CustomerImportPage, views.UploadView):
    """Upload and history."""


class CustomerImportTemplateView(CustomerImportPage, views.TemplateView):
    """The template workbook."""


class CustomerImportJobView(CustomerImportPage, views.JobView):
    """Mapping, check, run, result."""


class CustomerImportUndoView(CustomerImportPage, views.UndoView):
    """Undo."""
