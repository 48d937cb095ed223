"""The promises every installation starts with (T3-T6): answer in time, complaints in 24 hours."""

from typing import Any

from crm.dictionaries.calendar import company_row
from crm.dictionaries.models import Item
from crm.dictionaries.seeding import seeding
from tickets.choices import COMPLAINT, TYPE, Priority
from tickets.sla.keeping import Promise, keep_version
from tickets.sla.models import ClockKind, SlaPolicy, SlaTarget, SlaVersion

K, P = ClockKind, Priority
MINUTE, HOUR, DAY = 60, 3600, 86_400
WARN = [50, 80]
#: Seven days that pass never end later than the seven working days within which an authority
#: answers a consumer (消费者权益保护法 46).
LEGAL = Promise(K.LEGAL, "", 7 * DAY, is_natural=True)

COMPLAINTS = (
    Promise(K.ASSIGNMENT, "", 10 * MINUTE),  # T4
    Promise(K.ACCEPTANCE, "", 30 * MINUTE),
    Promise(K.FIRST_RESPONSE, "", 30 * MINUTE),  # T5
    Promise(K.NEXT_RESPONSE, "", 2 * HOUR),
    Promise(K.RESOLUTION, "", 24 * HOUR, is_natural=True),  # T6
    LEGAL,
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
        _seed_legal()
        return
    company = company_row()
    for position, name, types, promises in (
        (10, "投诉", _complaint(), COMPLAINTS),
        (90, "通用", (), USUAL),
    ):
        policy = SlaPolicy(name=name, position=position, calendar=company, warn=list(WARN))
        policy.save(force_insert=True)
        policy.types.set(types)
        SlaTarget.objects.bulk_create(promise.row(policy) for promise in promises)
    keep_version(actor=None)


def _complaint() -> Any:
    return Item.objects.filter(dictionary__code=TYPE, code=COMPLAINT)


def _seed_legal() -> None:
    """Give complaints a legal deadline where no version has ever had one: nobody decided on it."""
    contents = SlaVersion.objects.values_list("content", flat=True)
    if any(
        row[1] == K.LEGAL for content in contents for each in content for row in each["targets"]
    ):
        return
    policy = SlaPolicy.objects.filter(types__in=_complaint()).order_by("position", "pk").first()
    if policy is not None:
        LEGAL.row(policy).save(force_insert=True)
        keep_version(actor=None)


seeding.register(seed_policies)
