"""Two people at the tables of an opportunity: a late save is kept, shown beside, saved again."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from crm.audit.models import Event
from crm.core import clock
from crm.web.timeline import page_of
from opportunities.drafts import LineDraft, RivalDraft
from opportunities.models import Competitor, Opportunity, Product, Target
from opportunities.services.lines import replace_lines
from opportunities.services.rivals import replace_rivals
from opportunities.services.targets import Holder, MonthPlan, set_targets
from tests.factories.company import Company
from tests.factories.opportunities import make_opportunity
from tests.kit.html import form_values

Browsers = Callable[[str], Client]


@pytest.fixture
def deal(company: Company) -> Opportunity:
    return make_opportunity(company, company["sales1"])


@pytest.fixture
def products(db: None) -> list[Product]:
    names = ("甲产品", "乙产品")
    return [
        Product.objects.create(name=name, code=f"P{place}", list_price=Decimal(100))
        for place, name in enumerate(names)
    ]


def stored(deal: Opportunity) -> list[tuple[str, Decimal]]:
    return list(deal.lines.order_by("name").values_list("name", "quantity"))


def theirs(company: Company, deal: Opportunity, product: Product) -> None:
    fresh = Opportunity.objects.get(pk=deal.pk)
    draft = LineDraft(product, Decimal(9), Decimal(50), Decimal(0))
    replace_lines(fresh, [draft], actor=company["sales1"])


def test_late_products_stay_on_the_page_and_can_be_saved(
    company: Company, browser_of: Browsers, deal: Opportunity, products: list[Product]
) -> None:
    client = browser_of("sales1")
    url = reverse("opportunities:opportunity_lines", args=[deal.pk])
    data = form_values(client.get(url), "version")
    data |= {"rows-0-product": products[0].pk, "rows-0-quantity": "2", "rows-0-price": "80"}
    theirs(company, deal, products[1])

    page = client.post(url, data)
    assert page.status_code == 422
    assert stored(deal) == [("乙产品", Decimal(9))]
    assert "乙产品：¥50.00 × 9 = ¥450.00" in page.content.decode()
    again = form_values(page, "version")
    assert [again["rows-0-product"], again["rows-0-quantity"]] == [[str(products[0].pk)], ["2"]]
    assert client.post(url, again).status_code == 302
    assert stored(deal) == [("甲产品", Decimal(2))]


def test_a_mistake_in_a_row_is_no_way_around_the_version(
    company: Company, browser_of: Browsers, deal: Opportunity, products: list[Product]
) -> None:
    client = browser_of("sales1")
    url = reverse("opportunities:opportunity_lines", args=[deal.pk])
    data = form_values(client.get(url), "version")
    data |= {"rows-0-product": products[0].pk, "rows-0-quantity": "-2", "rows-0-price": "80"}
    theirs(company, deal, products[1])
    page = client.post(url, data)
    assert page.status_code == 422
    corrected = form_values(page, "version") | {"rows-0-quantity": "2"}
    assert client.post(url, corrected).status_code == 422
    assert stored(deal) == [("乙产品", Decimal(9))]


def test_late_competitors_stay_on_the_page_and_can_be_saved(
    company: Company, browser_of: Browsers, deal: Opportunity
) -> None:
    mine, other = (Competitor.objects.create(name=name) for name in ("友商甲", "友商乙"))
    client = browser_of("sales1")
    url = reverse("opportunities:opportunity_rivals", args=[deal.pk])
    data = form_values(client.get(url), "version") | {"rows-0-competitor": mine.pk}
    fresh = Opportunity.objects.get(pk=deal.pk)
    replace_rivals(fresh, [RivalDraft(other.pk, "便宜", "")], actor=company["sales1"])
    page = client.post(url, data)
    assert page.status_code == 422
    assert "友商乙（+便宜 −）" in page.content.decode()
    assert client.post(url, form_values(page, "version")).status_code == 302
    assert [rival.competitor for rival in deal.rivals.all()] == [mine]


def test_late_targets_stay_on_the_page_and_can_be_saved(
    company: Company, browser_of: Browsers
) -> None:
    client, person, year = browser_of("manager"), company["sales1"], clock.company_today().year
    url = reverse("opportunities:target_edit", args=["person", person.pk])
    data = form_values(client.get(url), "version-1") | {"amount-1": "100", "amount-2": "200"}
    plan = MonthPlan(Decimal(777), Decimal(0), Decimal(0), version=0)
    set_targets(Holder(owner=person), year, {1: plan}, actor=company["manager"])
    page = client.post(url, data)
    assert page.status_code == 422
    assert "777.00" in page.content.decode()
    assert client.post(url, form_values(page, "version-1")).status_code == 302
    months = Target.objects.filter(owner=person, year=year, month__lte=2).order_by("month")
    assert [row.amount for row in months] == [Decimal(100), Decimal(200)]


@pytest.mark.parametrize(
    ("page", "row"),
    [
        ("lines", {"rows-0-quantity": "3", "rows-0-price": "100"}),
        ("rivals", {"rows-0-strengths": "便宜"}),
    ],
)
def test_a_row_without_its_record_is_asked_for_and_not_lost(
    page: str, row: dict[str, str], browser_of: Browsers, deal: Opportunity
) -> None:
    client = browser_of("sales1")
    url = reverse(f"opportunities:opportunity_{page}", args=[deal.pk])
    answer = client.post(url, form_values(client.get(url), "version") | row)
    assert answer.status_code == 422
    assert "请为这一行选择一项，或者把整行留空。" in str(answer.context["rows"].errors)
    kept = form_values(answer, "version")
    assert {name: kept[name] for name in row} == {name: [value] for name, value in row.items()}


def test_lines_saved_as_they_stand_are_no_change(
    company: Company, browser_of: Browsers, deal: Opportunity, products: list[Product]
) -> None:
    replace_lines(
        deal, [LineDraft(products[0], Decimal(3), Decimal("1200.5"))], actor=company["sales1"]
    )
    client, events = browser_of("sales1"), Event.objects.count()
    url = reverse("opportunities:opportunity_lines", args=[deal.pk])
    assert client.post(url, form_values(client.get(url), "version")).status_code == 302
    assert Event.objects.count() == events


def test_the_timeline_names_products_and_competitors(
    company: Company, deal: Opportunity, products: list[Product]
) -> None:
    seller = company["sales1"]
    replace_lines(deal, [LineDraft(products[0], Decimal("1.50"), Decimal(1200))], actor=seller)
    rival = Competitor.objects.create(name="友商甲")
    replace_rivals(deal, [RivalDraft(rival.pk, "便宜", "")], actor=seller)
    items = page_of(deal, seller, kind="changed").items
    (rivals, lines) = (item["changes"][0] for item in items[:2])
    assert rivals["label"] == "商机竞争对手" and "友商甲" in rivals["new"]
    assert lines["label"] == "产品明细"
    assert lines["new"] == "甲产品：¥1,200.00 × 1.5 = ¥1,800.00"
