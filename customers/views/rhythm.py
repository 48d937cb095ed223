"""The lists of customers below their frequency and of A customers nobody follows."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.web.navigation import address
from crm.web.views.list import ListView
from customers import rhythm_lists
from customers.views.customers import PREFIX, CustomerListView


class RhythmListView(ListView):
    """Who should have been contacted by the rule of the grade (E2, C1)."""

    spec = rhythm_lists.RHYTHM
    title = gettext_lazy("Customers below their frequency")
    url_prefix = PREFIX
    row_actions = CustomerListView.row_actions
    empty = {
        "icon": "circle-check",
        "title": gettext_lazy("Nobody is below the frequency"),
        "text": gettext_lazy("All customers were contacted as often as their grade asks."),
    }

    def more_actions(self) -> list[dict[str, Any]]:
        url = address("customers:unattended_list")
        label = _("A customers without a next step")
        return [{"label": label, "url": url, "icon": "user-question", "name": "unattended"}]


class UnattendedListView(ListView):
    """Nobody follows these A customers: no next contact is agreed."""

    spec = rhythm_lists.UNATTENDED
    title = gettext_lazy("A customers without a next step")
    url_prefix = PREFIX
    row_actions = CustomerListView.row_actions
    empty = {
        "icon": "circle-check",
        "title": gettext_lazy("Every A customer has a next step"),
        "text": gettext_lazy("A next contact is agreed with each of them."),
    }

    def more_actions(self) -> list[dict[str, Any]]:
        url = address("customers:rhythm_list")
        label = _("Customers below their frequency")
        return [{"label": label, "url": url, "icon": "calendar-time", "name": "rhythm"}]
