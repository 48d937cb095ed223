"""Leads of every relation, written through the services."""

from itertools import count
from typing import Any

from crm.accounts.models import User
from crm.dictionaries import lookups
from crm.dictionaries.models import Item
from leads.choices import REASON, SOURCE, LeadState, ScoreKind
from leads.drafts import LeadDraft
from leads.models import AllocationRule, Lead, ScoreRule, WebForm
from leads.services.changing import abandon_lead
from leads.services.creating import create_lead
from leads.services.keeping import (
    create_allocation_rule,
    create_score_rule,
    create_web_form,
)
from tests.factories.company import Company
from tests.factories.customers import make_follow_up, spelled

_serial = count(1)


def unsaved_lead(owner: User | None, **values: Any) -> Lead:
    """A valid lead that stands nowhere yet."""
    number = next(_serial)
    values.setdefault("name", f"绍兴{spelled(number)}号机械有限公司")
    values.setdefault("contact_name", f"赵{spelled(number)}")
    values.setdefault("mobile", f"137{number:08d}")
    values.setdefault("source_id", lookups.by_code(SOURCE, "exhibition").pk)
    return Lead(owner=owner, **values)


def make_lead(company: Company, owner: User | None, **values: Any) -> Lead:
    """A lead of this owner, written by the super administrator."""
    return create_lead(LeadDraft(unsaved_lead(owner, **values)), actor=company.admin)


def reason(code: str = "no_budget") -> Item:
    """A reason to give a lead up."""
    return Item.objects.get(dictionary__code=REASON, code=code)


def make_lead_in(company: Company, owner: User, state: str, **values: Any) -> Lead:
    """A lead that got into a state as people bring it there; not the converted one."""
    lead = make_lead(company, owner, **values)
    if state == LeadState.FOLLOWING:
        make_follow_up(lead, owner, "约了下周演示")
    elif state == LeadState.ABANDONED:
        abandon_lead(lead, reason(), "预算没有了", actor=company.admin)
    lead.refresh_from_db()
    return lead


def make_web_form(company: Company, **values: Any) -> WebForm:
    """A public form whose leads go by the rules."""
    values.setdefault("title", "预约演示")
    values.setdefault("source_id", lookups.by_code(SOURCE, "online_form").pk)
    return create_web_form(WebForm(**values), actor=company.admin)


def make_allocation_rule(
    company: Company, people: list[User], *, sources: tuple[Item, ...] = (), **values: Any
) -> AllocationRule:
    """A rule that gives all leads to these people in turn."""
    values.setdefault("name", f"规则{spelled(next(_serial))}")
    rule = AllocationRule(**values)
    return create_allocation_rule(rule, sources=sources, people=people, actor=company.admin)


def make_score_rule(company: Company, **values: Any) -> ScoreRule:
    """Twenty points for a mobile."""
    values = {"kind": ScoreKind.FILLED, "field": "mobile", "points": 20} | values
    return create_score_rule(ScoreRule(**values), actor=company.admin)
