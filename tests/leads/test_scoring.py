"""The score: what the database computes equals what the page explains, after every change."""

from typing import Any

import pytest
from django.urls import reverse

from crm.dictionaries.models import Stamp
from crm.jobs import leases, runner
from crm.jobs.models import Job, State
from crm.notifications import doorbell
from leads import scoring
from leads.choices import ScoreKind
from leads.models import Lead, ScoreRule
from leads.services.changing import update_lead
from leads.services.keeping import delete_score_rule, update_score_rule
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.customers import make_follow_up
from tests.factories.leads import make_lead, make_score_rule


def score(lead: Lead) -> int:
    lead.refresh_from_db()
    assert sum(line.points for line in scoring.explain(lead)) == lead.score
    return lead.score


def test_the_score_follows_every_change(company: Company) -> None:
    sales = company["sales1"]
    mobile = make_score_rule(company)
    make_score_rule(company, field="need", points=15)
    make_score_rule(company, field="industry", points=7)
    lead = make_lead(company, sales)
    make_score_rule(company, kind=ScoreKind.SOURCE, item_id=lead.source_id, points=5)
    make_score_rule(company, kind=ScoreKind.FOLLOW_UPS, least=1, points=30)
    assert score(lead) == 25
    update_lead(lead, changes={"need": "二十个账号"}, actor=sales)
    assert score(lead) == 40
    make_follow_up(lead, sales)
    assert score(lead) == 70
    update_score_rule(mobile, changes={"points": -20}, actor=company.admin)
    assert score(lead) == 30
    delete_score_rule(mobile, actor=company.admin)
    assert score(lead) == 50


def test_the_page_explains_it_line_by_line(company: Company) -> None:
    make_score_rule(company)
    make_score_rule(company, field="need", points=15)
    lead = make_lead(company, company["sales1"])
    url = reverse("leads:lead_panel", args=[lead.pk, "score"])
    page = browser(company, "sales1").get(url).content.decode()
    assert "+20" in page
    assert "+15" in page


def test_a_changed_rule_is_computed_by_a_job_in_steps(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doorbell, "publish", lambda task, *args: True)
    monkeypatch.setattr(scoring, "AT_ONCE", 2)
    monkeypatch.setattr(leases, "ROWS_PER_STEP", 2)
    leads = [make_lead(company, company["sales1"]) for _place in range(5)]
    make_score_rule(company)
    job = Job.objects.get(kind="leads.rescore")
    assert (job.total, set(Lead.objects.values_list("score", flat=True))) == (5, {0})
    lease = leases.claim(job.pk)
    lease.limit = 2
    runner._turn(lease)  # and the worker is killed
    assert Lead.objects.filter(score=20).count() == 2
    Job.objects.filter(pk=job.pk).update(lease_until=None, lease_owner="")
    job = runner.run_in_process(job)
    assert (job.state, job.done, job.counters) == (State.DONE, 5, {"done": 5})
    assert [score(lead) for lead in leads] == [20] * 5


def test_rules_changed_while_a_lead_is_scored_count(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process changes a rule between the reading of the rules and the writing of scores."""
    rule = make_score_rule(company)
    lead = make_lead(company, company["sales1"])
    assert score(lead) == 20
    points = scoring._points
    changed: list[int] = []

    def meanwhile(read: Any) -> Any:
        if not changed:
            changed.append(1)
            ScoreRule.objects.filter(pk=rule.pk).update(points=35)
            Stamp.objects.filter(pk=scoring.STAMP).update(version=7)
        return points(read)

    monkeypatch.setattr(scoring, "_points", meanwhile)
    scoring.rescore([lead.pk])
    assert score(lead) == 35
