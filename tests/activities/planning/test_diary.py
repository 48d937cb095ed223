"""The diary: one entry a day, its author's alone, and no word of it in the log (S10-26)."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from crm.activities.planning.models_personal import DiaryEntry
from crm.activities.planning.services.diary import delete_entry, write_entry
from crm.audit.models import Event
from crm.core.errors import InvalidValue, NotAllowed, Stale
from tests.conftest import browser
from tests.factories.company import Company
from tests.kit.permissions import disagreements

DAY = date(2026, 11, 20)
SECRET = "今天面试了新工作"


def write(actor: Any, **values: Any) -> DiaryEntry:
    return write_entry(DAY, actor=actor, **{"title": "周五", "content": SECRET, **values})


def test_written_changed_and_deleted_without_a_word_in_the_log(company: Company) -> None:
    sales = company["sales1"]
    entry = write(sales)
    write(sales, content="改过了", version=entry.version)
    entry.refresh_from_db()
    assert (entry.content, entry.version) == ("改过了", 2)
    delete_entry(entry, actor=sales)
    events = list(Event.objects.filter(code__startswith="activities.diary").order_by("pk"))
    assert [event.code.rpartition(".")[2] for event in events] == ["written", "changed", "deleted"]
    assert {(event.label, str(event.changes), event.note) for event in events} == {
        ("2026-11-20", "{}", "")
    }


def test_nobody_else_reads_it_whatever_the_rank(company: Company) -> None:
    entry = write(company["sales1"])
    people = [company[login] for login in ("admin", "manager", "sales2", "auditor", "sales1")]
    assert disagreements(DiaryEntry, [entry], people) == []
    for person in people:
        seen = list(DiaryEntry.objects.visible_to(person))
        assert seen == ([entry] if person == company["sales1"] else []), person
    for actor in ("admin", "manager", "auditor"):
        client = browser(company, actor)
        for url in (reverse("planning:diary_day", args=[DAY]), reverse("planning:diary")):
            page = client.get(url, {"day": DAY.isoformat()}).content.decode()
            assert (SECRET in page, "周五" in page.replace("周五</", "")) == (False, False)
    with pytest.raises(NotAllowed):
        delete_entry(entry, actor=company["admin"])


def test_one_a_day_and_two_windows(company: Company) -> None:
    sales = company["sales1"]
    entry = write(sales)
    with pytest.raises(Stale):  # a second window that saw an empty day
        write(sales, title="另一个窗口")
    with pytest.raises(Stale):
        write(sales, version=99)
    delete_entry(entry, actor=sales)
    with pytest.raises(Stale):
        write(sales, version=1)
    write(company["sales2"])
    row = DiaryEntry.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        DiaryEntry.objects.bulk_create(
            [DiaryEntry(author=row.author, day=DAY, title="x", created_at=row.created_at,
                        updated_at=row.updated_at)]
        )  # fmt: skip


def test_a_title_is_needed_and_what_was_typed_stays(company: Company) -> None:
    with pytest.raises(InvalidValue):
        write(company["sales1"], title="  ")
    client, url = browser(company, "sales1"), reverse("planning:diary_day", args=[DAY])
    answer = client.post(url, {"title": "", "content": SECRET})
    assert (answer.status_code, SECRET in answer.content.decode()) == (422, True)
    assert not DiaryEntry.objects.exists()


def test_the_page_without_scripts(company: Company) -> None:
    client, url = browser(company, "sales1"), reverse("planning:diary_day", args=[DAY])
    answer = client.post(url, {"title": "周五", "content": SECRET})
    assert (answer.status_code, answer["Location"]) == (302, "/diary/?day=2026-11-20")
    assert "周五" in client.get(answer["Location"]).content.decode()
    assert SECRET in client.get(url).content.decode()
    assert client.post(reverse("planning:diary_delete", args=[DAY])).status_code == 302
    assert client.post(reverse("planning:diary_delete", args=[DAY])).status_code == 404
    assert client.get(reverse("planning:diary_day", args=["2026-13-01"])).status_code == 404
    assert not DiaryEntry.objects.exists()
