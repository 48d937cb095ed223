"""Appointments: series, guests, collisions, and the outcome that becomes a follow-up (S09-06)."""

from datetime import date, timedelta
from typing import Any

import pytest

from crm.activities.models import FollowUp
from crm.activities.planning import states
from crm.activities.planning.models import Appointment
from crm.activities.planning.services import appointments as services
from crm.activities.planning.services.appointments import Series
from crm.activities.planning.times import whole_days
from crm.audit.models import Event
from crm.core.errors import InvalidTransition, InvalidValue, NotAllowed
from customers.models import Contact, Customer
from tests.activities.planning.conftest import NOW
from tests.kit.permissions import disagreements
from tests.kit.states import walk_machine

pytestmark = pytest.mark.usefixtures("frozen")
HOUR = timedelta(hours=1)


def make(actor: Any, **values: Any) -> Appointment:
    names = ("subject", "participants", "guests", "series")
    options = {key: values.pop(key) for key in names if key in values}
    values.setdefault("title", "上门拜访")
    values.setdefault("starts_at", NOW - HOUR)
    values.setdefault("ends_at", values["starts_at"] + HOUR)
    return services.create_appointment(Appointment(**values), actor=actor, **options)


def test_a_visit_stands_on_the_timeline_with_all_that_matters(
    sales: Any, customer: Customer, contact: Contact
) -> None:
    row = make(sales, subject=customer, guests=[contact], place="滨江路 8 号", purpose="确认需求")
    event = Event.objects.get(code="activities.appointment.created")
    assert event.note == "2026-11-20 09:00–10:00 · 滨江路 8 号\n确认需求"
    assert services.guests_of(row) == [contact]
    assert row.owner == sales


def test_the_outcome_is_a_follow_up_in_one_step(sales: Any, customer: Customer) -> None:
    row = make(sales, subject=customer)
    services.complete_appointment(
        row, outcome="客户同意下周试用", actor=sales, next_contact_at=NOW + timedelta(days=3)
    )
    written = FollowUp.objects.get()
    customer.refresh_from_db()
    assert (written.method.code, written.happened_at) == ("visit", row.starts_at)
    assert (row.status, row.outcome, row.follow_up) == ("done", written.text, written)
    assert customer.next_contact_at == NOW + timedelta(days=3)
    with pytest.raises(InvalidTransition):
        services.complete_appointment(row, outcome="客户同意下周试用", actor=sales)
    assert FollowUp.objects.count() == 1


def test_whoever_takes_part_records_the_outcome_without_seeing_the_customer(
    sales: Any, other: Any, customer: Customer
) -> None:
    row = make(sales, subject=customer, participants=[other])
    assert services.to_follow_up(row, sales) == customer
    assert services.to_follow_up(row, other) is None
    services.complete_appointment(row, outcome="客户同意下周试用", actor=other)
    assert (row.status, row.outcome, row.follow_up) == ("done", "客户同意下周试用", None)
    assert not FollowUp.objects.exists()
    event = Event.objects.get(code="activities.appointment.completed")
    assert event.links.get().about_id == customer.pk  # whoever sees the customer learns of it


def test_an_outcome_that_says_nothing_changes_nothing(sales: Any, customer: Customer) -> None:
    row = make(sales, subject=customer)
    for outcome in ("", "已联系"):
        with pytest.raises(InvalidValue):
            services.complete_appointment(row, outcome=outcome, actor=sales)
    row.refresh_from_db()
    assert (row.status, FollowUp.objects.count()) == ("planned", 0)


def test_every_kind_has_a_method(sales: Any, customer: Customer) -> None:
    found = {}
    for kind in ("visit", "meeting", "phone", "event", "other"):
        row = make(sales, subject=customer, kind=kind)
        services.complete_appointment(row, outcome="客户想看演示", actor=sales)
        found[kind] = row.follow_up.method.code
    assert found == {
        "visit": "visit", "meeting": "meeting", "phone": "phone", "event": "event",
        "other": "visit",
    }  # fmt: skip


def test_a_series_is_written_out(sales: Any) -> None:
    series = Series("monthly", date(2027, 3, 31))
    first = make(sales, starts_at=NOW.replace(month=10, day=31), series=series)
    rows = list(Appointment.objects.filter(series=first.series).order_by("starts_at"))
    days = [row.starts_at.astimezone(NOW.tzinfo).date().isoformat() for row in rows]
    assert days == [
        "2026-10-31", "2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28", "2027-03-31",
    ]  # fmt: skip
    assert {row.ends_at - row.starts_at for row in rows} == {HOUR}
    assert Event.objects.filter(code="activities.appointment.created").count() == 1
    assert len(list(services._spans(first, Series("daily")))) == services.MOST_TIMES


def test_the_end_is_later_than_the_start(sales: Any) -> None:
    for length in (timedelta(0), -HOUR, timedelta(days=32)):
        with pytest.raises(InvalidValue) as refusal:
            make(sales, ends_at=NOW - HOUR + length)
        assert refusal.value.field == "ends_at"
    assert not Appointment.objects.exists()


def test_collisions_of_every_participant(sales: Any, other: Any, manager: Any) -> None:
    start, end = NOW, NOW + HOUR
    busy = make(other, starts_at=NOW + HOUR / 2, participants=[manager])
    make(other, starts_at=end)  # begins when the new one ends
    over = make(sales, starts_at=start)
    services.cancel_appointment(over, actor=sales)
    found = services.collisions([sales, other, manager], start, end)
    assert found == {other.pk: [busy], manager.pk: [busy]}
    assert services.collisions([other], start, end, but=busy.pk) == {}


def test_a_full_calendar_hides_no_collision_of_another_person(sales: Any, other: Any) -> None:
    for place in range(11):
        make(sales, starts_at=NOW + place * HOUR / 4, ends_at=NOW + (place + 1) * HOUR / 4)
    late = make(other, starts_at=NOW + 6 * HOUR, ends_at=NOW + 7 * HOUR)
    found = services.collisions([sales, other], NOW, NOW + 8 * HOUR)
    assert (len(found[sales.pk]), found[other.pk]) == (5, [late])


def test_moving_keeps_time_and_length(sales: Any, other: Any) -> None:
    row = make(sales)
    services.move_appointment(row, date(2026, 12, 1), actor=sales)
    assert row.starts_at.astimezone(NOW.tzinfo).isoformat() == "2026-12-01T09:00:00+08:00"
    assert row.ends_at - row.starts_at == HOUR
    start, end = whole_days(date(2026, 11, 20), date(2026, 11, 22))
    days = make(sales, starts_at=start, ends_at=end, is_all_day=True)
    assert services.when_text(days) == "2026-11-20 ~ 2026-11-22"
    services.move_appointment(days, date(2026, 12, 31), actor=sales)
    assert services.when_text(days) == "2026-12-31 ~ 2027-01-02"
    with pytest.raises(NotAllowed):
        services.move_appointment(row, date(2026, 12, 2), actor=other)


def test_every_state_and_step(sales: Any, other: Any) -> None:
    def in_state(state: str) -> Appointment:
        row = make(sales)
        Appointment.objects.filter(pk=row.pk).update(status=state)
        row.refresh_from_db()
        return row

    assert walk_machine(states.APPOINTMENT, in_state, actor=sales, reader=other) == 9


def test_rights_agree(sales: Any, other: Any, manager: Any) -> None:
    rows = [make(sales), make(other), make(other, participants=[sales]), make(sales, owner=other)]
    assert disagreements(Appointment, rows, [sales, other, manager]) == []


def test_a_guest_must_be_within_reach(other: Any, contact: Contact, customer: Customer) -> None:
    for guest in (contact, customer):
        with pytest.raises(InvalidValue) as refusal:
            make(other, guests=[guest])
        assert refusal.value.field == "guests"
