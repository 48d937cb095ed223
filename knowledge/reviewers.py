"""Who may release an article: people with the right to review within reach of its owner."""

from typing import Any

from django.contrib.auth import get_user_model

from crm.accounts.models import Grant
from knowledge.models import Article
from knowledge.verbs import REVIEW

#: Nobody is told when everybody is told.
MOST = 20


def reviewers_of(article: Article) -> list[Any]:
    """Active people who may release it, at most twenty."""
    label = Article._meta.label_lower
    roles = Grant.objects.filter(model=label, verb=REVIEW).values("role")
    people = get_user_model().objects.filter(roles__in=roles, is_active=True).distinct()
    found = [
        user
        for user in people.order_by("pk")[: 5 * MOST]
        if user.reach(REVIEW, label).covers(article.owner_id)
    ]
    return found[:MOST]
