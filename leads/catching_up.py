"""Plans what a lead should have been reminded of and is not, before its first contact is missed.

Leads of before a reminder was introduced, or brought back from a backup, have none. What is missed
already is not told any more, or hundreds of notices would come at once: lists show it as overdue,
and the ladder tells of it.
"""

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from crm.core import clock
from crm.reminders.models import Reminder
from leads import reminding
from leads.choices import LeadState
from leads.models import Lead

CHUNK = 200
CHUNKS_A_RUN = 10


def run() -> int:
    """Plan for the leads whose time ends next; returns how many had nothing planned."""
    planned = 0
    for _number in range(CHUNKS_A_RUN):
        found = _chunk()
        planned += found
        if found < CHUNK:
            break
    return planned


@transaction.atomic
def _chunk() -> int:
    """The next leads; they are held, so that one that changes hands meanwhile tells one owner."""
    rows = _unplanned().order_by("first_contact_due_at", "pk")
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True, of=("self",))
    keys = list(rows.values_list("pk", flat=True)[:CHUNK])
    if keys:
        reminding.replan(keys)
    return len(keys)


def _unplanned() -> QuerySet[Lead]:
    """Leads whose time ends soon, without a reminder of that moment in whatever state."""
    now = clock.now()
    known = Reminder.objects.filter(
        subject_type=ContentType.objects.get_for_model(Lead),
        subject_id=OuterRef("pk"),
        rule=reminding.RULE,
        due_at=OuterRef("first_contact_due_at"),
    )
    return Lead.objects.kept().filter(
        ~Exists(known),
        status=LeadState.NEW,
        owner__isnull=False,
        first_contact_due_at__gt=now,
        first_contact_due_at__lte=now + reminding.AHEAD,
    )
