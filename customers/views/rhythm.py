"""The lists of customers below their frequency and of A customers nobody follows."""

from typing import Any

from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.web.listing import Listing, ListSpec
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

    def page_actions(self) -> list[dict[str, Any]]:
        return [over_action(self), *super().page_actions()]

    def more_actions(self) -> list[dict[str, Any]]:
        url = address("customers:unattended_list")
        label = _("A customers without a next step")
        return [{"label": label, "url": url, "icon": "user-question", "name": "unattended"}]


class OverListView(ListView):
    """Who was contacted clearly more often than the rule of the grade asks (S11-65)."""

    spec = rhythm_lists.OVER
    title = gettext_lazy("Customers contacted too often")
    url_prefix = PREFIX
    row_actions = CustomerListView.row_actions
    empty = {
        "icon": "circle-check",
        "title": gettext_lazy("Nobody is contacted too often"),
        "text": gettext_lazy(
            "No customer was contacted more often than the rule of its grade allows."
        ),
    }

    def page_actions(self) -> list[dict[str, Any]]:
        return [below_action(self), *super().page_actions()]

    def more_actions(self) -> list[dict[str, Any]]:
        return []


def over_action(view: ListView) -> dict[str, Any]:
    """To the customers contacted too often, with their number."""
    label = _("Contacted too often")
    return _counted(view, rhythm_lists.OVER, label, "customers:over_list", "message-plus")


def below_action(view: ListView) -> dict[str, Any]:
    """To the customers below their frequency, with their number."""
    label = _("Below the frequency")
    return _counted(view, rhythm_lists.RHYTHM, label, "customers:rhythm_list", "calendar-time")


def _counted(view: ListView, spec: ListSpec, label: str, name: str, icon: str) -> dict[str, Any]:
    """A link to the same tab of the other list, and how many rows it has."""
    query = {"scene": view.listing.scene.name}
    other = Listing(spec, view.request.user, QueryDict(urlencode(query)))
    return {
        "label": f"{label} ({other.total_label})",
        "url": f"{address(name)}?{urlencode(query)}",
        "icon": icon,
        "name": spec.name,
    }


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
