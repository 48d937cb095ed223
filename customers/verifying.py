"""When phone, e-mail and address were last checked, and when that is due again (D03-13, T14)."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThan
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core import clock
from crm.dictionaries import settings
from crm.web.filters import ChoiceFilter

DAYS = "contact_data_days"
settings.declare(
    DAYS,
    gettext_lazy("Days after which contact data is to be verified again"),
    180,
    kind="number",
    low=1,
    high=3650,
    group=settings.RECORDS,
    help=gettext_lazy("Counted from the last check, or from the entry where there was none."),
)

DUE, NEVER, DONE = "due", "never", "done"
CHOICES = (
    (DUE, gettext_lazy("Verification due")),
    (NEVER, gettext_lazy("Never verified")),
    (DONE, gettext_lazy("Verified in time")),
)


def last_good_day() -> date:
    """What was checked before this day is to be checked again."""
    return clock.company_today() - timedelta(days=int(settings.get(DAYS)))


def is_due(verified_on: date | None, entered_on: date) -> bool:
    """Whether contact data is to be checked again."""
    return (verified_on or entered_on) < last_good_day()


def text_of(verified_on: date | None, entered_on: date) -> str:
    """The last check in words, and whether the next one is due."""
    day = date_format(verified_on, "SHORT_DATE_FORMAT") if verified_on else _("Never verified")
    return f"{day} · {_('Verification due')}" if is_due(verified_on, entered_on) else day


class VerifiedFilter(ChoiceFilter):
    """Records by the last check of their contact data; `entered` is the column of the entry."""

    def __init__(self, *, entered: str, **kwargs: Any) -> None:
        self.entered = entered
        super().__init__(
            label=gettext_lazy("Contact data"), choices=CHOICES, field_name="verified_on", **kwargs
        )

    def filter(self, qs: Any, value: list[str]) -> Any:
        if not value:
            return qs
        day = last_good_day()
        never = Q(verified_on__isnull=True)
        wanted = {
            DUE: self._due(day, never),
            NEVER: never,
            DONE: Q(verified_on__gte=day),
        }
        found = Q()
        for each in value:
            found |= wanted[each]
        return qs.filter(found)

    def _due(self, day: date, never: Q) -> Q:
        """Customers by the index of exactly this expression; a moment and a day make none."""
        if self.entered == "entered_on":
            return Q(LessThan(Coalesce("verified_on", "entered_on"), day))
        entered = {f"{self.entered}__lt": clock.company_day_start(day)}
        return Q(verified_on__lt=day) | never & Q(**entered)
