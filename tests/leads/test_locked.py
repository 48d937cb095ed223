"""A converted lead is locked (P9): no path writes to it, whoever knows its key."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from crm.activities.attachments import Attachment, attach_files
from crm.activities.models import FollowUp
from crm.activities.planning.models import Appointment, Task
from crm.activities.planning.services.appointments import create_appointment
from crm.activities.planning.services.tasks import create_task
from crm.activities.services import Said, create_follow_up, delete_follow_up, update_follow_up
from crm.audit.models import Event
from crm.core import clock
from crm.core.errors import DomainError, NotAllowed
from crm.dictionaries import lookups
from crm.dictionaries.services import ensure_tags
from crm.pool.models import OwnershipSpan
from crm.pool.services import claiming
from crm.web.panels import PANELS
from customers.choices import ENTERPRISE, NATURE
from leads.bulk import LEAD_ACTIONS, POOL_ACTIONS
from leads.choices import LeadState
from leads.importing.leads import LEADS
from leads.models import Lead
from leads.services import allocating, changing, removing, transferring
from leads.services.converting import Wish, convert_lead
from leads.urls import urlpatterns
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.customers import phone_call
from tests.factories.leads import make_lead
from tests.kit.html import form_values
from tests.kit.importing import importer

HOUR = timedelta(hours=1)


@pytest.fixture
def lead(company: Company) -> Lead:
    """One of sales1 that has become a customer."""
    found = make_lead(company, company["sales1"], name="台州旧友阀门有限公司")
    nature = lookups.by_code(NATURE, ENTERPRISE).pk
    convert_lead(found, Wish(nature_id=nature), actor=company["sales1"])
    return Lead.objects.get(pk=found.pk)


def state(lead: Lead) -> Any:
    """The row with everything that hangs on it."""
    kind = ContentType.objects.get_for_model(Lead)
    about = {"subject_type": kind, "subject_id": lead.pk}
    row = Lead._base_manager.get(pk=lead.pk)
    plain = {column.attname: getattr(row, column.attname) for column in Lead._meta.concrete_fields}
    return (
        plain,
        sorted(row.tags.values_list("pk", flat=True)),
        [each.objects.on(row).count() for each in (FollowUp, Attachment, Task, Appointment)],
        [model.objects.filter(**about).count() for model in (OwnershipSpan, Event)],
    )


Service = Callable[[Lead, Company], Any]
SERVICES: dict[str, Service] = {
    "update": lambda lead, company: changing.update_lead(
        lead, changes={"need": "改"}, actor=company.admin
    ),
    "update tags": lambda lead, company: changing.update_lead(
        lead, changes={}, tags=[tag(company)], actor=company.admin
    ),
    "tag": lambda lead, company: changing.tag_lead(lead, add=[tag(company)], actor=company.admin),
    "assign": lambda lead, company: changing.assign_lead(
        lead, company["sales2"], actor=company.admin
    ),
    "assign to nobody": lambda lead, company: changing.assign_lead(
        lead, None, actor=company.admin, note="无人"
    ),
    "transfer": lambda lead, company: transferring.transfer_lead(
        lead, company["sales2"], actor=company["sales1"]
    ),
    "allocate": lambda lead, company: allocating.allocate_lead(lead, actor=company.admin),
    "abandon": lambda lead, company: changing.abandon_lead(
        lead, lookups_reason(), "空号", actor=company["sales1"]
    ),
    "reactivate": lambda lead, company: changing.reactivate_lead(lead, actor=company["sales1"]),
    "delete": lambda lead, company: removing.delete_lead(lead, actor=company["sales1"]),
    "restore": lambda lead, company: removing.restore_lead(lead, actor=company["sales1"]),
    "purge": lambda lead, company: removing.purge_lead(lead, actor=company["sales1"]),
    "convert again": lambda lead, company: convert_lead(
        lead, Wish(nature_id=lookups.by_code(NATURE, ENTERPRISE).pk), actor=company["sales1"]
    ),
    "claim": lambda lead, company: claiming.claim(lead, actor=company["sales2"]),
    "assign from the pool": lambda lead, company: claiming.assign(
        lead, company["sales2"], actor=company.admin
    ),
    "release": lambda lead, company: claiming.release(lead, note="算了", actor=company["sales1"]),
    "lock": lambda lead, company: claiming.set_locked(lead, locked=True, actor=company["sales1"]),
    "follow up": lambda lead, company: create_follow_up(
        lead, Said(text="对方要样品和报价单", method=phone_call()), actor=company["sales1"]
    ),
    "task": lambda lead, company: create_task(
        Task(title="回访"), subject=lead, actor=company["sales1"]
    ),
    "appointment": lambda lead, company: create_appointment(
        Appointment(title="拜访", starts_at=clock.now() + HOUR, ends_at=clock.now() + 2 * HOUR),
        subject=lead,
        actor=company["sales1"],
    ),
    "attach": lambda lead, company: attach_files(
        lead, [SimpleUploadedFile("名片.txt", "赵总".encode())], actor=company["sales1"]
    ),
}


def tag(company: Company) -> int:
    return ensure_tags(["重点"], actor=company.admin)["重点"].pk


def lookups_reason() -> Any:
    item = apps.get_model("dictionaries", "Item")
    return item.objects.filter(dictionary__code="lead_abandon_reason").first()


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_writes(company: Company, lead: Lead, name: str) -> None:
    tag(company)
    before = state(lead)
    with pytest.raises(DomainError), transaction.atomic():
        SERVICES[name](lead, company)
    assert state(lead) == before


@pytest.mark.parametrize("name", ["assign", "transfer", "release", "lock", "update", "delete"])
def test_whoever_read_it_before_the_conversion_is_too_late(company: Company, name: str) -> None:
    early = make_lead(company, company["sales1"])
    lead = Lead.objects.get(pk=early.pk)
    nature = lookups.by_code(NATURE, ENTERPRISE).pk
    convert_lead(lead, Wish(nature_id=nature), actor=company["sales1"])
    before = state(lead)
    with pytest.raises(DomainError), transaction.atomic():
        SERVICES[name](early, company)
    assert state(lead) == before


def test_no_address_writes(company: Company, lead: Lead) -> None:
    names = [pattern.name for pattern in urlpatterns if "<int:pk>" in str(pattern.pattern)]
    paths = [
        reverse(f"leads:{name}", args=[lead.pk])
        for name in names
        if name not in ("lead_panel", "lead_reveal")
    ]
    paths += [reverse("activities:follow_up_add", args=["leads.lead", lead.pk])]
    assert len(paths) > 12
    typed = {"need": ["改"], "name": ["改"], "text": ["改"], "note": ["改"], "owner": [
        company["sales2"].pk], "version": [lead.version]}  # fmt: skip
    before = state(lead)
    for login in ("admin", "sales1", "manager"):
        client = browser(company, login)
        for path in paths:
            page = client.get(path)
            shown = (
                form_values(page, "version") if 'name="version"' in page.content.decode() else {}
            )
            client.post(path, shown | typed)
            assert state(lead) == before, f"{login} POST {path}"


def test_what_is_written_while_it_is_converted_is_refused(company: Company) -> None:
    sales = company["sales1"]
    for write in (
        lambda lead, file: create_follow_up(
            lead, Said(text="对方要样品和报价单", method=phone_call(), files=[file]), actor=sales
        ),
        lambda lead, file: attach_files(lead, [file], actor=sales),
    ):
        lead = make_lead(company, sales)
        with pytest.raises(NotAllowed):
            write(lead, SlowUpload(lambda lead=lead: convert(lead, sales)))
        fresh = Lead.objects.get(pk=lead.pk)
        assert (fresh.status, fresh.last_contact_at) == (LeadState.CONVERTED, None)
        assert not Attachment.objects.exists()
        assert not FollowUp.objects.exists()


class SlowUpload(SimpleUploadedFile):
    """A file that takes so long that something else happens meanwhile."""

    def __init__(self, meanwhile: Callable[[], Any]) -> None:
        super().__init__("名片.txt", "赵总".encode())
        self.meanwhile = [meanwhile]

    def chunks(self, chunk_size: int | None = None) -> Any:
        while self.meanwhile:
            self.meanwhile.pop()()
        return super().chunks(chunk_size)


def test_whoever_read_its_follow_up_before_corrects_that_of_the_customer(company: Company) -> None:
    sales = company["sales1"]
    for correct, summary in (
        (
            lambda row: update_follow_up(row, changes={"text": "周五上门演示"}, actor=sales),
            "周五上门演示",
        ),
        (lambda row: delete_follow_up(row, actor=sales), ""),
    ):
        lead = make_lead(company, sales)
        early = create_follow_up(
            lead, Said(text="对方要样品和报价单", method=phone_call()), actor=sales
        )
        convert(lead, sales)
        before, customer = state(lead), Lead.objects.get(pk=lead.pk).converted_customer
        correct(early)
        assert state(lead) == before
        customer.refresh_from_db()
        assert customer.last_contact_summary == summary


def convert(lead: Lead, actor: Any) -> Lead:
    """The lead has become a customer."""
    nature = lookups.by_code(NATURE, ENTERPRISE).pk
    return convert_lead(Lead.objects.get(pk=lead.pk), Wish(nature_id=nature), actor=actor)


def test_a_page_from_before_writes_nothing(company: Company) -> None:
    sales = company["sales1"]
    lead = make_lead(company, sales, name="台州旧页面阀门有限公司")
    create_follow_up(lead, Said(text="对方要样品和报价单", method=phone_call()), actor=sales)
    clients = {login: browser(company, login) for login in ("admin", "sales1", "manager")}
    pages = [lead.get_absolute_url(), *panels_of(lead)]
    stale = {login: addresses_on(client, pages, lead) for login, client in clients.items()}
    assert len(stale["sales1"]) > 12
    convert(lead, sales)
    before = state(lead)
    typed = {"text": "改", "note": "改", "name": "改", "need": "改", "add": ["重点"], "title": "改",
             "owner": company["sales2"].pk, "subject": f"leads.lead:{lead.pk}"}  # fmt: skip
    for login, client in clients.items():
        for path in stale[login]:
            client.post(path, typed)
            assert state(lead) == before, f"{login} POST {path}"


def panels_of(lead: Lead) -> list[str]:
    names = [panel.name for panel in PANELS["leads.lead"]]
    return [reverse("leads:lead_panel", args=[lead.pk, name]) for name in names]


def addresses_on(client: Any, pages: list[str], lead: Lead) -> set[str]:
    """Every address of this site that pages of a lead name, besides those of other modules."""
    found: set[str] = set()
    for page in pages:
        answer = client.get(page)
        if answer.status_code == 200:
            found |= set(re.findall(r'"(/[^"]*)"', unescape(answer.content.decode())))
    return {path for path in found if re.search(rf"\b{lead.pk}\b", path)}


def test_no_bulk_action_writes(company: Company, lead: Lead) -> None:
    before = state(lead)
    data = {"ids": [lead.pk], "step": "run", "owner": company["sales2"].pk, "note": "改",
            "add": ["重点"], "abandon_note": "空号"}  # fmt: skip
    for login in ("admin", "sales1"):
        client = browser(company, login)
        for name, actions in (("lead", LEAD_ACTIONS), ("lead_pool", POOL_ACTIONS)):
            for action in actions:
                client.post(reverse(f"leads:{name}_bulk", args=[action.name]), data)
                assert state(lead) == before, f"{login} {action.name}"


def test_an_import_does_not_update_it(company: Company, lead: Lead, tmp_path: Path) -> None:
    before = state(lead)
    imported = importer(LEADS, ["公司名称", "联系人", "联系电话", "需求"])
    row = [lead.name, lead.contact_name, lead.mobile, "要报价"]
    imported(tmp_path, company["sales1"], row, duplicates="update")
    assert state(lead) == before
