"""The other lists that can be exported: follow-ups and the operation log."""

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from crm.access.policies import policy_for
from crm.access.verbs import EXPORT
from crm.audit.events import EVENT_TYPES
from crm.audit.models import Event
from crm.jobs.exporting.exports import EXPORTS
from crm.jobs.kinds import KINDS
from tests.kit import people

ANSWERS = {"step": "run", "fmt": "xlsx", "columns": "all", "all": "1", "query": ""}


@pytest.fixture
def auditor(db: None) -> Any:
    """Reads and exports the log."""
    people.seed_values()
    sales = people.make_user("s1", "sales", name="张伟", language="en")
    people.make_customer(sales)
    return people.make_user("au", "auditor", name="审计", language="en")


def rows_of(user: Any, url: str) -> list[list[Any]]:
    """The rows of a downloaded workbook."""
    client = Client()
    client.force_login(user)
    assert client.get(url).status_code == 200
    answer = client.post(url, ANSWERS)
    assert answer.status_code == 200
    book = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)))
    return [[cell.value for cell in row] for row in book.active.iter_rows()]


def test_operation_log(auditor: Any) -> None:
    stored = Event.objects.count()
    rows = rows_of(auditor, reverse("workbench:log_export"))
    assert len(rows) == stored + 1
    assert "customers.customer.created" in {row[rows[0].index("Code")] for row in rows[1:]}
    assert Event.objects.filter(code="workbench.log.exported").count() == 1


def test_the_entry_stands_in_the_menu_of_who_may(auditor: Any) -> None:
    client = Client()
    client.force_login(auditor)
    for page, export in (
        ("workbench:log", "workbench:log_export"),
        ("activities:follow_up_list", "activities:follow_up_export"),
    ):
        assert reverse(export) in client.get(reverse(page)).content.decode()
    assert "/export/" not in client.get(reverse("customers:customer_list")).content.decode()


def test_follow_ups(auditor: Any) -> None:
    rows = rows_of(auditor, reverse("activities:follow_up_export"))
    assert rows[0][0] == "Customer or contact"
    assert Event.objects.filter(code="activities.follow_up.exported").count() == 1


def test_every_export_has_its_right_event_and_kind() -> None:
    assert set(EXPORTS) >= {"customers", "contacts", "follow_ups", "log"}
    for export in EXPORTS.values():
        assert EXPORT in policy_for(export.spec.model).rights
        assert export.event in EVENT_TYPES
        assert KINDS[export.kind].model is export.spec.model
