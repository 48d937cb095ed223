"""What an address is asked with: the keys in it, and what a person would post there.

Here: functions of world, actor and relation. Not here: the records (`world`), the table of
addresses (`targets`).
"""

from collections.abc import Callable
from typing import Any

from django.core import signing

from customers import duplicates
from tests.factories.company import RELATIONS
from tests.factories.opportunities import reason as loss_reason
from tests.factories.opportunities import stage as stage_of
from tests.kit import world_planning
from tests.kit.world import FIXED, MISSING, World, picture

#: A year of targets nobody has set yet.
NO_VERSIONS = {f"version-{month}": 0 for month in range(1, 13)} | {"amount-1": "1000"}

Args = Callable[[World, str, str], dict[str, Any]]


def key_of(name: str) -> Args:
    def args(world: World, actor: str, relation: str) -> dict[str, Any]:
        if relation == "missing":
            return {"pk": MISSING}
        return {"pk": getattr(world.of(actor, relation), name).pk}

    return args


def also(base: Args, **more: Any) -> Args:
    return lambda world, actor, relation: base(world, actor, relation) | more


def nothing(world: World, actor: str, relation: str) -> dict[str, Any]:
    return {}


def file_of_job(world: World, actor: str, relation: str) -> dict[str, Any]:
    if relation == "missing":
        return {"pk": MISSING, "file": MISSING}
    job = world.of(actor, relation).job
    return {"pk": job.pk, "file": job.files.get().pk}


def token_of(world: World, actor: str, relation: str) -> dict[str, Any]:
    key = MISSING if relation == "missing" else world.of(actor, relation).customer.pk
    return {"token": signing.dumps(key, salt=duplicates.SALT)}


def member_of(world: World, actor: str, relation: str) -> dict[str, Any]:
    return key_of("customer")(world, actor, relation) | {"user": world.company["sales2"].pk}


OPPORTUNITY, ENDED = key_of("opportunity"), key_of("ended")
CUSTOMER, CONTACT, FOLLOW_UP = key_of("customer"), key_of("contact"), key_of("follow_up")
ATTACHMENT, PHRASE = key_of("attachment"), key_of("phrase")
LEAD, ARTICLE = key_of("lead"), key_of("article")
DOCUMENT = key_of("document")
TICKET = key_of("ticket")
CLOCK, RATING = key_of("clock"), key_of("rating")
TASK, APPOINTMENT = key_of("task"), key_of("appointment")
REPORT = key_of("report")
#: Relations of what has no bin.
KEPT = (*RELATIONS, "missing")
JOB, DRAFT, NOTICE = key_of("job"), key_of("draft"), key_of("notice")
REMINDER = key_of("reminder")


def edit_customer(world: World, actor: str, relation: str) -> dict[str, Any]:
    if relation == "missing":
        return {"version": 1}
    row = world.of(actor, relation).customer
    return {
        "version": row.version, "base": "{}", "name": row.name, "nature": world.fixed["nature"],
        "remarks": "改过的备注", "phone": row.phone,
    }  # fmt: skip


def edit_contact(world: World, actor: str, relation: str) -> dict[str, Any]:
    if relation == "missing":
        return {"version": 1}
    row = world.of(actor, relation).contact
    return {
        "version": row.version, "base": "{}", "name": row.name, "gender": "unknown",
        "birth_calendar": "solar", "is_primary": "on", "position": "主管", "mobile": row.mobile,
        "email": row.email,
    }  # fmt: skip


def edit_follow_up(world: World, actor: str, relation: str) -> dict[str, Any]:
    if relation == "missing":
        return {"version": 1}
    row = world.of(actor, relation).follow_up
    return new_follow_up(world, actor, relation) | {"version": row.version, "base": "{}"}


def new_follow_up(world: World, actor: str, relation: str) -> dict[str, Any]:
    return {"method": world.fixed["method"], "text": "客户要求周五前给出方案", "token": ""}


def new_files(world: World, actor: str, relation: str) -> dict[str, Any]:
    return {"files": picture()}


def new_customer(world: World, actor: str, relation: str) -> dict[str, Any]:
    return {
        "name": "苏州新建仪器有限公司", "nature": world.fixed["nature"], "life_cycle": "potential",
        "contact_name": "何平", "contact_mobile": "13700001111",
        "owner": (world.company.user(actor) or world.company["sales1"]).pk,
    }  # fmt: skip


def new_contact(world: World, actor: str, relation: str) -> dict[str, Any]:
    return {
        "customer": world.of(actor, "own").customer.pk, "name": "何平", "gender": "unknown",
        "birth_calendar": "solar", "mobile": "13700001111",
    }  # fmt: skip


def new_lead(world: World, actor: str, relation: str) -> dict[str, Any]:
    return {
        "name": "无锡新来询价有限公司", "source": world.fixed["source"], "mobile": "13700002222",
        "owner": (world.company.user(actor) or world.company["sales1"]).pk,
    }  # fmt: skip


def edit_lead(world: World, actor: str, relation: str) -> dict[str, Any]:
    if relation == "missing":
        return {"version": 1}
    row = world.of(actor, relation).lead
    return {
        "version": row.version, "base": "{}", "name": row.name, "source": row.source_id,
        "mobile": row.mobile, "remarks": "改过的备注",
    }  # fmt: skip


def new_article(world: World, actor: str, relation: str) -> dict[str, Any]:
    return {
        "title": "怎样开具电子发票", "category": world.fixed["knowledge_category"].pk,
        "kind": "article", "audience": "staff", "body": "在合同页点击开票。",
        "owner": (world.company.user(actor) or world.company["sales1"]).pk,
    }  # fmt: skip


def edit_article(world: World, actor: str, relation: str) -> dict[str, Any]:
    if relation == "missing":
        return {"version": 1}
    row = world.of(actor, relation).article
    return {
        "version": row.version, "base": "{}", "title": row.title, "category": row.category_id,
        "kind": row.kind, "audience": row.audience, "body": "改过的正文", "owner": row.owner_id,
    }  # fmt: skip


def edit_document(world: World, actor: str, relation: str) -> dict[str, Any]:
    if relation == "missing":
        return {"version": 1}
    row = world.of(actor, relation).document
    return {"version": row.version, "base": "{}", "name": "改名.txt", "folder": row.folder_id}


def knowledge_category(world: World, actor: str, relation: str) -> dict[str, Any]:
    return {
        "version": 1, "base": "{}", "name": "改过的分类", "audience": "staff", "order": "1",
        "is_active": "on",
    }  # fmt: skip


def convert_lead(world: World, actor: str, relation: str) -> dict[str, Any]:
    if relation == "missing":
        return {"version": 1}
    version = world.of(actor, relation).lead.version
    return {"version": version, "nature": world.fixed["nature"]}


def abandon_form(world: World, actor: str, relation: str) -> dict[str, Any]:
    return {"abandon_reason": world.fixed["reason"], "abandon_note": "预算没有了"}


def new_opportunity(world: World, actor: str, relation: str) -> dict[str, Any]:
    return {
        "customer": world.of(actor, "own").customer.pk, "name": "设备更新", "amount": "1000",
        "expected_on": "2027-01-01", "stage": stage_of("contact").pk,
    }  # fmt: skip


def edit_opportunity(world: World, actor: str, relation: str) -> dict[str, Any]:
    if relation == "missing":
        return {"version": 1}
    row = world.of(actor, relation).opportunity
    return {
        "version": row.version, "base": "{}", "name": row.name, "amount": "120000",
        "expected_on": "2027-01-01", "remarks": "改过的备注",
    }  # fmt: skip


def step_with(**values: Any) -> Callable[[World, str, str], dict[str, Any]]:
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


def chosen_rows(name: str, **values: Any) -> Callable[[World, str, str], dict[str, Any]]:
    """One filled row of a table of forms."""

    def post(world: World, actor: str, relation: str) -> dict[str, Any]:
        row = {f"rows-0-{key}": value for key, value in values.items()}
        total = {"rows-TOTAL_FORMS": "1", "rows-INITIAL_FORMS": "0"}
        return {**row, **total, f"rows-0-{name}": world.fixed[name].pk}

    return post


def holder_of(kind: str) -> Args:
    """Whose target: the person a record of the relation belongs to, or that person's department."""

    def args(world: World, actor: str, relation: str) -> dict[str, Any]:
        if relation == "missing":
            return {"kind": kind, "pk": MISSING}
        person = world.of(actor, relation).customer.owner
        key = person.pk if kind == "person" else person.main_department_id
        return {"kind": kind, "pk": key}

    return args


def fixed_key(name: str) -> Args:
    return lambda world, actor, relation: {"pk": world.fixed[name].pk}


def edit_ticket(world: World, actor: str, relation: str) -> dict[str, Any]:
    if relation == "missing":
        return {"version": 1}
    row = world.of(actor, relation).ticket
    return {
        "version": row.version, "base": "{}", "title": row.title, "type": row.type_id,
        "description": "改过的描述", "priority": "medium", "impact": "全部门",
        "occurred_at": "2026-01-05 10:00",
    }  # fmt: skip


def ticket_to_group(world: World, actor: str, relation: str) -> dict[str, Any]:
    return {"group": world.fixed["ticketgroup"].pk, "note": "转技术组"}


def other_ticket(name: str, **values: Any) -> Callable[[World, str, str], dict[str, Any]]:
    return lambda world, actor, relation: {name: world.fixed["free_ticket"].pk, **values}


def ticket_article(world: World, actor: str, relation: str) -> dict[str, Any]:
    """A ticket, and an article that the actor may read."""
    return TICKET(world, actor, relation) | {"article": ARTICLE(world, actor, "own")["pk"]}


def ticket_macro(world: World, actor: str, relation: str) -> dict[str, Any]:
    return TICKET(world, actor, relation) | {"macro": world.fixed["macro"].pk}


def ticket_watcher(world: World, actor: str, relation: str) -> dict[str, Any]:
    return TICKET(world, actor, relation) | {"user": world.company["manager"].pk}


def edit_catalogue(world: World, actor: str, relation: str) -> dict[str, Any]:
    """Enough for the forms of products and of competitors."""
    return {
        "version": 1, "base": "{}", "name": "改过的名称", "code": "P-1", "list_price": "1",
        "is_on_sale": "on", "is_active": "on",
    }  # fmt: skip


def opportunity_member(world: World, actor: str, relation: str) -> dict[str, Any]:
    return OPPORTUNITY(world, actor, relation) | {"user": world.company["sales2"].pk}


def new_plan(values: dict[str, Any]) -> Callable[[World, str, str], dict[str, Any]]:
    def post(world: World, actor: str, relation: str) -> dict[str, Any]:
        return values | {"owner": (world.company.user(actor) or world.company["sales1"]).pk}

    return post


def edit_plan(name: str) -> Callable[[World, str, str], dict[str, Any]]:
    def post(world: World, actor: str, relation: str) -> dict[str, Any]:
        if relation == "missing":
            return {"version": 1}
        return world_planning.edited(getattr(world.of(actor, relation), name))

    return post


def step_of_task(world: World, actor: str, relation: str) -> dict[str, Any]:
    if relation == "missing":
        return {"pk": MISSING, "item": MISSING}
    task = world.of(actor, relation).task
    return {"pk": task.pk, "item": task.items.get().pk}


def new_member(world: World, actor: str, relation: str) -> dict[str, Any]:
    return {"user": world.company["agent1"].pk, "write": ""}


def bulk_of(name: str, **values: Any) -> Callable[[World, str, str], dict[str, Any]]:
    def post(world: World, actor: str, relation: str) -> dict[str, Any]:
        key = MISSING if relation == "missing" else getattr(world.of(actor, relation), name).pk
        found = {"ids": [key], "step": "run", **values}
        for field in {"owner", "people"} & values.keys():
            found[field] = world.company[values[field]].pk
        if "stage" in values:
            found["stage"] = stage_of(values["stage"]).pk
        if "category" in values:
            found["category"] = world.fixed[values["category"]].pk
        return found

    return post


def bulk_abandon(world: World, actor: str, relation: str) -> dict[str, Any]:
    return bulk_of("lead")(world, actor, relation) | abandon_form(world, actor, relation)


def action_named(name: str) -> Args:
    return lambda world, actor, relation: {"action": name}


def admin_key(name: str) -> Args:
    return lambda world, actor, relation: {"object_id": world.fixed[name].pk}


def pooled(world: World, actor: str, relation: str) -> dict[str, Any]:
    """A customer in the pool, or one that never stood there."""
    known = relation in FIXED
    return {"pk": world.fixed["pooled"].pk if known else MISSING}


def pooled_lead(world: World, actor: str, relation: str) -> dict[str, Any]:
    """A lead in the pool, or none."""
    return {"pk": MISSING if relation == "missing" else world.fixed["pooled_lead"].pk}


def pooled_leads(**values: Any) -> Callable[[World, str, str], dict[str, Any]]:
    def post(world: World, actor: str, relation: str) -> dict[str, Any]:
        found = {"ids": [world.fixed["pooled_lead"].pk], "step": "run", **values}
        if "owner" in values:
            found["owner"] = world.company[values["owner"]].pk
        return found

    return post


def pooled_bulk(**values: Any) -> Callable[[World, str, str], dict[str, Any]]:
    def post(world: World, actor: str, relation: str) -> dict[str, Any]:
        found = {"ids": [world.fixed["pooled"].pk], "step": "run", **values}
        for field in {"owner", "people"} & values.keys():
            found[field] = world.company[values[field]].pk
        return found

    return post


def leaver_form(world: World, actor: str, relation: str) -> dict[str, Any]:
    leaver = world.company["sales1"].pk
    return {"person": leaver, "counted": leaver, "owner": world.company["sales2"].pk}


def transfer_form(world: World, actor: str, relation: str) -> dict[str, Any]:
    return {"owner": world.company["sales2"].pk, "old_owner": "read", "note": "区域调整"}


def user_form(login: str, name: str = "owner") -> Callable[[World, str, str], dict[str, Any]]:
    return lambda world, actor, relation: {name: world.company[login].pk}


def user_of(world: World, actor: str, relation: str) -> dict[str, Any]:
    return {"pk": world.fixed["user"].pk}


def pool_rules(world: World, actor: str, relation: str) -> dict[str, Any]:
    seen = world.fixed["pool"].version
    return {"claim_limit": "5", "grace_days": "7", "warn_days": "7", "version": seen}


def values_of(**values: Any) -> Callable[[World, str, str], dict[str, Any]]:
    return lambda world, actor, relation: dict(values)
