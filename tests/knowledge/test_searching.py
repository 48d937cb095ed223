"""What a search finds and in which order, compared with a plain scan of the texts."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from random import Random

import pytest
from django.core.management import call_command
from django.urls import reverse

from crm.core import clock, pinyin
from crm.search import plan as planning
from crm.search.memory import forget_all
from crm.search.normalise import fold, split_terms
from knowledge import public
from knowledge.choices import ArticleState, Audience, Outcome
from knowledge.models import Article, ArticleVersion
from knowledge.services.removing import delete_article, restore_article
from knowledge.services.writing import update_article
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.knowledge import make_released, public_category, release
from tests.kit.html import row_ids

THINGS = "密码 发票 电子发票 打印机 滤网 电池".split()
DEEDS = "重置 开具 更换 保养 安装".split()
#: Common words, two words, one sign, a whole sentence's word, digits, pinyin, initials, nothing.
ASKED = "发票|滤网 更换|票|错误代码|70003|E-70003|dianchi|dc|dzfp|更换 dianchi|龘龘".split("|")
SEED, NUMBER = 3, 60


@pytest.fixture
def articles(company: Company) -> list[Article]:
    """Released articles with words anywhere, written past the services; all may be read by all."""
    random, owner, now = Random(SEED), company["sales1"], clock.now()
    category = public_category(company)
    rows = Article.objects.bulk_create(
        Article(
            title=title, shown_title=title, keywords=random.choice(THINGS), category=category,
            body=f"{random.choice(DEEDS)}{random.choice(THINGS)}时见错误代码 E-{70_000 + number}。",
            audience=Audience.PUBLIC, owner=owner, edited_by=owner, created_by=owner,
            helpful_count=random.randrange(4), created_at=now,
            updated_at=now - timedelta(minutes=random.randrange(30)),
        )
        for number in range(NUMBER)
        for title in [f"{random.choice(THINGS)}{random.choice(DEEDS)} {number}"]
    )  # fmt: skip
    for row in rows:
        row.status = ArticleState.PUBLISHED
        row.released = ArticleVersion.objects.create(
            article=row, number=1, title=row.title, keywords=row.keywords, body=row.body,
            created_at=now, decision=Outcome.RELEASED, decided_by=owner, decided_at=now,
            visible_from=now - timedelta(days=1), is_shown=True,
        )  # fmt: skip
    Article.objects.bulk_update(rows, ["released", "status"])
    call_command("rebuild_search", verbosity=0)
    return rows


@pytest.fixture(params=[planning.CAP, 2, 20])
def cap(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """From so many matches on lists are walked instead of narrowed to the keys found."""
    forget_all()
    monkeypatch.setattr(planning, "CAP", request.param)
    yield request.param
    forget_all()


def rank(article: Article, text: str) -> int | None:
    """0 for the title, 1 for the keywords, 2 for the text, None for no match: by looking."""
    terms = split_terms(text)
    spelled = pinyin.company(article.title)
    texts = [fold(each) for each in (article.title, article.keywords, article.body)]
    if not all(
        any(term in each for each in (*texts, spelled.initials))
        or (len(term) > 2 and term in spelled.full)
        or (len(term) == 2 and spelled.full.startswith(term))
        for term in terms
    ):
        return None
    heads = (place for place in (0, 1) if all(term in texts[place] for term in terms))
    return next(heads, 2)


def scanned(articles: list[Article], text: str, order: Callable[[Article], object]) -> list[int]:
    """Keys of all matches, by rank, then in an order, then the newer key first."""
    found = [(rank(row, text), row) for row in articles]
    kept = sorted(
        (row for row in found if row[0] is not None),
        key=lambda pair: (-pair[0], order(pair[1]), pair[1].pk),
        reverse=True,
    )
    return [row.pk for _rank, row in kept]


def test_the_list_and_the_help_centre_find_what_a_scan_finds_in_its_order(
    company: Company, articles: list[Article], cap: int
) -> None:
    reader, url = browser(company, "agent1"), reverse("knowledge:article_list")
    sizes = set()
    for text in ASKED:
        wanted = scanned(articles, text, lambda row: row.updated_at)
        assert row_ids(reader.get(url, {"q": text, "page_size": 200})) == wanted, text
        pages = [reader.get(url, {"q": text, "page_size": 10, "page": page}) for page in (1, 2)]
        assert row_ids(pages[0]) + row_ids(pages[1]) == wanted[:20], text
        wanted = scanned(articles, text, lambda row: row.helpful_count)
        assert [row.pk for row in public.search(text, 200)] == wanted, text
        assert [row.pk for row in public.search(text, 5)] == wanted[:5], text
        sizes.add(len(wanted))
    assert 0 in sizes
    assert NUMBER in sizes


def test_titles_with_signs_come_first_too(company: Company) -> None:
    author = company["sales1"]
    in_text = make_released(company, author, title="日常维护", body="见到 ＥＲＲ-404 时重新启动")
    in_words = make_released(company, author, title="报警一览", keywords="err-404")
    in_title = make_released(company, author, title="Err-404 的处理")
    Article.objects.filter(pk=in_text.pk).update(updated_at=clock.now() + timedelta(hours=1))
    for text in ("err-404", "ERR404", "ｅｒｒ"):
        found = browser(company, "agent1").get(reverse("knowledge:article_list"), {"q": text})
        assert row_ids(found) == [in_title.pk, in_words.pk, in_text.pk], text


def test_the_order_follows_what_may_be_read(company: Company) -> None:
    author = company["sales1"]
    moved = make_released(company, author, title="滤网保养", body="与发票无关")
    other = make_released(company, author, title="财务", body="发票")

    def found() -> list[int]:
        client = browser(company, "agent1")
        return row_ids(client.get(reverse("knowledge:article_list"), {"q": "发票"}))

    Article.objects.filter(pk=other.pk).update(updated_at=clock.now() + timedelta(hours=1))
    assert found() == [other.pk, moved.pk]
    update_article(moved, changes={"title": "发票保养"}, actor=author)
    Article.objects.filter(pk=other.pk).update(updated_at=clock.now() + timedelta(hours=1))
    assert found() == [other.pk, moved.pk]
    release(company, moved)
    assert found() == [moved.pk, other.pk]
    delete_article(moved, actor=company.admin)
    assert found() == [other.pk]
    restore_article(moved, actor=company.admin)
    assert found() == [moved.pk, other.pk]
