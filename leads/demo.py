"""Demo leads: sixty of the last weeks in all states, with follow-ups, deadlines and reasons."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.utils.timezone import localdate, localtime

from crm.activities.models import FollowUp
from crm.activities.services import Said, create_follow_up, forget_follow_ups
from crm.core import clock
from crm.dictionaries import calendar, lookups
from crm.dictionaries.models import Item
from crm.pool.services.claiming import release
from crm.search import index
from crm.workbench.demo import DemoPart, People, register
from customers.demo_names import Names
from customers.rules import default_nature
from leads import searching
from leads.choices import INDUSTRY, REASON, SOURCE, LeadState
from leads.drafts import LeadDraft
from leads.models import AllocationRule, Lead, WebForm
from leads.services.changing import abandon_lead
from leads.services.converting import Wish, convert_lead
from leads.services.creating import create_leads
from leads.services.keeping import (
    create_allocation_rule,
    create_web_form,
    delete_allocation_rule,
    delete_web_form,
)
from leads.services.removing import purge_lead

SMALL, CONVERTED, RELEASED = 60, 6, 5
#: Hours of the day in which people are called.
OFFICE = (9, 18)
OWNERS = ("sales1", "sales1", "manager", "sales2")
SOURCES = ("exhibition", "website", "online_form", "hotline", "referral", "baidu", "short_video")
NEEDS = (
    "想替换现有的 Excel 客户台账，20 人使用，希望年内上线",
    "咨询 CRM 报价，关注移动端和权限",
    "展会上留名片，要一份制造业案例",
    "需要售后工单和客户档案打通",
    "先了解功能，下季度立项",
)
PAINS = (
    "业务员离职带走客户，资料不全",
    "跟进靠微信群，领导看不到进度",
    "报价版本混乱，经常报错",
    "",
)
SAID = (
    "电话联系，客户介绍了现状，约定发送产品资料。",
    "加了微信，客户要先看演示视频，下周再约时间。",
    "客户确认预算在年底审批，先做需求调研。",
)
GIVEN_UP = (
    ("no_budget", "今年预算已用完，明年三季度再联系。"),
    ("unreachable", "连续三天拨打均为空号，名片号码有误。"),
    ("competitor", "已与竞品签约，合同期两年。"),
    ("not_target", "个人开发者，只想要免费版。"),
    ("no_need", "只是同行打听价格，没有真实需求。"),
)


def make(people: People) -> None:
    """New ones (some overdue), some in follow-up, some given up."""
    random = Random(7)
    names = Names(random)
    drafts = [
        LeadDraft(_lead(random, names, people[OWNERS[place % len(OWNERS)]].pk))
        for place in range(SMALL)
    ]
    leads = create_leads(drafts, actor=people["admin"])
    for place, lead in enumerate(leads):
        _live(random, lead, place, people)
    open_leads = Lead.objects.filter(pk__in=[lead.pk for lead in leads]).select_related("owner")
    _end(list(open_leads.order_by("pk")), people)


def _lead(random: Random, names: Names, owner_id: int) -> Lead:
    name, region = names.company()
    return Lead(
        name=name,
        owner_id=owner_id,
        contact_name=names.person(),
        position=random.choice(("采购经理", "总经理", "信息主管", "行政主管")),
        mobile=names.mobile(),
        email=names.email() if random.random() < 0.4 else "",
        source_id=lookups.by_code(SOURCE, random.choice(SOURCES)).pk,
        industry_id=random.choice(lookups.items(INDUSTRY)).pk,
        region_id=region,
        need=random.choice(NEEDS),
        pain_points=random.choice(PAINS),
        is_demo=True,
    )


def _live(random: Random, lead: Lead, place: int, people: People) -> None:
    """A third is new, the rest was talked to; every fifth was given up."""
    is_new = place % 3 == 0
    born = clock.now() - timedelta(hours=random.randrange(1, 40) if is_new else _age(random))
    steps = () if is_new else range(random.choice((1, 1, 2)))
    talks = [_talk(random, born + timedelta(hours=5 + 30 * step)) for step in steps]
    born = min([born, *(at - timedelta(hours=2) for at in talks)])
    due = born + timedelta(hours=24)
    Lead.objects.filter(pk=lead.pk).update(
        created_at=born, owner_since=born, first_contact_due_at=due
    )
    for step, at in enumerate(talks):
        _say(random, lead, at, plans=step == 0 and bool(place % 4))
    if not is_new and place % 5 == 1:
        code, note = GIVEN_UP[place // 5 % len(GIVEN_UP)]
        lead.refresh_from_db()
        reason = Item.objects.get(dictionary__code=REASON, code=code)
        abandon_lead(lead, reason, note, actor=lead.owner)


def _age(random: Random) -> int:
    """Hours since a lead came in that somebody has talked to."""
    return random.randrange(50, 900)


def _say(random: Random, lead: Lead, at: datetime, *, plans: bool) -> None:
    """One follow-up; with a next contact in some days."""
    said = Said(text=random.choice(SAID), method=_phone(), happened_at=at)
    if plans:
        day = clock.today() + timedelta(days=random.randrange(-1, 6))
        said.next_contact_at = max(clock.at_hour(day, 10), at + timedelta(hours=1))
    follow_up = create_follow_up(lead, said, actor=lead.owner)
    FollowUp.objects.filter(pk=follow_up.pk).update(is_demo=True)


def _talk(random: Random, after: datetime) -> datetime:
    """A moment in office hours behind `after`; the last office hours where that is to come."""
    day, latest = localdate(after), clock.now() - timedelta(minutes=5)
    if localtime(after).hour >= OFFICE[1] - 1:
        day += timedelta(days=1)
    hour, minute = random.randrange(*OFFICE), random.randrange(60)
    at = max(after, clock.at_hour(calendar.next_working_day(day), hour, minute))
    if at > latest:
        yesterday = calendar.previous_working_day(localdate(latest) - timedelta(days=1))
        at = clock.at_hour(yesterday, hour, minute)
    return at


def _phone() -> Any:
    return Item.objects.get(dictionary__code="follow_up_method", code="phone")


def _end(leads: list[Lead], people: People) -> None:
    """Some became customers, some stand in the pool; a public form and the rules that feed it."""
    said = [lead for lead in leads if lead.status == LeadState.FOLLOWING]
    for place, lead in enumerate(said[:CONVERTED]):
        name = "CRM 一期采购" if place % 2 == 0 else ""
        wish = Wish(nature_id=default_nature(), opportunity=name)
        convert_lead(lead, wish, actor=lead.owner)
    for lead in said[CONVERTED : CONVERTED + RELEASED]:
        release(lead, note="不在负责范围", actor=lead.owner)
    if not WebForm.objects.exists():
        _rules(people)


def _rules(people: People) -> None:
    admin = people["admin"]
    rule = AllocationRule(name="官网与展会线索轮流分配", daily_quota=20, is_demo=True)
    sources = Item.objects.filter(
        dictionary__code=SOURCE, code__in=("website", "exhibition", "online_form")
    )
    receivers = [people["sales1"], people["sales2"]]
    create_allocation_rule(rule, sources=sources, people=receivers, actor=admin)
    form = WebForm(
        title="预约产品演示",
        intro="留下联系方式，顾问会在一个工作日内与您联系，安排 30 分钟线上演示。",
        asked=["company", "need"],
        source_id=lookups.by_code(SOURCE, "online_form").pk,
        is_demo=True,
    )
    create_web_form(form, actor=admin)


def count() -> int:
    """Demo leads, those in the bin included."""
    return Lead.objects.filter(is_demo=True).count()


def clear(actor: Any) -> int:
    """Remove demo leads with their follow-ups."""
    removed = 0
    for lead in Lead.objects.filter(is_demo=True).iterator(chunk_size=500):
        forget_follow_ups(lead)
        index.remove(searching.LABEL, [lead.pk])
        purge_lead(lead, actor=None)
        removed += 1
    for form in WebForm.objects.filter(is_demo=True):
        delete_web_form(form, actor=actor)
    for rule in AllocationRule.objects.filter(is_demo=True):
        delete_allocation_rule(rule, actor=actor)
    return removed


register(DemoPart("leads", 30, make, count, clear))
