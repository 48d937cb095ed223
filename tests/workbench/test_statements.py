"""Each panel of the start page is one bounded query, whatever stands in it.

What a request reads of the reader himself (shares, groups), and how the daily totals stand, is
asked once for all panels and is none's own. The lists here are longer than the panels, so that
every number has to be counted.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crm.activities.planning.models import Appointment, Task
from crm.activities.planning.services.appointments import create_appointment
from crm.activities.planning.services.tasks import create_task
from crm.audit.services import record_view
from crm.core import clock
from crm.core.context import working_as
from crm.jobs.models import Job, State
from crm.workbench.looks import look_of
from crm.workbench.measures import MEASURES
from crm.workbench.models import ChangedDay
from crm.workbench.panels import PANELS, HomePanel
from crm.workbench.recent import recently_viewed
from crm.workbench.sealing import catch_up
from crm.workbench.todos import TodoPanel
from customers.models import Customer
from leads.models import Lead
from opportunities.models import Opportunity, Target
from opportunities.services.targets import Holder, MonthPlan, set_targets
from tests.factories.company import Company
from tests.factories.customers import make_customer, make_follow_up
from tests.factories.leads import make_lead
from tests.factories.opportunities import make_opportunity
from tests.factories.tickets import make_ticket
from tickets.models import Ticket

#: More than any panel shows.
MANY = 13


@pytest.fixture
def full(company: Company) -> Company:
    """Two sellers' and an agent's panels, all longer than they show."""
    late = clock.now() - timedelta(hours=1)
    for seller in (company["sales1"], company["manager"]):
        for number in range(MANY):
            customer = make_customer(company, seller, next_contact_at=late)
            lead = make_lead(company, seller, next_contact_at=late)
            deal = make_opportunity(company, seller, customer=customer)
            create_task(Task(title=f"寄送样品{number}", due_at=late), actor=seller)
        visit = Appointment(title="拜访", starts_at=late, ends_at=late + timedelta(hours=1))
        create_appointment(visit, actor=seller)
        for record in (customer, lead, deal):
            make_follow_up(record, seller)
            record_view(seller, record)
        month = {clock.company_today().month: MonthPlan(*map(Decimal, (200_000, 300_000, 0)))}
        department = Holder(department=seller.main_department)
        for holder in (Holder(owner=seller), department):
            if not Target.objects.filter(**holder.keys).exists():
                set_targets(holder, clock.company_today().year, month, actor=company.admin)
    now = clock.now()
    Customer.objects.update(
        next_contact_at=late, last_contact_at=now - timedelta(days=20), pool_due_at=now,
        pool_due_rule="follow_up", pool_due_days=30, rhythm_due_at=late,
    )  # fmt: skip
    Lead.objects.update(next_contact_at=late, first_contact_due_at=late, status="new")
    Opportunity.objects.update(next_contact_at=None)
    for _number in range(MANY):
        make_ticket(company, company["service_lead"])
    Ticket.objects.update(sla_breach_at=now, sla_warn_at=late)
    for user in company.people.values():
        Job.objects.create(kind="old.kind", actor=user, state=State.QUEUED)
    catch_up()  # the days before are added up, as in every night
    yesterday = clock.company_today() - timedelta(days=1)
    ChangedDay.objects.bulk_create(
        ChangedDay(measure=measure.name, day=yesterday) for measure in MEASURES.values()
    )
    return company


def statements_of(panel: HomePanel, user: Any) -> list[str]:
    """What a panel asks of the database by itself."""
    with working_as("web"):
        panel.shape(look_of(user, {}))  # the reader's rights, and SQL and settings that are kept
        with CaptureQueriesContext(connection) as seen:
            panel.shape(look_of(user, {}))
    return [query["sql"] for query in seen.captured_queries]


@pytest.mark.parametrize("login", ["sales1", "manager", "service_lead", "admin"])
def test_each_panel_is_one_bounded_query(
    login: str, full: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.pool.rules.recycles", lambda kind: True)
    monkeypatch.setattr("crm.pool.rules.protects", lambda kind: True)
    user = full[login]
    for name, panel in PANELS.items():
        if panel.is_for(user):
            asked = statements_of(panel, user)
            assert len(asked) <= 1, (name, [sql[:200] for sql in asked])


def test_the_panels_are_as_full_as_the_questions_can_be(full: Company) -> None:
    user = full["sales1"]
    assert len({todo["kind"] for todo in TodoPanel().context(user)["rows"]}) > 1
    assert len({type(record) for _view, record, _group in recently_viewed(user, MANY)}) == 3


@pytest.mark.parametrize("login", ["sales1", "manager"])
def test_each_number_of_things_to_do_is_that_of_its_list(login: str, full: Company) -> None:
    client = Client()
    client.force_login(full[login])
    numbers = [line["number"] for line in TodoPanel().context(full[login])["numbers"]]
    assert len(numbers) == 8
    for number in numbers:
        html = client.get(number.url).content.decode()
        assert f'data-total="{number.value}"' in html, (number.label, number.value)


@pytest.mark.parametrize(
    ("login", "name", "count"),
    [
        ("sales1", "new", MANY),
        ("sales1", "pool-due", MANY),
        ("sales1", "stuck", MANY),
        ("service_lead", "tickets-near", MANY),
        ("service_lead", "tickets-new", MANY),
    ],
)
def test_the_number_of_a_panel_is_that_of_its_list(
    login: str, name: str, count: int, full: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.pool.rules.recycles", lambda kind: True)
    shown = PANELS[name].context_of(look_of(full[login], {}))
    assert shown["count"] == str(count)
    assert 0 < len(shown["rows"]) < count
