"""待进入公海: customers that fall into the pool within days, with the rule that does it.

Of the scope chosen at the top: a manager sees what his people are about to lose."""

from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy

from crm.accounts.filters import of_people
from crm.core import clock
from crm.pool import dates as pool_dates
from crm.pool import rules, texts
from crm.pool.choices import Kind
from crm.pool.filters import DAYS, WEEK
from crm.web.navigation import address
from crm.web.paging import CappedCount, total_label
from crm.workbench.looks import Look
from crm.workbench.panels import HomePanel, register
from customers import lists
from customers.home import works_on_customers
from customers.models import Customer

LIMIT = 6


class PoolDuePanel(HomePanel):
    """The next ones first; the number and the link are those of the list's filter."""

    name = "pool-due"
    title = gettext_lazy("About to fall into the pool")
    icon = "ripple"
    order = 16
    follows = True
    empty = gettext_lazy("No customer falls into the pool within 7 days.")

    def is_for(self, user: Any) -> bool:
        return works_on_customers(user) and rules.recycles(Kind.CUSTOMER)

    def context_of(self, look: Look) -> dict[str, Any]:
        until = pool_dates.midnight(clock.now(), DAYS[WEEK])
        seen = lists.CUSTOMERS.base(Customer.objects.visible_to(look.user))
        rows = of_people(seen.filter(pool_due_at__lte=until), "owner", look.scope.people)
        counted = rows.select_related("owner").annotate(in_all=CappedCount(rows))
        first = list(counted.order_by("pool_due_at", "pk")[:LIMIT])
        query = {"scene": "all", "pool_due": WEEK, "sort": "pool_due_at", **look.scope.params()}
        return {
            "rows": [self.row(customer, look) for customer in first],
            "count": total_label(first[0].in_all if first else 0),
            "more_url": f"{reverse('customers:customer_list')}?{urlencode(query)}",
        }

    def row(self, customer: Customer, look: Look) -> dict[str, Any]:
        """One customer with its countdown, and whose it is where it is not the reader's."""
        due = texts.due_text(
            Kind.CUSTOMER, customer.pool_due_at, customer.pool_due_rule, customer.pool_due_days
        )
        owner = "" if customer.owner_id == look.user.pk else customer.owner.display_name
        return {
            "title": customer.name,
            "url": address("customers:customer_detail", customer.pk),
            "meta": " · ".join(filter(None, [due, owner])),
        }


register(PoolDuePanel)
