"""Categories and articles, written through the services."""

from datetime import datetime
from itertools import count
from typing import Any

from django.core.files.base import ContentFile

from crm.accounts.models import User
from knowledge.choices import ArticleState, Audience
from knowledge.folder_models import Document, Folder
from knowledge.models import Article, Category
from knowledge.services.categories import create_category
from knowledge.services.documents import create_folder, upload_documents
from knowledge.services.reviewing import publish_article, retire_article, submit_article
from knowledge.services.writing import create_article
from tests.factories.company import Company
from tests.factories.customers import spelled

_serial = count(1)


def make_category(company: Company, **values: Any) -> Category:
    """A category for colleagues, the same one for the same name."""
    departments = values.pop("departments", ())
    values.setdefault("name", "使用说明")
    known = Category.objects.filter(name=values["name"], parent=values.get("parent")).first()
    return known or create_category(
        Category(**values), actor=company.admin, departments=departments
    )


def public_category(company: Company, name: str = "常见问题", **values: Any) -> Category:
    """A category that everybody may see."""
    return make_category(company, name=name, audience=Audience.PUBLIC, **values)


def make_article(company: Company, owner: User, **values: Any) -> Article:
    """A draft that this owner wrote."""
    number = next(_serial)
    values.setdefault("title", f"第{spelled(number)}号机械的保养方法")
    values.setdefault("body", "每三百小时更换机油。\n\n- 停机\n- 放油\n- 加油")
    values.setdefault("category", None)
    values["category"] = values["category"] or make_category(company)
    article = Article(owner=owner, **values)
    create_article(article, actor=company.admin)
    Article.objects.filter(pk=article.pk).update(edited_by=owner)
    article.edited_by = owner
    return article


def make_released(
    company: Company,
    owner: User,
    *,
    visible_from: datetime | None = None,
    visible_to: datetime | None = None,
    **values: Any,
) -> Article:
    """An article that the service lead has released."""
    article = make_article(company, owner, **values)
    return release(company, article, visible_from=visible_from, visible_to=visible_to)


def release(company: Company, article: Article, **window: Any) -> Article:
    """Hand an article in and release it."""
    submit_article(article, actor=company.admin)
    publish_article(article, actor=company["service_lead"], **window)
    article.refresh_from_db()
    return article


def make_in(company: Company, owner: User, state: str) -> Article:
    """An article in a state, brought there as people do."""
    article = make_article(company, owner)
    if state == ArticleState.IN_REVIEW:
        submit_article(article, actor=company.admin)
    elif state in (ArticleState.PUBLISHED, ArticleState.RETIRED):
        release(company, article)
        if state == ArticleState.RETIRED:
            retire_article(article, actor=company.admin)
    article.refresh_from_db()
    return article


def make_folder(company: Company, name: str = "产品资料") -> Folder:
    """A folder at the top, made once."""
    known = Folder.objects.filter(name=name, parent=None).first()
    return known or create_folder(Folder(name=name), actor=company.admin)


def make_document(company: Company, owner: User, folder: Folder | None = None) -> Document:
    """A document of this owner."""
    upload = ContentFile("内容".encode(), name=f"说明{spelled(next(_serial))}.txt")
    (document,) = upload_documents(folder or make_folder(company), [upload], actor=company.admin)
    Document.objects.filter(pk=document.pk).update(owner=owner)
    document.owner = owner
    return document
