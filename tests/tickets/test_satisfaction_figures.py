"""Figures and lists of ratings (`service.md` 8.4): small numbers hidden, each opens its rows."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from crm.audit.models import Event
from crm.core import clock
from tests.factories.company import Company
from tests.factories.tickets import make_group, make_ticket
from tickets.models import SurveyInvite, SurveyResponse, SurveyTemplate, Ticket
from tickets.satisfaction import figures, pages, tokens
from tickets.satisfaction.models import Why

pytestmark = pytest.mark.usefixtures("survey_questions")
Browsers = Callable[[str], Client]


def rate(
    company: Company, agent: Any, score: int, cycle: int = 1, ticket: Ticket | None = None
) -> None:
    """An answer; 0 is none."""
    ticket = ticket or make_ticket(company, agent)
    invite = SurveyInvite.objects.create(
        ticket=ticket, cycle=cycle, template=SurveyTemplate.objects.get(), owner=agent,
        nonce=tokens.new_nonce(), token_sha256=tokens.new_nonce(),
        state="answered" if score else "expired", planned_at=clock.now(), sent_at=clock.now(),
    )  # fmt: skip
    if score:
        given = {"owner": agent, "score": score, "submitted_at": clock.now()}
        SurveyResponse.objects.create(invite=invite, **given)


def test_figures_hide_small_numbers(company: Company, browser_of: Browsers) -> None:
    agent, lead = company["agent1"], company["service_lead"]
    for score in (5, 4, 4, 1):
        rate(company, agent, score)
    (line,) = figures.per_person(lead, None, None, first=False)
    assert (line.answers, line.share, line.is_enough) == (4, None, False)
    page = browser_of("service_lead").get("/tickets/ratings/people/").content.decode()
    assert "75%" not in page
    rate(company, agent, 5)
    (line,) = figures.per_person(lead, None, None, first=True)
    assert (line.share, line.mean, line.response_rate) == (80.0, 3.8, 100.0)
    assert "80%" in browser_of("service_lead").get("/tickets/ratings/people/").content.decode()


def test_a_second_answer_replaces_the_first_and_silence_counts(
    company: Company, browser_of: Browsers
) -> None:
    """The first solution and the last one apart; the rate is of everybody who was asked."""
    agent, lead = company["agent1"], company["service_lead"]
    for score in (5, 4, 4, 1):
        rate(company, agent, score)
    again = SurveyResponse.objects.get(score=1).invite.ticket
    rate(company, lead, 5, cycle=2, ticket=again)
    for _silent in range(5):
        rate(company, company["sales1"], 0)  # asked in vain: stands in the total alone

    def counted(*, first: bool) -> dict[str, tuple[int, int]]:
        lines = figures.per_person(lead, None, None, first=first)
        for line in lines:
            page = pages.shown(line, pages.key_of("owner", line), None, None, first=first)
            numbers = [(line.answers, page["url"]), *page["scores"]]
            for number, url in numbers:
                rows = browser_of("service_lead").get(url).content.decode().count("<tr data-id=")
                assert rows == number
        return {line.label: (line.answers, line.unhappy) for line in lines}

    assert counted(first=True) == {agent.name: (4, 1)}
    assert counted(first=False) == {agent.name: (3, 0), lead.name: (1, 0)}
    total = figures.in_total(lead, None, None, first=False)
    assert (total.answers, total.response_rate) == (4, 50.0)  # 5 of 10 invitations
    assert figures.in_total(lead, None, None, first=True).response_rate == pytest.approx(400 / 9)


def test_the_spread_of_scores_stands_where_there_are_enough(
    company: Company, browser_of: Browsers
) -> None:
    """S11-42: average and distribution per person; small numbers show neither."""
    agent, lead = company["agent1"], company["service_lead"]
    for score in (5, 5, 4, 1, 1, 1):
        rate(company, agent, score)
    rate(company, lead, 3)
    client = browser_of("service_lead")
    found = client.get("/tickets/ratings/people/").context
    line, few = found["people"]
    assert (line["figures"].scores, few["figures"].scores) == ((2, 1, 0, 0, 3), (0, 0, 1, 0, 0))
    assert found["total"]["figures"].scores == (2, 1, 1, 0, 3)
    body = client.get("/tickets/ratings/people/").content.decode()
    assert [url.replace("&", "&amp;") in body for _count, url in line["scores"]] == [
        True, True, False, False, True,
    ]  # fmt: skip
    assert not any(url.replace("&", "&amp;") in body for _count, url in few["scores"])
    for count, url in (*found["total"]["scores"], (7, found["total"]["url"])):
        assert client.get(url).content.decode().count("<tr data-id=") == count


def test_every_reason_for_silence_can_be_counted_and_opens_its_tickets(
    company: Company, browser_of: Browsers
) -> None:
    """`service.md` 8.4: nobody wonders why so few were asked."""
    agent = company["agent1"]
    for _each in range(3):
        rate(company, agent, 0)
    rate(company, agent, 5)
    silent = SurveyInvite.objects.filter(state="expired")
    keys = list(silent.values_list("pk", flat=True))
    silent.filter(pk__in=keys[:2]).update(state="suppressed", reason="recent")
    rate(company, company["service_lead"], 0)
    client = browser_of("service_lead")
    page = client.get("/tickets/ratings/people/")
    found = [(line.state, line.reason, line.tickets) for line, _url in page.context["outcomes"]]
    assert found == [
        ("answered", "", 1), ("expired", "", 2), ("suppressed", Why.RECENT.label, 2),
    ]  # fmt: skip
    for line, url in page.context["outcomes"]:
        assert url.replace("&", "&amp;") in page.content.decode()
        assert client.get(url).content.decode().count("<tr data-id=") == line.tickets
    other = browser_of("sales1").get("/tickets/ratings/people/")
    assert (other.status_code, other.context["outcomes"]) == (200, [])  # sees none of the tickets
    for code in ("nonsense", "suppressed.nonsense", "sent..x.y", "sent...", ".", "sent.1.2.3.4.5"):
        rows = client.get("/tickets/", {"scene": "all", "survey": code}).content.decode()
        assert rows.count("<tr data-id=") == 0


@pytest.mark.parametrize(
    "query",
    [
        {"after": "abc"},
        {"before": "2026-13-40"},
        {"after": "2026-05-02", "before": "2026-05-01"},
    ],
)
def test_the_figures_say_what_is_wrong_with_a_period(
    browser_of: Browsers, query: dict[str, str]
) -> None:
    page = browser_of("service_lead").get("/tickets/ratings/people/", query)
    body = page.content.decode()
    assert page.status_code == 200
    assert page.context["form"].errors
    assert 'class="look__problem"' in body
    assert all(f'value="{text}"' in body for text in query.values())


def test_figures_stand_for_groups_too(company: Company, browser_of: Browsers) -> None:
    agent, lead = company["agent1"], company["service_lead"]
    group = make_group(company, [agent])
    for score in (5, 5, 4, 4, 1):
        rate(company, agent, score)
    SurveyInvite.objects.update(group=group)
    rate(company, lead, 5)
    lines = figures.per_group(lead, None, None, first=False)
    assert [(line.label, line.answers, line.share) for line in lines] == [
        (group.name, 5, 80.0), ("未分组", 1, None),
    ]  # fmt: skip
    own = figures.per_group(agent, None, None, first=False)
    assert [(line.answers, line.response_rate) for line in own] == [(5, 100.0)]
    client = browser_of("service_lead")
    page = client.get("/tickets/ratings/people/").content.decode()
    assert group.name in page
    link = f"/tickets/ratings/?group={group.pk}"
    assert link in page
    assert client.get(link).content.decode().count("<tr data-id=") == 5
    none = client.get("/tickets/ratings/", {"group": "none"})
    assert none.content.decode().count("<tr data-id=") == 1


def test_ratings_are_exported(company: Company, browser_of: Browsers) -> None:
    rate(company, company["agent1"], 4)
    data = {"step": "run", "fmt": "csv", "columns": "all", "all": "1"}
    answer = browser_of("service_lead").post("/tickets/ratings/export/", data)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert len(text.splitlines()) == 2
    assert Event.objects.filter(code="tickets.rating.exported").count() == 1
    assert browser_of("agent1").post("/tickets/ratings/export/", data).status_code == 403


def test_the_list_of_ratings(company: Company, browser_of: Browsers) -> None:
    agent, lead = company["agent1"], company["service_lead"]
    rate(company, agent, 2)
    rate(company, lead, 5)
    page = browser_of("service_lead").get("/tickets/ratings/")
    body = page.content.decode()
    assert body.count("<tr data-id=") == 2
    assert "/tickets/ratings/people/" in body
    mine = browser_of("agent1").get("/tickets/ratings/")
    assert mine.content.decode().count("<tr data-id=") == 1
    low = browser_of("service_lead").get("/tickets/ratings/", {"scene": "low"})
    assert low.content.decode().count("<tr data-id=") == 1
    rating = SurveyResponse.objects.get(owner=agent)
    there = browser_of("agent1").get(f"/tickets/ratings/{rating.pk}/")
    assert there.url == rating.invite.ticket.get_absolute_url()
    assert browser_of("norole").get("/tickets/ratings/").status_code == 403
