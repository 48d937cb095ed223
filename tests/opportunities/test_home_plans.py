"""The panel of stuck opportunities reads an index of its own, however many are open."""

from datetime import timedelta
from typing import Any

import pytest

from crm.access.scopes import Scope
from crm.core import clock
from crm.workbench.looks import look_of
from opportunities.home_panels import stuck
from tests.factories.company import Company
from tests.factories.opportunities import make_opportunity
from tests.kit.plans import make_crowd, prefer_indexes


@pytest.mark.parametrize(
    ("login", "query", "index"),
    [
        ("admin", {"scope": Scope.ALL}, "opp_stuck"),
        ("sales1", {}, "opp_owner_stuck"),
    ],
)
def test_stuck_opportunities_are_read_from_their_index_in_order(
    company: Company, login: str, query: dict[str, Any], index: str
) -> None:
    rows = [make_opportunity(company, company["sales1"], amount=each) for each in (1, 3, 2)]
    make_crowd(
        rows[0],
        number="CROWD-{}".format,
        next_contact_at=clock.now() + timedelta(days=9),
        owner_id=company["sales2"].pk,
    )
    look = look_of(company[login], query)
    prefer_indexes(bitmaps=False, sorts=False)
    found = stuck(look)
    assert [(row.amount, row.in_all) for row in found] == [(3, 3), (2, 3), (1, 3)]
    plan = found.explain().splitlines()
    reads = [line for line in plan if " on opportunities_opportunity" in line or "SEARCH" in line]
    page = [line for line in reads if "customers_" not in line and " u0" not in line.lower()]
    assert len(page) == 1 and f" {index} " in page[0], plan
    assert not [line for line in plan if "Sort" in line or "TEMP B-TREE" in line], plan
    assert not [line for line in plan if "Seq Scan" in line or "SCAN opp" in line], plan
