"""Telling users something: written in the transaction of its cause, exactly once per user.

Here: notices, read marks, preferences, retention. Not here: mail (`channels`, `delivery`).
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import IntegerField, QuerySet, Subquery
from django.utils import translation
from django.utils.crypto import get_random_string

from crm.accounts import opening
from crm.core import clock, prepared
from crm.dictionaries import settings as parameters
from crm.notifications import channels, doorbell, quiet
from crm.notifications.kinds import IN_APP, KINDS, Kind
from crm.notifications.models import Delivery, Notification, Preference

#: A text, or a function that gives it in the language that is active when it is called.
Text = str | Callable[[], str]

DELIVER = "crm.notifications.tasks.deliver_pending"
#: The bell says "99+" from here on; counting further would cost without telling more.
COUNT_LIMIT = 100
UNREAD = "unread"


@transaction.atomic
def notify(
    users: Iterable[Any],
    kind: str,
    *,
    title: Text,
    text: Text = "",
    url: str = "",
    dedupe_key: str,
    event: Any = None,
) -> int:
    """Tell each active user once; returns how many were told now.

    A function as `title` or `text` is called in each reader's language. `url` is a path of this
    site. The same `dedupe_key` never reaches the same user twice (I3). Raises KeyError for a kind
    that is not declared, ValueError for an address that is not a path.
    """
    declared = KINDS[kind]
    if url and (not url.startswith("/") or url.startswith(("//", "/\\"))):
        raise ValueError(f"{url!r} is not a path of this site")
    people = {user.pk: user for user in users if user.is_active}
    if not people:
        return 0
    wanted = _wanted(declared, people)
    known = Notification.objects.filter(dedupe_key=dedupe_key, user__in=people)
    told = set(known.values_list("user_id", flat=True))
    notices = [
        _notice(people[pk], kind, title, text, url, dedupe_key, event, IN_APP in wanted[pk])
        for pk in people
        if wanted[pk] and pk not in told
    ]
    Notification.objects.bulk_create(notices, ignore_conflicts=True)
    opening.drop(UNREAD)
    _queue_deliveries(known.exclude(user__in=told), wanted)
    return len(notices)


def _notice(
    user: Any, kind: str, title: Text, text: Text, url: str, key: str, event: Any, in_app: bool
) -> Notification:
    with translation.override(language_of(user)):
        heading = " ".join(_say(title).split())  # one line: it becomes the subject of a mail
        return Notification(
            user=user,
            kind=kind,
            title=heading[:200],
            text=_say(text),
            url=url,
            dedupe_key=key,
            event=event,
            in_app=in_app,
        )


def _say(text: Text) -> str:
    return str(text()) if callable(text) else str(text)


def language_of(user: Any) -> str:
    """The language a person reads, also outside of a request."""
    return user.language or settings.LANGUAGE_CODE


def _wanted(kind: Kind, people: dict[int, Any]) -> dict[int, set[str]]:
    """The channels by which each person gets this kind."""
    chosen = {
        (user_id, channel): is_on
        for user_id, channel, is_on in Preference.objects.filter(
            kind=kind.code, user__in=people
        ).values_list("user_id", "channel", "is_on")
    }
    ways = channels.available()
    found: dict[int, set[str]] = {}
    for pk, person in people.items():
        reachable = {IN_APP, *(way.code for way in ways if way.address(person))}
        found[pk] = {code for code in reachable if chosen.get((pk, code), kind.is_on(code))}
    return found


def _queue_deliveries(notices: Any, wanted: dict[int, set[str]]) -> None:
    """Write the outbox rows of new notices and ring for them after commit."""
    due = quiet.due(clock.now())
    rows = [
        Delivery(notification_id=pk, channel=code, message_id=_message_id(pk), next_at=due)
        for pk, user_id in notices.values_list("pk", "user_id")
        for code in sorted(wanted[user_id] - {IN_APP})
    ]
    if rows:
        Delivery.objects.bulk_create(rows, ignore_conflicts=True)
        doorbell.ring(DELIVER)


def _message_id(notice_id: int) -> str:
    """Chosen before the first attempt, so that a repeated mail is recognised as the same one."""
    host = settings.SITE_URL.partition("://")[2].partition("/")[0].partition(":")[0]
    return f"<notice-{notice_id}-{get_random_string(12).lower()}@{host or 'localhost'}>"


# --- the bell and the centre page -----------------------------------------------------------------


def unread_count(user: Any) -> int:
    """How many notices wait, at most `COUNT_LIMIT`; the opening of a request counts them too."""
    known = opening.value(UNREAD, user.pk)
    return prepared.count("unread notices", _unread_of, user.pk) if known is None else known


def _unread_of(user_id: int) -> QuerySet:
    return Notification.objects.of(user_id).unread().order_by().values_list("pk")[:COUNT_LIMIT]


class _Number(Subquery):
    """The number of rows a queryset finds, up to its slice."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) found)"
    output_field = IntegerField()


opening.register(UNREAD, lambda user_id: _Number(_unread_of(user_id)))


def mark_read(notices: Any) -> int:
    """Mark the unread ones of a queryset as read; returns how many."""
    opening.drop(UNREAD)
    return notices.unread().update(read_at=clock.now())


def set_preferences(user: Any, choices: dict[tuple[str, str], bool]) -> None:
    """Store `{(kind, channel): on}`; what equals the default is not stored."""
    wanted = {key: is_on for key, is_on in choices.items() if is_on != KINDS[key[0]].is_on(key[1])}
    with transaction.atomic():
        Preference.objects.filter(user=user).delete()
        Preference.objects.bulk_create(
            Preference(user=user, kind=kind, channel=channel, is_on=is_on)
            for (kind, channel), is_on in wanted.items()
        )


def preferences_of(user: Any) -> dict[tuple[str, str], bool]:
    """For every kind and usable channel whether the user gets it."""
    stored = {
        (kind, channel): is_on
        for kind, channel, is_on in Preference.objects.filter(user=user).values_list(
            "kind", "channel", "is_on"
        )
    }
    codes = [IN_APP, *(channel.code for channel in channels.available())]
    return {
        (kind.code, code): stored.get((kind.code, code), kind.is_on(code))
        for kind in KINDS.values()
        for code in codes
    }


def expire() -> int:
    """Remove notices older than the parameter `notice_days`; called by the hourly task."""
    limit = clock.now() - timedelta(days=parameters.get("notice_days"))
    return Notification.objects.filter(created_at__lt=limit).delete()[0]
