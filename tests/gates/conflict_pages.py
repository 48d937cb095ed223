"""The edit pages that the gate of conflicts tries, each with values to type (G19)."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse

from crm.activities.planning.links import key_of
from crm.activities.planning.models import Appointment, Task
from crm.activities.planning.services.appointments import create_appointment
from crm.activities.planning.services.tasks import create_task
from crm.dictionaries import lookups
from crm.dictionaries.services import ensure_tags
from customers.choices import GRADE
from customers.models import Category, Contact, ContactGroup
from customers.services.classes import create_category
from leads.choices import INDUSTRY
from opportunities.models import Competitor, Product
from opportunities.services.competitors import create_competitor
from opportunities.services.products import create_product
from tests.factories.company import Company
from tests.factories.customers import make_contact, make_customer, make_follow_up
from tests.factories.knowledge import make_article, make_category, make_document, make_folder
from tests.factories.leads import make_lead
from tests.factories.opportunities import make_opportunity
from tests.factories.tickets import make_ticket
from tests.kit.conflicts import Editing
from tickets.choices import MOOD

SHANGHAI = ZoneInfo("Asia/Shanghai")
START = datetime(2031, 5, 6, 9, tzinfo=SHANGHAI)
#: Sellers read products and competitors; managers change them.
MANAGERS = ("manager", "manager")


def customer_page(company: Company) -> Editing:
    """Texts, choices, a date, an amount, a tick list and tags."""
    ensure_tags(["重点", "展会", "老客户"], actor=company.admin)
    classes = [create_category(Category(name=name), actor=company.admin) for name in "甲乙"]
    row = make_customer(company, company["sales1"], remarks="原来的\n备注")
    grades = [str(value.pk) for value in lookups.items(GRADE)]
    return Editing(reverse("customers:customer_edit", args=[row.pk]), row, "version", {
        "name": ["甲公司", "乙公司"], "remarks": ["第一行\n第二行", "另外的话"],
        "need": ["两台", "三台"], "address": ["江边 1 号", "湖边 2 号"], "grade": grades[:3],
        "next_contact_at": ["2031-05-06 09:30", "2032-01-02 14:00"],
        "annual_spending": ["1000.00", "2500.50"], "tags": ["重点", "展会", "老客户"],
        "categories": [str(row.pk) for row in classes],
    })  # fmt: skip


def contact_page(company: Company) -> Editing:
    """Ticks, groups and a person to report to."""
    customer = make_customer(company, company["sales1"])
    row = make_contact(company, customer)
    boss = Contact.objects.filter(customer=customer).exclude(pk=row.pk).get()
    groups = [ContactGroup.objects.create(name=name) for name in ("通讯", "贺卡")]
    return Editing(reverse("customers:contact_edit", args=[row.pk]), row, "version", {
        "position": ["经理", "主任"], "department": ["采购部", "设备部"], "remarks": ["一", "二"],
        "gender": ["male", "female"], "mobile": ["13911110000", "13922220000"],
        "wechat": ["wx-one", "wx-two"], "reports_to": [str(boss.pk)],
        "groups": [str(group.pk) for group in groups], "is_decision_maker": ["on"],
    })  # fmt: skip


def follow_up_page(company: Company) -> Editing:
    """What was said, when, and what comes next."""
    row = make_follow_up(make_customer(company, company["sales1"]), company["sales1"])
    return Editing(reverse("activities:follow_up_edit", args=[row.pk]), row, "version", {
        "text": ["客户想看样品再定。", "报价已经发给采购。"], "attitude": ["positive", "neutral"],
        "next_contact_at": ["2031-05-06 09:30", "2032-01-02 14:00"],
    })  # fmt: skip


def lead_page(company: Company) -> Editing:
    """Contact data, texts, a dictionary value and tags."""
    ensure_tags(["重点", "展会"], actor=company.admin)
    row = make_lead(company, company["sales1"])
    return Editing(reverse("leads:lead_edit", args=[row.pk]), row, "version", {
        "contact_name": ["赵甲", "赵乙"], "position": ["经理", "主任"], "wechat": ["wx-1", "wx-2"],
        "mobile": ["13911110000", "13922220000"], "need": ["两台", "三台"], "remarks": ["一", "二"],
        "pain_points": ["慢", "贵"], "address": ["江边 1 号", "湖边 2 号"],
        "industry": [str(value.pk) for value in lookups.items(INDUSTRY)][:3],
        "next_contact_at": ["2031-05-06 09:30", "2032-01-02 14:00"], "tags": ["重点", "展会"],
    })  # fmt: skip


def opportunity_page(company: Company) -> Editing:
    """An amount, a probability, days, a person and the evaluation."""
    customer = make_customer(company, company["sales1"])
    # Without a day an evaluation gets one by itself, which nobody typed.
    row = make_opportunity(
        company, company["sales1"], customer=customer, evaluated_on=date(2030, 5, 6)
    )
    return Editing(reverse("opportunities:opportunity_edit", args=[row.pk]), row, "version", {
        "name": ["二期设备", "三期设备"], "amount": ["1000.00", "2500.50"],
        "probability": ["35", "45"],
        "expected_on": ["2031-05-06", "2032-01-02"], "evaluated_on": ["2031-05-06", "2032-01-02"],
        "need": ["两台", "三台"], "strengths": ["服务", "价格"], "weaknesses": ["交期", "品牌"],
        "next_contact_at": ["2031-05-06 09:30", "2032-01-02 14:00"], "remarks": ["一", "二"],
        "contact": [str(customer.contacts.get().pk)],
    })  # fmt: skip


def product_page(company: Company) -> Editing:
    """An entry of the catalogue."""
    row = create_product(Product(code="CRM-1", name="客户管理软件"), actor=company.admin)
    return Editing(reverse("opportunities:product_edit", args=[row.pk]), row, "version", {
        "name": ["软件甲", "软件乙"], "code": ["CRM-2", "CRM-3"], "specification": ["十人", "百人"],
        "list_price": ["9800.00", "12000.50"], "remarks": ["一", "二"],
    }, logins=MANAGERS)  # fmt: skip


def competitor_page(company: Company) -> Editing:
    """What a competitor is good and bad at."""
    row = create_competitor(Competitor(name="用友"), actor=company.admin)
    return Editing(reverse("opportunities:competitor_edit", args=[row.pk]), row, "version", {
        "name": ["对手甲", "对手乙"], "strengths": ["便宜", "品牌"], "weaknesses": ["慢", "贵"],
        "website": ["https://one.example.com/", "https://two.example.com/"],
    }, logins=MANAGERS)  # fmt: skip


def colleagues(company: Company) -> list[str]:
    """Keys of people who may take part."""
    return [str(company[login].pk) for login in ("sales2", "admin")]


def task_page(company: Company) -> Editing:
    """When it is due, its checklist, its people."""
    task = Task(title="准备报价", owner=company["sales1"], due_at=START, due_has_time=True)
    row = create_task(task, actor=company.admin, items=["核对价格"])
    return Editing(reverse("planning:task_edit", args=[row.pk]), row, "version", {
        "title": ["报价甲", "报价乙"], "description": ["含税", "不含税"],
        "priority": ["urgent", "high"], "repeat": ["daily", "weekly"],
        "due_at": ["2031-06-06 09:30", "2032-01-02"],
        "items": ["核对价格\n发出", "打印"], "participants": colleagues(company),
    })  # fmt: skip


def appointment_page(company: Company) -> Editing:
    """Its span, place, guests and people."""
    customer = make_customer(company, company["sales1"])
    guests = [customer.contacts.get(), make_contact(company, customer)]
    plan = Appointment(
        title="演示", owner=company["sales1"], starts_at=START, ends_at=START + timedelta(hours=1)
    )
    row = create_appointment(plan, actor=company.admin, subject=customer)
    return Editing(reverse("planning:appointment_edit", args=[row.pk]), row, "version", {
        "title": ["演示甲", "演示乙"], "kind": ["phone", "event"], "place": ["会议室", "客户处"],
        "starts_at": ["2031-05-06 08:00", "2031-05-06 08:30"], "purpose": ["看样机", "谈价格"],
        "ends_at": ["2031-05-06 11:00", "2031-05-06 12:30"], "participants": colleagues(company),
        "guests": [key_of(person) for person in guests],
    })  # fmt: skip


def article_page(company: Company) -> Editing:
    """Long text, a category, readers, products and the day of a review."""
    row = make_article(company, company["sales1"])
    products = [
        Product.objects.create(code=f"K-{name}", name=f"产品{name}", list_price=1)
        for name in "甲乙"
    ]
    return Editing(reverse("knowledge:article_edit", args=[row.pk]), row, "body", {
        "title": ["标题一", "标题二"], "body": ["## 一\n\n- 甲", "## 二\n\n- 乙"],
        "keywords": ["密码,登录", "导入"], "problem": ["打不开", "报错"],
        "category": [str(make_category(company, name=name).pk) for name in ("手册", "常问")],
        "audience": ["customers", "public"], "review_due": ["2031-05-06", "2032-01-02"],
        "products": [str(product.pk) for product in products],
    })  # fmt: skip


def knowledge_category_page(company: Company) -> Editing:
    """Name, place, readers and departments."""
    row = make_category(company, name="内部")
    departments = [company.department(name) for name in ("法务部", "人事部")]
    return Editing(reverse("knowledge:category_edit", args=[row.pk]), row, "description", {
        "name": ["内部一", "内部二"], "description": ["说明一", "说明二"],
        "audience": ["customers", "public"], "order": ["3", "5"],
        "parent": [str(make_category(company, name="上级", audience="public").pk)],
        "departments": [str(department.pk) for department in departments],
    }, logins=("service_lead", "admin"))  # fmt: skip


def ticket_page(company: Company) -> Editing:
    """Texts, choices, a caller, a moment and tags."""
    ensure_tags(["重点", "展会"], actor=company.admin)
    row = make_ticket(company, company["agent1"])
    moods = [str(value.pk) for value in lookups.items(MOOD)]
    return Editing(reverse("tickets:ticket_edit", args=[row.pk]), row, "version", {
        "title": ["打印机卡纸", "打印机缺墨"], "description": ["第一行\n第二行", "另外的话"],
        "impact": ["财务部", "全公司"], "requester": ["张工", "李工"], "mood": moods,
        "priority": ["low", "high"], "occurred_at": ["2026-05-06 09:30", "2026-05-07 14:00"],
        "tags": ["重点", "展会"],
    }, ("service_lead", "service_lead"))  # fmt: skip


def folder_page(company: Company) -> Editing:
    """Name, place and description."""
    row, above = make_folder(company), make_folder(company, "上级")
    return Editing(reverse("knowledge:folder_edit", args=[row.pk]), row, "version", {
        "name": ["资料一", "资料二"], "description": ["甲", "乙"], "parent": [str(above.pk)],
    }, logins=("manager", "service_lead"))  # fmt: skip


def document_page(company: Company) -> Editing:
    """Name, folder and description."""
    row, other = make_document(company, company["sales1"]), make_folder(company, "另一个")
    return Editing(reverse("knowledge:document_edit", args=[row.pk]), row, "version", {
        "name": ["一.txt", "二.txt"], "description": ["甲", "乙"], "folder": [str(other.pk)],
    })  # fmt: skip


PAGES: dict[str, Callable[[Company], Editing]] = {
    "knowledge.Folder": folder_page,
    "knowledge.Document": document_page,
    "knowledge.Article": article_page,
    "knowledge.Category": knowledge_category_page,
    "customers.Customer": customer_page,
    "customers.Contact": contact_page,
    "activities.FollowUp": follow_up_page,
    "activities.Task": task_page,
    "activities.Appointment": appointment_page,
    "leads.Lead": lead_page,
    "tickets.Ticket": ticket_page,
    "opportunities.Opportunity": opportunity_page,
    "opportunities.Product": product_page,
    "opportunities.Competitor": competitor_page,
}
