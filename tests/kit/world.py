"""One record of every kind in every relation to every actor.

Here: the records. Not here: which of them an address is about and what a person would post there
(`arguments`, `targets`), sending the requests and judging the answers (`matrix`).
"""

from dataclasses import dataclass, field
from typing import Any

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
from crm.core import clock, context
from crm.dictionaries import lookups, stamps
from crm.dictionaries.models import Dictionary, NumberRule, Region
from crm.dictionaries.services import ensure_tags
from crm.jobs.importing import services
from crm.jobs.models import Job, JobFile, State
from crm.notifications.models import Notification
from crm.pool import rules
from crm.pool.models import OwnedCap, PoolRuleVersion
from crm.reminders.models import Reminder
from customers.choices import ENTERPRISE, NATURE
from customers.importing.customers import CUSTOMERS
from customers.models import Category, Contact, ContactGroup, Customer
from customers.services.classes import create_category
from knowledge.folder_models import Document
from knowledge.models import Article, SearchGap
from leads.choices import REASON, SOURCE
from leads.models import Lead
from opportunities.models import Competitor, Opportunity, Pipeline, Product
from tests.factories.company import ACTORS, RELATIONS, Company
from tests.factories.customers import make_customer, make_related
from tests.factories.knowledge import make_article, make_category, make_document, make_folder
from tests.factories.leads import (
    make_allocation_rule,
    make_lead,
    make_score_rule,
    make_web_form,
)
from tests.factories.opportunities import make_ended, make_opportunity
from tests.factories.opportunities import share as share_opportunity
from tests.factories.service_levels import make_late_clock, make_rating
from tests.factories.tickets import make_group, make_intake_form, make_node, make_ticket
from tests.kit import world_planning, world_reminders
from tickets.models import (
    AgentProfile,
    CannedReply,
    Macro,
    Skill,
    SlaClock,
    SlaPolicy,
    SurveyResponse,
    SurveyTemplate,
    Ticket,
    TicketStatus,
)
from tickets.services import administering

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


@dataclass
class Related:
    """What stands in one relation to one actor."""

    customer: Customer
    contact: Contact
    follow_up: FollowUp | None
    lead: Lead | None = None
    ticket: Ticket | None = None
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
    clock: SlaClock | None = None
    rating: SurveyResponse | None = None
    article: Article | None = None
    document: Document | None = None


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
        "intakeform": make_intake_form(company),
        "allocationrule": make_allocation_rule(company, [company["sales1"]]),
        "scorerule": make_score_rule(company),
        "slapolicy": SlaPolicy.objects.create(name="通用"),
        "surveytemplate": SurveyTemplate.objects.create(
            title="服务满意度评价", created_at=clock.now()
        ),
        "feed": world_planning.make_feed(company["sales1"]),
        "product": Product.objects.create(code="P-1", name="客户管理软件", list_price=9800),
        "competitor": Competitor.objects.create(name="用友"),
        "knowledge_category": make_category(company),
        "folder": make_folder(company),
        "searchgap": SearchGap.objects.create(
            text="开发票", first_at=clock.now(), last_at=clock.now()
        ),
        "pipeline": Pipeline.objects.get(code="standard"),
    }
    world.fixed["free_ticket"] = make_ticket(company)
    world.fixed |= ticket_rows(company)
    PoolRuleVersion.objects.update(protect_days=30)
    stamps.bump(rules.STAMP)
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
            with context.working_as("system"):
                world.related[actor, relation] = make_set(world, actor, relation)
    world.fixed |= world_reminders.fixed_rows()
    return world


def ticket_rows(company: Company) -> dict[str, Any]:
    """What the administration of tickets keeps."""
    admin = company.admin
    skill = administering.create_skill(Skill(name="英语"), actor=admin)
    profile = AgentProfile(user=company["agent1"])
    canned = CannedReply(title="问候", shortcut="hello", text="您好")
    return {
        "skill": skill,
        "ticketgroup": make_group(company, [company["agent1"]]),
        "businessnode": make_node(company),
        "ticketstatus": TicketStatus.objects.get(code="open"),
        "agentprofile": administering.create_profile(profile, skills=[skill], actor=admin),
        "cannedreply": administering.create_canned(canned, actor=admin),
        "macro": administering.create_macro(Macro(name="提级", priority="urgent"), actor=admin),
    }


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
    found.article = make_article(company, customer.owner)
    found.document = make_document(company, customer.owner)
    found.ticket = make_ticket(company, customer.owner, customer=customer)
    found.clock, found.rating = make_late_clock(found.ticket), make_rating(found.ticket)
    found.opportunity, found.ended = make_opportunities(company, actor, relation, customer)
    plans = world_planning.make_plans(company, customer, actor, relation)
    found.task, found.appointment = plans["task"], plans["appointment"]
    found.report = plans.pop("report")
    if relation == "deleted":
        now = {"deleted_at": clock.now(), "deleted_by": company.admin}
        for row in (
            customer, contact, follow_up, found.lead, found.ticket, found.opportunity, found.ended,
            found.article, *plans.values(),
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


def more_customers(world: World, number: int) -> list[Customer]:
    """Further foreign customers, for gates that need many."""
    owner = world.company.stranger()
    return [make_customer(world.company, owner) for _place in range(number)]
