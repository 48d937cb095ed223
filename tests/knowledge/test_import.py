"""Import of articles: drafts only, duplicates by title within the category, undo."""

from pathlib import Path

import pytest

from crm.audit.models import Event
from crm.jobs.models import Job
from knowledge.choices import ArticleState, Audience, Kind
from knowledge.importing.articles import ARTICLES
from knowledge.models import Article
from knowledge.services.reviewing import submit_article
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.knowledge import make_article, make_category, make_released, public_category
from tests.kit.importing import importer, undone

HEADINGS = ["标题", "分类", "类型", "问题描述", "正文", "标签", "读者范围"]
BODY = "## 步骤\n\n1. 关机\n   - 拔掉电源  再等十秒\n2. 开机\n\n    sudo reboot"


imported = importer(ARTICLES, HEADINGS)


def outcome(job: Job) -> tuple[int, ...]:
    return tuple(job.counters.get(name, 0) for name in ("created", "updated", "skipped", "refused"))


def test_rows_become_drafts_or_say_why_not(company: Company, tmp_path: Path) -> None:
    lead = company["service_lead"]
    place = make_category(company, name="设备维护")
    make_category(company, name="泵", parent=place)
    make_category(company, name="泵", parent=public_category(company))
    job = imported(
        tmp_path, lead,
        ["重启控制柜", "设备维护 / 泵", "解决方案", "控制柜无响应", BODY, "控制柜，重启", "公开"],
        ["重启控制柜", "设备维护 / 泵", "", "", "再写一遍", "", ""],
        ["巡检周期", "设备维护", "", "", "每周一次。", "", ""],
        ["没有正文", "设备维护", "解决方案", "", "", "", "外星人"],
        ["分类不明", "泵", "", "", "两个同名分类。", "", ""],
        ["", "设备维护", "", "", "没有标题", "", ""],
    )  # fmt: skip
    assert outcome(job) == (3, 0, 1, 2)
    first = Article.objects.get(title="重启控制柜")
    assert first.body == BODY  # blanks mean something in Markdown
    assert (first.kind, first.audience, first.status) == (
        Kind.SOLUTION, Audience.PUBLIC, ArticleState.DRAFT,
    )  # fmt: skip
    assert (first.keywords, first.problem, first.owner) == ("控制柜，重启", "控制柜无响应", lead)
    assert (first.category.name, first.category.parent) == ("泵", place)
    plain = Article.objects.get(title="巡检周期")
    assert (plain.kind, plain.audience) == (Kind.ARTICLE, Audience.STAFF)
    assert Article.objects.get(title="没有正文").audience == Audience.STAFF
    assert job.counters["incomplete"] == 1
    assert Event.objects.filter(code="knowledge.article.imported").count() == 1
    assert undone(job, lead).state == "done"
    assert not Article.objects.filter(created_by=lead).exists()


@pytest.mark.parametrize(
    ("duplicates", "counts"), [("skip", (0, 0, 2, 0)), ("refuse", (0, 0, 0, 2))]
)
def test_the_same_title_in_the_same_category_is_known(
    company: Company, tmp_path: Path, duplicates: str, counts: tuple[int, ...]
) -> None:
    lead, place = company["service_lead"], make_category(company)
    make_released(company, company["agent1"], title="更换滤芯 A型", category=place)
    make_article(company, company["sales1"], title="别人的草稿", category=place)
    rows = [[title, place.name, "", "", "新正文"] for title in ("更换滤芯Ａ型", "别人的草稿")]
    assert outcome(imported(tmp_path, lead, *rows, duplicates=duplicates)) == counts
    elsewhere = make_category(company, name="别处")
    rows = [["更换滤芯 A型", elsewhere.name, "", "", "另一类里的同名文章"]]
    assert outcome(imported(tmp_path, lead, *rows, duplicates=duplicates)) == (1, 0, 0, 0)


def test_an_update_is_a_revision_that_readers_do_not_see(company: Company, tmp_path: Path) -> None:
    lead, agent, place = company["service_lead"], company["agent1"], make_category(company)
    released = make_released(company, agent, title="更换滤芯", category=place, body="旧正文")
    reviewed = make_article(company, agent, title="审核中", category=place, body="待审")
    submit_article(reviewed, actor=agent)
    rows = [[title, place.name, "", "", "新正文", "滤芯"] for title in ("更换滤芯", "审核中")]
    job = imported(tmp_path, lead, *rows, duplicates="update", overwrite=["body"])
    assert outcome(job) == (0, 1, 0, 1)  # what is in review is not changed under the reviewer
    released.refresh_from_db()
    assert (released.status, released.body, released.keywords) == ("draft", "新正文", "滤芯")
    assert released.released.body == "旧正文"
    assert undone(job, lead).state == "done"
    released.refresh_from_db()
    assert (released.status, released.body, released.keywords) == ("published", "旧正文", "")
    again = imported(tmp_path, lead, *rows[:1], duplicates="update", overwrite=["body"])
    released.refresh_from_db()
    submit_article(released, actor=lead)
    undo = undone(again, lead)
    assert undo.counters["kept"] == 1  # somebody worked on it since


def test_only_who_may_import_gets_the_pages(company: Company) -> None:
    lead = browser(company, "service_lead")
    assert "/knowledge/import/" in lead.get("/knowledge/").content.decode()
    page = lead.get("/knowledge/import/").content.decode()
    assert "导入" in page
    template = lead.get("/knowledge/import/template/")
    assert template["Content-Type"].endswith("sheet")
    agent = browser(company, "agent1")
    assert "/knowledge/import/" not in agent.get("/knowledge/").content.decode()
    assert agent.get("/knowledge/import/").status_code == 403
