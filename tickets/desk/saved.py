"""Queues people keep for themselves: a name, and what the list of tickets was narrowed to.

They stand in the preferences of the account (nobody else sees them) and hold an address, never
keys of tickets: what is in a queue follows from the rights of the reader at that moment.
"""

import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from crm.accounts.models import User
from crm.core.errors import InvalidValue
from crm.core.text import clean_text
from crm.web.listing import Listing
from tickets.desk.places import OWN
from tickets.lists import TICKETS

#: Most queues of one person: each of them is counted by a statement of its own.
MOST = 8
LONGEST_NAME = 20
LONGEST_QUERY = 1000
#: Numbers of these queues stop here, so that counting one costs the same with any number of rows.
COUNTED = 1000
SECTION, KEY = "queues", "tickets"
#: What says where in the list somebody is, and not which rows it holds.
PLACE = {"page", "after", "page_size", "columns", "filters", "print", "next"}


@dataclass(frozen=True)
class SavedQueue:
    """One of them; `name` is what the address of the desk carries."""

    name: str
    label: str
    query: str

    @property
    def values(self) -> QueryDict:
        """The parameters of the list, to be changed."""
        return QueryDict(self.query, mutable=True)


def saved_queues(user: Any) -> list[SavedQueue]:
    """The queues somebody keeps, in the order they were made."""
    return [SavedQueue(**row) for row in user.preferences.get(SECTION, {}).get(KEY, [])]


def find(user: Any, name: str) -> SavedQueue | None:
    """One of somebody's queues."""
    return next((queue for queue in saved_queues(user) if queue.name == name), None)


def kept(values: QueryDict) -> str:
    """What of an address of the list makes a queue; empty where nothing is narrowed."""
    pairs = [
        (name, value)
        for name, found in values.lists()
        for value in found
        if value and name not in PLACE
    ]
    return urlencode(pairs) if any(name != "sort" for name, _value in pairs) else ""


def save_queue(user: Any, label: str, query: str) -> SavedQueue:
    """Keep a narrowed list under a name. Raises InvalidValue."""
    if not query or len(query) > LONGEST_QUERY:
        raise InvalidValue(_("Saving failed: search or filter the list of tickets first."))
    queue = SavedQueue(f"{OWN}{secrets.token_hex(4)}", _named(label), query)

    def added(queues: list[SavedQueue]) -> list[SavedQueue]:
        if any(known.label == queue.label for known in queues):
            raise InvalidValue(
                _("Saving failed: another queue of yours has this name."), field="name"
            )
        if len(queues) >= MOST:
            raise InvalidValue(
                _("Saving failed: you have %(most)d queues already. Remove one first.")
                % {"most": MOST}
            )
        return [*queues, queue]

    _change(user, added)
    return queue


def remove_queue(user: Any, name: str) -> None:
    """Keep it no longer; nothing happens to the tickets."""
    _change(user, lambda queues: [queue for queue in queues if queue.name != name])


def _change(user: Any, change: Callable[[list[SavedQueue]], list[SavedQueue]]) -> None:
    """Write the queues anew, from what another window may have stored meanwhile."""
    with transaction.atomic():
        fresh = User.objects.select_for_update().get(pk=user.pk)
        fresh.remember(SECTION, KEY, [asdict(row) for row in change(saved_queues(fresh))])
    user.preferences = fresh.preferences


def _named(label: str) -> str:
    label = clean_text(label).value or ""
    if not label:
        raise InvalidValue(_("Saving failed: the name is missing."), field="name")
    if len(label) > LONGEST_NAME:
        raise InvalidValue(
            _("Saving failed: the name is longer than %(limit)d characters.")
            % {"limit": LONGEST_NAME},
            field="name",
        )
    return label


def count_of(queue: SavedQueue, user: Any) -> int:
    """How many tickets stand in it, by one statement; COUNTED stands for that many or more."""
    listing = Listing(TICKETS, user, queue.values)
    if listing.text:
        return min(listing.total, COUNTED)
    return listing.queryset.order_by().values_list("pk")[:COUNTED].count()


def numbers(user: Any) -> dict[str, int]:
    """How many tickets stand in each queue somebody keeps; at most MOST statements."""
    return {queue.name: count_of(queue, user) for queue in saved_queues(user)}


def count_label(number: int) -> str:
    """The number as it is shown."""
    return f"{COUNTED - 1}+" if number >= COUNTED else str(number)
