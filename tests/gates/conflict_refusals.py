"""Pages that refuse a stale save and keep what was typed, each with values to type (G19)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.urls import reverse

from crm.activities.planning.services.diary import write_entry
from crm.activities.planning.services.reports import report_for, save_report
from crm.core import clock
from crm.dictionaries import statutory
from crm.dictionaries.calendar import company_row
from crm.dictionaries.models import NumberRule
from crm.dictionaries.services import ensure_tags
from crm.pool.choices import Kind
from crm.pool.models import OwnedCap, Pool
from crm.pool.services.pools import create_cap
from crm.reminders.models import ReminderRule
from crm.reminders.seeds import seed_rules
from customers.models import Category
from customers.rhythm_models import RhythmRule
from customers.rhythm_seeds import seed_rhythm
from customers.services.classes import create_category
from opportunities.models import Pipeline
from opportunities.services.targets import Holder, MonthPlan, set_targets
from tests.factories.company import Company
from tests.factories.leads import make_allocation_rule, make_score_rule, make_web_form
from tests.factories.tickets import make_group, make_intake_form, make_node
from tickets.models import AgentProfile, CannedReply, Macro, SlaPolicy, TicketStatus
from tickets.services import administering


@dataclass
class Page:
    """A row, where and by whom it is edited, and what can be typed there."""

    row: Any
    choices: dict[str, list[str]]
    login: str = "admin"
    #: Empty: the change form of the administration.
    address: str = ""
    #: The same page where nothing is stored yet.
    blank: str = ""

    @property
    def url(self) -> str:
        """The page that changes the row."""
        opts = type(self.row)._meta
        name = f"admin:{opts.app_label}_{opts.model_name}_change"
        return self.address or reverse(name, args=[self.row.pk])


def user_page(company: Company) -> Page:
    roles = [str(pk) for pk in company["sales1"].roles.model.objects.values_list("pk", flat=True)]
    return Page(company.stranger(), {
        "name": ["张一", "张二"], "post": ["主管", "专员"], "mobile": ["13811112222", ""],
        "roles": roles[3:6], "departments": [str(company.department("行政部").pk)],
    })  # fmt: skip


def department_page(company: Company) -> Page:
    return Page(
        company.department("海外业务部"), {"name": ["海外一部", "海外二部"], "order": ["5", "6"]}
    )


def role_page(company: Company) -> Page:
    role = company["sales1"].roles.get()
    return Page(role, {
        "name": ["销售甲", "销售乙"], "description": ["说明一", "说明二"],
        "right-customers.customer-view": ["own", "department", "all"],
    })  # fmt: skip


def category_page(company: Company) -> Page:
    row = create_category(Category(name="地区"), actor=company.admin)
    return Page(row, {"name": ["区域", "片区"], "order": ["5", "6"]})


def calendar_page(company: Company) -> Page:
    statutory.seed()
    row = company_row()
    return Page(row, {
        "name": ["总部", "全公司"], "makeup_weekday": ["1", "2"],
        "hours_0": ["08:00-12:00", "10:00-16:00"], "hours_5": ["09:00-12:00", "10:00-12:00"],
    })  # fmt: skip


def tag_page(company: Company) -> Page:
    row = ensure_tags(["重点"], actor=company.admin)["重点"]
    return Page(row, {"name": ["重要", "关键"], "color": ["red", "green"]})


def number_rule_page(company: Company) -> Page:
    return Page(NumberRule.objects.get(key="customer"), {
        "prefix": ["KA", "KB"], "width": ["4", "5"],
    })  # fmt: skip


def people(company: Company) -> list[str]:
    return [str(company[login].pk) for login in ("sales1", "sales2")]


def pool_page(company: Company) -> Page:
    return Page(Pool.objects.filter(kind=Kind.CUSTOMER).first(), {
        "name": ["公海甲", "公海乙"], "order": ["5", "6"], "members": people(company),
        "administrators": people(company), "hidden_columns": ["contact", "mobile"],
    })  # fmt: skip


def cap_page(company: Company) -> Page:
    row = create_cap(OwnedCap(kind=Kind.CUSTOMER, limit=9), actor=company.admin)
    return Page(row, {
        "limit": ["50", "60"], "purpose": ["locked"], "counts_deals": ["on"],
        "people": people(company),
    })  # fmt: skip


def reminder_page(company: Company) -> Page:
    seed_rules()
    row = ReminderRule.objects.get(code="next_contact")
    return Page(row, {"at": ["08:35", "09:45"], "steps": ["0, 2", "0, 4"]})


def rhythm_page(company: Company) -> Page:
    seed_rhythm()
    return Page(RhythmRule.objects.first(), {"every": ["5", "6"], "unit": ["week", "month"]})


def web_form_page(company: Company) -> Page:
    return Page(make_web_form(company), {
        "title": ["咨询甲", "咨询乙"], "intro": ["欢迎", "您好"], "thanks": ["谢谢", "再见"],
        "target": ["nobody"],
    })  # fmt: skip


def intake_form_page(company: Company) -> Page:
    return Page(make_intake_form(company), {
        "title": ["报修甲", "报修乙"], "intro": ["欢迎", "您好"], "thanks": ["谢谢", "再见"],
    })  # fmt: skip


def allocation_page(company: Company) -> Page:
    return Page(make_allocation_rule(company, [company["manager"]]), {
        "name": ["规则甲", "规则乙"], "order": ["5", "6"], "way": ["load"],
        "daily_quota": ["3", "4"], "people": people(company),
    })  # fmt: skip


def score_page(company: Company) -> Page:
    return Page(make_score_rule(company), {
        "points": ["15", "25"], "order": ["5", "6"], "field": ["email", "phone"],
    })  # fmt: skip


def pipeline_page(company: Company) -> Page:
    return Page(Pipeline.objects.get(code="standard"), {
        "name": ["组甲", "组乙"], "name_en": ["One", "Two"], "order": ["5", "6"],
        "departments": [str(company.department("行政部").pk)],
    })  # fmt: skip


def node_page(company: Company) -> Page:
    return Page(make_node(company), {
        "name": ["设备", "软件"], "order": ["5", "6"], "questions": ["型号*", "颜色: 红 / 蓝"],
    })  # fmt: skip


def status_page(company: Company) -> Page:
    return Page(TicketStatus.objects.get(code="open"), {
        "name": ["办理中", "受理中"], "customer_label": ["处理", "办理"], "order": ["5", "6"],
    })  # fmt: skip


def ticket_group_page(company: Company) -> Page:
    people = [str(company[login].pk) for login in ("agent1", "service_lead")]
    return Page(make_group(company, [company["agent1"]]), {
        "name": ["一组", "二组"], "last_agent_days": ["5", "6"], "members": people,
    })  # fmt: skip


def profile_page(company: Company) -> Page:
    row = AgentProfile(user=company["agent1"])
    administering.create_profile(row, skills=[], actor=company.admin)
    return Page(row, {"capacity": ["5", "6"], "availability": ["busy", "away"]})


def canned_page(company: Company) -> Page:
    row = CannedReply(title="问候", shortcut="hello", text="您好")
    administering.create_canned(row, actor=company.admin)
    return Page(row, {"title": ["问好", "致歉"], "text": ["您好，请讲。", "抱歉久等。"]})


def macro_page(company: Company) -> Page:
    row = administering.create_macro(Macro(name="提级", priority="urgent"), actor=company.admin)
    return Page(row, {"name": ["加急", "特急"], "priority": ["high", "low"], "order": ["5", "6"]})


def service_level_page(company: Company) -> Page:
    row = SlaPolicy.objects.create(name="普通", warn=[50, 80])
    return Page(row, {
        "name": ["标准", "加强"], "position": ["5", "6"], "warn": ["60", "70"],
    })  # fmt: skip


ADMIN_PAGES: dict[str, Callable[[Company], Page]] = {
    "accounts.User": user_page,
    "accounts.Department": department_page,
    "accounts.Role": role_page,
    "customers.Category": category_page,
    "customers.RhythmRule": rhythm_page,
    "dictionaries.BusinessCalendar": calendar_page,
    "dictionaries.NumberRule": number_rule_page,
    "dictionaries.Tag": tag_page,
    "pool.Pool": pool_page,
    "pool.OwnedCap": cap_page,
    "reminders.ReminderRule": reminder_page,
    "tickets.BusinessNode": node_page,
    "tickets.TicketStatus": status_page,
    "tickets.TicketGroup": ticket_group_page,
    "tickets.AgentProfile": profile_page,
    "tickets.CannedReply": canned_page,
    "tickets.IntakeForm": intake_form_page,
    "tickets.Macro": macro_page,
    "tickets.SlaPolicy": service_level_page,
    "leads.WebForm": web_form_page,
    "leads.AllocationRule": allocation_page,
    "leads.ScoreRule": score_page,
    "opportunities.Pipeline": pipeline_page,
}


# --- pages of one day, span or year, whose only writer is one person or a manager ---------------
def diary_page(company: Company) -> Page:
    today = clock.today()
    row = write_entry(today, title="原来", content="的话", actor=company["sales1"])
    return Page(
        row,
        {"title": ["周五", "展会"], "content": ["第一行\n第二行", "另外的话"]},
        login="sales1",
        address=reverse("planning:diary_day", args=[today]),
        blank=reverse("planning:diary_day", args=[today - timedelta(days=1)]),
    )


def report_page(company: Company) -> Page:
    today = clock.today()
    row = report_for("daily", today, actor=company["sales1"])
    save_report(row, changes={"work": "拜访"}, actor=company["sales1"])
    readers = [str(company[login].pk) for login in ("sales2", "admin")]
    return Page(
        row,
        {"work": ["电话", "报价"], "plan": ["拜访", "签约"], "problems": ["交期", "价格"],
         "recipients": readers},
        login="sales1",
        address=reverse("planning:report_write", args=["daily", today]),
        blank=reverse("planning:report_write", args=["daily", today - timedelta(days=1)]),
    )  # fmt: skip


def target_page(company: Company) -> Page:
    holder = Holder(owner=company["sales1"])
    plans = {1: MonthPlan(Decimal(9), Decimal(10), Decimal(11))}
    row = set_targets(holder, 2031, plans, actor=company.admin)[1]
    url = reverse("opportunities:target_edit", args=["person", holder.owner.pk])
    return Page(
        row,
        {"amount-1": ["100.00", "200.00"], "stretch-1": ["300.00", "400.00"],
         "challenge-1": ["500.00", "600.00"]},
        login="manager",
        address=f"{url}?year=2031",
        blank=f"{url}?year=2032",
    )  # fmt: skip


OWN_PAGES: dict[str, Callable[[Company], Page]] = {
    "activities.DiaryEntry": diary_page,
    "activities.WorkReport": report_page,
    "opportunities.Target": target_page,
}
