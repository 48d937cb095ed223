"""No word of a draft, or of a category that is closed to the reader, through any door (G02)."""

from collections.abc import Iterator

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from crm.activities.attachments import attach_files
from knowledge.choices import Audience
from knowledge.models import Article
from knowledge.services.reviewing import return_article, submit_article
from knowledge.services.writing import update_article
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.knowledge import make_article, make_category, make_released, public_category
from tests.kit.world import picture

SECRET = "绝密样机"


def plant(company: Company) -> list[Article]:
    """A draft that was sent back, a revision of a public article, one in a closed category."""
    owner, lead = company["sales1"], company["service_lead"]
    texts = {"title": f"{SECRET}一", "keywords": SECRET, "problem": SECRET, "body": SECRET * 3}
    draft = make_article(company, owner, audience=Audience.PUBLIC, **texts)
    submit_article(draft, actor=owner, note=SECRET)
    return_article(draft, SECRET, actor=lead)
    attach_files(draft, [picture()], actor=owner)
    shown = make_released(
        company, owner, category=public_category(company), audience=Audience.PUBLIC, title="公开文"
    )
    update_article(shown, changes=texts, actor=owner)
    closed = make_category(company, name="封闭", departments=[company.department("法务部")])
    return [draft, shown, make_released(company, owner, category=closed, **texts)]


def doors(client: Client, articles: list[Article]) -> Iterator[HttpResponse]:
    """Every page that might show a word of them."""
    asked = {"q": SECRET[:2]}  # pages repeat what was asked
    for name in ("knowledge:article_list", "knowledge:article_options", "workbench:search",
                 "workbench:palette", "knowledge:gap_list", "help:search"):  # fmt: skip
        yield client.get(reverse(name), asked if name != "help:search" else {"q": "公开"})
    for scene in ("released", "mine", "review", "all"):
        yield client.get(reverse("knowledge:article_list"), {"scene": scene})
    yield client.post(
        reverse("knowledge:article_export"), {"step": "run", "fmt": "csv", "columns": "all"}
    )
    yield client.get(reverse("help:centre"))
    for article in articles:
        one = [article.pk]
        for page in ("detail", "edit", "delete", "submit"):
            yield client.get(reverse(f"knowledge:article_{page}", args=one))
        for panel in ("text", "versions", "feedback", "files"):
            yield client.get(reverse("knowledge:article_panel", args=[*one, panel]))
        yield client.get(
            article.get_absolute_url(),
            headers={"HX-Request": "true", "HX-Target": "timeline"},
        )
        for number in (1, 2):
            yield client.get(reverse("knowledge:version", args=[*one, number]), {"against": "1"})
        yield client.post(reverse("knowledge:article_edit", args=one), {"version": 1})
        yield client.post(
            reverse("knowledge:article_bulk", args=["confirm"]), {"ids": one, "step": "run"}
        )


def body_of(answer: HttpResponse) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode("utf-8", "ignore")


def test_unreleased_and_closed_words_stay_hidden(company: Company) -> None:
    articles = plant(company)
    for login in ("sales2", "agent1", "finance", "norole"):
        client = browser(company, login)
        for answer in doors(client, articles):
            assert SECRET not in body_of(answer), (login, answer.request)
    seen = body_of(browser(company, "sales1").get(articles[0].get_absolute_url()))
    assert SECRET in seen
