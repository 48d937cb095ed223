"""An export of follow-ups can be brought in again: nothing is lost, nothing stands twice."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from crm.activities.importing.follow_ups import FOLLOW_UPS
from crm.activities.models import FollowUp
from crm.activities.services import Said, create_follow_up
from crm.core import clock
from customers.models import Contact
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.customers import make_contact, make_customer, phone_call
from tests.factories.leads import make_lead
from tests.factories.opportunities import make_opportunity
from tests.kit.importing import checked, run

ANSWERS = {"step": "run", "fmt": "xlsx", "columns": "all", "all": "1", "query": ""}
KEPT = (
    "subject_type_id", "subject_id", "parent_id", "text", "author_id", "method_id", "attitude",
    "result", "minutes", "topic", "happened_at", "next_contact_at",
)  # fmt: skip


@pytest.fixture
def subjects(company: Company) -> list[Any]:
    """A customer, its contact, its opportunity, a lead, and a customer with a joint in its name."""
    sales = company["sales1"]
    customer = make_customer(company, sales)
    odd = make_customer(company, sales, name="同方 · 恒星（杭州）有限公司")
    contact = Contact.objects.get(customer=customer)
    deal = make_opportunity(company, sales, customer=customer)
    return [customer, contact, deal, make_lead(company, sales), odd]


def exported(company: Company, folder: Path) -> Path:
    """The follow-ups as sales1 downloads them."""
    url = reverse("activities:follow_up_export")
    answer = browser(company, "sales1").post(url, ANSWERS)
    path = folder / "跟进.xlsx"
    path.write_bytes(b"".join(answer.streaming_content))
    return path


def stored() -> set[tuple]:
    """What is kept, with the times to the minute, as people write them."""
    rows = FollowUp.objects.kept()
    return {tuple(minute(getattr(row, name)) for name in KEPT) for row in rows}


def minute(value: Any) -> Any:
    return value.replace(second=0, microsecond=0) if isinstance(value, datetime) else value


def test_what_was_exported_comes_back(
    company: Company, subjects: list[Any], tmp_path: Path
) -> None:
    sales, now = company["sales1"], clock.now()
    for place, subject in enumerate(subjects):
        said = Said(
            f"对方要看第 {place} 版报价。",
            phone_call(),
            happened_at=now - timedelta(days=place + 1),
            attitude="positive",
            result="continue",
            next_contact_at=now + timedelta(days=3),
            minutes=6,
        )
        create_follow_up(subject, said, actor=sales)
    path, before = exported(company, tmp_path), stored()
    again = run(checked(FOLLOW_UPS, path, company.admin))
    reasons = list(again.rows.values_list("message", flat=True))
    assert again.counters.get("skipped") == 5, (again.counters, reasons)
    FollowUp.objects.all().update(deleted_at=now)
    back = run(checked(FOLLOW_UPS, path, company.admin))
    reasons = list(back.rows.values_list("message", flat=True))
    assert back.counters.get("created") == 5, (back.counters, reasons)
    assert stored() == before


def test_two_people_of_one_name_at_one_customer_are_refused(
    company: Company, subjects: list[Any], tmp_path: Path
) -> None:
    contact = subjects[1]
    make_contact(company, contact.customer, name=contact.name)
    path = tmp_path / "跟进.csv"
    path.write_text(
        "客户或联系人,跟进时间,跟进方式,跟进内容\n"
        f"{contact.name} · {contact.customer.name},2026-03-05 10:00,电话沟通,约了下周看样机\n",
        "utf-8",
    )
    job = run(checked(FOLLOW_UPS, path, company.admin))
    assert job.counters["refused"] == 1
    assert not FollowUp.objects.exists()
