"""The tree of categories: readers are inherited and only narrowed, for every way in."""

from typing import Any

import pytest
from django.urls import reverse

from crm.core import clock
from crm.core.errors import InvalidValue, NotAllowed
from crm.web.fields import FEW
from knowledge import tree
from knowledge.choices import Audience
from knowledge.models import Article, Category
from knowledge.services import suggest
from knowledge.services.categories import create_category, delete_category, update_category
from knowledge.services.writing import create_article, update_article
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.knowledge import make_article, make_category, make_released, public_category
from tests.kit.html import form_values, row_ids
from tests.kit.permissions import disagreements


def test_a_child_has_no_more_readers_than_its_parent(company: Company) -> None:
    staff = make_category(company, name="内部")
    with pytest.raises(InvalidValue) as refused:
        create_category(
            Category(name="公开", parent=staff, audience=Audience.PUBLIC), actor=company.admin
        )
    assert refused.value.field == "audience"
    own, other = company.department("法务部"), company.department("财务部")
    closed = make_category(company, name="合同", departments=[own])
    with pytest.raises(InvalidValue):
        make_category(company, name="报销", parent=closed, departments=[other])
    below = make_category(company, name="范本", parent=closed, departments=[own])
    assert len(tree.nodes()[below.pk].departments) == 2


def test_narrowing_a_parent_narrows_what_stands_below(company: Company) -> None:
    top = public_category(company)
    below = public_category(company, "开票", parent=top)
    article = make_released(company, company["sales1"], category=below, audience=Audience.PUBLIC)
    assert tree.readers(article.audience, below.pk) == Audience.PUBLIC
    update_category(top, changes={"audience": Audience.STAFF}, actor=company.admin)
    assert tree.readers(article.audience, below.pk) == Audience.STAFF
    assert tree.public_keys() == []


def test_a_closed_category_is_closed_everywhere(company: Company) -> None:
    lead = company["service_lead"]
    closed = make_category(company, name="薪酬", departments=[lead.main_department])
    article = make_released(company, company["sales1"], category=closed, title="薪酬调整办法")
    search = {"q": "薪酬"}
    for login, sees in (("agent1", True), ("sales2", False), ("auditor", True)):
        client, user = browser(company, login), company[login]
        listed = row_ids(client.get(reverse("knowledge:article_list"), search))
        assert listed == ([article.pk] if sees else []), login
        assert client.get(article.get_absolute_url()).status_code == (200 if sees else 404)
        hits = client.get(reverse("workbench:search"), search).content.decode()
        assert ("薪酬调整办法" in hits) == sees
        found = [item.article.pk for item in suggest("怎么调整薪酬", user, 5)]
        assert found == ([article.pk] if sees else [])


def test_rows_and_single_checks_agree(company: Company) -> None:
    lead = company["service_lead"]
    closed = make_category(company, name="薪酬", departments=[lead.main_department])
    rows = [
        make_article(company, company["sales1"]),
        make_released(company, company["sales2"]),
        make_released(company, company["agent1"], category=closed),
        make_released(company, company.stranger(), category=closed),
    ]
    users = [company[login] for login in ("sales1", "manager", "agent1", "finance", "auditor")]
    assert disagreements(Article, rows, [*users, lead, company["norole"]]) == []


def test_nobody_writes_into_a_closed_category(company: Company) -> None:
    seller = company["sales1"]
    closed = make_category(company, name="薪酬", departments=[company.department("人事部")])
    with pytest.raises(InvalidValue):
        create_article(Article(title="混入", category=closed), actor=seller)
    page = browser(company, "sales1").get(reverse("knowledge:article_add")).content.decode()
    assert "薪酬" not in page
    article = make_article(company, seller)
    with pytest.raises(InvalidValue):
        update_article(article, changes={"category": closed}, actor=seller)


def test_more_readers_for_a_released_article_need_a_reviewer(company: Company) -> None:
    seller = company["sales1"]
    category = public_category(company)
    article = make_released(company, seller, category=category)
    with pytest.raises(NotAllowed):
        update_article(article, changes={"audience": Audience.PUBLIC}, actor=seller)
    assert Article.objects.get(pk=article.pk).audience == Audience.STAFF
    changes = {"audience": Audience.PUBLIC}
    update_article(article, changes=changes, actor=company["service_lead"])
    update_article(article, changes={"audience": Audience.STAFF}, actor=seller)


def test_pages_keep_the_tree(company: Company) -> None:
    client: Any = browser(company, "service_lead")
    add = reverse("knowledge:category_add")
    typed = form_values(client.get(add), "name") | {"name": "产品手册"}
    assert client.post(add, typed).status_code == 302
    top = Category.objects.get()
    typed = form_values(client.get(add, {"parent": top.pk}), "name")
    assert client.post(add, typed | {"name": "安装"}).status_code == 302
    below = Category.objects.get(name="安装")
    assert below.parent == top
    assert client.post(add, typed | {"name": "安装"}).status_code == 422
    edit = reverse("knowledge:category_edit", args=[top.pk])
    ring = form_values(client.get(edit), "name") | {"parent": str(below.pk)}
    assert client.post(edit, ring).status_code == 422
    client.post(reverse("knowledge:category_delete", args=[top.pk]))
    assert Category.objects.count() == 2
    client.post(reverse("knowledge:category_delete", args=[below.pk]))
    assert list(Category.objects.all()) == [top]
    assert "产品手册" in client.get(reverse("knowledge:category_list")).content.decode()


def test_a_category_in_use_stays(company: Company) -> None:
    article = make_article(company, company["sales1"])
    with pytest.raises(InvalidValue):
        delete_category(article.category, actor=company.admin)
    assert Category.objects.filter(pk=article.category_id).exists()


def test_a_large_tree_is_fetched_while_typing(company: Company) -> None:
    """A page holds no list of more than fifty options."""
    Category.objects.bulk_create(
        Category(name=f"产品线{n}", created_at=clock.now(), updated_at=clock.now())
        for n in range(FEW + 1)
    )
    tree.changed()
    client = browser(company, "service_lead")
    page = client.get(reverse("knowledge:article_add")).content.decode()
    assert "产品线7" not in page
    assert reverse("knowledge:category_options") in page
    found = client.get(reverse("knowledge:category_options"), {"q": "产品线7"}).json()["results"]
    assert [item["label"] for item in found] == ["产品线7"]
    sent = {
        "title": "题",
        "kind": "article",
        "audience": "staff",
        "category": found[0]["value"],
        "body": "文",
    }
    assert client.post(reverse("knowledge:article_add"), sent).status_code == 302
    assert Article.objects.get(title="题").category.name == "产品线7"


def test_two_moves_at_once_make_no_ring(company: Company) -> None:
    """Another process has moved one category below the other a moment ago."""
    one, two = make_category(company, name="甲"), make_category(company, name="乙")
    assert tree.node(two.pk).path == (two.pk,)
    Category.objects.filter(pk=two.pk).update(parent=one)
    with pytest.raises(InvalidValue):
        update_category(one, changes={"parent": two}, actor=company.admin)


def test_a_closed_category_is_not_even_named(company: Company) -> None:
    make_category(company, name="并购资料", departments=[company.department("法务部")])
    for login, seen in (("sales1", False), ("service_lead", True)):
        page = browser(company, login).get(reverse("knowledge:article_list")).content.decode()
        assert ("并购资料" in page) is seen, login
