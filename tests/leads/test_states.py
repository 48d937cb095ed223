"""Every state × transition of leads, and what the database itself refuses."""

import pytest
from django.db import IntegrityError, transaction

from crm.core import clock
from leads.choices import LeadState
from leads.models import Lead
from leads.states import STATE
from tests.factories.company import Company
from tests.factories.customers import make_customer
from tests.factories.leads import make_lead, reason
from tests.kit.states import check_constraint, walk_machine


def lead_in(company: Company, state: str) -> Lead:
    """A lead that the database holds in this state, with what any step may ask for."""
    lead = make_lead(company, company["sales1"])
    values = {
        "abandon_reason": reason(),
        "abandon_note": "停机",
        "converted_at": clock.now(),
        "converted_customer": make_customer(company, company["sales1"]),
        STATE.field: state,
    }
    Lead.objects.filter(pk=lead.pk).update(**values)
    lead.refresh_from_db()
    return lead


def test_no_state_but_the_known_ones(company: Company) -> None:
    check_constraint(make_lead(company, company["sales1"]), "status")


def test_an_abandoned_lead_has_a_reason(company: Company) -> None:
    lead = make_lead(company, company["sales1"])
    with pytest.raises(IntegrityError), transaction.atomic():
        Lead.objects.filter(pk=lead.pk).update(**{STATE.field: LeadState.ABANDONED})


def test_every_pair(company: Company) -> None:
    pairs = walk_machine(
        STATE,
        lambda state: lead_in(company, state),
        actor=company.admin,
        reader=company["norole"],
    )
    assert pairs == 16
