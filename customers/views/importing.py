"""The import wizards of customers and contacts."""

from crm.jobs.importing import views
from customers.importing.contacts import CONTACTS
from customers.importing.customers import CUSTOMERS
from customers.importing.values import DICTIONARIES


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


class ContactImportPage:
    """What the pages of the wizard share."""

    resource = CONTACTS
    dictionaries = DICTIONARIES
    list_url_name = "customers:contact_list"


class ContactImportView(ContactImportPage, views.UploadView):
    """Upload and history."""


class ContactImportTemplateView(ContactImportPage, views.TemplateView):
    """The template workbook."""


class ContactImportJobView(ContactImportPage, views.JobView):
    """Mapping, check, run, result."""


class ContactImportUndoView(ContactImportPage, views.UndoView):
    """Undo."""


CUSTOMER_PAGES = {
    "upload": CustomerImportView,
    "template": CustomerImportTemplateView,
    "job": CustomerImportJobView,
    "undo": CustomerImportUndoView,
}
CONTACT_PAGES = {
    "upload": ContactImportView,
    "template": ContactImportTemplateView,
    "job": ContactImportJobView,
    "undo": ContactImportUndoView,
}
