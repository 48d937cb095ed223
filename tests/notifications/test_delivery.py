"""The outbox: claim, send, retry with pauses, give up after five attempts."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.core import mail

from crm.core import clock
from crm.dictionaries.services import set_setting
from crm.notifications import channels, delivery, services
from crm.notifications.models import Delivery, Notification
from crm.notifications.parameters import QUIET_FROM, QUIET_UNTIL

pytestmark = pytest.mark.django_db


@pytest.fixture
def queued(zhang):
    """One mail in the outbox."""
    services.notify(
        [zhang], "tests.loud", title="Ready", text="42 rows", url="/jobs/7/", dedupe_key="k"
    )
    return Delivery.objects.get()


def test_sends_once_with_link_and_message_id(queued):
    assert delivery.deliver_pending() == 1
    assert delivery.deliver_pending() == 0
    (message,) = mail.outbox
    assert message.to == ["zhang@example.com"]
    assert message.subject == "Ready"
    assert "42 rows\n\nhttp://testserver/jobs/7/" in message.body
    assert message.extra_headers["Message-ID"] == queued.message_id
    queued.refresh_from_db()
    assert (queued.state, queued.attempts, queued.error) == ("sent", 1, "")


def test_retries_with_pauses_and_gives_up(queued, monkeypatch):
    def refuse(self, row):
        raise ConnectionRefusedError("no server")

    monkeypatch.setattr(channels.MailChannel, "send", refuse)
    waits = []
    with time_machine.travel(clock.now(), tick=False) as traveller:
        for _attempt in range(5):
            assert delivery.deliver_pending() == 0
            queued.refresh_from_db()
            waits.append(queued.next_at - clock.now())
            traveller.move_to(max(queued.next_at, clock.now()))
        assert delivery.deliver_pending() == 0
    assert (queued.state, queued.attempts) == ("failed", 5)
    assert queued.error == "ConnectionRefusedError: no server"
    assert waits[:4] == delivery.PAUSES


def test_a_claim_of_a_dead_worker_lapses_and_keeps_the_message_id(queued):
    assert delivery._claim(queued.pk, 0) is not None
    assert delivery.deliver_pending() == 0
    Delivery.objects.update(next_at=clock.now() - timedelta(seconds=1))
    assert delivery.deliver_pending() == 1
    assert mail.outbox[0].extra_headers["Message-ID"] == queued.message_id


def test_only_one_worker_gets_a_row(queued):
    assert delivery._claim(queued.pk, 0) is not None
    assert delivery._claim(queued.pk, 0) is None


def test_a_late_answer_does_not_overwrite_the_next_attempt(queued):
    first = delivery._claim(queued.pk, 0)
    Delivery.objects.update(next_at=clock.now())
    second = delivery._claim(queued.pk, 1)
    delivery._failed(first, ConnectionError("too late"))
    queued.refresh_from_db()
    assert (queued.state, queued.attempts) == ("sending", second.attempts)


def test_nothing_to_disabled_accounts(queued, zhang):
    zhang.is_active = False
    zhang.save()
    assert delivery.deliver_pending() == 0
    queued.refresh_from_db()
    assert (queued.state, mail.outbox) == ("failed", [])


@pytest.mark.parametrize(
    ("hours", "written", "sent"),
    [
        ((22, 7), "21:59", "21:59"), ((22, 7), "22:00", "+07:00"), ((22, 7), "06:59", "07:00"),
        ((22, 7), "07:00", "07:00"), ((12, 14), "13:30", "14:00"), ((12, 14), "14:00", "14:00"),
        ((0, 0), "03:00", "03:00"),
    ],
)  # fmt: skip
def test_mails_wait_for_the_end_of_the_quiet_hours(zhang, make_user, hours, written, sent):
    """service.md 8.2: channels respect quiet hours; the bell does not wait."""
    admin = make_user("root", is_superuser=True)
    for key, hour in zip((QUIET_FROM, QUIET_UNTIL), hours, strict=True):
        set_setting(key, hour, actor=admin)
    day = datetime(2026, 3, 4, tzinfo=clock.COMPANY_ZONE)

    def at(text: str) -> datetime:
        hour, minute = map(int, text.removeprefix("+").split(":"))
        return day.replace(hour=hour, minute=minute) + timedelta(days=text.startswith("+"))

    with time_machine.travel(at(written), tick=False):
        services.notify([zhang], "tests.loud", title="超时", dedupe_key="quiet")
        assert Notification.objects.filter(user=zhang, in_app=True).exists()
        assert delivery.deliver_pending() == (1 if sent == written else 0)
    with time_machine.travel(at(sent), tick=False):
        delivery.deliver_pending()
    assert len(mail.outbox) == 1
