"""The calendar feed, read with a real parser: texts, zones, rules, the token, the throttle."""

import json
import logging
import re
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

import icalendar
import pytest
import time_machine
from dateutil.rrule import rrulestr
from django.urls import reverse

from crm.activities.planning import ics
from crm.activities.planning.ics import FeedEvent
from crm.activities.planning.models import Appointment, Task
from crm.activities.planning.models_personal import CalendarFeed
from crm.activities.planning.services import feed as services
from crm.activities.planning.services.appointments import create_appointment
from crm.activities.planning.services.tasks import create_task
from crm.activities.planning.times import end_of_day, whole_days
from crm.audit.models import Event
from crm.core.logs import JsonFormatter
from customers.models import Customer
from tests.activities.planning.conftest import NOW, SHANGHAI
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.customers import make_customer

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def frozen() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def fetch(company: Company, token: str, **headers: str) -> Any:
    url = reverse("planning:calendar_ics", args=[token])
    return browser(company, "anonymous").get(url, headers=headers)


def events_of(answer: Any) -> dict[str, Any]:
    parsed = icalendar.Calendar.from_ical(answer.content)
    return {str(event["UID"]): event for event in parsed.walk("VEVENT")}


# --- the format ---------------------------------------------------------------------------------
NASTY = '逗号, 分号; 反斜线\\ 引号" \r\n第二行\nEND:VEVENT\n' + "长" * 100 + " 😀\x00\x07"


def test_any_text_comes_back_as_it_was() -> None:
    event = FeedEvent("a@b", NASTY, NOW, NOW + HOUR, NOW, place=NASTY, text=NASTY)
    text = ics.calendar_text("我的, 日历", [event])
    assert text.endswith("\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
    (found,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
    plain = NASTY.replace("\r\n", "\n").replace("\x00", "").replace("\x07", "")
    for name in ("SUMMARY", "LOCATION", "DESCRIPTION"):
        assert str(found[name]) == plain, name


def test_instants_are_utc_and_days_are_days() -> None:
    day = date(2026, 11, 20)
    text = ics.calendar_text(
        "x",
        [
            FeedEvent("timed@x", "t", NOW, NOW + HOUR, NOW),
            FeedEvent("day@x", "d", day, day + timedelta(days=1), NOW),
        ],
    )
    found = {str(each["UID"]): each for each in icalendar.Calendar.from_ical(text).walk("VEVENT")}
    assert found["timed@x"].decoded("DTSTART") == NOW
    assert found["day@x"].decoded("DTSTART") == day
    assert "DTSTART:20261120T020000Z" in text


@pytest.mark.parametrize(
    ("repeat", "start", "wanted"),
    [
        ("monthly", date(2026, 1, 31), ["2026-02-28", "2026-03-31", "2026-04-30"]),
        ("monthly", date(2026, 1, 30), ["2026-02-28", "2026-03-30", "2026-04-30"]),
        ("monthly", date(2026, 1, 5), ["2026-02-05", "2026-03-05", "2026-04-05"]),
        ("yearly", date(2024, 2, 29), ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]),
        ("weekly", date(2026, 1, 5), ["2026-01-12", "2026-01-19"]),
        ("daily", date(2026, 1, 31), ["2026-02-01"]),
    ],
)
def test_rules_keep_the_anchor(repeat: str, start: date, wanted: list[str]) -> None:
    begin = datetime(start.year, start.month, start.day)
    rule = rrulestr(ics.rule_of(repeat, start, None), dtstart=begin)
    found = [moment.date().isoformat() for moment in islice(rule, len(wanted) + 1)]
    assert found == [start.isoformat(), *wanted]


def test_working_days_have_no_rule() -> None:
    assert ics.rule_of("workdays", date(2026, 1, 5), None) == ""
    assert ics.rule_of("none", date(2026, 1, 5), None) == ""
    assert ics.rule_of("daily", date(2026, 1, 5), date(2026, 2, 1)).endswith("UNTIL=20260201")


@pytest.mark.parametrize("has_time", [True, False])
def test_a_series_ends_with_its_last_day(company: Company, has_time: bool) -> None:
    due = NOW if has_time else end_of_day(NOW.date())
    last = NOW.date() + timedelta(days=2)
    values = {"due_has_time": has_time, "repeat": "daily", "repeat_until": last}
    create_task(Task(title="日报", due_at=due, **values), actor=company["sales1"])
    (event,) = events_of(fetch(company, services.renew_feed(actor=company["sales1"]))).values()
    start, end = event.decoded("DTSTART"), event["RRULE"]["UNTIL"][0]
    assert type(end) is type(start)  # RFC 5545 3.3.10
    begin = start if has_time else datetime.combine(start, time.min)
    times = list(rrulestr(event["RRULE"].to_ical().decode(), dtstart=begin))
    assert [moment.date() for moment in times] == [NOW.date() + timedelta(n) for n in range(3)]


# --- what stands in it --------------------------------------------------------------------------
def test_own_appointments_tasks_and_next_contacts(company: Company) -> None:
    sales, other = company["sales1"], company["sales2"]
    customer = make_customer(company, sales)
    Customer.objects.filter(pk=customer.pk).update(next_contact_at=NOW + HOUR)
    start, end = whole_days(date(2026, 11, 23), date(2026, 11, 24))
    visit = create_appointment(
        Appointment(title="拜访", starts_at=NOW, ends_at=NOW + HOUR, place="杭州, 滨江"),
        actor=sales,
    )
    fair = create_appointment(
        Appointment(title="展会", starts_at=start, ends_at=end, is_all_day=True),
        actor=other,
        participants=[sales],
    )
    create_appointment(Appointment(title="别人", starts_at=NOW, ends_at=NOW + HOUR), actor=other)
    task = create_task(
        Task(title="月结", due_at=NOW, due_has_time=True, repeat="monthly"), actor=sales
    )
    day_task = create_task(Task(title="寄样", due_at=end_of_day(NOW.date())), actor=sales)
    answer = fetch(company, services.renew_feed(actor=sales))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    found = events_of(answer)
    assert set(found) == {
        f"appointment-{visit.pk}@heke-crm", f"appointment-{fair.pk}@heke-crm",
        f"task-{task.pk}@heke-crm", f"task-{day_task.pk}@heke-crm",
        f"next-contact-{customer.pk}@heke-crm",
    }  # fmt: skip
    event = found[f"appointment-{visit.pk}@heke-crm"]
    assert (event.decoded("DTSTART"), str(event["LOCATION"])) == (NOW, "杭州, 滨江")
    event = found[f"appointment-{fair.pk}@heke-crm"]
    assert event.decoded("DTSTART") == date(2026, 11, 23)
    assert event.decoded("DTEND") == date(2026, 11, 25)
    event = found[f"task-{task.pk}@heke-crm"]
    assert event["RRULE"]["FREQ"] == ["MONTHLY"]
    assert event["DTSTART"].dt.astimezone(SHANGHAI) == NOW
    assert event["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert str(event["TRANSP"]) == "TRANSPARENT"
    assert customer.name in str(found[f"next-contact-{customer.pk}@heke-crm"]["SUMMARY"])


# --- the token ----------------------------------------------------------------------------------
def test_shown_once_kept_as_a_hash_renewed_and_revoked(company: Company) -> None:
    client, url = browser(company, "sales1"), reverse("planning:calendar_feed")
    page = client.post(url, {"step": "renew"})
    token = re.search(r"/calendar/feed/([\w-]+)\.ics", page.content.decode())[1]
    assert len(token) >= 43
    assert page["Cache-Control"] == "no-store"
    assert token not in client.get(url).content.decode()
    assert token not in str(list(CalendarFeed.objects.values()))
    assert token not in str(list(Event.objects.values()))
    assert fetch(company, token).status_code == 200
    second = services.renew_feed(actor=company["sales1"])
    assert (fetch(company, token).status_code, fetch(company, second).status_code) == (404, 200)
    assert client.post(url, {"step": "revoke"}).status_code == 302
    assert fetch(company, second).status_code == 404


def test_a_leaver_has_no_feed(company: Company) -> None:
    person = company["sales1"]
    token = services.renew_feed(actor=person)
    type(person).objects.filter(pk=person.pk).update(is_active=False)
    assert fetch(company, token).status_code == 404


def test_unchanged_is_not_sent_again(company: Company) -> None:
    sales = company["sales1"]
    token = services.renew_feed(actor=sales)
    first = fetch(company, token)
    again = fetch(company, token, **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    create_task(Task(title="新", due_at=NOW), actor=sales)
    changed = fetch(company, token, **{"If-None-Match": first["ETag"]})
    assert (changed.status_code, changed["ETag"] != first["ETag"]) == (200, True)


def test_too_many_fetches_and_guesses_are_refused(company: Company) -> None:
    token = services.renew_feed(actor=company["sales1"])
    codes = [fetch(company, token).status_code for _n in range(61)]
    assert codes == [200] * 60 + [429]
    assert int(fetch(company, token)["Retry-After"]) > 0
    codes = [fetch(company, f"guess{n}").status_code for n in range(31)]
    assert codes == [404] * 30 + [429]


def test_no_log_line_holds_the_token(company: Company, caplog: Any) -> None:
    token = "s3cret-token_of-nobody"
    with caplog.at_level(logging.DEBUG, logger="django.request"):
        assert fetch(company, token).status_code == 404
    lines = [JsonFormatter().format(record) for record in caplog.records]
    assert lines, "the refusal is logged"
    assert not [line for line in lines if token in line]
    assert any("/calendar/feed/" in json.loads(line)["message"] for line in lines)
