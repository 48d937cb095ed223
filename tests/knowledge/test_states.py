"""Every state × transition of articles, and what the database itself refuses."""

import pytest
from django.db import IntegrityError, transaction

from crm.core import clock
from knowledge.choices import ArticleState, Outcome
from knowledge.models import Article, ArticleVersion
from knowledge.states import STATE
from tests.factories.company import Company
from tests.factories.knowledge import make_article, make_released
from tests.kit.states import check_constraint, walk_machine


def article_in(company: Company, state: str) -> Article:
    """An article that the database holds in this state, with what any step may ask for."""
    article = make_article(company, company["sales1"])
    version = ArticleVersion.objects.create(
        article=article, number=1, title=article.title, body=article.body,
        created_at=clock.now(), author=company["sales1"],
    )  # fmt: skip
    values = {"candidate": version, "released": version, STATE.field: state}
    Article.objects.filter(pk=article.pk).update(**values)
    article.refresh_from_db()
    return article


def test_every_pair(company: Company) -> None:
    def make(state: str) -> Article:
        return article_in(company, state)

    walked = walk_machine(STATE, make, actor=company["service_lead"], reader=company["auditor"])
    assert walked == len(ArticleState.values) * len(STATE.transitions)


def test_no_state_but_the_known_ones(company: Company) -> None:
    check_constraint(make_article(company, company["sales1"]), "status")
    article = make_article(company, company["sales1"])
    for state in (ArticleState.IN_REVIEW, ArticleState.PUBLISHED):
        with pytest.raises(IntegrityError), transaction.atomic():
            Article.objects.filter(pk=article.pk).update(**{STATE.field: state})


def test_a_released_version_has_a_window_and_somebody_who_released_it(company: Company) -> None:
    version = make_released(company, company["sales1"]).released
    for values in (
        {"visible_from": None},
        {"decided_by": None},
        {"decision": Outcome.RETURNED},
        {"visible_to": version.visible_from.replace(year=2000)},
        {"body": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            ArticleVersion.objects.filter(pk=version.pk).update(**values)
