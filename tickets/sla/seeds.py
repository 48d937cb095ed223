"""The promises every installation starts with (T3-T6): answer in time, complaints in 24 hours."""

from crm.dictionaries import calendar
from crm.dictionaries.models import BusinessCalendar, Item
from crm.dictionaries.seeding import seeding
from tickets.choices import COMPLAINT, TYPE, Priority
from tickets.sla.keeping import Promise, keep_version
from tickets.sla.models import ClockKind, SlaPolicy, SlaTarget, SlaVersion

K, P = ClockKind, Priority
MINUTE, HOUR = 60, 3600
WARN = [50, 80]

COMPLAINTS = (
    Promise(K.ASSIGNMENT, "", 10 * MINUTE),  # T4
    Promise(K.ACCEPTANCE, "", 30 * MINUTE),
    Promise(K.FIRST_RESPONSE, "", 30 * MINUTE),  # T5
    Promise(K.NEXT_RESPONSE, "", 2 * HOUR),
    Promise(K.RESOLUTION, "", 24 * HOUR, is_natural=True),  # T6
)
USUAL = (
    Promise(K.ASSIGNMENT, "", HOUR),
    Promise(K.ASSIGNMENT, P.URGENT, 15 * MINUTE),
    Promise(K.ASSIGNMENT, P.HIGH, 30 * MINUTE),
    Promise(K.ACCEPTANCE, "", HOUR),
    Promise(K.FIRST_RESPONSE, "", 4 * HOUR),
    Promise(K.FIRST_RESPONSE, P.URGENT, 30 * MINUTE),
    Promise(K.FIRST_RESPONSE, P.HIGH, HOUR),  # T3
    Promise(K.NEXT_RESPONSE, "", 8 * HOUR),
    Promise(K.NEXT_RESPONSE, P.URGENT, 2 * HOUR),
    Promise(K.NEXT_RESPONSE, P.HIGH, 4 * HOUR),
    Promise(K.RESOLUTION, "", 24 * HOUR),
    Promise(K.RESOLUTION, P.URGENT, 8 * HOUR),
    Promise(K.RESOLUTION, P.HIGH, 16 * HOUR),
    Promise(K.RESOLUTION, P.LOW, 40 * HOUR),
)


def seed_policies() -> None:
    """Write the policies of a new installation, once; the company changes them as it likes."""
    if SlaVersion.objects.exists():
        return
    company = BusinessCalendar.objects.get(code=calendar.COMPANY)
    complaint = Item.objects.filter(dictionary__code=TYPE, code=COMPLAINT)
    for position, name, types, promises in (
        (10, "投诉", complaint, COMPLAINTS),
        (90, "通用", (), USUAL),
    ):
        policy = SlaPolicy(name=name, position=position, calendar=company, warn=list(WARN))
        policy.save(force_insert=True)
        policy.types.set(types)
        SlaTarget.objects.bulk_create(promise.row(policy) for promise in promises)
    keep_version(actor=None)


seeding.register(seed_policies)
