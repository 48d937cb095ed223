"""The follow-up composer that stands at the head of a record's timeline."""

import secrets
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from crm.access import policies, verbs
from crm.access.scopes import EVERYTHING, Reach
from crm.activities import phrases, related
from crm.activities.choices import METHOD
from crm.activities.forms import FollowUpForm, options_url
from crm.activities.models import FollowUp
from crm.activities.subjects import subject_for
from crm.dictionaries import lookups
from crm.web import fragments
from crm.web.navigation import address

#: Fields behind "More": seldom needed, always there.
MORE = ("attitude", "result", "happened_at", "author")
#: What a call and what a mail is asked beside its text (S09-07, S09-08).
CALL, MAIL = "phone", "email"


def add_url(obj: models.Model) -> str:
    """Address where a follow-up on this record is written."""
    return address("activities:follow_up_add", obj._meta.label_lower, obj.pk)


def blank_form(subject: models.Model, user: Any, data: Any = None, files: Any = None) -> Any:
    """The composer's form; its fields have ids of their own on the page."""
    return FollowUpForm(data, files, subject=subject, actor=user, auto_id="composer_%s")


def composer_for(obj: models.Model, user: Any, *, next_url: str = "") -> "dict[str, Any] | None":
    """The context `composer` of a detail page; None for readers who may not write.

    `next_url` is the next record of the list the reader came from.
    """
    if not policies.can(user, verbs.ADD, FollowUp):
        return None
    return {"blank": BlankComposer(obj, user, next_url)}


def filled(
    obj: models.Model, form: FollowUpForm, *, query: str = "", next_url: str = ""
) -> dict[str, Any]:
    """The context `composer` around a form.

    `query` is added to the address, so that the answer knows where the composer stands.
    """
    return _around(form, add_url(obj) + query, _draft_key(obj), next_url)


def _draft_key(obj: models.Model) -> str:
    return f"{obj._meta.model_name}-{obj.pk}"


def _around(form: FollowUpForm, url: str, draft_key: str, next_url: str) -> dict[str, Any]:
    keys = method_keys()
    return {
        "form": form,
        "url": url,
        "call": keys.get(CALL, ""),
        "mail": keys.get(MAIL, ""),
        "phrases": phrases.common(),
        "method_field": "method",
        "text_field": "text",
        "next_field": "next_contact_at",
        "choice": form["next_choice"],
        "related": form.related_fields(),
        "reached": reached(form, keys),
        "files": form["files"],
        "more": [form[name] for name in MORE],
        "draft_key": draft_key,
        "next_url": next_url,
    }


def method_keys() -> dict[str, int]:
    """Keys of the follow-up methods by their codes."""
    return {value.code: value.pk for value in lookups.items(METHOD, active=False)}


def reached(form: FollowUpForm, keys: dict[str, int]) -> list[dict[str, Any]]:
    """Fields of calls and mails, with the keys of the methods they belong to."""
    wanted = {"address": (CALL, MAIL), "minutes": (CALL,), "topic": (MAIL,)}
    return [
        {"field": form[name], "methods": " ".join(str(keys.get(code, "")) for code in codes)}
        for name, codes in wanted.items()
    ]


@dataclass(frozen=True)
class Anybody:
    """Stands for the writer while the blank composer is drawn; it reads and writes nothing."""

    pk: str
    name: str
    is_active = True

    def reach(self, verb: str, model_label: str) -> Reach:
        """No list of people is made for it."""
        return EVERYTHING


class BlankComposer:
    """The composer before anything is typed: drawn once a language and method, then filled in.

    Its menus are the same for everybody; addresses, draft key, one-use number, writer and token
    are not.
    """

    def __init__(self, subject: models.Model, user: Any, next_url: str) -> None:
        self.subject = subject
        self.pickers = [item.name for item in related.pickers(subject)]
        self.method = subject_for(subject).method(subject)
        self.values = {
            "url": add_url(subject),
            "draft": _draft_key(subject),
            "writer": user.pk,
            "name": user.name,
            **{f"{name}_url": options_url(subject, name) for name in self.pickers},
        }
        if next_url:
            self.values["next"] = next_url

    def html(self, csrf_token: str) -> SafeString:
        """The form with these values."""
        values = {**self.values, "once": secrets.token_hex(16), "csrf": csrf_token}
        key = "blank composer", self.subject._meta.label_lower, self.method
        return fragments.filled(key, self._draw, values, maintained=True)

    def _draw(self, marks: dict[str, str]) -> SafeString:
        urls = {name: marks[f"{name}_url"] for name in self.pickers}
        writer = Anybody(marks["writer"], marks["name"])
        form = FollowUpForm(subject=self.subject, actor=writer, urls=urls, auto_id="composer_%s")
        form.initial["token"] = marks["once"]
        values = {
            "composer": _around(form, marks["url"], marks["draft"], marks.get("next", "")),
            "csrf_token": marks["csrf"],
        }
        return render_to_string("components/_composer.html", values)
