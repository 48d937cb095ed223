"""What goes along, stays or lapses when customers go into the bin; higher apps register theirs.

The dialog of the deletion shows the numbers. They are those of what happens, whatever the reader
may see of it; each is one query that stops counting at the limit of all lists.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from crm.activities.planning.models import Appointment, Task
from crm.reminders.models import Reminder
from crm.web.paging import capped_count, count_text
from customers.models import Contact, Customer

#: Of more customers than this the dialog says what happens without counting it.
MOST = 1_000


@dataclass(frozen=True)
class Part:
    """One kind of records: what becomes of them, and which they are, by the customers' keys.

    Parts are told in the order of `order`: below 50 goes along, from there on it stays.
    """

    text: Any
    rows: Callable[[Sequence[int]], QuerySet]
    order: int


PARTS: list[Part] = []


def register(*parts: Part) -> None:
    """Tell of these kinds too."""
    PARTS.extend(parts)


def consequences(ids: Sequence[int]) -> list[dict[str, Any]]:
    """Text and number of every kind that is there; one query each."""
    parts = sorted(PARTS, key=lambda part: part.order)
    counted = [(part, capped_count(part.rows(ids))) for part in parts]
    return [{"text": part.text, "count": count_text(count)} for part, count in counted if count]


def consequences_of_many(customers: QuerySet) -> list[dict[str, Any]]:
    """The same of a selection, as long as it can be counted in a moment."""
    ids = list(customers.order_by().values_list("pk", flat=True)[: MOST + 1])
    if len(ids) <= MOST:
        return consequences(ids)
    text = _(
        "Their contacts and opportunities go along; open tickets, tasks and appointments stay."
    )
    return [{"text": text, "count": ""}]


def _contacts(ids: Sequence[int]) -> QuerySet:
    return Contact.objects.filter(customer__in=ids, deleted_at__isnull=True)


def _tasks(ids: Sequence[int]) -> QuerySet:
    return Task.objects.kept().open().filter(_around(ids))


def _appointments(ids: Sequence[int]) -> QuerySet:
    return Appointment.objects.kept().planned().filter(_around(ids))


def _around(ids: Sequence[int]) -> Q:
    """On these customers, or on a record below them."""
    kind = ContentType.objects.get_for_model(Customer)
    return Q(subject_type=kind, subject_id__in=ids) | Q(parent_type=kind, parent_id__in=ids)


def _reminders(ids: Sequence[int]) -> QuerySet:
    customers = Reminder.objects.on(Customer, ids)
    return (customers | Reminder.objects.on(Contact, _contacts(ids).values("pk"))).open()


register(
    Part(_("Contacts that go along"), _contacts, 10),
    Part(_("Reminders of next contacts that lapse"), _reminders, 40),
    Part(_("Open tasks that stay"), _tasks, 60),
    Part(_("Planned appointments that stay"), _appointments, 70),
)
