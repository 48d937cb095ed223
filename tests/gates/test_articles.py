"""G14 and G18 for articles: windows open and close once, never early, whatever goes wrong.

Readers are judged by the clock itself; what the worker keeps for lists and search must come to the
same, also where the clock jumps an hour or a day or the worker dies at any statement. A planted
bug, a worker that closes a window and leaves its article published, is seen.
"""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction

from crm.audit.models import Event
from crm.core import clock
from knowledge.choices import ArticleState
from knowledge.lists import ARTICLES
from knowledge.models import Article, ArticleVersion
from knowledge.services import reviewing
from tests.factories.company import Company
from tests.factories.knowledge import make_article, release
from tests.kit.dying import killed_at
from tests.kit.gates import FULL, announce

pytestmark = [pytest.mark.gate, pytest.mark.django_db]
START = datetime(2026, 3, 4, 2, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
JUMPS = (HOUR, -HOUR, DAY, -DAY)
DAYS, ARTICLES_MADE = (60, 24) if FULL else (8, 8)


def make(company: Company) -> None:
    """Articles that come into view and go out of it within the days, one of them for good."""
    dice = random.Random(18)
    for place in range(ARTICLES_MADE):
        begin = START + DAY + dice.randrange(DAYS * 600) * MINUTE
        end = begin + dice.randrange(60, DAYS * 600) * MINUTE if place else None
        article = make_article(company, company["agent1"])
        release(company, article, visible_from=begin, visible_to=end)


def problems(reader: Any) -> list[str]:
    """What lists, search or states say otherwise than the clock."""
    now, found = clock.now(), []
    seen = set(ARTICLES.base(Article.objects.visible_to(reader)).values_list("pk", flat=True))
    for row in ArticleVersion.objects.select_related("article"):
        is_open = row.visible_from <= now and (row.visible_to is None or now < row.visible_to)
        if (row.article_id in seen) != is_open:
            found.append(f"{row.article_id} is seen: {row.article_id in seen}")
        # what was shown once stays so when the clock steps back: readers do not ask it
        if is_open and not row.is_shown and row.article.status == ArticleState.PUBLISHED:
            found.append(f"{row.article_id} is not kept as shown")
    return found


def ended(now: datetime) -> list[str]:
    """Windows that are over and are not closed exactly once, or were closed early."""
    found = []
    for row in ArticleVersion.objects.select_related("article"):
        closed = Event.objects.filter(
            code="knowledge.article.retired", subject_id=row.article_id
        ).values_list("at", flat=True)
        is_over = row.visible_to is not None and row.visible_to <= now
        if len(closed) != int(is_over) or (row.article.status == ArticleState.RETIRED) != is_over:
            found.append(f"{row.article_id} was closed {len(closed)} times")
        found += [f"{row.article_id} was closed early" for at in closed if at < row.visible_to]
    return found


def test_a_jumping_clock_opens_and_closes_once(
    company: Company, request: pytest.FixtureRequest
) -> None:
    reader, wrong = company["sales1"], []
    with time_machine.travel(START, tick=False) as machine:
        make(company)
        dice, offset = random.Random(7), timedelta()
        for step in range(0, DAYS * 1440, 30):
            if dice.random() < 1 / 20:
                offset = dice.choice((timedelta(), *JUMPS))
            machine.move_to(START + step * MINUTE + offset)
            reviewing.refresh_windows()
            reviewing.refresh_windows()  # two workers
            wrong += problems(reader)
        machine.move_to(START + 3 * DAYS * DAY)
        reviewing.refresh_windows()
        wrong += problems(reader) + ended(clock.now())
    announce(request, "G18", passed=not wrong, what="articles", days=DAYS, wrong=len(wrong))
    assert wrong == []


def trial(number: int, after: timedelta) -> tuple[bool, list[str]]:
    """One death at a statement; the next worker goes on. Undone afterwards."""
    with transaction.atomic(), time_machine.travel(START + after, tick=False):
        died = killed_at(number, reviewing.refresh_windows)
        reviewing.refresh_windows()
        found = ended(clock.now())
        found += [
            f"{row.article_id} is shown: {row.is_shown}"
            for row in ArticleVersion.objects.all()
            if row.is_shown != _is_open(row)
        ]
        transaction.set_rollback(True)
    return died, found


def _is_open(row: ArticleVersion) -> bool:
    now = clock.now()
    return row.visible_from <= now and (row.visible_to is None or now < row.visible_to)


def windows(company: Company) -> None:
    """One that opens and one that closes within two days."""
    with time_machine.travel(START, tick=False):
        for begin, end in ((DAY, None), (HOUR, DAY)):
            article = make_article(company, company["agent1"])
            window = (START + begin, None if end is None else START + end)
            release(company, article, visible_from=window[0], visible_to=window[1])
    with time_machine.travel(START + 2 * HOUR, tick=False):
        reviewing.refresh_windows()


def test_a_worker_killed_at_any_statement_loses_and_doubles_nothing(
    company: Company, request: pytest.FixtureRequest
) -> None:
    windows(company)
    kills, bad, died = 0, [], True
    while died:
        died, found = trial(kills + 1, 2 * DAY)
        kills += died
        bad += found
    announce(request, "G14", passed=not bad, what="article windows", kills=kills, bad=len(bad))
    assert kills > 5
    assert bad == []


def forgetful(version: ArticleVersion) -> int:
    """The planted bug: the window is closed, the article stays published."""
    ArticleVersion.objects.filter(pk=version.pk).update(is_shown=False)
    return 1


def test_the_gate_sees_a_worker_that_forgets_half(
    company: Company, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    windows(company)
    monkeypatch.setattr(reviewing, "_close", forgetful)
    _died, found = trial(10_000, 2 * DAY)
    announce(request, "G40", passed=bool(found), seen_by="G14", bug="articles-stay-published")
    assert found
