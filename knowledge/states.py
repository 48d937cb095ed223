"""The states of an article's text in hand (`service` 8.7)."""

from django.utils.translation import gettext_lazy as _

from crm.access import verbs
from crm.core.states import StateMachine, Transition
from knowledge.choices import ArticleState
from knowledge.verbs import REVIEW

S = ArticleState
STATE = StateMachine(
    field="status",
    transitions=(
        Transition(
            "submit",
            _("Hand in for review"),
            (S.DRAFT,),
            S.IN_REVIEW,
            verbs.CHANGE,
            "knowledge.article.submitted",
            requires=("candidate",),
        ),
        Transition(
            "withdraw",
            _("Withdraw"),
            (S.IN_REVIEW,),
            S.DRAFT,
            verbs.CHANGE,
            "knowledge.article.withdrawn",
        ),
        Transition(
            "return",
            _("Send back"),
            (S.IN_REVIEW,),
            S.DRAFT,
            REVIEW,
            "knowledge.article.returned",
        ),
        Transition(
            "publish",
            _("Publish"),
            (S.IN_REVIEW,),
            S.PUBLISHED,
            REVIEW,
            "knowledge.article.published",
            requires=("released",),
        ),
        Transition(
            "revise",
            _("Revise"),
            (S.PUBLISHED, S.RETIRED),
            S.DRAFT,
            verbs.CHANGE,
            "knowledge.article.revised",
        ),
        Transition(
            "discard",
            _("Discard the changes"),
            (S.DRAFT,),
            S.PUBLISHED,
            verbs.CHANGE,
            "knowledge.article.discarded",
            requires=("released",),
        ),
        Transition(
            "retire",
            _("Take down"),
            (S.PUBLISHED, S.DRAFT),
            S.RETIRED,
            REVIEW,
            "knowledge.article.retired",
            requires=("released",),
        ),
    ),
)
