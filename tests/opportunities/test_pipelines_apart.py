"""Several pipelines, each of a department: every number opens its rows, whoever asks."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from opportunities import forecast
from opportunities.choices import Outcome
from opportunities.models import Opportunity, Pipeline, Stage
from opportunities.services.pipelines import update_pipeline, update_stage
from opportunities.services.stages import lose
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.opportunities import make_opportunity, reason, share
from tests.opportunities.test_analysis import ROLES, rows_behind, sum_of


@pytest.fixture
def channel(company: Company) -> Stage:
    """A stage of the pipeline of sales2's department, where 20 % are sure already."""
    line = Pipeline.objects.create(code="channel", name="渠道销售")
    line.departments.add(company["sales2"].main_department)
    step = Stage.objects.create(pipeline=line, code="report", name="报备", is_initial=True)
    update_stage(step, changes={"probability": 20}, actor=company.admin)
    update_pipeline(line, changes={"committed_from": 20}, actor=company.admin)
    return step


def test_sums_over_pipelines_equal_their_rows(company: Company, channel: Stage) -> None:
    rows = {
        "own": make_opportunity(company, company["sales2"], stage=channel, amount=Decimal(500)),
        "shared": make_opportunity(company, company["sales2"], stage=channel, amount=Decimal(70)),
        "other": make_opportunity(company, company["sales1"], amount=Decimal(9)),
    }
    share(company, rows["shared"], company["sales1"])
    committed = Opportunity.objects.filter(forecast.committed())
    assert set(committed) == {rows["own"], rows["shared"]}
    wanted = {"admin": (570, 579), "sales2": (570, 570), "sales1": (70, 79)}
    for actor in ROLES:
        page = browser(company, actor).get(reverse("opportunities:forecast")).context
        cells = {cell["name"]: cell for cell in page["sum"]["cells"]}
        for cell in filter(lambda cell: cell["url"], cells.values()):
            behind = rows_behind(company, actor, cell["url"])
            assert sum_of(behind, cell["name"]) == cell["value"], (actor, cell)
        if actor in wanted:
            assert (cells["committed"]["value"], cells["best"]["value"]) == wanted[actor]


def test_board_and_funnel_of_a_department_show_what_the_reader_sees(
    company: Company, channel: Stage
) -> None:
    for _number in range(2):
        make_opportunity(company, company["sales2"], stage=channel)
    one = make_opportunity(company, company["sales2"], stage=channel)
    share(company, one, company["sales1"])
    for actor, count in (("admin", 3), ("sales1", 1), ("sales2", 3)):
        for name in ("board", "funnel"):
            url = reverse(f"opportunities:{name}")
            answer = browser(company, actor).get(url, {"line": "channel"})
            assert shown(name, answer) == count, (actor, name)


def shown(name: str, answer: Any) -> int:
    """The number in the first column of the board, or of the first level of the funnel."""
    if name == "board":
        return answer.context["columns"][0]["count"]
    return answer.context["levels"][0]["count"]


def test_a_card_that_a_colleague_has_just_closed_does_not_move(company: Company) -> None:
    row = make_opportunity(company, company["sales1"])
    client = browser(company, "sales1")
    url = reverse("opportunities:opportunity_stage", args=[row.pk])
    target = Stage.objects.get(pipeline__code="standard", code="analysis")
    form = client.get(url, {"stage": target.pk}).context["form"]
    lose(Opportunity.objects.get(pk=row.pk), reason=reason(), actor=company["manager"])
    sent = {"stage": target.pk, "note": "需求已确认", "version": form.initial.get("version", "")}
    answer = client.post(url, sent)
    assert answer.status_code in (409, 422)
    row.refresh_from_db()
    assert (row.outcome, row.stage.code) == (Outcome.LOST, "contact")
