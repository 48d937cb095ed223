"""清除演示数据 takes along what only points at the demo: targets, and reminders of its plans."""

from decimal import Decimal

from crm.core import clock
from crm.reminders.models import Reminder
from customers import demo_planning
from opportunities import demo as demo_sales
from opportunities.models import Target
from opportunities.services.targets import Holder, MonthPlan, set_targets
from tests.factories.company import Company


def test_nothing_of_the_plans_stays_to_be_reminded_of(company: Company) -> None:
    demo_planning.make(company.people)
    open_ones = Reminder.objects.exclude(state="cancelled")
    assert open_ones.count() > 3
    assert demo_planning.clear(company.admin) > 10
    assert not open_ones.exists()


def test_targets_of_the_demo_go_unless_somebody_has_changed_them(company: Company) -> None:
    mine = Holder(owner=company["service_lead"])
    plan = MonthPlan(*map(Decimal, (100, 200, 300)))
    set_targets(mine, clock.company_today().year, {1: plan}, actor=company.admin)
    demo_sales.make(company.people)
    assert Target.objects.filter(is_demo=True).count() == 4 * 12
    row = Target.objects.filter(department__isnull=False).order_by("month")[0]
    more = MonthPlan(row.amount + 1, row.stretch + 1, row.challenge + 1, version=row.version)
    set_targets(Holder(department=row.department), row.year, {row.month: more}, actor=company.admin)
    demo_sales.clear(company.admin)
    assert {each.pk for each in Target.objects.filter(owner__isnull=True)} == {row.pk}
    assert Target.objects.filter(owner__isnull=False).count() == 1
