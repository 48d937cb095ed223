"""Contact by grade (C1, T9, T10): which customers are below their frequency.

Each customer has one row per rule that applies, with the moment from which it is overdue and the
one until which it was contacted too often; the first and the last of them stand on the customer.
`refresh()` brings the rows of some customers in step; services call it for single customers, the
sweep (`rhythm_sweep`) for all that changed otherwise, an import for example.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, time, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Max, QuerySet

from crm.activities.models import FollowUp
from crm.core import clock
from crm.core.bulk import update_many
from crm.core.recurrence import occurrence
from crm.dictionaries.stamps import Cached
from crm.pool.registry import Move, moved
from customers.choices import LifeCycle
from customers.models import Customer
from customers.rhythm_models import Action, RhythmDue, RhythmRule, RuleSet, Unit

STAMP = "rhythm"
#: Methods of a follow-up that count for an action; any other action counts all methods.
METHODS = {
    Action.PHONE: frozenset({"phone"}),
    Action.VISIT: frozenset({"visit"}),
    Action.MESSAGE: frozenset({"sms", "email", "wechat"}),
}
#: The set that holds in a stage of life; lost customers are left alone.
SETS = {
    LifeCycle.POTENTIAL: RuleSet.RUNNING,
    LifeCycle.INTERESTED: RuleSet.RUNNING,
    LifeCycle.CLOSED: RuleSet.CLOSED,
}
#: No interval is longer than so many days.
LONGEST = {Unit.WEEK: 7, Unit.MONTH: 31}
#: Customers looked at in one go.
CHUNK = 500

_rules: Cached[dict[tuple[str, int], list[RhythmRule]]] = Cached(STAMP, lambda: _load())


def _load() -> dict[tuple[str, int], list[RhythmRule]]:
    found: dict[tuple[str, int], list[RhythmRule]] = {}
    for rule in RhythmRule.objects.filter(is_on=True).select_related("grade"):
        found.setdefault((rule.rule_set, rule.grade_id), []).append(rule)
    return found


def rules_for(customer: Customer) -> list[RhythmRule]:
    """The rules that hold for a customer: none in the bin, in a pool, lost or without a grade."""
    if customer.deleted_at is not None or customer.owner_id is None:
        return []
    chosen = SETS.get(LifeCycle(customer.life_cycle))
    return _rules.get().get((chosen, customer.grade_id), []) if chosen else []


def due_after(rule: RhythmRule, last: datetime) -> datetime:
    """The moment from which a customer is overdue: the end of the day the interval ends on."""
    day = last.astimezone(clock.COMPANY_ZONE).date()
    due = occurrence(day, 1, every=rule.every, unit=rule.unit)
    return datetime.combine(
        occurrence(due, 1, every=1, unit="day"), time.min, tzinfo=clock.COMPANY_ZONE
    )


@transaction.atomic
def refresh(keys: Collection[int]) -> None:
    """Bring the due actions of these customers in step; a constant number of statements."""
    customers = Customer.objects.filter(pk__in=keys).only(
        "owner_id", "grade_id", "life_cycle", "deleted_at", "created_at", "closed_at",
        "owner_since", "last_contact_at", "rhythm_due_at", "over_until",
    )  # fmt: skip
    wanted = [(row, rule) for row in customers for rule in rules_for(row)]
    last = _last_contacts({row.pk for row, _rule in wanted}) if wanted else {}
    recent = _recent_contacts(wanted) if wanted else {}
    stored = {(due.customer_id, due.rule_id): due for due in RhythmDue.objects.filter(
        customer__in=keys
    )}  # fmt: skip
    new, changed, due = [], [], defaultdict(list)
    for row, rule in wanted:
        made = _due(row, rule, last)
        made.over_until = _over_until(rule, recent.get(row.pk, ()))
        due[row.pk].append(made)
        known = stored.pop((row.pk, rule.pk), None)
        if known is None:
            new.append(made)
        elif (known.due_at, known.last_at, known.owner_id, known.over_until) != (
            made.due_at, made.last_at, made.owner_id, made.over_until
        ):  # fmt: skip
            made.pk = known.pk
            changed.append(made)
    RhythmDue.objects.filter(pk__in=[due.pk for due in stored.values()]).delete()
    update_many(changed, ["due_at", "last_at", "owner", "over_until"])
    RhythmDue.objects.bulk_create(new, ignore_conflicts=True)
    _keep_on_customers(customers, due)


def _keep_on_customers(customers: QuerySet, due: dict[int, list[RhythmDue]]) -> None:
    """Store the first due action and the end of too many contacts where they have changed."""
    changed = []
    for row in customers:
        first = min((each.due_at for each in due[row.pk]), default=None)
        over = max((each.over_until for each in due[row.pk] if each.over_until), default=None)
        if (row.rhythm_due_at, row.over_until) != (first, over):
            row.rhythm_due_at, row.over_until = first, over
            changed.append(row)
    update_many(changed, ["rhythm_due_at", "over_until"])


def _due(row: Customer, rule: RhythmRule, last: dict[tuple[int, str], datetime]) -> RhythmDue:
    methods = METHODS.get(Action(rule.action))
    moments = [
        moment
        for (customer, method), moment in last.items()
        if customer == row.pk and (methods is None or method in methods)
    ]
    if methods is None and row.last_contact_at is not None:
        moments.append(row.last_contact_at)
    done = max(moments, default=None)
    begun = max(filter(None, (row.created_at, row.closed_at, done)))
    return RhythmDue(
        customer_id=row.pk,
        rule_id=rule.pk,
        owner_id=row.owner_id,
        due_at=due_after(rule, done or begun),
        last_at=done,
    )


def _last_contacts(keys: Collection[int]) -> dict[tuple[int, str], datetime]:
    """The newest follow-up of each method, on the customer or its contacts: one query."""
    kind = ContentType.objects.get_for_model(Customer)
    rows = FollowUp.objects.kept().filter(parent_type=kind, parent_id__in=keys)
    found = rows.order_by().values_list("parent_id", "method__code").annotate(Max("happened_at"))
    return {(pk, method): moment for pk, method, moment in found}


def _recent_contacts(
    wanted: Sequence[tuple[Customer, RhythmRule]],
) -> dict[int, list[tuple[datetime, str]]]:
    """Moment and method of the contacts that may still be too many, the newest first: one query."""
    days = max(rule.every * LONGEST[Unit(rule.unit)] for _row, rule in wanted)
    kind = ContentType.objects.get_for_model(Customer)
    rows = FollowUp.objects.kept().filter(
        parent_type=kind,
        parent_id__in={row.pk for row, _rule in wanted},
        happened_at__gte=clock.now() - timedelta(days=days + 1),
    )
    found: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    ordered = rows.order_by("-happened_at").values_list("parent_id", "happened_at", "method__code")
    for pk, moment, method in ordered:
        found[pk].append((moment, method))
    return found


def _over_until(rule: RhythmRule, recent: Sequence[tuple[datetime, str]]) -> datetime | None:
    """When the interval of the first contact above the rule's most ends; None without one."""
    methods = METHODS.get(Action(rule.action))
    counted = [moment for moment, method in recent if methods is None or method in methods]
    if len(counted) <= rule.most:
        return None
    until = due_after(rule, counted[rule.most])
    return until if until > clock.now() else None


def below_frequency(rows: QuerySet) -> QuerySet:
    """Customers among `rows` with an overdue action."""
    return rows.filter(rhythm_due_at__lte=clock.now())


def contacted_too_often(rows: QuerySet) -> QuerySet:
    """Customers among `rows` with more contacts than the rule of their grade finds right."""
    return rows.filter(over_until__gt=clock.now())


def due_between(rows: QuerySet, start: datetime, end: datetime) -> QuerySet:
    """Customers with an action that became overdue in this time and still is."""
    late = RhythmDue.objects.filter(due_at__gte=start, due_at__lt=end)
    return rows.filter(pk__in=late.values("customer"))


def follow_move(move: Move) -> None:
    """Customers have changed hands: the actions go along, in a pool there are none."""
    if move.kind.model is not Customer:
        return
    if move.owner is None:
        RhythmDue.objects.filter(customer__in=move.ids).delete()
        nothing = {"rhythm_due_at": None, "over_until": None}
        counted = Customer.objects.filter(pk__in=move.ids, rhythm_due_at__isnull=False)
        counted.update(**nothing)
    else:
        refresh(move.ids)


moved.register(follow_move)
