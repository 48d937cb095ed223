"""Which lists of this app can be exported. How is in `crm.jobs.exporting`."""

from django.utils.translation import gettext_lazy as _

from crm.jobs.exporting.kinds import declare
from customers import lists

CUSTOMERS = declare(lists.CUSTOMERS, event="customers.customer.exported", title=_("Customers"))
CONTACTS = declare(lists.CONTACTS, event="customers.contact.exported", title=_("Contacts"))
