"""What readers do: answers, searches in vain, suggestions, quotes, drafts without persons."""

from typing import Any

import pytest
from django.urls import reverse

from crm.core.errors import DuplicateFound, InvalidValue, NotAllowed
from knowledge.choices import Audience, Lack
from knowledge.models import Article, ArticleUse, Autosave, Feedback, SearchGap
from knowledge.services import draft_from, quote, record_use, suggest
from knowledge.services.drafting import strip_personal
from knowledge.services.feedback import give_feedback, session_of
from knowledge.services.gaps import ticket_for
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.customers import make_customer
from tests.factories.knowledge import make_article, make_category, make_released, public_category
from tests.kit.html import form_values
from tests.kit.queries import count_queries


def test_one_answer_a_session_and_version(company: Company) -> None:
    article = make_released(company, company["sales1"])
    client, url = browser(company, "agent1"), reverse("knowledge:feedback", args=[article.pk])
    answer = {"helpful": "no", "lack": Lack.OUTDATED, "text": "接口已改"}
    assert client.post(url, answer).status_code == 302
    assert client.post(url, answer | {"helpful": "yes"}).status_code == 302
    row = Feedback.objects.get()
    assert (row.is_helpful, row.lack, row.text) == (False, "outdated", "接口已改")
    assert browser(company, "sales2").post(url, {"helpful": "yes"}).status_code == 302
    article.refresh_from_db()
    assert (article.helpful_count, article.unhelpful_count) == (1, 1)
    with pytest.raises(DuplicateFound):
        for _time in range(2):
            give_feedback(article.released, is_helpful=True, session=session_of("x"))
    assert browser(company, "agent1").post(url, {"helpful": "?"}).status_code == 302
    page = browser(company, "sales1").get(
        reverse("knowledge:article_panel", args=[article.pk, "feedback"])
    )
    assert "接口已改" in page.content.decode()
    draft = make_article(company, company["sales1"])
    url = reverse("knowledge:feedback", args=[draft.pk])
    assert browser(company, "sales1").post(url, answer).status_code == 404


def test_searches_in_vain_are_counted_without_persons(company: Company) -> None:
    client = browser(company, "agent1")
    page = client.get(reverse("knowledge:article_list"), {"q": "离线安装"}).content.decode()
    assert "gap_add" not in page
    assert reverse("knowledge:gap_add") in page
    assert not SearchGap.objects.exists()
    add = reverse("knowledge:gap_add")
    for text in ("离线安装", "离线安装", "王总 13800138000"):
        assert client.post(add, {"ticket": ticket_for(text)}).status_code == 204
    client.post(add, {"ticket": "forged"})
    rows = dict(SearchGap.objects.values_list("text", "count"))
    assert rows == {"离线安装": 2, "[姓]总 [电话]": 1}
    listed = browser(company, "sales1").get(reverse("knowledge:gap_list")).content.decode()
    assert "离线安装" in listed
    gap = SearchGap.objects.get(text="离线安装")
    browser(company, "sales1").post(reverse("knowledge:gap_delete", args=[gap.pk]))
    assert SearchGap.objects.count() == 1


def test_suggestions_fit_the_words_of_a_ticket(company: Company) -> None:
    author = company["sales1"]
    login = make_released(company, author, title="忘记密码怎么办", keywords="密码,登录")
    make_released(company, author, title="发票抬头修改", keywords="发票", body="在设置里改。")
    make_article(company, author, title="密码规则草稿", keywords="密码")
    text = "客户来电说早上开始系统登录不上，一直提示密码错误，试了三次都不行，很着急"
    found = suggest(text, company["agent1"], 3)
    assert [item.article.pk for item in found] == [login.pk]
    assert found[0].version == login.released
    assert suggest("今天天气不错", company["agent1"], 3) == []
    assert suggest("", company["agent1"], 3) == []
    assert suggest(text, company["norole"], 3) == []


def test_no_article_is_suggested_for_a_pair_of_characters_alone(company: Company) -> None:
    """Whoever reads three articles about something else reads no fourth."""
    fits = make_released(company, company["agent1"], title="循环泵密封漏水", body="更换密封圈。")
    make_released(company, company["agent1"], title="手机号变成空白", body="停机后检查时间。")
    text = "循环泵漏水，产线停机 凌晨 2 点发现 3 号循环泵密封处漏水，产线已停。"
    assert [item.article for item in suggest(text, company["agent1"], 5)] == [fits]
    assert suggest("凌晨发现产线停机，已经通知值班经理处理", company["agent1"], 5) == []
    (few,) = suggest("停机", company["agent1"], 5)  # what is typed so far counts for itself
    assert few.title == "手机号变成空白"


def test_suggestions_cost_the_same_however_many_articles(company: Company) -> None:
    author, text = company["sales1"], "登录提示密码错误，页面打不开"
    make_released(company, author, title="密码错误怎么办", keywords="密码")
    suggest(text, company["agent1"])
    few = count_queries(lambda: suggest(text, company["agent1"]))
    for number in range(6):
        make_released(company, author, title=f"密码错误 {number}", keywords="密码")
    suggest(text, company["agent1"])
    assert count_queries(lambda: suggest(text, company["agent1"])) <= few


def test_a_quote_remembers_its_version_and_keeps_internal_texts_in(company: Company) -> None:
    author, agent = company["sales1"], company["agent1"]
    public = make_released(
        company, author, category=public_category(company), audience=Audience.PUBLIC,
        body="请**重启**设备。",
    )  # fmt: skip
    found = quote(public, actor=agent)
    assert (found.version, found.text) == (public.released, "请重启设备。")
    assert found.url.startswith("/help/centre/a/")
    internal = make_released(company, author)
    with pytest.raises(InvalidValue):
        quote(internal, actor=agent)
    assert quote(internal, actor=agent, public=False).url == ""
    with pytest.raises(NotAllowed):
        quote(make_article(company, author), actor=agent)
    customer = make_customer(company, author)
    record_use(found.version, customer, actor=agent)
    use = ArticleUse.objects.get()
    assert (use.version, use.subject_id) == (public.released, customer.pk)
    assert Article.objects.get(pk=public.pk).used_count == 1


PERSONAL = (
    "张伟 13800138000", "电话 0571-88886666 转 801", "400-820-8820", "+86 138 0013 8000",
    "zhang.wei@hangzhou-jx.com", "330106199001011234", "33010619900101123X",
    "6222 0212 3456 7890 123", "91330106MA27XXXX1A", "微信：zhangwei_88", "QQ 123456789",
    "浙A·12345", "192.168.10.23", "１３８００１３８０００",
)  # fmt: skip


@pytest.mark.parametrize("text", PERSONAL)
def test_what_points_to_a_person_is_taken_out(text: str) -> None:
    clean = strip_personal(f"客户说：{text}，请处理", ["张伟"])
    digits = "".join(sign for sign in clean if sign.isdigit())
    assert len(digits) < 5, clean
    assert "张伟" not in clean
    assert "@" not in clean
    assert "zhangwei" not in clean


def test_a_draft_of_a_ticket_names_nobody(company: Company) -> None:
    agent = company["agent1"]
    article = draft_from(
        "王经理（13800138000）反馈：杭州精密机械有限公司的设备 E-17，重启后恢复。",
        title="杭州精密机械设备报 E-17",
        problem="杭州精密机械有限公司来电，联系人李丽，邮箱 li@jx.cn",
        names=["杭州精密机械有限公司", "李丽"],
        category=make_category(company),
        actor=agent,
    )
    text = " ".join((article.title, article.problem, article.body))
    for part in ("精密", "李丽", "13800138000", "li@jx.cn", "王经理"):
        assert part not in text
    assert "E-17" in article.body
    assert "重启后恢复" in article.body
    assert (article.owner, article.audience, article.status) == (agent, "staff", "draft")


def test_what_is_typed_is_kept_and_offered_again(company: Company) -> None:
    author = company["sales1"]
    article = make_article(company, author, body="已存的正文")
    client: Any = browser(company, "sales1")
    url = reverse("knowledge:article_autosave", args=[article.pk])
    edit = reverse("knowledge:article_edit", args=[article.pk])
    typed = {"title": article.title, "body": "打了一半", "version": article.version}
    answer = client.post(url, typed).json()
    assert answer["current"] is True
    assert Article.objects.get(pk=article.pk).body == "已存的正文"
    page = client.get(edit)
    assert form_values(page, "body")["body"] == ["已存的正文"]
    assert "?restore=1" in page.content.decode()
    values = form_values(client.get(edit, {"restore": "1"}), "body")
    assert values["body"] == ["打了一半"]
    browser(company, "admin").post(
        edit, form_values(browser(company, "admin").get(edit), "body") | {"keywords": ["密码"]}
    )
    assert client.post(edit, values).status_code == 302
    assert Article.objects.get(pk=article.pk).keywords == "密码"
    assert Article.objects.get(pk=article.pk).body == "打了一半"
    assert not Autosave.objects.exists()
    assert browser(company, "agent1").post(url, typed).status_code == 404
