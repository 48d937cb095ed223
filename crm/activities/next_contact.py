"""The reminder of the next contact, for every record with an owner and a `next_contact_at` (T1).

Domain apps call `plan()` in the transaction of each write that sets the next contact, the owner
or the bin. Not here: when it is sent (`crm.reminders`).
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.reminders.planning import Plan, plan_many
from crm.reminders.rules import RuleKind, register

RULE = "next_contact"


def _title(subject: Any, params: dict[str, Any]) -> str:
    return _("Contact %(name)s") % {"name": subject}


def _text(subject: Any, params: dict[str, Any]) -> str:
    when = date_format(timezone.localtime(subject.next_contact_at), "Y-m-d H:i")
    agreed = _("Agreed for %(time)s") % {"time": when}
    last = getattr(subject, "last_contact_summary", "")
    return "\n".join([agreed, _("Last time: %(text)s") % {"text": last}] if last else [agreed])


register(
    RuleKind(
        RULE,
        gettext_lazy("Next contact"),
        title=_title,
        text=_text,
        help=gettext_lazy("Reminds the owner on the day that was agreed with the customer."),
        icon="phone",
        is_open=lambda subject: subject.next_contact_at is not None,
    )
)


def _owner_of(obj: Any) -> int | None:
    return obj.owner_id


def _always(obj: Any) -> bool:
    return True


def plan(
    model: type[models.Model],
    rows: Iterable[Any],
    *,
    owner_of: Callable[[Any], int | None] = _owner_of,
    is_open: Callable[[Any], bool] = _always,
    fresh: bool = False,
) -> int:
    """Plan the reminders of some records by what they say now; a constant number of statements.

    Records in the bin, without owner or without next contact lose theirs, as do those that are
    not `is_open`. `fresh` means that the rows were just inserted. Returns how many are new.
    """
    plans = [
        Plan(
            row,
            owner_of(row) if row.deleted_at is None and is_open(row) else None,
            due_at=row.next_contact_at,
            on_day=True,
        )
        for row in rows
        if row.next_contact_at is not None or not fresh
    ]
    return plan_many(RULE, model, plans, fresh=fresh)
