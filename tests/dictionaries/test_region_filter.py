"""The filter by region: names as people type them, codes as links carry them."""

from typing import Any

import pytest

from crm.dictionaries import lookups, stamps
from crm.dictionaries.models import Region
from tests.factories.customers import make_customer
from tests.kit.html import row_ids

PLACES = (
    ("110000", "北京市", None, 1),
    ("110100", "北京市", "110000", 2),
    ("110108", "海淀区", "110100", 3),
    ("510000", "四川省", None, 1),
    ("510100", "成都市", "510000", 2),
    ("510107", "武侯区", "510100", 3),
)


@pytest.fixture(autouse=True)
def regions(company: Any) -> None:
    """Two provinces with a district each."""
    for code, name, parent, level in PLACES:
        Region.objects.create(code=code, name=name, parent_id=parent, level=level)
    stamps.bump(lookups.REGIONS_STAMP)


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("510000", ["510000"]),
        ("四川", ["510000"]),
        ("成都", ["510100"]),
        ("四川 武侯", ["510107"]),
        ("北京", ["110000"]),
        ("川", []),
        ("没有这里", []),
        ("", []),
    ],
)
def test_typed_text_means_the_highest_fitting_regions(typed: str, codes: list[str]) -> None:
    assert lookups.find_regions(typed) == codes


def test_list_narrows_to_a_region_and_all_below(company: Any, browser_of: Any) -> None:
    chengdu = make_customer(company, company["sales1"], region_id="510107")
    make_customer(company, company["sales1"], region_id="110108")
    client = browser_of("sales1")
    for text in ("四川", "成都市", "510000", "武侯区"):
        page = client.get("/customers/", {"scene": "all", "region": text})
        assert row_ids(page) == [chengdu.pk]
    assert row_ids(client.get("/customers/", {"scene": "all", "region": "没有这里"})) == []
