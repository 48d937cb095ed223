"""Telling users something: written in the transaction of its cause, exactly once per user.

Here: notices, read marks, preferences, retention. Not here: mail (`channels`, `delivery`).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import IntegerField, QuerySet, Subquery
from django.utils import translation
from django.utils.crypto import get_random_string

from crm.accounts import opening
from crm.core import clock, prepared
from crm.core.bulk import update_many
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


@dataclass(frozen=True)
class Notice:
    """What one user is to be told. Texts and the address are as in `notify()`."""

    user: Any
    title: Text
    dedupe_key: str
    text: Text = ""
    url: str = ""
    event: Any = None

    @property
    def cause(self) -> tuple[int, str]:
        """What makes two notices the same: the user's key and `dedupe_key`."""
        return self.user.pk, self.dedupe_key


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
    notices = [Notice(user, title, dedupe_key, text, url, event) for user in users]
    return notify_each(kind, notices)


@transaction.atomic
def notify_each(kind: str, notices: Iterable[Notice], *, renew: bool = False) -> int:
    """Tell active users each his own, in a fixed number of statements; returns how many now.

    Raises what `notify()` raises. With `renew` a notice that is there already gets the new texts
    where they differ: it is unread again, and what was delivered of it is delivered anew.
    """
    declared = KINDS[kind]
    asked = {item.cause: item for item in notices if _is_path(item) and item.user.is_active}
    if not asked:
        return 0
    wanted = _wanted(declared, {item.user.pk: item.user for item in asked.values()})
    known = _known(asked)
    written = {
        cause: _written(kind, item, IN_APP in wanted[item.user.pk])
        for cause, item in asked.items()
        if wanted[item.user.pk]
    }
    new = [row for cause, row in written.items() if cause not in known]
    Notification.objects.bulk_create(new, ignore_conflicts=True)
    opening.drop(UNREAD)
    _queue_deliveries([row for cause, row in _known(asked).items() if cause not in known], wanted)
    if renew:
        _renew([(row, written[cause]) for cause, row in known.items() if cause in written])
    return len(new)


def _is_path(item: Notice) -> bool:
    """True; raises ValueError for an address that is not a path."""
    if item.url and (not item.url.startswith("/") or item.url.startswith(("//", "/\\"))):
        raise ValueError(f"{item.url!r} is not a path of this site")
    return True


def _known(asked: dict[tuple[int, str], Notice]) -> dict[tuple[int, str], Notification]:
    """The stored notices of these causes."""
    users, keys = {user for user, _key in asked}, {key for _user, key in asked}
    rows = Notification.objects.filter(dedupe_key__in=keys, user__in=users)
    found = {(row.user_id, row.dedupe_key): row for row in rows}
    return {cause: found[cause] for cause in asked if cause in found}


def _renew(pairs: list[tuple[Notification, Notification]]) -> None:
    """Bring stored notices to the texts of fresh ones."""
    names = ("title", "text", "url")
    changed = []
    for row, fresh in pairs:
        if any(getattr(row, name) != getattr(fresh, name) for name in names):
            row.title, row.text, row.url, row.read_at = fresh.title, fresh.text, fresh.url, None
            changed.append(row)
    update_many(changed, (*names, "read_at"))
    sent = Delivery.objects.filter(notification__in=changed, state=Delivery.State.SENT)
    again = list(sent) if changed else []
    for delivery in again:  # a message with a known id would be taken for the one before
        delivery.state, delivery.attempts = Delivery.State.PENDING, 0
        delivery.next_at = quiet.due(clock.now())
        delivery.message_id = _message_id(delivery.notification_id)
    update_many(again, ("state", "attempts", "next_at", "message_id"))
    if again:
        doorbell.ring(DELIVER)


def _written(kind: str, item: Notice, in_app: bool) -> Notification:
    with translation.override(language_of(item.user)):
        heading = " ".join(_say(item.title).split())  # one line: it becomes the subject of a mail
        return Notification(
            user=item.user,
            kind=kind,
            title=heading[:200],
            text=_say(item.text),
            url=item.url,
            dedupe_key=item.dedupe_key,
            event=item.event,
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


def _queue_deliveries(notices: list[Notification], wanted: dict[int, set[str]]) -> None:
    """Write the outbox rows of new notices and ring for them after commit."""
    due = quiet.due(clock.now())
    rows = [
        Delivery(notification_id=row.pk, channel=code, message_id=_message_id(row.pk), next_at=due)
        for row in notices
        for code in sorted(wanted[row.user_id] - {IN_APP})
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
