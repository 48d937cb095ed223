"""Which lists of this app can be exported. How is in `crm.jobs.exporting`."""

from django.utils.translation import gettext_lazy as _

from crm.jobs.exporting.kinds import declare
from crm.pool.columns import hidden_for
from customers import lists, pool_lists
from customers.models import Customer

CUSTOMERS = declare(lists.CUSTOMERS, event="customers.customer.exported", title=_("Customers"))
CONTACTS = declare(lists.CONTACTS, event="customers.contact.exported", title=_("Contacts"))
POOL = declare(
    pool_lists.POOL,
    event="pool.entry.exported",
    title=_("Customer pool"),
    hidden=hidden_for(Customer),
)
