"""The follow-up composer that stands at the head of a record's timeline."""

import secrets
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from crm.access import policies, verbs
from crm.access.scopes import EVERYTHING, Reach
from crm.activities.choices import PHRASE
from crm.activities.forms import FollowUpForm
from crm.activities.models import FollowUp
from crm.dictionaries import lookups
from crm.web import fragments
from crm.web.navigation import address

#: Fields behind "More": seldom needed, always there.
MORE = ("attitude", "result", "happened_at", "author")


def add_url(obj: models.Model) -> str:
    """Address where a follow-up on this record is written."""
    return address("activities:follow_up_add", obj._meta.label_lower, obj.pk)


def phrases() -> list[str]:
    """Common phrases of the company, in the reader's language (`market` 1.6)."""
    return [value.label for value in lookups.items(PHRASE)]


def blank_form(user: Any, data: Any = None) -> FollowUpForm:
    """The composer's form; its fields have ids of their own on the page."""
    return FollowUpForm(data, actor=user, auto_id="composer_%s")


def composer_for(obj: models.Model, user: Any) -> "dict[str, Any] | None":
    """The context `composer` of a detail page; None for readers who may not write."""
    if not policies.can(user, verbs.ADD, FollowUp):
        return None
    return {"blank": BlankComposer(add_url(obj), _draft_key(obj), user)}


def filled(obj: models.Model, form: FollowUpForm, *, query: str = "") -> dict[str, Any]:
    """The context `composer` around a form.

    `query` is added to the address, so that the answer knows where the composer stands.
    """
    return _around(form, add_url(obj) + query, _draft_key(obj))


def _draft_key(obj: models.Model) -> str:
    return f"{obj._meta.model_name}-{obj.pk}"


def _around(form: FollowUpForm, url: str, draft_key: str) -> dict[str, Any]:
    return {
        "form": form,
        "url": url,
        "phrases": phrases(),
        "method_field": "method",
        "text_field": "text",
        "next_field": "next_contact_at",
        "choice": form["next_choice"],
        "more": [form[name] for name in MORE],
        "draft_key": draft_key,
    }


@dataclass(frozen=True)
class Anybody:
    """Stands for the writer while the blank composer is drawn; it reads and writes nothing."""

    pk: str
    name: str

    def reach(self, verb: str, model_label: str) -> Reach:
        """No list of people is made for it."""
        return EVERYTHING


class BlankComposer:
    """The composer before anything is typed: drawn once a language, then only filled in.

    Its menus are the same for everybody; address, draft key, one-use number, writer and token are
    not.
    """

    def __init__(self, url: str, draft_key: str, user: Any) -> None:
        self.values = {"url": url, "draft": draft_key, "writer": user.pk, "name": user.name}

    def html(self, csrf_token: str) -> SafeString:
        """The form with these values."""
        values = {**self.values, "once": secrets.token_hex(16), "csrf": csrf_token}
        return fragments.filled("blank composer", self._draw, values, maintained=True)

    @staticmethod
    def _draw(marks: dict[str, str]) -> SafeString:
        form = blank_form(Anybody(marks["writer"], marks["name"]))
        form.initial["token"] = marks["once"]
        values = {
            "composer": _around(form, marks["url"], marks["draft"]),
            "csrf_token": marks["csrf"],
        }
        return render_to_string("components/_composer.html", values)
