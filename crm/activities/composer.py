"""The follow-up composer that stands at the head of a record's timeline."""

from typing import Any

from django.db import models
from django.urls import reverse

from crm.access import policies, verbs
from crm.activities.choices import PHRASE
from crm.activities.forms import FollowUpForm
from crm.activities.models import FollowUp
from crm.dictionaries import lookups

#: Fields behind "More": seldom needed, always there.
MORE = ("attitude", "result", "happened_at", "author")


def add_url(obj: models.Model) -> str:
    """Address where a follow-up on this record is written."""
    return reverse("activities:follow_up_add", args=[obj._meta.label_lower, obj.pk])


def phrases() -> list[str]:
    """Common phrases of the company, in the reader's language (`market` 1.6)."""
    return [value.label for value in lookups.items(PHRASE)]


def blank_form(user: Any, data: Any = None) -> FollowUpForm:
    """The composer's form; its fields have ids of their own on the page."""
    return FollowUpForm(data, actor=user, auto_id="composer_%s")


def composer_for(
    obj: models.Model, user: Any, form: Any = None, *, query: str = ""
) -> dict[str, Any] | None:
    """The context `composer` of a detail page; None for readers who may not write.

    `query` is added to the address, so that the answer knows where the composer stands.
    """
    if not policies.can(user, verbs.ADD, FollowUp):
        return None
    form = form or blank_form(user)
    return {
        "form": form,
        "url": add_url(obj) + query,
        "phrases": phrases(),
        "method_field": "method",
        "text_field": "text",
        "next_field": "next_contact_at",
        "choice": form["next_choice"],
        "more": [form[name] for name in MORE],
        "draft_key": f"{obj._meta.model_name}-{obj.pk}",
    }
