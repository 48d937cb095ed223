"""Bulk actions on articles: move, hand over, delete."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.access import verbs
from crm.access.policies import policy_for
from crm.accounts.models import User
from crm.web.bulk import BulkAction, register
from crm.web.fields import RemoteChoiceField
from knowledge import lists
from knowledge.forms import CategoryField
from knowledge.models import Article
from knowledge.services.removing import delete_article
from knowledge.services.reviewing import confirm_article
from knowledge.services.writing import update_article


class MoveForm(forms.Form):
    """Where to."""

    category = CategoryField(label=_("Category"))

    def __init__(self, data: Any = None, *, actor: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["category"].offer(actor, None)


class OwnerForm(forms.Form):
    """To whom."""

    owner = RemoteChoiceField(
        User.objects.active(), url_name="accounts:person_options", label=_("Owner")
    )

    def __init__(self, data: Any = None, *, actor: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        reach = policy_for(Article).reach(actor, verbs.CHANGE)
        if not reach.everything:
            people = User.objects.active().filter(pk__in=reach.owners)
            self.fields["owner"].queryset = people


@register
class MoveArticles(BulkAction):
    """Put the marked articles into another category."""

    spec = lists.ARTICLES
    name = "move"
    label = _("Move")
    icon = "folder"
    verb = verbs.CHANGE
    form_class = MoveForm

    def perform(self, obj: Article, data: dict[str, Any], actor: Any) -> None:
        update_article(obj, changes={"category": data["category"]}, actor=actor)


@register
class HandOverArticles(BulkAction):
    """Give the marked articles to another owner."""

    spec = lists.ARTICLES
    name = "owner"
    label = _("Change owner")
    icon = "user-share"
    verb = verbs.CHANGE
    form_class = OwnerForm

    def perform(self, obj: Article, data: dict[str, Any], actor: Any) -> None:
        update_article(obj, changes={"owner": data["owner"]}, actor=actor)


@register
class ConfirmArticles(BulkAction):
    """Say of the marked articles that they are up to date."""

    spec = lists.ARTICLES
    name = "confirm"
    label = _("Still right")
    icon = "checks"
    verb = verbs.CHANGE

    def perform(self, obj: Article, data: dict[str, Any], actor: Any) -> None:
        confirm_article(obj, actor=actor)


@register
class DeleteArticles(BulkAction):
    """Put the marked articles into the recycle bin."""

    spec = lists.ARTICLES
    name = "delete"
    label = _("Confirm deletion")
    icon = "trash"
    verb = verbs.DELETE
    danger = True

    def perform(self, obj: Article, data: dict[str, Any], actor: Any) -> None:
        delete_article(obj, actor=actor)


ARTICLE_ACTIONS = (MoveArticles, HandOverArticles, ConfirmArticles, DeleteArticles)
