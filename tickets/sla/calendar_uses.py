"""What of the service levels uses a work calendar: policies, and versions that tickets follow."""

from collections.abc import Iterator

from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from crm.core.messages import listed
from crm.dictionaries.further_calendars import find_uses
from crm.dictionaries.models import BusinessCalendar
from tickets.sla.models import SlaPolicy, SlaVersion

#: So many of the kept versions are named.
NAMED = 3


def uses(calendar: BusinessCalendar) -> Iterator[str]:
    """The policies that count by a calendar, else the versions of them that did.

    Tickets are judged by what held at the time, so a calendar in a kept version stays.
    """
    chosen = Q(calendar=calendar) | Q(targets__calendar=calendar)
    names = SlaPolicy.objects.filter(chosen).order_by("position", "pk").values_list("name", "pk")
    found = list(dict.fromkeys(names))
    for name, _pk in found:
        yield _("policy “%(name)s”") % {"name": name}
    if found:
        return
    kept = SlaVersion.objects.annotate(text=Cast("content", TextField()))
    kept = kept.filter(text__contains=f'"{calendar.code}"').order_by("-number")
    numbers = list(kept.values_list("number", flat=True)[: NAMED + 1])
    if numbers:
        said = listed([*numbers[:NAMED], *(["…"] if len(numbers) > NAMED else [])])
        yield _("what tickets were promised (versions %(numbers)s)") % {"numbers": said}


find_uses(uses)
