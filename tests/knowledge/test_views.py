"""Standard tests of the pages of articles, and the few that are theirs alone."""

from typing import Any

import pytest

from knowledge.models import Article
from tests.factories.company import Company
from tests.factories.knowledge import make_article, make_category
from tests.kit.views import StandardViewTests

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
