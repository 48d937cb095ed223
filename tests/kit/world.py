"""One record of every kind in every relation to every actor: what addresses and forms need.

Here: the records, the arguments of each address, and what a person would post there. Not here:
sending the requests and judging the answers (`tests/kit/matrix`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from crm.accounts.models import LoginRecord, Role
from crm.activities.attachments import attach_files
from crm.activities.choices import METHOD
from crm.activities.models import Attachment, FollowUp, Phrase
from crm.activities.planning.models import Appointment, Task
from crm.activities.planning.models_personal import WorkReport
from crm.activities.services import Said, create_follow_up
from crm.core import clock
from crm.dictionaries import lookups
from crm.dictionaries.models import Dictionary, NumberRule, Region
from crm.dictionaries.services import ensure_tags
from crm.jobs.importing import services
from crm.jobs.models import Job, JobFile, State
from crm.notifications.models import Notification
from crm.pool.models import OwnedCap
from crm.reminders.models import Reminder
from customers import duplicates
from customers.choices import ENTERPRISE, NATURE
from customers.importing.customers import CUSTOMERS
from customers.models import Category, Contact, ContactGroup, Customer
from customers.services.classes import create_category
from leads.choices import REASON, SOURCE
from leads.models import Lead
from opportunities.models import Competitor, Opportunity, Pipeline, Product
from tests.factories.company import ACTORS, RELATIONS, Company
from tests.factories.customers import make_customer, make_related
from tests.factories.leads import (
    make_allocation_rule,
    make_lead,
    make_score_rule,
    make_web_form,
)
from tests.factories.opportunities import make_ended, make_opportunity
from tests.factories.opportunities import reason as loss_reason
from tests.factories.opportunities import share as share_opportunity
from tests.factories.opportunities import stage as stage_of
from tests.kit import world_planning, world_reminders

#: Relations of records with an owner: the five, own but in the bin, and a key that does not exist.
RECORD = (*RELATIONS, "deleted", "missing")
#: Things that belong to one person only.
PERSONAL = ("own", "foreign", "missing")
MISSING = 10**9
OLD_LIST = "客户名称,联系人,手机\n常州老客户有限公司,周敏,13611112222\n".encode()
#: The smallest PNG: one pixel.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
FIXED = ("-",)
#: A year of targets nobody has set yet.
NO_VERSIONS = {f"version-{month}": 0 for month in range(1, 13)} | {"amount-1": "1000"}


@dataclass
class Related:
    """What stands in one relation to one actor."""

    customer: Customer
    contact: Contact
    follow_up: FollowUp | None
    lead: Lead | None = None
    opportunity: Opportunity | None = None
    ended: Opportunity | None = None
    job: Job | None = None
    draft: Job | None = None
    notice: Notification | None = None
    attachment: Attachment | None = None
    phrase: Phrase | None = None
    reminder: Reminder | None = None
    task: Task | None = None
    appointment: Appointment | None = None
    report: WorkReport | None = None


@dataclass
class World:
    """The company with its records. `related[actor, relation]`."""

    company: Company
    related: dict[tuple[str, str], Related] = field(default_factory=dict)
    fixed: dict[str, Any] = field(default_factory=dict)

    def of(self, actor: str, relation: str) -> Related:
        """The records of a relation."""
        return self.related[actor, relation]


def build_world(company: Company, actors: tuple[str, ...] = ACTORS) -> World:
    """Everything for these actors."""
    world = World(company)
    stranger = company.stranger()
    world.fixed = {
        "dictionary": Dictionary.objects.get(code=NATURE),
        "tag": ensure_tags(["重点"], actor=company.admin)["重点"],
        "numberrule": NumberRule.objects.get(key="customer"),
        "region": Region.objects.create(code="11", name="北京市", level=1),
        "department": company.department("海外业务部"),
        "role": Role.objects.get(code="provider"),
        "user": stranger,
        "loginrecord": LoginRecord.objects.create(login="x", kind="password", result="ok"),
        "category": create_category(Category(name="行业分类"), actor=company.admin),
        "contactgroup": ContactGroup.objects.create(name="通讯录"),
        "nature": lookups.by_code(NATURE, ENTERPRISE).pk,
        "source": lookups.by_code(SOURCE, "website").pk,
        "reason": lookups.by_code(REASON, "no_budget").pk,
        "method": lookups.by_code(METHOD, "phone").pk,
        "webform": make_web_form(company),
        "allocationrule": make_allocation_rule(company, [company["sales1"]]),
        "scorerule": make_score_rule(company),
        "feed": world_planning.make_feed(company["sales1"]),
        "product": Product.objects.create(code="P-1", name="客户管理软件", list_price=9800),
        "competitor": Competitor.objects.create(name="用友"),
        "pipeline": Pipeline.objects.get(code="standard"),
    }
    world.fixed["pooled"] = make_customer(company, None)
    world.fixed["pooled_lead"] = make_lead(company, None)
    world.fixed["pool"] = world.fixed["pooled"].pool
    world.fixed["ownedcap"] = OwnedCap.objects.create(
        kind="customer", limit=10**6, created_at=clock.now(), updated_at=clock.now()
    )
    world.fixed["params"] = services.start(
        CUSTOMERS, SimpleUploadedFile("旧客户.csv", OLD_LIST), "旧客户.csv", actor=company.admin
    ).params
    world.fixed["job"] = make_job(world, stranger)
    for actor in actors:
        for relation in (*RELATIONS, "deleted"):
            world.related[actor, relation] = make_set(world, actor, relation)
    world.fixed |= world_reminders.fixed_rows()
    return world


def make_set(world: World, actor: str, relation: str) -> Related:
    """A customer with a contact and a follow-up; jobs and a notice of the actor or a stranger."""
    company = world.company
    customer = make_related(company, actor, "own" if relation == "deleted" else relation)
    contact = Contact.objects.get(customer=customer)
    author = customer.owner if customer.owner.is_active else company.admin
    said = Said(text="约定下周寄样品", method=method(), author=author)
    follow_up = create_follow_up(customer, said, actor=company.admin)
    for row in (customer, contact):
        row.refresh_from_db()
    found = Related(customer, contact, follow_up)
    (found.attachment,) = attach_files(customer, [picture()], actor=company.admin)
    Attachment.objects.filter(pk=found.attachment.pk).update(created_by=author)
    found.lead = make_lead(company, customer.owner)
    found.opportunity, found.ended = make_opportunities(company, actor, relation, customer)
    plans = world_planning.make_plans(company, customer, actor, relation)
    found.task, found.appointment = plans["task"], plans["appointment"]
    found.report = plans.pop("report")
    if relation == "deleted":
        now = {"deleted_at": clock.now(), "deleted_by": company.admin}
        for row in (
            customer, contact, follow_up, found.lead, found.opportunity, found.ended,
            *plans.values(),
        ):  # fmt: skip
            type(row)._base_manager.filter(pk=row.pk).update(**now)
    if relation in PERSONAL:
        user = company.user(actor) or company["sales1"]
        person = user if relation == "own" else company.stranger()
        found.job = make_job(world, person)
        found.draft = make_job(world, person, state=State.DRAFT)
        found.phrase, _made = Phrase.objects.get_or_create(user=person, text=f"常用语 {actor}")
        found.reminder = world_reminders.make_reminder(person, customer)
        found.notice = Notification.objects.create(
            user=person,
            kind="customer_assigned",
            title="新客户",
            url="/customers/",
            dedupe_key=f"gate:{customer.pk}",
        )
    return found


def picture() -> SimpleUploadedFile:
    """A photograph to attach."""
    return SimpleUploadedFile("现场.png", PIXEL)


def make_opportunities(
    company: Company, actor: str, relation: str, customer: Customer
) -> tuple[Opportunity, Opportunity]:
    """One that is open and one that is lost."""
    rows = (
        make_opportunity(company, customer.owner, customer=customer),
        make_ended(company, customer.owner, "lost", customer=customer),
    )
    user = company.user(actor)
    if relation == "shared" and user is not None and user.is_active:
        for row in rows:
            share_opportunity(company, row, user)
    return rows


def method() -> Any:
    """The method 电话."""
    return Dictionary.objects.get(code=METHOD).items.get(code="phone")


def make_job(world: World, actor: Any, state: str = State.DONE) -> Job:
    """An import with a file to download."""
    job = Job.objects.create(
        kind="customers.import", actor=actor, state=state, source_name="旧客户.csv",
        finished_at=clock.now() if state == State.DONE else None, params=world.fixed["params"],
    )  # fmt: skip
    path = default_storage.save("jobs/result.xlsx", ContentFile(b"result"))
    JobFile.objects.create(
        job=job, code="errors", label="错误", name="错误.xlsx", path=path, size=6,
        expires_at=clock.days_after(clock.now(), 1),
    )  # fmt: skip
    return job


# --- arguments of addresses ---------------------------------------------------------------------
Args = Callable[[World, str, str], dict[str, Any]]


def _key(name: str) -> Args:
    def args(world: World, actor: str, relation: str) -> dict[str, Any]:
        if relation == "missing":
            return {"pk": MISSING}
        return {"pk": getattr(world.of(actor, relation), name).pk}

    return args


def _with(base: Args, **more: Any) -> Args:
    return lambda world, actor, relation: base(world, actor, relation) | more


def _nothing(world: World, actor: str, relation: str) -> dict[str, Any]:
    return {}


def _job_file(world: World, actor: str, relation: str) -> dict[str, Any]:
    if relation == "missing":
        return {"pk": MISSING, "file": MISSING}
    job = world.of(actor, relation).job
    return {"pk": job.pk, "file": job.files.get().pk}


def _token(world: World, actor: str, relation: str) -> dict[str, Any]:
    key = MISSING if relation == "missing" else world.of(actor, relation).customer.pk
    return {"token": signing.dumps(key, salt=duplicates.SALT)}


def _member(world: World, actor: str, relation: str) -> dict[str, Any]:
    return _key("customer")(world, actor, relation) | {"user": world.company["sales2"].pk}


OPPORTUNITY, ENDED = _key("opportunity"), _key("ended")
CUSTOMER, CONTACT, FOLLOW_UP = _key("customer"), _key("contact"), _key("follow_up")
ATTACHMENT, PHRASE = _key("attachment"), _key("phrase")
LEAD = _key("lead")
TASK, APPOINTMENT = _key("task"), _key("appointment")
REPORT = _key("report")
#: Relations of what has no bin.
KEPT = (*RELATIONS, "missing")
JOB, DRAFT, NOTICE = _key("job"), _key("draft"), _key("notice")
REMINDER = _key("reminder")


@dataclass(frozen=True)
class Target:
    """How to reach an address: relations that matter, arguments, what is posted."""

    relations: tuple[str, ...] = FIXED
    args: Args = _nothing
    post: Callable[[World, str, str], dict[str, Any]] = _nothing


def _edit_customer(world: World, actor: str, relation: str) -> dict[str, Any]:
    if relation == "missing":
        return {"version": 1}
    row = world.of(actor, relation).customer
    return {
        "version": row.version, "base": "{}", "name": row.name, "nature": world.fixed["nature"],
        "remarks": "改过的备注", "phone": row.phone,
    }  # fmt: skip


def _edit_contact(world: World, actor: str, relation: str) -> dict[str, Any]:
    if relation == "missing":
        return {"version": 1}
    row = world.of(actor, relation).contact
    return {
        "version": row.version, "base": "{}", "name": row.name, "gender": "unknown",
        "birth_calendar": "solar", "is_primary": "on", "position": "主管", "mobile": row.mobile,
        "email": row.email,
    }  # fmt: skip


def _edit_follow_up(world: World, actor: str, relation: str) -> dict[str, Any]:
    if relation == "missing":
        return {"version": 1}
    row = world.of(actor, relation).follow_up
    return _follow_up(world, actor, relation) | {"version": row.version, "base": "{}"}


def _follow_up(world: World, actor: str, relation: str) -> dict[str, Any]:
    return {"method": world.fixed["method"], "text": "客户要求周五前给出方案", "token": ""}


def _files(world: World, actor: str, relation: str) -> dict[str, Any]:
    return {"files": picture()}


def _new_customer(world: World, actor: str, relation: str) -> dict[str, Any]:
    return {
        "name": "苏州新建仪器有限公司", "nature": world.fixed["nature"], "life_cycle": "potential",
        "contact_name": "何平", "contact_mobile": "13700001111",
        "owner": (world.company.user(actor) or world.company["sales1"]).pk,
    }  # fmt: skip


def _new_contact(world: World, actor: str, relation: str) -> dict[str, Any]:
    return {
        "customer": world.of(actor, "own").customer.pk, "name": "何平", "gender": "unknown",
        "birth_calendar": "solar", "mobile": "13700001111",
    }  # fmt: skip


def _new_lead(world: World, actor: str, relation: str) -> dict[str, Any]:
    return {
        "name": "无锡新来询价有限公司", "source": world.fixed["source"], "mobile": "13700002222",
        "owner": (world.company.user(actor) or world.company["sales1"]).pk,
    }  # fmt: skip


def _edit_lead(world: World, actor: str, relation: str) -> dict[str, Any]:
    if relation == "missing":
        return {"version": 1}
    row = world.of(actor, relation).lead
    return {
        "version": row.version, "base": "{}", "name": row.name, "source": row.source_id,
        "mobile": row.mobile, "remarks": "改过的备注",
    }  # fmt: skip


def _convert_lead(world: World, actor: str, relation: str) -> dict[str, Any]:
    if relation == "missing":
        return {"version": 1}
    version = world.of(actor, relation).lead.version
    return {"version": version, "nature": world.fixed["nature"]}


def _abandon(world: World, actor: str, relation: str) -> dict[str, Any]:
    return {"abandon_reason": world.fixed["reason"], "abandon_note": "预算没有了"}


def _new_opportunity(world: World, actor: str, relation: str) -> dict[str, Any]:
    return {
        "customer": world.of(actor, "own").customer.pk, "name": "设备更新", "amount": "1000",
        "expected_on": "2027-01-01", "stage": stage_of("contact").pk,
    }  # fmt: skip


def _edit_opportunity(world: World, actor: str, relation: str) -> dict[str, Any]:
    if relation == "missing":
        return {"version": 1}
    row = world.of(actor, relation).opportunity
    return {
        "version": row.version, "base": "{}", "name": row.name, "amount": "120000",
        "expected_on": "2027-01-01", "remarks": "改过的备注",
    }  # fmt: skip


def _step(**values: Any) -> Callable[[World, str, str], dict[str, Any]]:
    """What a dialog sends that moves or ends an opportunity."""

    def post(world: World, actor: str, relation: str) -> dict[str, Any]:
        found = {"note": "客户已确认", **values}
        if "stage" in values:
            found["stage"] = stage_of(values["stage"]).pk
        if "reason" in values:
            dictionary, _sign, code = values["reason"].partition(":")
            found["reason"] = loss_reason(code, dictionary).pk
        return found

    return post


def _rows(name: str, **values: Any) -> Callable[[World, str, str], dict[str, Any]]:
    """One filled row of a table of forms."""

    def post(world: World, actor: str, relation: str) -> dict[str, Any]:
        row = {f"rows-0-{key}": value for key, value in values.items()}
        total = {"rows-TOTAL_FORMS": "1", "rows-INITIAL_FORMS": "0"}
        return {**row, **total, f"rows-0-{name}": world.fixed[name].pk}

    return post


def _holder(kind: str) -> Args:
    """Whose target: the person a record of the relation belongs to, or that person's department."""

    def args(world: World, actor: str, relation: str) -> dict[str, Any]:
        if relation == "missing":
            return {"kind": kind, "pk": MISSING}
        person = world.of(actor, relation).customer.owner
        key = person.pk if kind == "person" else person.main_department_id
        return {"kind": kind, "pk": key}

    return args


def _fixed(name: str) -> Args:
    return lambda world, actor, relation: {"pk": world.fixed[name].pk}


def _edit_catalogue(world: World, actor: str, relation: str) -> dict[str, Any]:
    """Enough for the forms of products and of competitors."""
    return {
        "version": 1, "base": "{}", "name": "改过的名称", "code": "P-1", "list_price": "1",
        "is_on_sale": "on", "is_active": "on",
    }  # fmt: skip


def _opportunity_member(world: World, actor: str, relation: str) -> dict[str, Any]:
    return OPPORTUNITY(world, actor, relation) | {"user": world.company["sales2"].pk}


def _new_plan(values: dict[str, Any]) -> Callable[[World, str, str], dict[str, Any]]:
    def post(world: World, actor: str, relation: str) -> dict[str, Any]:
        return values | {"owner": (world.company.user(actor) or world.company["sales1"]).pk}

    return post


def _edit_plan(name: str) -> Callable[[World, str, str], dict[str, Any]]:
    def post(world: World, actor: str, relation: str) -> dict[str, Any]:
        if relation == "missing":
            return {"version": 1}
        return world_planning.edited(getattr(world.of(actor, relation), name))

    return post


def _step_of_task(world: World, actor: str, relation: str) -> dict[str, Any]:
    if relation == "missing":
        return {"pk": MISSING, "item": MISSING}
    task = world.of(actor, relation).task
    return {"pk": task.pk, "item": task.items.get().pk}


def _share(world: World, actor: str, relation: str) -> dict[str, Any]:
    return {"user": world.company["agent1"].pk, "write": ""}


def _bulk(name: str, **values: Any) -> Callable[[World, str, str], dict[str, Any]]:
    def post(world: World, actor: str, relation: str) -> dict[str, Any]:
        key = MISSING if relation == "missing" else getattr(world.of(actor, relation), name).pk
        found = {"ids": [key], "step": "run", **values}
        if "owner" in values:
            found["owner"] = world.company[values["owner"]].pk
        if "stage" in values:
            found["stage"] = stage_of(values["stage"]).pk
        if values.get("category") == "category":
            found["category"] = world.fixed["category"].pk
        return found

    return post


def _bulk_abandon(world: World, actor: str, relation: str) -> dict[str, Any]:
    return _bulk("lead")(world, actor, relation) | _abandon(world, actor, relation)


def _action(name: str) -> Args:
    return lambda world, actor, relation: {"action": name}


def _object(name: str) -> Args:
    return lambda world, actor, relation: {"object_id": world.fixed[name].pk}


def _pooled(world: World, actor: str, relation: str) -> dict[str, Any]:
    """A customer in the pool, or one that never stood there."""
    known = relation in FIXED
    return {"pk": world.fixed["pooled"].pk if known else MISSING}


def _pooled_lead(world: World, actor: str, relation: str) -> dict[str, Any]:
    """A lead in the pool, or none."""
    return {"pk": MISSING if relation == "missing" else world.fixed["pooled_lead"].pk}


def _pooled_leads(**values: Any) -> Callable[[World, str, str], dict[str, Any]]:
    def post(world: World, actor: str, relation: str) -> dict[str, Any]:
        found = {"ids": [world.fixed["pooled_lead"].pk], "step": "run", **values}
        if "owner" in values:
            found["owner"] = world.company[values["owner"]].pk
        return found

    return post


def _pooled_bulk(**values: Any) -> Callable[[World, str, str], dict[str, Any]]:
    def post(world: World, actor: str, relation: str) -> dict[str, Any]:
        found = {"ids": [world.fixed["pooled"].pk], "step": "run", **values}
        if "owner" in values:
            found["owner"] = world.company[values["owner"]].pk
        return found

    return post


def _leaver(world: World, actor: str, relation: str) -> dict[str, Any]:
    leaver = world.company["sales1"].pk
    return {"person": leaver, "counted": leaver, "owner": world.company["sales2"].pk}


def _transfer(world: World, actor: str, relation: str) -> dict[str, Any]:
    return {"owner": world.company["sales2"].pk, "old_owner": "read", "note": "区域调整"}


def _user(world: World, actor: str, relation: str) -> dict[str, Any]:
    return {"pk": world.fixed["user"].pk}


def _pair(**values: Any) -> Callable[[World, str, str], dict[str, Any]]:
    return lambda world, actor, relation: dict(values)


#: Addresses that need more than their name. Variants of one address carry `#variant`.
TARGETS: dict[str, Target] = {
    "customers:customer_add": Target(post=_new_customer),
    "customers:customer_duplicates": Target(post=_pair(name="杭州机械")),
    "customers:customer_detail": Target(RECORD, CUSTOMER),
    "customers:customer_edit": Target(RECORD, CUSTOMER, _edit_customer),
    "customers:customer_delete": Target(RECORD, CUSTOMER),
    "customers:customer_restore": Target(RECORD, CUSTOMER),
    "customers:customer_reveal": Target(RECORD, CUSTOMER),
    "customers:customer_panel": Target(RECORD, _with(CUSTOMER, name="contacts")),
    "customers:customer_life_cycle": Target(RECORD, _with(CUSTOMER, state="interested")),
    "customers:customer_share": Target(RECORD, CUSTOMER, _share),
    "customers:customer_unshare": Target(RECORD, _member),
    "customers:customer_request": Target(("own", "foreign", "missing"), _token, _pair(reason="x")),
    "customers:customer_bulk#assign": Target(
        RECORD, _action("assign"), _bulk("customer", owner="sales1")
    ),
    "customers:customer_bulk#tag": Target(RECORD, _action("tag"), _bulk("customer", add=["重点"])),
    "customers:customer_bulk#classify": Target(
        RECORD, _action("classify"), _bulk("customer", category="category")
    ),
    "customers:customer_bulk#life-cycle": Target(
        RECORD, _action("life-cycle"), _bulk("customer", life_cycle="interested")
    ),
    "customers:customer_bulk#delete": Target(RECORD, _action("delete"), _bulk("customer")),
    "customers:customer_export": Target(post=_pair(step="run", fmt="csv", columns="all", all="1")),
    "customers:customer_import_job": Target(PERSONAL, DRAFT),
    "customers:customer_import_undo": Target(PERSONAL, JOB),
    "customers:customer_bulk#transfer": Target(
        RECORD, _action("transfer"), _bulk("customer", owner="sales2")
    ),
    "customers:customer_bulk#release": Target(
        RECORD, _action("release"), _bulk("customer", note="暂无需求")
    ),
    "customers:customer_bulk#lock": Target(RECORD, _action("lock"), _bulk("customer")),
    "customers:customer_release": Target(RECORD, CUSTOMER, _pair(note="暂无需求")),
    "customers:customer_transfer": Target(RECORD, CUSTOMER, _transfer),
    "customers:customer_lock": Target(RECORD, CUSTOMER),
    "customers:customer_handover": Target(post=_leaver),
    "customers:customer_pool_detail": Target((*FIXED, "missing"), _pooled),
    "customers:customer_pool_claim": Target((*FIXED, "missing"), _pooled),
    "customers:customer_pool_bulk#claim": Target(FIXED, _action("claim"), _pooled_bulk()),
    "customers:customer_pool_bulk#assign": Target(
        FIXED, _action("assign"), _pooled_bulk(owner="sales2")
    ),
    "customers:customer_pool_bulk#delete": Target(FIXED, _action("delete"), _pooled_bulk()),
    "customers:contact_add": Target(post=_new_contact),
    "customers:contact_detail": Target(RECORD, CONTACT),
    "customers:contact_edit": Target(RECORD, CONTACT, _edit_contact),
    "customers:contact_delete": Target(RECORD, CONTACT),
    "customers:contact_restore": Target(RECORD, CONTACT),
    "customers:contact_reveal": Target(RECORD, CONTACT),
    "customers:contact_panel": Target(RECORD, _with(CONTACT, name="customer")),
    "customers:contact_bulk#delete": Target(RECORD, _action("delete"), _bulk("contact")),
    "customers:contact_export": Target(post=_pair(step="run", fmt="csv", columns="all", all="1")),
    "customers:contact_import_job": Target(PERSONAL, JOB),
    "customers:contact_import_undo": Target(PERSONAL, JOB),
    "leads:lead_add": Target(post=_new_lead),
    "leads:lead_duplicates": Target(post=_pair(name="绍兴机械")),
    "leads:lead_detail": Target(RECORD, LEAD),
    "leads:lead_edit": Target(RECORD, LEAD, _edit_lead),
    "leads:lead_delete": Target(RECORD, LEAD),
    "leads:lead_restore": Target(RECORD, LEAD),
    "leads:lead_reveal": Target(RECORD, LEAD),
    "leads:lead_abandon": Target(RECORD, LEAD, _abandon),
    "leads:lead_reactivate": Target(RECORD, LEAD),
    "leads:lead_convert": Target(RECORD, LEAD, _convert_lead),
    "opportunities:opportunity_import_job": Target(PERSONAL, JOB),
    "opportunities:opportunity_import_undo": Target(PERSONAL, JOB),
    "leads:lead_import_job": Target(PERSONAL, JOB),
    "leads:lead_import_undo": Target(PERSONAL, JOB),
    "leads:lead_panel": Target(RECORD, _with(LEAD, name="score")),
    "leads:lead_bulk#assign": Target(RECORD, _action("assign"), _bulk("lead", owner="sales1")),
    "leads:lead_bulk#tag": Target(RECORD, _action("tag"), _bulk("lead", add=["重点"])),
    "leads:lead_bulk#abandon": Target(RECORD, _action("abandon"), _bulk_abandon),
    "leads:lead_bulk#delete": Target(RECORD, _action("delete"), _bulk("lead")),
    "leads:lead_export": Target(post=_pair(step="run", fmt="csv", columns="all", all="1")),
    "leads:lead_bulk#release": Target(RECORD, _action("release"), _bulk("lead", note="x")),
    "leads:lead_bulk#lock": Target(RECORD, _action("lock"), _bulk("lead")),
    "leads:lead_release": Target(RECORD, LEAD, _pair(note="x")),
    "leads:lead_lock": Target(RECORD, LEAD),
    "leads:lead_pool_detail": Target((*FIXED, "missing"), _pooled_lead),
    "leads:lead_pool_claim": Target((*FIXED, "missing"), _pooled_lead),
    "leads:lead_pool_bulk#claim": Target(FIXED, _action("claim"), _pooled_leads()),
    "leads:lead_pool_bulk#assign": Target(FIXED, _action("assign"), _pooled_leads(owner="sales2")),
    "leads:lead_pool_bulk#allocate": Target(FIXED, _action("allocate"), _pooled_leads()),
    "leads:lead_pool_bulk#delete": Target(FIXED, _action("delete"), _pooled_leads()),
    "leads:lead_bulk#allocate": Target(RECORD, _action("allocate"), _bulk("lead")),
    "leads:public_form": Target(
        args=lambda world, *_: {"token": world.fixed["webform"].token},
        post=_pair(contact_name="何平", mobile="13700003333"),
    ),
    "leads:report_detail": Target(RECORD, LEAD),
    "leads:report_export": Target(post=_pair(step="run", fmt="csv", columns="all", all="1")),
    "activities:follow_up_add#lead": Target(RECORD, _with(LEAD, label="leads.lead"), _follow_up),
    "opportunities:product_add": Target(post=_pair(name="打印机", code="P-9", list_price="100")),
    "opportunities:product_detail": Target(args=_fixed("product")),
    "opportunities:competitor_detail": Target(args=_fixed("competitor")),
    "opportunities:product_edit": Target(args=_fixed("product"), post=_edit_catalogue),
    "opportunities:competitor_add": Target(post=_pair(name="金蝶", is_active="on")),
    "opportunities:competitor_edit": Target(args=_fixed("competitor"), post=_edit_catalogue),
    "opportunities:board_column": Target(args=lambda *_: {"stage": stage_of("contact").pk}),
    "opportunities:target_edit#person": Target(RECORD, _holder("person"), _pair(**NO_VERSIONS)),
    "opportunities:target_edit#department": Target(
        ("own", "foreign"),
        _holder("department"),
        _pair(**NO_VERSIONS),
    ),
    "opportunities:opportunity_undo": Target(RECORD, OPPORTUNITY),
    "opportunities:opportunity_add": Target(post=_new_opportunity),
    "opportunities:opportunity_detail": Target(RECORD, OPPORTUNITY),
    "opportunities:opportunity_edit": Target(RECORD, OPPORTUNITY, _edit_opportunity),
    "opportunities:opportunity_delete": Target(RECORD, OPPORTUNITY),
    "opportunities:opportunity_restore": Target(RECORD, OPPORTUNITY),
    "opportunities:opportunity_panel": Target(RECORD, _with(OPPORTUNITY, name="stages")),
    "opportunities:opportunity_stage": Target(RECORD, OPPORTUNITY, _step(stage="analysis")),
    "opportunities:opportunity_win": Target(
        RECORD,
        OPPORTUNITY,
        _step(actual_amount="9000", contract_number="HT-9", deal_on="2026-01-05"),
    ),
    "opportunities:opportunity_lose": Target(
        RECORD, OPPORTUNITY, _step(reason="opportunity_loss_reason:budget")
    ),
    "opportunities:opportunity_close": Target(
        RECORD, OPPORTUNITY, _step(reason="opportunity_invalid_reason:no_need")
    ),
    "opportunities:opportunity_reopen": Target(RECORD, ENDED, _step()),
    "opportunities:opportunity_lines": Target(
        RECORD, OPPORTUNITY, _rows("product", quantity="2", price="9000", discount="5")
    ),
    "opportunities:opportunity_rivals": Target(
        RECORD, OPPORTUNITY, _rows("competitor", strengths="价格低")
    ),
    "opportunities:opportunity_share": Target(RECORD, OPPORTUNITY, _share),
    "opportunities:opportunity_unshare": Target(RECORD, _opportunity_member),
    "opportunities:opportunity_bulk#assign": Target(
        RECORD, _action("assign"), _bulk("opportunity", owner="sales1")
    ),
    "opportunities:opportunity_bulk#stage": Target(
        RECORD, _action("stage"), _bulk("opportunity", stage="analysis", note="客户已确认")
    ),
    "opportunities:opportunity_bulk#delete": Target(
        RECORD, _action("delete"), _bulk("opportunity")
    ),
    "opportunities:opportunity_export": Target(
        post=_pair(step="run", fmt="csv", columns="all", all="1")
    ),
    "activities:follow_up_add#opportunity": Target(
        RECORD, _with(OPPORTUNITY, label="opportunities.opportunity"), _follow_up
    ),
    "activities:follow_up_add#customer": Target(
        RECORD, _with(CUSTOMER, label="customers.customer"), _follow_up
    ),
    "activities:follow_up_add#contact": Target(
        RECORD, _with(CONTACT, label="customers.contact"), _follow_up
    ),
    "activities:related_options#customer": Target(
        RECORD, _with(CUSTOMER, label="customers.customer", name="contact")
    ),
    "activities:phrase_list": Target(post=_pair(text="客户出差，下周再联系")),
    "activities:phrase_delete": Target(PERSONAL, PHRASE),
    "activities:follow_up_import_job": Target(PERSONAL, JOB),
    "activities:follow_up_import_undo": Target(PERSONAL, JOB),
    "activities:follow_up_detail": Target(RECORD, FOLLOW_UP),
    "activities:follow_up_edit": Target(RECORD, FOLLOW_UP, _edit_follow_up),
    "activities:follow_up_delete": Target(RECORD, FOLLOW_UP),
    "activities:attachment_add#customer": Target(
        RECORD, _with(CUSTOMER, label="customers.customer"), _files
    ),
    "activities:attachment_add#contact": Target(
        RECORD, _with(CONTACT, label="customers.contact"), _files
    ),
    "activities:attachment_file": Target(RECORD, ATTACHMENT),
    "activities:attachment_preview": Target(RECORD, ATTACHMENT),
    "activities:attachment_delete": Target(RECORD, ATTACHMENT),
    "activities:follow_up_export": Target(
        post=_pair(step="run", fmt="csv", columns="all", all="1")
    ),
    "planning:calendar_move#task": Target(
        RECORD, _with(TASK, layer="tasks"), _pair(day="2026-12-01")
    ),
    "planning:calendar_move#appointment": Target(
        RECORD, _with(APPOINTMENT, layer="appointments"), _pair(day="2026-12-01")
    ),
    "planning:calendar_move#next_contact": Target(
        RECORD, _with(CUSTOMER, layer="next-contacts"), _pair(day="2026-12-01")
    ),
    "planning:calendar_ics": Target(args=lambda world, *_: {"token": world.fixed["feed"]}),
    "planning:diary_day": Target(
        args=lambda *_: {"day": "2026-11-20"}, post=_pair(title="周五", content="写完报价")
    ),
    "planning:diary_delete": Target(args=lambda *_: {"day": "2026-11-21"}),
    "planning:report_write": Target(
        args=lambda *_: {"kind": "monthly", "day": "2026-11-01"},
        post=_pair(step="draft", work="整理了客户资料"),
    ),
    "planning:report_detail": Target(KEPT, REPORT),
    "planning:report_comment": Target(KEPT, REPORT, _pair(text="收到")),
    "planning:report_delete": Target(KEPT, REPORT),
    "planning:task_add": Target(post=_new_plan(world_planning.NEW_TASK)),
    "planning:task_detail": Target(RECORD, TASK),
    "planning:task_edit": Target(RECORD, TASK, _edit_plan("task")),
    "planning:task_delete": Target(RECORD, TASK),
    "planning:task_restore": Target(RECORD, TASK),
    "planning:task_panel": Target(RECORD, _with(TASK, name="checklist")),
    "planning:task_complete": Target(RECORD, TASK),
    "planning:task_reopen": Target(RECORD, TASK),
    "planning:task_cancel": Target(RECORD, TASK),
    "planning:task_tick": Target(RECORD, _step_of_task, _pair(is_done="1")),
    "planning:task_bulk#complete": Target(RECORD, _action("complete"), _bulk("task")),
    "planning:task_bulk#assign": Target(RECORD, _action("assign"), _bulk("task", owner="agent1")),
    "planning:task_bulk#delete": Target(RECORD, _action("delete"), _bulk("task")),
    "planning:appointment_add": Target(post=_new_plan(world_planning.NEW_APPOINTMENT)),
    "planning:appointment_detail": Target(RECORD, APPOINTMENT),
    "planning:appointment_edit": Target(RECORD, APPOINTMENT, _edit_plan("appointment")),
    "planning:appointment_delete": Target(RECORD, APPOINTMENT),
    "planning:appointment_restore": Target(RECORD, APPOINTMENT),
    "planning:appointment_panel": Target(RECORD, _with(APPOINTMENT, name="outcome")),
    "planning:appointment_complete": Target(RECORD, APPOINTMENT, _pair(outcome="客户同意下周试用")),
    "planning:appointment_cancel": Target(RECORD, APPOINTMENT),
    "planning:appointment_reopen": Target(RECORD, APPOINTMENT),
    "planning:appointment_collisions": Target(post=_pair(starts_at="2026-12-01 09:00")),
    "planning:appointment_bulk#cancel": Target(RECORD, _action("cancel"), _bulk("appointment")),
    "planning:appointment_bulk#delete": Target(RECORD, _action("delete"), _bulk("appointment")),
    "jobs:job_detail": Target(PERSONAL, JOB),
    "jobs:job_progress": Target(PERSONAL, JOB),
    "jobs:job_cancel": Target(PERSONAL, JOB),
    "jobs:job_retry": Target(PERSONAL, JOB),
    "jobs:job_seen": Target(PERSONAL, JOB),
    "jobs:job_file": Target(PERSONAL, _job_file),
    "notifications:notification_open": Target(PERSONAL, NOTICE),
    "notifications:notification_read": Target(post=_pair(all="1")),
    "reminders:reminder_done": Target(PERSONAL, REMINDER),
    "reminders:reminder_snooze": Target(PERSONAL, _with(REMINDER, delay="hour")),
    "admin:dictionaries_calendarexception_add": Target(
        post=_pair(date="2026-12-31", kind="holiday", name="年会")
    ),
    "accounts:avatar": Target(args=_user),
    "accounts:theme": Target(post=_pair(theme="dark")),
    "accounts:language": Target(post=_pair(language="en")),
    "accounts:page_size": Target(post=_pair(page_size="50")),
    "accounts:nav_state": Target(post=_pair(collapsed="1")),
    "web:columns": Target(args=lambda *_: {"name": "customers"}, post=_pair(columns="name,owner")),
    "workbench:panel": Target(args=lambda *_: {"name": "recent"}),
    "workbench:fold": Target(args=lambda *_: {"name": "recent"}, post=_pair(folded="1")),
    "workbench:todo": Target(RECORD, _with(CUSTOMER, source="customers"), _pair(until="tomorrow")),
    "workbench:arrange": Target(post=_pair(order="recent", shown="recent")),
    "workbench:help_topic": Target(args=lambda *_: {"topic": "customers"}),
    "workbench:log_export": Target(post=_pair(step="run", fmt="csv", columns="all", all="1")),
    "admin:accounts_user_password": Target(args=_user),
    "admin:accounts_user_state": Target(args=_user),
    "admin:dictionaries_numberrule_preview": Target(
        args=lambda world, *_: {"pk": world.fixed["numberrule"].pk}
    ),
    "admin:pool_pool_add": Target(post=_pair(kind="customer", name="西南公海", order="1")),
    "admin:pool_pool_rules": Target(
        args=lambda world, *_: {"pk": world.fixed["pool"].pk},
        post=_pair(claim_limit="5", grace_days="7", warn_days="7"),
    ),
    "admin:pool_ownedcap_add": Target(post=_pair(kind="customer", purpose="owned", limit="100")),
    "admin:accounts_department_add": Target(post=_pair(name="新部门", order="1", is_active="on")),
    "admin:dictionaries_tag_add": Target(post=_pair(name="新标签", color="blue")),
    "admin:app_list": Target(args=lambda *_: {"app_label": "accounts"}),
    "admin:?catch_all_view": Target(args=lambda *_: {"url": "nothing/here"}),
    "setup:company": Target(post=_pair(company_name="示例公司", company_short="SL")),
}


def target_of(name: str) -> Target:
    """How to reach an address; admin pages of single rows are alike for all models."""
    if name in TARGETS:
        return TARGETS[name]
    if name.startswith("admin:") and name.endswith(
        ("_history", "_delete", "_change", "?RedirectView")
    ):
        model = name.removeprefix("admin:").split("_")[1]
        return Target(args=_object(model))
    return Target()


def more_customers(world: World, number: int) -> list[Customer]:
    """Further foreign customers, for gates that need many."""
    owner = world.company.stranger()
    return [make_customer(world.company, owner) for _place in range(number)]
