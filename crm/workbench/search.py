"""What the global search and the palette look through: apps register a finder per entity.

A finder answers with what the user may see, through the same list and rights as the list page, so
that the number here is the number there. Pages: see `searching_views`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from crm.web.listing import Listing, ListSpec

#: A number of a record: letters, then digits. Shorter texts are never jumped to.
SHORTEST_NUMBER = 5
ENTITIES: dict[str, "SearchGroup"] = {}


@dataclass(frozen=True)
class Hit:
    """One record found."""

    title: str
    url: str
    meta: str = ""


@dataclass(frozen=True)
class Hits:
    """The first records found and their number: an integer or `10000+`."""

    rows: Sequence[Hit] = field(default_factory=list)
    total: str = "0"


def hits_of(
    spec: ListSpec, user: Any, text: str, limit: int, hit: Callable[[Any], Hit], *related: str
) -> Hits:
    """The first rows of a list for a search, as the list finds and orders them.

    `hit` tells one row, `related` names what it reads besides.
    """
    listing = Listing(spec, user, QueryDict(urlencode({"q": text, "page_size": limit})))
    ids = listing.page.ids
    found = spec.model.objects.filter(pk__in=ids)
    rows = {row.pk: hit(row) for row in (found.select_related(*related) if related else found)}
    total = listing.total_label if listing.page.has_next else str(len(ids))
    return Hits([rows[pk] for pk in ids if pk in rows], total)


def is_number(text: str) -> bool:
    """Whether a text looks like the number of a record."""
    return len(text) >= SHORTEST_NUMBER and text.isascii() and text[-1].isdigit()


def page_with_number(rows: models.QuerySet, number: str, url_name: str) -> str:
    """The page of the one of these rows with exactly this number, "" without one."""
    pk = rows.filter(number=number.upper()).values_list("pk", flat=True).first()
    return reverse(url_name, args=[pk]) if pk else ""


@dataclass(frozen=True)
class SearchGroup:
    """One kind of record.

    `find(user, text, limit)` never raises for odd text. `exact(user, text)` is the address of the
    one record whose number was typed in full, "" without one. `list_name` is the list that shows
    all of them with `?q=`.
    """

    model: type[models.Model]
    label: Any
    icon: str
    list_name: str
    find: Callable[[Any, str, int], Hits]
    allowed: Callable[[Any], bool]
    exact: Callable[[Any, str], str] = lambda user, text: ""

    def list_url(self, text: str) -> str:
        """The list with this search."""
        return f"{reverse(self.list_name)}?{urlencode({'q': text})}"


def register(group: SearchGroup) -> None:
    """Make a kind of record searchable from everywhere. A second one is an error."""
    label = group.model._meta.label_lower
    if label in ENTITIES:
        raise ValueError(f"{label} is registered for the global search already")
    ENTITIES[label] = group


def groups_for(user: Any) -> list[SearchGroup]:
    """The kinds of records this user may look for."""
    return [group for group in ENTITIES.values() if group.allowed(user)]


def exact_url(user: Any, text: str) -> str:
    """Where a number typed in full leads; "" where it names no record the user sees."""
    for group in groups_for(user):
        url = group.exact(user, text)
        if url:
            return url
    return ""
