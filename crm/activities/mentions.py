"""Colleagues named with @ in a follow-up: finding them in the text, telling them, showing them.

A mention is the sign, then the whole name or the account of an active person; of several people
with one name only the account tells which. Nobody is told about a record he does not see.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from crm.access import verbs
from crm.accounts.models import User
from crm.activities.models import FollowUp, Mention
from crm.activities.notices import MENTIONED
from crm.activities.subjects import subject_for
from crm.notifications.services import notify

#: The sign at the start of a word: the one in an e-mail address is none.
_SIGN = re.compile(r"(?<![A-Za-z0-9._])[@＠]([^\s@＠]{1,60})")
LONGEST_NAME = 30
MOST = 10
EXCERPT = 120


def named(text: str) -> dict[int, tuple[User, str]]:
    """The people named in a text by their keys, with what was typed; at most one query."""
    words = [found[1] for found in _SIGN.finditer(text)][:MOST]
    if not words:
        return {}
    lengths = range(1, LONGEST_NAME + 1)
    beginnings = {word[:end] for word in words for end in lengths}
    folded = {beginning.lower() for beginning in beginnings}
    by_name: dict[str, set[User]] = defaultdict(set)
    active = User.objects.active()
    for user in active.filter(models.Q(name__in=beginnings) | models.Q(username__in=folded)):
        by_name[user.name].add(user)
        by_name[user.username.lower()].add(user)
    hits = (_longest(word, by_name) for word in words)
    return {user.pk: (user, typed) for user, typed in filter(None, hits)}


def _longest(word: str, people: dict[str, set[User]]) -> tuple[User, str] | None:
    """The longest beginning of a word that names exactly one person."""
    for end in range(min(len(word), LONGEST_NAME), 0, -1):
        typed = word[:end]
        found = people.get(typed) or people.get(typed.lower()) or set()
        if len(found) == 1:
            return next(iter(found)), typed
    return None


def write(follow_up: FollowUp, subject: models.Model, *, actor: Any, is_new: bool = False) -> None:
    """Bring the mentions of a follow-up to the state of its text, and tell who is new there."""
    found = named(follow_up.text)
    old = follow_up.mentions.values_list("user_id", flat=True)
    known = set() if is_new else set(old)
    if not found and not known:
        return
    follow_up.mentions.exclude(user__in=found).delete()
    new = [(user, typed) for pk, (user, typed) in found.items() if pk not in known]
    Mention.objects.bulk_create(
        Mention(follow_up=follow_up, user=user, typed=typed) for user, typed in new
    )
    told = [user for user, _typed in new if user.pk != actor.pk and sees(user, subject)]
    notify(
        told,
        MENTIONED.code,
        title=lambda: (
            _("%(name)s mentioned you: %(record)s") % {"name": actor.name, "record": subject}
        ),
        text=" ".join(follow_up.text.split())[:EXCERPT],
        url=subject.get_absolute_url(),
        dedupe_key=f"mention:{follow_up.pk}",
    )


def sees(user: Any, subject: models.Model) -> bool:
    """Whether the record is in use and within this person's scope."""
    rows = type(subject).objects.visible_to(user, verbs.VIEW).filter(pk=subject.pk)
    return subject_for(subject).kept(rows).exists()


def typed_in(texts: dict[int, str]) -> dict[int, list[tuple[str, str]]]:
    """What was typed and the person's name today, by follow-up; no query without an @."""
    wanted = [pk for pk, text in texts.items() if "@" in text or "＠" in text]
    if not wanted:
        return {}
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    rows = Mention.objects.filter(follow_up__in=wanted)
    for pk, typed, name in rows.values_list("follow_up_id", "typed", "user__name"):
        found[pk].append((typed, name))
    return found


def marked(text: str, people: Iterable[tuple[str, str]]) -> SafeString:
    """The text as HTML with its mentions as names that stand out."""
    names = dict(people)
    longest = sorted(names, key=len, reverse=True)
    pattern = re.compile("[@＠](" + "|".join(map(re.escape, longest)) + ")")
    parts: list[str] = []
    last = 0
    for hit in pattern.finditer(text):
        parts.append(conditional_escape(text[last : hit.start()]))
        parts.append(format_html('<span class="mention">@{}</span>', names[hit[1]]))
        last = hit.end()
    parts.append(conditional_escape(text[last:]))
    return SafeString("".join(parts))
