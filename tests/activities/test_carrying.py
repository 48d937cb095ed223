"""From one record to another: follow-ups, files and what registers itself go along once (E6)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from crm.activities import carrying
from crm.activities.attachments import attach_files
from crm.activities.models import Attachment, FollowUp
from crm.activities.services import Said, carry_over, create_follow_up, delete_follow_up
from crm.audit.models import Event
from crm.core import clock
from crm.dictionaries.models import Item
from customers.models import Customer
from customers.services.changing import assign_customer
from tests.kit import people

TEXT = "预算 50 万以内，一周内要方案"


@pytest.fixture(autouse=True)
def storage(tmp_path: Path, settings: Any) -> None:
    """A storage of this test's own."""
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def target(sales: Any) -> Customer:
    """Where everything goes."""
    return people.make_customer(sales, "宁波东海机械有限公司")


@pytest.fixture
def written(customer: Customer, sales: Any, phone: Item) -> FollowUp:
    """A follow-up with a file and a plan, a deleted one, and a file by itself."""
    old = create_follow_up(customer, Said("客户要样品", phone), actor=sales)
    delete_follow_up(old, actor=sales)
    said = Said(
        TEXT, phone, happened_at=clock.now() - timedelta(days=2),
        next_contact_at=clock.now() + timedelta(days=3),
        files=[SimpleUploadedFile("报价.pdf", b"offer")],
    )  # fmt: skip
    attach_files(customer, [SimpleUploadedFile("合同.pdf", b"contract")], actor=sales)
    return create_follow_up(customer, said, actor=sales)


def test_everything_goes_along(
    customer: Customer, target: Customer, sales: Any, written: FollowUp
) -> None:
    assert carry_over(customer, target, actor=sales) == {"follow_ups": 2, "files": 2}
    assert FollowUp.objects.under(target).kept().get() == written
    assert Attachment.objects.on(target).under(target).count() == 2
    assert not FollowUp.objects.on(customer).exists()
    target.refresh_from_db()
    assert target.last_contact_at == written.happened_at
    assert target.last_contact_summary == TEXT
    assert target.next_contact_at == written.next_contact_at
    assert FollowUp.objects.kept().get().author == sales
    events = {event.code: event for event in Event.objects.filter(code__contains=".carried_")}
    assert events["activities.record.carried_to"].subject_id == customer.pk
    assert events["activities.record.carried_to"].label == target.name
    assert events["activities.record.carried_from"].subject_id == target.pk


def test_twice_is_once(customer: Customer, target: Customer, sales: Any, written: FollowUp) -> None:
    carry_over(customer, target, actor=sales)
    assert carry_over(customer, target, actor=sales) == {}
    assert Event.objects.filter(code__contains=".carried_").count() == 2


def test_a_newer_contact_of_the_target_stays_its_last(
    customer: Customer, target: Customer, sales: Any, written: FollowUp, phone: Item
) -> None:
    create_follow_up(target, Said("客户已收到样品", phone), actor=sales)
    carry_over(customer, target, actor=sales)
    target.refresh_from_db()
    assert target.last_contact_summary == "客户已收到样品"


def test_others_join(
    customer: Customer, target: Customer, sales: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrying, "CARRIERS", {})
    carrying.register("tasks", "Tasks", lambda old, new, actor: 3 if old == customer else 0)
    assert carry_over(customer, target, actor=sales) == {"tasks": 3}
    with pytest.raises(ValueError, match="tasks"):
        carrying.register("tasks", "Tasks", lambda old, new, actor: 0)


def test_follow_ups_survive_a_transfer(
    customer: Customer, sales: Any, other: Any, manager: Any, written: FollowUp
) -> None:
    customer.refresh_from_db()
    assign_customer(customer, other, actor=people.make_user("admin1", "admin"))
    assert FollowUp.objects.kept().visible_to(other).get() == written
    assert FollowUp.objects.get(pk=written.pk).author == sales
    assert Attachment.objects.kept().visible_to(other).count() == 2
    assert not FollowUp.objects.visible_to(sales).exists()
