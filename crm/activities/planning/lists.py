"""The lists of tasks and appointments: scenes, order, search."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from crm.accounts.rights import organisation
from crm.activities.planning.choices import Priority, TaskStatus
from crm.activities.planning.filters import AppointmentFilter, TaskFilter
from crm.activities.planning.tables import AppointmentTable, TaskTable
from crm.web.listing import ListSpec, Scene, Searched, register
from crm.web.sorting import RankedSortKey, Segment, SortKey
from crm.web.viewed import ViewedSortKey

#: Words of one search.
MOST_WORDS = 5


@dataclass(frozen=True)
class Found:
    """Rows that match a search; the list counts them itself."""

    queryset: QuerySet
    total: int | None = None


class TodoSortKey(SortKey):
    """What is to be done first, by its date and those without one behind; then what is over."""

    def __init__(self) -> None:
        super().__init__("due_at", nullable=True)

    def segments(self, queryset: QuerySet, *, descending: bool, user: Any) -> list[Segment]:
        open_rows = queryset.filter(status=TaskStatus.OPEN)
        over = queryset.exclude(status=TaskStatus.OPEN)
        return [
            Segment(open_rows.filter(due_at__isnull=False), "due_at", descending),
            Segment(open_rows.filter(due_at__isnull=True), "pk", True),
            Segment(over, "updated_at", True),
        ]


def reports(user: Any) -> list[int]:
    """Everyone below the user."""
    return sorted(organisation().reports_of(user.pk))


def search_tasks(rows: QuerySet, text: str, user: Any, searched: Searched) -> Found:
    """Tasks whose title or description has every word."""
    return Found(rows.filter(_words(text, "title", "description")))


def search_appointments(rows: QuerySet, text: str, user: Any, searched: Searched) -> Found:
    """Appointments whose title, place, purpose or outcome has every word."""
    return Found(rows.filter(_words(text, "title", "place", "purpose", "outcome")))


def _words(text: str, *names: str) -> Q:
    condition = Q()
    for word in text.split()[:MOST_WORDS]:
        found = Q()
        for name in names:
            found |= Q(**{f"{name}__icontains": word})
        condition &= found
    return condition


SCENES = (
    Scene("mine", _("Mine"), lambda rows, user: rows.of(user.pk)),
    Scene("created", _("Created by me"), lambda rows, user: rows.filter(created_by_id=user.pk)),
    Scene(
        "reports",
        _("My subordinates'"),
        lambda rows, user: rows.of(*reports(user)),
        offered=lambda user: bool(reports(user)),
    ),
    Scene("all", _("All"), lambda rows, user: rows),
)

TASKS = register(
    ListSpec(
        name="tasks",
        table=TaskTable,
        filterset=TaskFilter,
        base=lambda rows: rows.kept(),
        sorts={
            "due_at": TodoSortKey(),
            "priority": RankedSortKey("priority", lambda: Priority.values),
            "updated_at": SortKey("updated_at", descending=True),
            "created_at": SortKey("created_at", descending=True),
            "viewed": ViewedSortKey(),
        },
        default_sort="due_at",
        scenes=SCENES,
        search=search_tasks,
        search_placeholder=_("Words of the title or the description"),
    )
)

APPOINTMENTS = register(
    ListSpec(
        name="appointments",
        table=AppointmentTable,
        filterset=AppointmentFilter,
        base=lambda rows: rows.kept(),
        sorts={
            "starts_at": SortKey("starts_at", descending=True),
            "updated_at": SortKey("updated_at", descending=True),
            "created_at": SortKey("created_at", descending=True),
            "viewed": ViewedSortKey(),
        },
        default_sort="-starts_at",
        scenes=SCENES,
        search=search_appointments,
        search_placeholder=_("Words of title, place or purpose"),
    )
)
