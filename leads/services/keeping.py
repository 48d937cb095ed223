"""Writes of what administrators keep: public forms, rules of allocation and score."""

from collections.abc import Iterable
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.audit.services import record
from crm.core import clock
from crm.core.changes import touch, write_changes
from crm.core.errors import InvalidValue
from crm.dictionaries import stamps
from crm.jobs import services as jobs
from crm.visitors.origins import check_origins
from leads import regions, scoring
from leads.choices import SCORED_FIELDS, ScoreKind, Target
from leads.models import AllocationRule, ScoreRule, WebForm
from leads.public_fields import CODES
from leads.rescoring import RescoreKind


# --- public forms -------------------------------------------------------------------------------
@transaction.atomic
def create_web_form(form: WebForm, *, actor: Any) -> WebForm:
    """Make a public form; its address is drawn here."""
    policies.require(actor, verbs.ADD, WebForm)
    form.created_at = form.updated_at = clock.now()
    form.created_by = actor
    _check_form(form)
    form.full_clean(exclude=["created_by"])
    form.save(force_insert=True)
    record("leads.webform.created", form, actor=actor)
    return form


@transaction.atomic
def update_web_form(
    form: WebForm, *, changes: dict[str, Any], actor: Any, version: int | None = None
) -> WebForm:
    """Change a public form; its address stays. Raises Stale."""
    policies.require(actor, verbs.CHANGE, form)
    for name, value in changes.items():
        setattr(form, name, value)
    _check_form(form)
    form.refresh_from_db()
    diff = write_changes(form, changes, version=version)
    if diff:
        record("leads.webform.updated", form, actor=actor, changes=diff)
    return form


def _check_form(form: WebForm) -> None:
    check_origins(form.origins)
    if form.target == Target.PERSON and form.owner_id is None:
        raise InvalidValue(_("Saving failed: choose who gets the leads."), field="owner")
    if not set(form.asked) <= CODES:
        raise InvalidValue(_("Saving failed: this field does not exist."), field="asked")


@transaction.atomic
def delete_web_form(form: WebForm, *, actor: Any) -> None:
    """Remove a public form; its leads stay and remember the page they came from."""
    policies.require(actor, verbs.DELETE, form)
    record("leads.webform.deleted", form, actor=actor)
    form.delete()


# --- allocation ---------------------------------------------------------------------------------
@transaction.atomic
def create_allocation_rule(
    rule: AllocationRule, *, sources: Iterable[Any], people: Iterable[Any], actor: Any
) -> AllocationRule:
    """Add a rule of allocation."""
    policies.require(actor, verbs.ADD, AllocationRule)
    _check_regions(rule.regions)
    rule.full_clean()
    rule.save(force_insert=True)
    rule.sources.set(sources)
    rule.people.set(people)
    record("leads.allocationrule.created", rule, actor=actor)
    return rule


@transaction.atomic
def update_allocation_rule(
    rule: AllocationRule,
    *,
    changes: dict[str, Any],
    sources: Iterable[Any],
    people: Iterable[Any],
    actor: Any,
    version: int | None = None,
) -> AllocationRule:
    """Change a rule of allocation. Raises Stale."""
    policies.require(actor, verbs.CHANGE, rule)
    _check_regions(changes.get("regions", rule.regions))
    diff = write_changes(rule, changes, version=version)
    linked = _replace(rule.sources, sources, "sources") | _replace(rule.people, people, "people")
    if linked and not diff:
        touch(rule)
    if {"people", "weights", "way", "subject"} & (diff.keys() | linked.keys()):
        AllocationRule.objects.filter(pk=rule.pk).update(turn=0)  # a new run of exact shares
    if diff or linked:
        record("leads.allocationrule.updated", rule, actor=actor, changes=diff | linked)
    return rule


def _replace(manager: Any, wanted: Iterable[models.Model], name: str) -> dict[str, list[str]]:
    old, new = list(manager.all()), list(wanted)
    if {row.pk for row in old} == {row.pk for row in new}:
        return {}
    manager.set(new)
    return {name: ["、".join(map(str, old)), "、".join(map(str, new))]}


@transaction.atomic
def delete_allocation_rule(rule: AllocationRule, *, actor: Any) -> None:
    """Remove a rule of allocation; leads stay with whom they have."""
    policies.require(actor, verbs.DELETE, rule)
    record("leads.allocationrule.deleted", rule, actor=actor)
    rule.delete()


def _check_regions(typed: str) -> None:
    if wrong := regions.unknown(typed):
        raise InvalidValue(
            _("Saving failed: “%(name)s” is no region.") % {"name": wrong[0]}, field="regions"
        )


# --- score --------------------------------------------------------------------------------------
@transaction.atomic
def create_score_rule(rule: ScoreRule, *, actor: Any) -> ScoreRule:
    """Add a rule of the score; all leads in work are scored anew."""
    policies.require(actor, verbs.ADD, ScoreRule)
    _check_score(rule)
    rule.full_clean()
    rule.save(force_insert=True)
    _rescore(actor)
    record("leads.scorerule.created", rule, actor=actor)
    return rule


@transaction.atomic
def update_score_rule(
    rule: ScoreRule, *, changes: dict[str, Any], actor: Any, version: int | None = None
) -> ScoreRule:
    """Change a rule of the score. Raises Stale."""
    policies.require(actor, verbs.CHANGE, rule)
    for name, value in changes.items():
        setattr(rule, name, value)
    _check_score(rule)
    rule.refresh_from_db()
    diff = write_changes(rule, changes, version=version)
    if diff:
        _rescore(actor)
        record("leads.scorerule.updated", rule, actor=actor, changes=diff)
    return rule


@transaction.atomic
def delete_score_rule(rule: ScoreRule, *, actor: Any) -> None:
    """Remove a rule of the score."""
    policies.require(actor, verbs.DELETE, rule)
    record("leads.scorerule.deleted", rule, actor=actor)
    rule.delete()
    _rescore(actor)


def _rescore(actor: Any) -> None:
    """Score all leads in work anew: few at once, many by a job."""
    stamps.bump(scoring.STAMP)
    if scoring.are_few():
        scoring.rescore_all()
    else:
        jobs.enqueue(RescoreKind.code, actor=actor, total=scoring.count())


def _check_score(rule: ScoreRule) -> None:
    """What the condition needs must be there."""
    if rule.kind == ScoreKind.FILLED and rule.field not in SCORED_FIELDS:
        raise InvalidValue(_("Saving failed: choose the field."), field="field")
    if rule.kind in (ScoreKind.SOURCE, ScoreKind.INDUSTRY) and rule.item_id is None:
        raise InvalidValue(_("Saving failed: choose the source or industry."), field="item")
    if rule.kind == ScoreKind.REGION and not rule.regions.strip():
        raise InvalidValue(_("Saving failed: name at least one region."), field="regions")
    _check_regions(rule.regions)
