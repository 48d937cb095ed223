"""What records learn from their follow-ups: the last contact, its summary, the next one."""

from dataclasses import replace
from datetime import datetime

from django.utils import timezone

from crm.activities import links
from crm.activities.anchors import anchors_of
from crm.activities.models import FollowUp
from crm.activities.querysets import FollowUpQuerySet
from crm.activities.subjects import Touch, is_subject, subject_for
from crm.core import clock

SUMMARY_LIMIT = 200


def touch(
    follow_up: FollowUp,
    *,
    next_at: datetime | None = None,
    is_correction: bool = False,
    is_news: bool = False,
) -> None:
    """Tell the record and the one above it about their newest contact.

    `is_news` says of a correction that the attitude was left out at first, or a wrong one.
    """
    subject, parent = anchors_of(follow_up)
    anchors = [(parent, FollowUp.objects.under(parent))]
    if subject != parent:
        anchors.append((subject, FollowUp.objects.about(subject)))
    anchors += [
        (obj, FollowUp.objects.about(obj)) for obj in links.objects_of(follow_up) if is_subject(obj)
    ]
    for obj, rows in anchors:
        news = _news(rows, follow_up, next_at)
        written = follow_up if is_news or not is_correction else None
        subject_for(obj).touch(obj, replace(news, is_correction=is_correction, written=written))


def _news(rows: FollowUpQuerySet, follow_up: FollowUp, next_at: datetime | None) -> Touch:
    """What a record should know; an agreement of long ago is no news where it has passed."""
    found = list(rows.kept().newest_first().only("happened_at", "text")[:2])
    newest = found[0] if found else None
    is_newest = newest is not None and newest.pk == follow_up.pk
    if next_at is not None and not is_newest and next_at <= clock.now():
        next_at = None
    day = timezone.localdate(follow_up.happened_at)
    return Touch(
        at=newest.happened_at if newest else None,
        summary=" ".join(newest.text.split())[:SUMMARY_LIMIT] if newest else "",
        next_at=next_at,
        done_until=clock.day_bounds(day)[1],
        is_first=is_newest and len(found) == 1,
    )
