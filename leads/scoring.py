"""The score of a lead: points by rules, computed by the database, explained line by line.

Each rule is one condition on the table of leads; the score and its explanation ask the same one,
so they cannot differ. Rescoring many leads is one UPDATE.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, Q, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.dictionaries import lookups, stamps
from crm.dictionaries.stamps import Cached
from leads import regions
from leads.choices import ScoreKind
from leads.models import Lead, ScoreRule

STAMP = "lead_scores"
#: Above so many leads a change of the rules is computed by a job.
AT_ONCE = 200
#: Times that leads are scored again because the rules changed meanwhile.
ROUNDS = 5
_rules: Cached[list[ScoreRule]] = Cached(
    STAMP, lambda: list(ScoreRule.objects.filter(is_active=True))
)


@dataclass(frozen=True)
class Line:
    """One rule as the page explains it; `points` are 0 where it does not fit."""

    label: str
    worth: int
    points: int


def _filled(rule: ScoreRule) -> Q:
    field = Lead._meta.get_field(rule.field)
    if field.is_relation:
        return Q(**{f"{rule.field}__isnull": False})
    return ~Q(**{rule.field: ""})


CONDITIONS: dict[str, Callable[[ScoreRule], Q]] = {
    ScoreKind.FILLED: _filled,
    ScoreKind.SOURCE: lambda rule: Q(source_id=rule.item_id),
    ScoreKind.INDUSTRY: lambda rule: Q(industry_id=rule.item_id),
    ScoreKind.REGION: lambda rule: regions.condition(rule.regions),
    ScoreKind.FOLLOW_UPS: lambda rule: Q(follow_up_count__gte=rule.least or 1),
    ScoreKind.NEXT_STEP: lambda rule: Q(next_contact_at__isnull=False),
}


def _points(rule: ScoreRule) -> Case:
    fits = When(CONDITIONS[rule.kind](rule), then=Value(rule.points))
    return Case(fits, default=Value(0), output_field=IntegerField())


def rescore(ids: Iterable[int]) -> None:
    """Compute the score of these leads anew; without any rule there is nothing to compute."""
    if _rules.get():
        _rescore(Lead.objects.filter(pk__in=list(ids)))


def count() -> int:
    """How many leads a change of the rules concerns."""
    return Lead.objects.in_work().count()


def are_few() -> bool:
    """Whether all leads can be scored anew within a request."""
    return len(Lead.objects.in_work().order_by().values_list("pk")[: AT_ONCE + 1]) <= AT_ONCE


def rescore_behind(pk: int, limit: int) -> list[int]:
    """Compute the next leads in work behind a key anew; returns their keys, none at the end."""
    rows = Lead.objects.in_work().filter(pk__gt=pk).order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[:limit])
    if ids:
        _rescore(Lead.objects.filter(pk__in=ids))
    return ids


def rescore_all() -> int:
    """Compute the scores of all leads in work anew; returns how many."""
    return _rescore(Lead.objects.in_work())


def _rescore(rows: Any) -> int:
    """Write the scores by the rules in force; anew where these have changed while it was done.

    Whoever changes the rules scores the leads afterwards, but this write may have begun before and
    have waited for that one: then it would put old scores over new ones.
    """
    done = 0
    for _round in range(ROUNDS):
        version, rules = _rules.with_version()
        total: Any = Value(0)
        for rule in rules:
            total += _points(rule)
        done = rows.update(score=total)
        if not stamps.has_moved(STAMP, version):
            break
    return done


def explain(lead: Lead) -> list[Line]:
    """Every rule with the points this lead gets by it: one query."""
    rules = _rules.get()
    if not rules:
        return []
    parts = {f"rule_{rule.pk}": _points(rule) for rule in rules}
    found = Lead.objects.filter(pk=lead.pk).values(**parts).get()
    return [Line(label_of(rule), rule.points, found[f"rule_{rule.pk}"]) for rule in rules]


def label_of(rule: ScoreRule) -> str:
    """What a rule looks at, in words."""
    if rule.kind == ScoreKind.FILLED:
        field = Lead._meta.get_field(rule.field).verbose_name
        return _("%(field)s is known") % {"field": field}
    if rule.kind == ScoreKind.FOLLOW_UPS:
        least = rule.least or 1
        return ngettext("At least %(n)s follow-up", "At least %(n)s follow-ups", least) % {
            "n": least
        }
    if rule.kind in (ScoreKind.SOURCE, ScoreKind.INDUSTRY):
        value = lookups.item(rule.item_id)
        return _kind_of(rule, value.label if value else "")
    if rule.kind == ScoreKind.REGION:
        return _kind_of(rule, rule.regions)
    return str(rule.get_kind_display())


def _kind_of(rule: ScoreRule, value: object) -> str:
    return _("%(label)s: %(value)s") % {"label": rule.get_kind_display(), "value": value}
