"""Opportunities of every relation, each with texts that no other record has."""

from decimal import Decimal
from itertools import count
from typing import Any

from crm.accounts.models import User
from crm.core import clock
from crm.dictionaries.models import Item
from customers.models import Customer
from opportunities import pipelines
from opportunities.choices import LOSS_REASON, Outcome
from opportunities.models import Opportunity, OpportunityShare, Stage
from opportunities.services.creating import create_opportunity
from opportunities.services.removing import delete_opportunity
from opportunities.services.stages import close_invalid, lose, win
from opportunities.services.team import share_opportunity
from tests.factories.company import Company
from tests.factories.customers import make_customer, spelled

_serial = count(1)


def stage(code: str) -> Stage:
    """A stage of the standard pipeline."""
    return Stage.objects.get(pipeline__code="standard", code=code)


def make_opportunity(
    company: Company, owner: User, *, customer: Customer | None = None, **values: Any
) -> Opportunity:
    """An opportunity of this owner on a customer of his, written by the super administrator."""
    number = next(_serial)
    values.setdefault("name", f"机械设备采购{spelled(number)}期")
    values.setdefault("amount", Decimal(100_000))
    values.setdefault("expected_on", clock.company_today())
    given = values.pop("stage", None)
    if isinstance(given, str):
        given = stage(given)
    row = Opportunity(
        customer=customer or make_customer(company, owner, contacts=[]), owner=owner, **values
    )
    if given is not None:
        row.stage = given
    return create_opportunity(row, actor=company.admin)


def reason(code: str = "budget", dictionary: str = LOSS_REASON) -> Item:
    """A reason of a dictionary."""
    return Item.objects.get(dictionary__code=dictionary, code=code)


def make_ended(company: Company, owner: User, outcome: str, **values: Any) -> Opportunity:
    """An opportunity with this outcome."""
    row = make_opportunity(company, owner, **values)
    if outcome == Outcome.WON:
        win(row, actual_amount=row.amount, contract_number="HT-1", actor=company.admin)
    elif outcome == Outcome.LOST:
        lose(row, reason=reason(), actor=company.admin)
    elif outcome == Outcome.INVALID:
        why = reason("no_need", "opportunity_invalid_reason")
        close_invalid(row, reason=why, actor=company.admin)
    return row


def share(
    company: Company, row: Opportunity, member: User, *, write: bool = False
) -> OpportunityShare:
    """Put somebody into the team of an opportunity."""
    return share_opportunity(row, member, write=write, actor=company.admin)


def make_related(company: Company, actor: str, relation: str) -> Opportunity:
    """An opportunity that is `relation` to `actor`; `deleted` is an own one in the bin."""
    user = company.user(actor) or company["sales1"]
    owners = {
        "same_department": lambda: company.peer_of(user),
        "subordinate": lambda: company.junior_of(user),
        "shared": company.stranger,
        "foreign": company.stranger,
    }
    owner = owners[relation]() if relation in owners else user
    row = make_opportunity(company, owner)
    if relation == "shared" and user.is_active:
        share(company, row, user)
    if relation == "deleted":
        delete_opportunity(row, actor=company.admin)
    return row


def first_stage() -> Stage:
    """Where new opportunities begin."""
    return Stage.objects.get(pk=pipelines.lines()[0].first.pk)
