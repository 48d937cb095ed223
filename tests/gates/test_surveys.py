"""G14 and G18 for surveys: a worker that dies anywhere asks nobody twice and forgets nobody.

It dies at every statement, and before and after the mail server has the message. Another worker
goes on when the claim has run out. Nobody gets a second question; where the mail had left and
nobody could write that down, it is repeated with the same Message-ID, which mail programs show
once. A planted bug, that writes down before it sends, is seen.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import transaction
from django.db.models import F

from crm.core import clock
from crm.dictionaries import statutory
from tests.factories.company import Company
from tests.factories.tickets import make_ticket, solve
from tests.kit.dying import Killed, killed_at
from tests.kit.gates import announce
from tickets.choices import Phase
from tickets.models import SurveyInvite
from tickets.satisfaction import channels, inviting
from tickets.satisfaction.models import InviteState
from tickets.satisfaction.seeds import seed_template
from tickets.services.moving import transition

pytestmark = [pytest.mark.gate, pytest.mark.django_db]
START = datetime(2026, 3, 4, 2, tzinfo=UTC)
CUSTOMERS = 3
Send = Callable[..., None]


@pytest.fixture
def watch(settings: Any, company: Company) -> Iterator[Any]:
    """Three solved tickets whose customers are to be asked in half an hour."""
    settings.MAIL_CONFIGURED = True
    statutory.seed()
    seed_template()
    with time_machine.travel(START, tick=False) as traveller:
        for number in range(CUSTOMERS):
            email = f"kehu{number}@example.com"
            ticket = make_ticket(company, company["agent1"], email=email)
            transition(ticket, Phase.OPEN, by=company.admin)
            solve(company, ticket)
        yield traveller


def killed_around_the_mail(patch: pytest.MonkeyPatch, *, after: bool) -> None:
    """Die with the second message, before or after the mail server has it."""
    send, count = channels.MailChannel.send, 0

    def dying(self: Any, *args: Any, **options: Any) -> None:
        nonlocal count
        count += 1
        if count == 2 and not after:
            raise Killed
        send(self, *args, **options)
        if count == 2:
            raise Killed

    with patch.context() as inner:
        inner.setattr(channels.MailChannel, "send", dying)
        with pytest.raises(Killed):
            inviting.run()


def problems(watch: Any) -> list[str]:
    """Let other workers go on; what is wrong then."""
    for _run in range(2):
        watch.shift(inviting.LEASE + timedelta(seconds=1))
        inviting.run()
    times = Counter(message.extra_headers["Message-ID"] for message in mail.outbox)
    found = [f"{name} left {number} times" for name, number in times.items() if number > 2]
    if len(times) != CUSTOMERS:
        found.append(f"{len(times)} questions for {CUSTOMERS} customers")
    waiting = SurveyInvite.objects.exclude(state=InviteState.SENT).count()
    return [*found, *([f"{waiting} not sent"] if waiting else [])]


def trial(watch: Any, die: Callable[[], Any]) -> tuple[Any, list[str]]:
    """One death on the same tickets, undone afterwards."""
    watch.move_to(START + timedelta(minutes=31))
    mail.outbox.clear()
    with transaction.atomic():
        died = die()
        found = problems(watch)
        transaction.set_rollback(True)
    return died, found


def test_a_killed_worker_asks_everybody_once(
    watch: Any, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    kills, bad, died = 0, [], True
    while died:
        died, found = trial(watch, lambda number=kills + 1: killed_at(number, inviting.run))
        kills += bool(died)
        bad += found
    for after in (False, True):
        bad += trial(watch, lambda after=after: killed_around_the_mail(monkeypatch, after=after))[1]
        kills += 1
    announce(request, "G14", passed=not bad, what="survey send", kills=kills, bad=len(bad))
    assert kills > 10
    assert bad == []


JUMPS = (timedelta(hours=1), timedelta(hours=-1), timedelta(days=1), timedelta(days=-1))


def test_a_jumping_clock_asks_and_reminds_once(watch: Any, request: pytest.FixtureRequest) -> None:
    """G18: by whatever the clock says, never before its time, and after it only once."""
    dice, offset, wrong = Random(8), timedelta(), []
    mail.outbox.clear()
    for step in range(0, 20 * 1440, 20):
        if dice.random() < 1 / 30:
            offset = dice.choice((timedelta(), *JUMPS))
        watch.move_to(START + timedelta(minutes=step) + offset)
        inviting.run()
        inviting.run()  # two workers
    for row in SurveyInvite.objects.all():
        if row.sent_at < row.planned_at + timedelta(minutes=30):
            wrong.append(f"{row.pk} was asked early")
        if row.reminded_at < row.sent_at + inviting.REMIND_AFTER:
            wrong.append(f"{row.pk} was reminded early")
        if row.state != InviteState.EXPIRED:
            wrong.append(f"{row.pk} is {row.state}")
    times = Counter(message.extra_headers["Message-ID"] for message in mail.outbox)
    wrong += [f"{name} left {number} times" for name, number in times.items() if number > 1]
    announce(request, "G18", passed=not wrong, what="surveys", sent=len(times), wrong=len(wrong))
    assert wrong == []
    assert len(times) == 2 * CUSTOMERS  # a question and one reminder each


def careless(pk: int, seen: datetime) -> int:
    """The planted bug: written down as sent, and then sent."""
    row = SurveyInvite.objects.filter(pk=pk, state=InviteState.PLANNED, next_at=seen)
    values = {"state": InviteState.SENT, "sent_at": clock.now(), "attempts": F("attempts") + 1}
    if not row.update(**values, next_at=None, expires_at=clock.now() + timedelta(days=14)):
        return 0
    invite = SurveyInvite.objects.select_related("ticket", "template").get(pk=pk)
    inviting._send(invite, again=False)
    return 1


def test_the_gate_sees_a_worker_that_writes_down_first(
    watch: Any, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setattr(inviting, "_attempt", careless)
    _died, found = trial(watch, lambda: killed_around_the_mail(monkeypatch, after=False))
    announce(request, "G40", passed=bool(found), seen_by="G14", bug="surveys-are-sent-late")
    assert found
