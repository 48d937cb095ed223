"""A converted lead is locked (P9): no path writes to it, whoever knows its key."""

from collections.abc import Callable
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
from crm.activities.services import Said, create_follow_up
from crm.audit.models import Event
from crm.core.errors import DomainError
from crm.dictionaries import lookups
from crm.dictionaries.services import ensure_tags
from crm.pool.models import OwnershipSpan
from crm.pool.services import claiming
from customers.choices import ENTERPRISE, NATURE
from leads.bulk import LEAD_ACTIONS, POOL_ACTIONS
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
        [FollowUp.objects.on(row).count(), Attachment.objects.on(row).count()],
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
        lead, Said(text="又打了电话", method=phone_call()), actor=company["sales1"]
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
