"""The help centre: nothing but what everybody may read, without an account, cookies or writes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from crm.activities.attachments import attach_files
from crm.core import clock
from crm.dictionaries.models import Setting
from crm.dictionaries.services import set_setting
from crm.dictionaries.settings import STAMP as SETTINGS
from crm.dictionaries.stamps import bump
from crm.visitors import pace
from knowledge import links, public, tree
from knowledge.choices import Audience
from knowledge.models import Article, Feedback, SearchGap
from knowledge.parameters import CONTACT, HELP_CENTRE, NOINDEX
from knowledge.services.gaps import ticket_for
from knowledge.services.reviewing import retire_article
from knowledge.services.writing import update_article
from tests.factories.company import Company
from tests.factories.knowledge import (
    make_article,
    make_category,
    make_released,
    public_category,
    release,
)
from tests.kit.html import form_values
from tests.kit.queries import watching_writes
from tests.kit.world import picture


@pytest.fixture(autouse=True)
def fresh_count() -> None:
    pace.COUNTER.forget()


def public_article(company: Company, **values: object) -> Article:
    values.setdefault("category", public_category(company))
    return make_released(company, company["sales1"], audience=Audience.PUBLIC, **values)


def switch(key: str, value: bool) -> None:
    Setting.objects.update_or_create(key=key, defaults={"value": value})
    bump(SETTINGS)


def test_only_public_articles_are_found(company: Company) -> None:
    shown = public_article(company, title="密码重置办法", body="点击忘记密码。")
    staff = make_category(company)
    hidden = [
        make_released(company, company["sales1"], title="密码内部规则"),
        make_released(
            company, company["sales1"], title="密码分类不公开", audience=Audience.PUBLIC,
            category=staff,
        ),
        make_article(
            company, company["sales1"], title="密码草稿", audience=Audience.PUBLIC,
            category=shown.category,
        ),
        public_article(
            company, title="密码将来", visible_from=clock.now() + timedelta(hours=1)
        ),
        make_released(
            company, company["sales1"], title="密码给客户", audience=Audience.CUSTOMERS,
            category=shown.category,
        ),
    ]  # fmt: skip
    client = Client()
    with watching_writes() as writes:
        page = client.get(reverse("help:search"), {"q": "密码"})
        centre = client.get(reverse("help:centre")).content.decode()
        found = client.get(links.public_url(shown))
        category = client.get(links.category_url(_node(shown))).content.decode()
    assert writes.statements == []
    assert (found.status_code, client.cookies) == (200, {})
    for text in (page.content.decode(), centre, category):
        assert "密码重置办法" in text
        assert not any(row.title in text for row in hidden)
    for row in hidden:
        url = reverse("help:article", args=[row.pk, links.slug_of(row.title)])
        assert client.get(url).status_code == 404
    assert found["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in found["Cache-Control"]
    assert company["sales1"].name not in found.content.decode()


def _node(article: Article) -> tree.Node:
    return tree.nodes()[article.category_id]


def test_a_renamed_article_keeps_its_links(company: Company) -> None:
    article = public_article(company, title="旧名字")
    old = links.public_url(article)
    update_article(article, changes={"title": "新名字"}, actor=company["sales1"])
    release(company, article)
    answer = Client().get(old)
    assert (answer.status_code, answer["Location"]) == (301, links.public_url(article))
    assert old != links.public_url(article)
    retire_article(article, actor=company.admin)
    assert Client().get(old).status_code == 404


def test_switches_close_it_and_open_it_to_search_engines(company: Company) -> None:
    article = public_article(company)
    switch(NOINDEX, False)
    page = Client().get(links.public_url(article))
    assert "X-Robots-Tag" not in page
    assert b"noindex" not in page.content
    switch(HELP_CENTRE, False)
    for url in (links.public_url(article), reverse("help:centre"), reverse("help:search")):
        assert Client().get(url).status_code == 404


def test_it_speaks_the_browser_s_language(company: Company) -> None:
    for language, word in (("en", "Help centre"), ("zh-CN", "帮助中心"), ("fr", "帮助中心")):
        answer = Client().get(reverse("help:centre"), headers={"accept-language": language})
        assert word in answer.content.decode()
        assert "Accept-Language" in answer["Vary"]


def test_visitors_answer_once_and_only_from_our_page(company: Company) -> None:
    article = public_article(company)
    url, client = links.public_url(article), Client()
    values = form_values(client.get(url), "ticket")
    assert client.post(url, values | {"helpful": "yes"}).status_code == 200
    client.post(url, values | {"helpful": "no"})
    client.post(url, {"helpful": "no", "ticket": "forged"}, headers={"User-Agent": "other"})
    row = Feedback.objects.get()
    assert (row.is_helpful, row.user) == (True, None)
    assert "127.0.0.1" not in row.session


def test_searches_in_vain_of_visitors(company: Company) -> None:
    client = Client()
    page = client.get(reverse("help:search"), {"q": "蓝牙"}).content.decode()
    assert reverse("help:gap") in page
    assert not SearchGap.objects.exists()
    client.post(reverse("help:gap"), {"ticket": ticket_for("蓝牙")})
    gap = SearchGap.objects.get()
    assert (gap.text, gap.count, gap.public_count) == ("蓝牙", 1, 1)


def test_pictures_only_of_texts_that_show_them(company: Company) -> None:
    article = public_article(company)
    shown, other = attach_files(article, [picture(), picture()], actor=company["sales1"])
    url = reverse("help:picture", args=[shown.pk])
    assert Client().get(url).status_code == 404
    body = f"看图 ![面板](file:{shown.pk})"
    update_article(article, changes={"body": body}, actor=company["sales1"])
    assert Client().get(url).status_code == 404
    release(company, article)
    answer = Client().get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert Client().get(reverse("help:picture", args=[other.pk])).status_code == 404
    page = Client().get(links.public_url(article)).content.decode()
    assert f'src="{url}"' in page


def test_files_that_a_text_links_are_saved_by_visitors_and_colleagues(
    company: Company, browser_of: Callable[[str], Client]
) -> None:
    article = public_article(company)
    manual, secret = attach_files(
        article,
        [
            SimpleUploadedFile("使用手册.txt", "一、开机".encode()),
            SimpleUploadedFile("内部报价.txt", "底价".encode()),
        ],
        actor=company["sales1"],
    )
    body = f"请下载[使用手册](file:{manual.pk})"
    update_article(article, changes={"body": body}, actor=company["sales1"])
    url = reverse("help:picture", args=[manual.pk])
    assert Client().get(url).status_code == 404  # not released yet
    release(company, article)
    assert f'href="{url}"' in Client().get(links.public_url(article)).content.decode()
    answer = Client().get(url)
    assert answer.status_code == 200 and answer["Content-Disposition"].startswith("attachment")
    assert b"".join(answer.streaming_content) == "一、开机".encode()
    assert "sandbox" in answer["Content-Security-Policy"]
    assert Client().get(reverse("help:picture", args=[secret.pk])).status_code == 404
    reader = browser_of("agent1")
    own = reverse("activities:attachment_file", args=[manual.pk])
    assert f'href="{own}"' in reader.get(article.get_absolute_url()).content.decode()
    assert reader.get(own).status_code == 200


@pytest.mark.usefixtures("one_minute")
def test_too_many_searches_of_one_network_wait(company: Company) -> None:
    client, url = Client(), reverse("help:search")
    codes = [client.get(url).status_code for _time in range(public.SEARCHES + 1)]
    assert codes[-2:] == [200, 429]
    other = Client(REMOTE_ADDR="10.9.8.7")
    assert other.get(url).status_code == 200


def test_every_page_says_how_to_reach_the_service(company: Company) -> None:
    """Who finds nothing is not left alone, also where the centre is closed."""
    article = make_released(company, company["agent1"], category=public_category(company))
    pages = [
        reverse("help:centre"), f"{reverse('help:search')}?q=没有这个", links.public_url(article),
        f"{reverse('help:centre')}a/999-x/",
    ]  # fmt: skip
    assert not any("help-centre__contact" in Client().get(url).content.decode() for url in pages)
    set_setting(CONTACT, "热线 400-820-8820 <b>https://kf.example.com/ask</b>", actor=company.admin)
    found = [Client().get(url).content.decode() for url in pages]
    assert all("热线 400-820-8820 &lt;b&gt;" in page for page in found)
    assert all('href="https://kf.example.com/ask' in page for page in found)
    set_setting(HELP_CENTRE, False, actor=company.admin)
    assert "400-820-8820" in Client().get(pages[0]).content.decode()
