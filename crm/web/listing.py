"""One selection object for list, bulk, export and neighbours: who looks, at what, by which query.

A `ListSpec` declares a list once; a `Listing` is that list for one user and one query string. It
always starts at `visible_to()` and never trusts keys that come from the page.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from crm.access import policies, verbs
from crm.access.policies import OwnedPolicy, policy_for
from crm.access.scopes import Reach
from crm.core import prepared
from crm.core.prepared import Ask
from crm.search.memory import LONG_LISTS
from crm.web.filters import FilterSet
from crm.web.paging import (
    COUNT_CAP,
    Page,
    capped_count,
    fetch_page,
    first_keys,
    page_from,
    total_label,
)
from crm.web.sorting import RankedSortKey, Segment, SortKey, decode
from crm.web.tables import Table
from crm.web.walking import MANY_OF_ONE, many, newest_of, walked

PAGE_SIZES = (10, 20, 50, 100)
LISTS: dict[str, "ListSpec"] = {}
#: Parameters that are no filter.
CONTROL = {"q", "sort", "page", "after", "page_size", "scene", "columns", "filters"}
#: So few rows of a search are asked for by SQL that is kept, one statement for each number.
FEW_FOUND = 100


@dataclass(frozen=True)
class Scene:
    """A tab of a list: 我的 / 下属 / 我参与的 / 全部. `narrow(queryset, user)` filters."""

    name: str
    label: Any
    narrow: Callable[[QuerySet, Any], QuerySet]
    #: Owners of the scene's rows, for the search index; None leaves the reader's own reach.
    owners: Callable[[Any], frozenset[int]] | None = None
    #: Only rows that are explicitly shared with the user.
    only_shared: bool = False
    offered: Callable[[Any], bool] = lambda user: True
    #: The right by which the scene's rows are visible; empty takes that of the list.
    verb: str = ""
    #: The order before the reader chooses one; empty takes that of the list.
    sort: str = ""
    #: False where the rows depend on more than the reader and his rights (the time, a membership):
    #: the SQL of such a tab is not kept.
    is_lasting: bool = True


@dataclass(frozen=True)
class ListSpec:
    """The declaration of a list: everything the page, the export and bulk work need."""

    name: str
    table: type[Table]
    filterset: type[FilterSet]
    sorts: Mapping[str, SortKey]
    default_sort: str = "-updated_at"
    scenes: Sequence[Scene] = ()
    #: The tab that opens first; empty takes the last one.
    first_scene: str = ""
    #: Rows that belong to the list at all, for example those outside the bin.
    base: Callable[[QuerySet], QuerySet] = lambda queryset: queryset
    #: False where these depend on the time: the SQL of such a list is not kept.
    is_lasting: bool = True
    #: Applies search terms: (queryset, text, user, Searched) -> object with queryset and total.
    search: Callable[..., Any] | None = None
    search_placeholder: Any = ""
    #: Why some text finds nothing, "" for the usual words.
    advice: Callable[[str], str] = lambda text: ""
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def model(self) -> Any:
        """The model of the rows."""
        return self.table.model


def register(spec: ListSpec) -> ListSpec:
    """Make a list known by name, so that jobs can rebuild it. A second one is an error."""
    if spec.name in LISTS:
        raise ValueError(f"list {spec.name!r} is registered twice")
    LISTS[spec.name] = spec
    return spec


@dataclass(frozen=True)
class Searched:
    """Whose rows a search is about: these owners (None: everybody's) and these single rows."""

    owners: tuple[int, ...] | None
    shared: tuple[int, ...]


class Listing:
    """One list for one user and one query."""

    def __init__(self, spec: ListSpec, user: Any, query: QueryDict, verb: str = verbs.VIEW) -> None:
        self.spec = spec
        self.user = user
        self.query = query
        self.verb = verb

    # --- what is selected -----------------------------------------------------------------------
    @cached_property
    def scenes(self) -> list[Scene]:
        """The tabs this user is offered."""
        return [scene for scene in self.spec.scenes if scene.offered(self.user)]

    @cached_property
    def scene(self) -> Scene | None:
        """The chosen tab, else the list's first, else the last one (all)."""
        by_name = {scene.name: scene for scene in self.scenes}
        for wanted in (self.query.get("scene"), self.spec.first_scene):
            if wanted in by_name:
                return by_name[wanted]
        return self.scenes[-1] if self.scenes else None

    @cached_property
    def filterset(self) -> FilterSet:
        """Those filters that the query sets, bound."""
        return self.spec.filterset(self.query, queryset=self._base(), only_set=True, user=self.user)

    @cached_property
    def has_filters(self) -> bool:
        """Whether the query may hold a filter; a list without one spares building the form."""
        return any(
            value for name, values in self.query.lists() if name not in CONTROL for value in values
        )

    @cached_property
    def described(self) -> list[dict[str, str]]:
        """What is filtered, in words."""
        if not self.has_filters:
            return []
        self.filterset.form.is_valid()
        return self.filterset.describe()

    @cached_property
    def text(self) -> str:
        """What is searched for."""
        return self.query.get("q", "").strip()[:100]

    @cached_property
    def row_verb(self) -> str:
        """The right that the rows of the chosen tab are visible by."""
        return (self.scene.verb if self.scene else "") or self.verb

    @property
    def reachable(self) -> QuerySet:
        """All rows the user may find in the chosen tab's kind of list, before tab and filters."""
        return self.spec.base(self.spec.model.objects.visible_to(self.user, self.row_verb))

    def _base(self) -> QuerySet:
        rows = self.reachable
        return self.scene.narrow(rows, self.user) if self.scene else rows

    @cached_property
    def filtered(self) -> QuerySet:
        """Visible rows after scene and filters; a filter with an invalid value is left out."""
        if not self.has_filters:
            return self._base()
        self.filterset.form.is_valid()
        return self.filterset.filter_queryset(self._base())

    @cached_property
    def found(self) -> Any:
        """The answer of the search for `text`; None without search."""
        if not self.text or self.spec.search is None:
            return None
        return self.spec.search(self.filtered, self.text, self.user, self._searched())

    @cached_property
    def queryset(self) -> QuerySet:
        """All selected rows, in no order."""
        return self.filtered if self.found is None else self.found.queryset

    def _searched(self) -> "Searched":
        """Whose rows the list holds, so that the index can count and narrow by owner itself."""
        policy = policy_for(self.spec.model)
        if not isinstance(policy, OwnedPolicy):
            return Searched(None, ())
        reach: Reach = policy.reach(self.user, self.row_verb)
        scene = self.scene
        if scene is not None and scene.owners is not None:
            wanted = scene.owners(self.user)
            return Searched(tuple(wanted if reach.everything else wanted & reach.owners), ())
        only_shared = scene is not None and scene.only_shared
        if reach.everything and not only_shared:
            return Searched(None, ())
        shared = tuple(policy.shared_ids(self.user, self.row_verb))
        return Searched(() if only_shared else tuple(reach.owners), shared)

    @property
    def is_narrowed(self) -> bool:
        """Whether a search or a filter is on."""
        return bool(self.text or self.described)

    # --- order and pages ------------------------------------------------------------------------
    @cached_property
    def sort(self) -> tuple[str, bool]:
        """The chosen sort key and whether it runs downward; unknown keys fall back."""
        of_scene = self.scene.sort if self.scene else ""
        for wanted in (self.query.get("sort", ""), of_scene, self.spec.default_sort):
            name = wanted.lstrip("-")
            if name in self.spec.sorts:
                return name, wanted.startswith("-")
        return next(iter(self.spec.sorts)), False

    @cached_property
    def segments(self) -> Sequence[Segment]:
        """The selected rows in the chosen order."""
        name, descending = self.sort
        key = self.spec.sorts[name]
        rows = self.queryset
        walks = self.found is None and not self._sorts_by_filter
        if walks and self.total > many(rows, key.field):
            rows = walked(rows, key.field)
        elif walks and isinstance(key, RankedSortKey) and self.total > many(rows, key.then):
            return key.segments(
                rows,
                descending=descending,
                user=self.user,
                newest=lambda part: newest_of(rows, part, key.then),
            )
        return key.segments(rows, descending=descending, user=self.user)

    @cached_property
    def _sorts_by_filter(self) -> bool:
        """Whether the only filter is that of the sorted column: its index serves both."""
        if not self.has_filters:
            return False
        fields = [each.field_name for each in self.filterset.filters.values()]
        return fields == [self.spec.sorts[self.sort[0]].field]

    @cached_property
    def total(self) -> int:
        """The number of selected rows; COUNT_CAP + 1 stands for more."""
        if self.known_total is not None:
            return self.known_total
        if self._plain is None:
            return self.noted(capped_count(self.queryset))
        return self.noted(prepared.count(self._plain, lambda: first_keys(self.queryset)))

    @property
    def known_total(self) -> int | None:
        """The same where it need not be counted."""
        known = getattr(self.found, "total", None)
        if known is not None and not self.described:
            return known
        return COUNT_CAP + 1 if self._counted in LONG_LISTS else None

    def ask_total(self) -> Ask:
        """The question for it, to be put with others (`totals_of`)."""
        return Ask(prepared.COUNT, self._plain, lambda: first_keys(self.queryset))

    def noted(self, total: int) -> int:
        """The number that was counted; that a list is very long is remembered for a while."""
        if total > COUNT_CAP and self._counted is not None:
            LONG_LISTS.put(self._counted, True)
        return total

    @cached_property
    def _counted(self) -> Any:
        """All that decides which rows a list without search holds; else None."""
        if self.text or self._shape is None:
            return None
        filters = [(name, *values) for name, values in self.query.lists() if name not in CONTROL]
        return self._shape, *sorted(filters)

    @cached_property
    def _plain(self) -> Any:
        """All that decides which rows a list without search and filter holds; else None."""
        return None if self.text else self._unfiltered

    @cached_property
    def _unfiltered(self) -> Any:
        """The same without regard to the search."""
        return None if self.has_filters else self._shape

    @cached_property
    def _shape(self) -> Any:
        """The same without regard to the filters."""
        scene = self.scene
        narrowed = scene.owners(self.user) if scene and scene.owners else None
        if scene and (scene.only_shared or not scene.is_lasting) or not self.spec.is_lasting:
            return None
        rights = policies.shape(self.user, self.row_verb, self.spec.model)
        return self.spec.name, scene and scene.name, self.row_verb, self.user.pk, narrowed, rights

    @property
    def total_label(self) -> str:
        """The number for `data-total`: an integer or `10000+`."""
        return total_label(self.total)

    @cached_property
    def page_size(self) -> int:
        """Rows per page: of the address, else the user's choice for all lists (D02-19)."""
        wanted = self.query.get("page_size", "")
        if wanted.isdecimal() and 1 <= int(wanted) <= 200:
            return int(wanted)
        return self.user.rows_per_page

    @cached_property
    def page(self) -> Page:
        """The keys of the present page."""
        number = self.query.get("page", "")
        place = int(number) if number.isdecimal() and 0 < int(number) < 10**7 else 1
        after = self.query.get("after", "")
        first = place == 1 and not after
        if first and self._few_found and self._sort_key.is_plain:
            return page_from(self._keys_among(self._few_found), 1, self.page_size)
        if self._plain is not None and self._sort_key.is_plain:
            if first:
                return page_from(self._keys(), 1, self.page_size)
            behind = decode(after, 1) if after else None  # a plain order has one segment
            if behind and isinstance(behind[1], str | int | datetime):
                return page_from(self._keys(*behind[1:]), place, self.page_size)
        return fetch_page(self.segments, number=place, size=self.page_size, after=after)

    @property
    def _sort_key(self) -> SortKey:
        return self.spec.sorts[self.sort[0]]

    def _keys(self, *behind: Any) -> list[tuple]:
        """(value, key) of the first rows (behind a place) and of one more, by SQL that is kept."""
        wanted = self.page_size + 1
        shape = self._plain, self.sort, self.total > MANY_OF_ONE, self.total > COUNT_CAP, wanted

        def build(*place: Any) -> QuerySet:
            segment = self.segments[0]
            rows = segment.after(*place) if place else segment.ordered()
            return rows.values_list(segment.field, "pk")[:wanted]

        return prepared.rows(shape, build, *behind)

    @cached_property
    def _few_found(self) -> tuple[int, ...]:
        """The keys that a search has found, where they are few and nothing else narrows them."""
        keys = getattr(self.found, "keys", ()) if self._unfiltered is not None else ()
        return keys if len(keys) <= FEW_FOUND else ()

    def _keys_among(self, found: tuple[int, ...]) -> list[tuple]:
        """(value, key) of these rows in their order, as far as the user sees them."""
        name, descending = self.sort

        def build(keys: Sequence[int]) -> QuerySet:
            rows = self.filtered.filter(pk__in=keys)
            (segment,) = self.spec.sorts[name].segments(rows, descending=descending, user=self.user)
            return segment.ordered().values_list(segment.field, "pk")

        return prepared.rows(("found", self._unfiltered, self.sort), build, found)

    def neighbours(self, pk: int) -> tuple[int | None, int | None]:
        """Keys before and after a record on its page of this list (上一条 / 下一条)."""
        ids = self.page.ids
        if pk not in ids:
            return None, None
        place = ids.index(pk)
        before = ids[place - 1] if place else None
        return before, ids[place + 1] if place + 1 < len(ids) else None


def totals_of(listings: Sequence[Listing]) -> list[int]:
    """The `total` of several lists: one statement for those that have to be counted."""
    asked = [each for each in listings if each.known_total is None]
    found = prepared.together(*(each.ask_total() for each in asked))
    for each, total in zip(asked, found, strict=True):
        each.total = each.noted(total)
    return [each.total for each in listings]
