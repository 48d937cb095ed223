"""From hand to readers: two people, windows by the clock, versions that never change."""

from datetime import timedelta
from random import Random

import pytest
from django.urls import reverse

from crm.activities.attachments import attach_files
from crm.core import clock
from crm.core.errors import InvalidTransition, InvalidValue, NotAllowed
from crm.dictionaries.models import Setting
from crm.dictionaries.settings import STAMP as SETTINGS
from crm.dictionaries.stamps import bump
from crm.notifications.models import Notification
from crm.reminders.models import Reminder
from knowledge import reading
from knowledge.choices import ArticleState, Kind, Outcome
from knowledge.models import Article, ArticleVersion
from knowledge.parameters import FOUR_EYES
from knowledge.reminding import RULE
from knowledge.services.removing import delete_article, purge_article, restore_article
from knowledge.services.reviewing import (
    discard_changes,
    publish_article,
    refresh_windows,
    retire_article,
    return_article,
    submit_article,
    withdraw_article,
)
from knowledge.services.writing import update_article
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.knowledge import make_article, make_released, release
from tests.kit.html import row_ids
from tests.kit.world import picture


def fresh(article: Article) -> Article:
    return Article.objects.get(pk=article.pk)


def seen_by(company: Company, login: str) -> list[int]:
    """Keys of the articles that somebody reads in the list."""
    return row_ids(browser(company, login).get(reverse("knowledge:article_list")))


def test_the_author_does_not_release_alone(company: Company) -> None:
    lead = company["service_lead"]
    article = make_article(company, lead)
    submit_article(article, actor=lead)
    with pytest.raises(NotAllowed):
        publish_article(article, actor=lead)
    page = browser(company, "service_lead").post(
        reverse("knowledge:article_publish", args=[article.pk])
    )
    assert page.status_code == 422
    assert fresh(article).status == ArticleState.IN_REVIEW
    url = reverse("knowledge:article_publish", args=[article.pk])
    own = browser(company, "service_lead").get(article.get_absolute_url()).content.decode()
    assert (url in own, "须由其他人审核发布" in own) == (False, True)
    other = browser(company, "admin").get(article.get_absolute_url()).content.decode()
    assert (url in other, "须由其他人审核发布" in other) == (True, False)
    publish_article(fresh(article), actor=company.admin)
    other = make_article(company, lead)
    submit_article(other, actor=lead)
    Setting.objects.create(key=FOUR_EYES, value=False)
    bump(SETTINGS)
    publish_article(other, actor=lead)
    assert fresh(other).status == ArticleState.PUBLISHED


def test_reviewers_are_told_and_the_author_hears_why(company: Company) -> None:
    author, lead = company["sales1"], company["service_lead"]
    article = make_article(company, author)
    submit_article(article, actor=author)
    told = Notification.objects.filter(kind="article_submitted").values_list("user", flat=True)
    assert set(told) == {company.admin.pk, lead.pk}
    with pytest.raises(InvalidValue):
        return_article(article, " ", actor=lead)
    return_article(article, "缺少截图", actor=lead)
    assert fresh(article).status == ArticleState.DRAFT
    notice = Notification.objects.get(kind="article_decided")
    assert (notice.user, notice.text) == (author, "缺少截图")
    page = browser(company, "sales1").get(article.get_absolute_url()).content.decode()
    assert "缺少截图" in page


def test_an_empty_text_and_a_solution_without_problem_are_refused(company: Company) -> None:
    author = company["sales1"]
    with pytest.raises(InvalidValue):
        submit_article(make_article(company, author, body=""), actor=author)
    solution = make_article(company, author, kind=Kind.SOLUTION)
    with pytest.raises(InvalidValue):
        submit_article(solution, actor=author)
    assert not ArticleVersion.objects.exists()


def test_texts_in_review_and_published_ones_can_be_removed_for_good(company: Company) -> None:
    author = company["service_lead"]
    waiting = make_article(company, author)
    submit_article(waiting, actor=author)
    for article in (fresh(waiting), make_released(company, company["agent1"])):
        purge_article(article, actor=None)
        assert not Article.objects.filter(pk=article.pk).exists()
        assert not ArticleVersion.objects.filter(article_id=article.pk).exists()


def test_nobody_changes_a_text_in_review_and_what_was_handed_in_stays(company: Company) -> None:
    author = company["sales1"]
    article = make_article(company, author, body="第一稿")
    submit_article(article, actor=author)
    with pytest.raises(InvalidTransition):
        update_article(article, changes={"body": "偷改"}, actor=author)
    withdraw_article(article, actor=author)
    update_article(article, changes={"body": "第二稿"}, actor=author)
    submit_article(article, actor=author)
    texts = list(article.versions.order_by("number").values_list("body", "decision"))
    assert texts == [("第一稿", Outcome.WITHDRAWN), ("第二稿", Outcome.PENDING)]


def test_readers_keep_the_released_text_while_it_changes(company: Company) -> None:
    author = company["sales1"]
    article = make_released(company, author, title="旧标题", body="旧的正文")
    update_article(fresh(article), changes={"title": "新标题", "body": "新的正文"}, actor=author)
    article = fresh(article)
    assert (article.status, article.shown_title) == (ArticleState.DRAFT, "旧标题")
    url = article.get_absolute_url()
    reader = browser(company, "agent1").get(url).content.decode()
    assert "旧的正文" in reader
    assert "新的正文" not in reader
    assert "新的正文" in browser(company, "sales1").get(url).content.decode()
    found = browser(company, "agent1").get(reverse("knowledge:article_list"), {"q": "新的正文"})
    assert row_ids(found) == []
    release(company, article)
    reader = browser(company, "agent1").get(url).content.decode()
    assert "新的正文" in reader
    first, second = article.versions.order_by("number")
    assert first.visible_to == second.visible_from


def test_discarding_brings_the_released_text_back(company: Company) -> None:
    author = company["sales1"]
    article = make_released(company, author, body="好的正文")
    update_article(article, changes={"body": "写坏了"}, actor=author)
    discard_changes(article, actor=author)
    assert (fresh(article).body, fresh(article).status) == ("好的正文", ArticleState.PUBLISHED)
    update_article(article, changes={"body": "又写坏了"}, actor=author)
    retire_article(article, actor=company["service_lead"])
    assert seen_by(company, "agent1") == []
    update_article(article, changes={"body": "再来"}, actor=author)
    with pytest.raises(InvalidTransition):
        discard_changes(article, actor=author)


def test_windows_open_and_close_by_the_clock(company: Company, time_machine: object) -> None:
    start = clock.now().replace(microsecond=0)
    opens, closes = start + timedelta(hours=2), start + timedelta(hours=5)
    article = make_released(
        company, company["sales1"], visible_from=opens, visible_to=closes, title="定时公告"
    )
    agent, url = browser(company, "agent1"), article.get_absolute_url()
    second = timedelta(seconds=1)
    for moment, status in (
        (opens - second, 404), (opens, 200), (closes - second, 200), (closes, 404),
    ):  # fmt: skip
        time_machine.move_to(moment, tick=False)
        assert agent.get(url).status_code == status, moment - start
        listed = row_ids(agent.get(reverse("knowledge:article_list"), {"scene": "released"}))
        assert listed == ([article.pk] if status == 200 else [])
        everything = browser(company, "auditor").get(
            reverse("knowledge:article_list"), {"scene": "released"}
        )
        assert row_ids(everything) == listed
    assert browser(company, "sales1").get(url).status_code == 200


def test_the_tick_follows_the_clock_and_may_run_twice(
    company: Company, time_machine: object
) -> None:
    start = clock.now().replace(microsecond=0)
    article = make_released(company, company["sales1"], title="第一版")
    update_article(fresh(article), changes={"title": "第二版"}, actor=company["sales1"])
    later, end = start + timedelta(hours=1), start + timedelta(hours=2)
    release(company, fresh(article), visible_from=later, visible_to=end)
    assert (fresh(article).shown_title, refresh_windows()) == ("第一版", 0)
    time_machine.move_to(later, tick=False)
    assert article.versions.live().get().title == "第二版"
    assert (refresh_windows(), refresh_windows()) == (2, 0)
    assert (fresh(article).shown_title, fresh(article).status) == ("第二版", "published")
    time_machine.move_to(end, tick=False)
    assert (refresh_windows(), refresh_windows()) == (1, 0)
    assert fresh(article).status == ArticleState.RETIRED


def test_an_end_before_the_beginning_is_refused(company: Company) -> None:
    article = make_article(company, company["sales1"])
    submit_article(article, actor=company["sales1"])
    past = clock.now() - timedelta(days=1)
    with pytest.raises(InvalidValue):
        publish_article(article, actor=company["service_lead"], visible_to=past)
    assert fresh(article).status == ArticleState.IN_REVIEW


def test_titles_come_before_keywords_before_texts(company: Company) -> None:
    author = company["sales1"]
    in_text = make_released(company, author, title="日常维护", body="遇到发票问题请联系财务")
    in_words = make_released(company, author, title="财务须知", keywords="发票,税号")
    in_title = make_released(company, author, title="电子发票开具")
    found = browser(company, "agent1").get(reverse("knowledge:article_list"), {"q": "发票"})
    assert row_ids(found) == [in_title.pk, in_words.pk, in_text.pk]
    for text in ("dianzifapiao", "dzfp"):
        found = browser(company, "agent1").get(reverse("knowledge:article_list"), {"q": text})
        assert row_ids(found) == [in_title.pk]
    hits = browser(company, "agent1").get(reverse("workbench:search"), {"q": "电子发票"})
    assert "电子发票开具" in hits.content.decode()


def test_files_follow_the_article(company: Company) -> None:
    author = company["sales1"]
    draft = make_article(company, author)
    (file,) = attach_files(draft, [picture()], actor=author)
    url = reverse("activities:attachment_preview", args=[file.pk])
    assert browser(company, "sales1").get(url).status_code == 200
    assert browser(company, "agent1").get(url).status_code == 404
    release(company, draft)
    assert browser(company, "agent1").get(url).status_code == 200
    with pytest.raises(NotAllowed):
        attach_files(draft, [picture()], actor=company["agent1"])
    add = reverse("activities:attachment_add", args=["knowledge.article", draft.pk])
    assert browser(company, "agent1").get(add).status_code == 403
    follow = reverse("activities:follow_up_add", args=["knowledge.article", draft.pk])
    assert browser(company, "sales1").get(follow).status_code == 404


def test_versions_can_be_read_and_compared(company: Company) -> None:
    author = company["sales1"]
    article = make_released(company, author, body="第一行\n\n第二行")
    update_article(article, changes={"body": "第一行\n\n第二行改过"}, actor=author)
    submit_article(article, actor=author)
    url = reverse("knowledge:version", args=[article.pk, 2])
    page = browser(company, "sales1").get(url, {"against": "1"}).content.decode()
    assert "<ins>改过</ins>" in page
    assert browser(company, "agent1").get(url).status_code == 404
    assert 'name="against"' in page
    first = browser(company, "agent1").get(reverse("knowledge:version", args=[article.pk, 1]))
    assert first.status_code == 200
    assert 'name="against"' not in first.content.decode()  # it is the only one for this reader


def test_the_owner_is_asked_to_review_while_readers_rely_on_it(company: Company) -> None:
    author, lead = company["sales1"], company["service_lead"]
    article = make_released(company, author)

    def planned() -> list[tuple[int, str]]:
        rows = Reminder.objects.filter(rule=RULE).order_by("pk")
        return list(rows.values_list("recipient", "state"))

    assert planned() == [(author.pk, "pending")]
    due = Article.objects.get(pk=article.pk).review_due
    assert due == clock.company_today() + timedelta(days=180)
    update_article(fresh(article), changes={"owner": company["agent1"]}, actor=company.admin)
    assert planned()[-1] == (company["agent1"].pk, "pending")
    assert planned()[0][1] == "cancelled"
    retire_article(fresh(article), actor=lead)
    assert {state for _user, state in planned()} == {"cancelled"}


def test_comparing_costs_no_more_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    """Long texts made of few different lines take minutes to compare exactly."""
    monkeypatch.setattr(reading, "CELLS", 0)
    old = ArticleVersion(title="题", body="头\n甲乙丙丁\n中\n尾\n尾二\n尾三")
    new = ArticleVersion(title="题", body="头\n甲乙戊丁\n尾\n尾二\n尾三")
    lines = reading.compare(old, new)
    assert [(line.kind, "".join(word for word, _marked in line.parts)) for line in lines] == [
        ("same", "题"), ("same", "头"),
        ("gone", "甲乙丙丁"), ("gone", "中"), ("new", "甲乙戊丁"),
        ("same", "尾"), ("same", "尾二"),
    ]  # fmt: skip
    assert lines[2].parts == (("甲乙", False), ("丙", True), ("丁", False))
    monkeypatch.undo()
    random = Random(1)
    letters = ["\n".join(random.choices("abcde", k=9000)) for _side in range(2)]
    found = reading.compare(*(ArticleVersion(title="题", body=text) for text in letters))
    assert len(found) > 9000


def test_a_day_that_no_tick_saw_ends_too(company: Company, time_machine: object) -> None:
    """Released and expired within one day on which nothing ran, or in the bin."""
    start = clock.now().replace(microsecond=0)
    hour = timedelta(hours=1)
    missed, binned = (
        make_released(
            company, company["sales1"], visible_from=start + hour, visible_to=start + 2 * hour
        )
        for _number in range(2)
    )
    delete_article(fresh(binned), actor=company.admin)
    time_machine.move_to(start + 3 * hour, tick=False)
    assert (refresh_windows(), refresh_windows()) == (1, 0)
    assert fresh(missed).status == ArticleState.RETIRED
    restore_article(fresh(binned), actor=company.admin)
    assert (refresh_windows(), refresh_windows()) == (1, 0)
    assert fresh(binned).status == ArticleState.RETIRED
    assert seen_by(company, "agent1") == []
