"""Standard tests of the pages of articles, and the few that are theirs alone."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import localtime

from crm.activities.attachments import attach_files
from crm.core import clock
from crm.dictionaries.models import Item
from knowledge.choices import FAULT
from knowledge.models import Article
from knowledge.services.reviewing import publish_article, retire_article, submit_article
from knowledge.services.writing import update_article
from opportunities.models import Product
from opportunities.services.products import create_product
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.knowledge import make_article, make_category, make_released
from tests.kit.html import form_values, row_ids
from tests.kit.views import StandardViewTests
from tests.kit.world import PIXEL

pytestmark = pytest.mark.xdist_group("knowledge.views")


class TestArticlePages(StandardViewTests):
    """Articles."""

    model = Article
    prefix = "knowledge:article"
    event = "knowledge.article"
    form_field = "title"
    text_field = "body"
    panels = ("text",)
    budgets = StandardViewTests.budgets | {"create": 16}
    bulk = ("confirm", {}, "knowledge.article.reviewed")

    def make(self, company: Company, owner: Any) -> Article:
        return make_article(company, owner)

    def new_values(self, company: Company) -> dict[str, Any]:
        return {
            "title": "怎样重置密码",
            "category": make_category(company).pk,
            "body": "在登录页点击忘记密码。",
        }

    def changed_values(self) -> dict[str, Any]:
        return {"title": "怎样找回密码", "keywords": "密码,登录"}


def test_the_stale_list_names_what_must_be_looked_at_again(company: Company) -> None:
    today, author = clock.company_today(), company["agent1"]
    due = {"overdue": -1, "today": 0, "soon": 30, "later": 31}
    keys = {name: make_released(company, author).pk for name in due}
    for name, days in due.items():  # releasing sets a day ahead, which comes near by itself
        rows = Article.objects.filter(pk=keys[name])
        rows.update(review_due=today + timedelta(days=days))
    make_article(company, author, review_due=today - timedelta(days=9))  # nobody reads it yet
    make_released(company, author)
    client, url = browser(company, "service_lead"), reverse("knowledge:article_list")

    def rows_of(which: str) -> set[int]:
        return set(row_ids(client.get(url, {"scene": "all", "review": which})))

    assert rows_of("overdue") == {keys["overdue"], keys["today"]}
    assert rows_of("soon") == {keys["overdue"], keys["today"], keys["soon"]}
    assert f"{url}?review=overdue" in client.get(url).content.decode()
    retire_article(Article.objects.get(pk=keys["overdue"]), actor=company["service_lead"])
    assert rows_of("overdue") == {keys["today"]}  # what was taken down waits for nobody


def test_a_text_that_is_not_visible_yet_says_from_when_until_when(company: Company) -> None:
    article = make_article(company, company["agent1"])
    submit_article(article, actor=company["agent1"])
    begin = clock.now() + timedelta(days=1)
    window = {"visible_from": begin, "visible_to": begin + timedelta(days=2)}
    publish_article(article, actor=company["service_lead"], **window)
    page = browser(company, "service_lead").get(article.get_absolute_url()).content.decode()
    for time in window.values():
        assert f"{localtime(time):%Y-%m-%d %H:%M}" in page
    assert "待生效" in page


def test_a_next_version_says_when_it_takes_the_place_of_the_present_one(company: Company) -> None:
    lead = company["service_lead"]
    article = make_released(company, company["agent1"])
    update_article(article, changes={"body": "新的步骤"}, actor=company["agent1"])
    submit_article(article, actor=company["agent1"])
    begin = clock.now() + timedelta(days=1)
    publish_article(article, actor=lead, visible_from=begin)
    page = browser(company, "service_lead").get(article.get_absolute_url()).content.decode()
    assert f"版本 2 将于 {localtime(begin):%Y-%m-%d %H:%M} 生效" in page
    assert "待生效" not in page
    reader = browser(company, "sales1").get(article.get_absolute_url()).content.decode()
    assert "将于" not in reader


def named(name: str) -> SimpleUploadedFile:
    """A picture under a name."""
    return SimpleUploadedFile(name, PIXEL)


def test_the_form_offers_the_files_of_the_article_with_their_marks(company: Company) -> None:
    article, author = make_article(company, company["agent1"]), company["agent1"]
    other = make_article(company, company["agent1"])
    files = [named("接线[图]`1.png"), SimpleUploadedFile("清单.txt", b"1")]
    shown, listed = attach_files(article, files, actor=author)
    (foreign,) = attach_files(other, [named("别处.png")], actor=author)
    url = reverse("knowledge:article_edit", args=[article.pk])
    page = browser(company, "agent1").get(url).content.decode()
    assert f'data-mark="![接线图1](file:{shown.pk})"' in page
    assert f'data-mark="[清单](file:{listed.pk})"' in page
    assert f"file:{foreign.pk})" not in page


def test_a_change_of_a_long_text_is_told_by_its_length(company: Company) -> None:
    article = make_article(company, company["agent1"], body="旧的内容")
    update_article(article, changes={"body": "新的内容更长"}, actor=company["agent1"])
    page = browser(company, "agent1").get(article.get_absolute_url()).content.decode()
    assert "4 字" in page
    assert "6 字" in page


def test_a_solution_names_its_products_and_fault_through_the_form(company: Company) -> None:
    lead, client = company["service_lead"], browser(company, "service_lead")
    first, second = (
        create_product(Product(code=f"E-{name}", name=name), actor=company.admin)
        for name in ("注塑机", "包装机")
    )
    fault = Item.objects.filter(dictionary__code=FAULT, is_active=True)[0]
    values = {
        "title": "报警 E21 的处理", "kind": "solution", "category": make_category(company).pk,
        "audience": "staff", "problem": "开机报警 E21。", "body": "更换传感器。", "owner": lead.pk,
        "products": [first.pk, second.pk], "fault": fault.pk,
    }  # fmt: skip
    made = client.post(reverse("knowledge:article_add"), values)
    assert made.status_code == 302
    article = Article.objects.get(title="报警 E21 的处理")
    assert (article.fault, set(article.products.all())) == (fault, {first, second})
    url = reverse("knowledge:article_edit", args=[article.pk])
    shown = form_values(client.get(url), "title")
    assert set(shown["products"]) == {str(first.pk), str(second.pk)}
    assert client.post(url, shown | {"products": [second.pk], "fault": ""}).status_code == 302
    article.refresh_from_db()
    assert (article.fault, list(article.products.all())) == (None, [second])
    page = client.get(article.get_absolute_url()).content.decode()
    assert second.name in page
