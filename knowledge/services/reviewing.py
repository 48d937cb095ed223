"""From hand to readers: hand in, withdraw, send back, publish, revise, take down (`service` 8.7).

What readers see is a version: a copy made when the text was handed in. Its words never change;
what is written later is what became of it and when it may be read.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.audit.services import record
from crm.audit.transitions import run_transition
from crm.core import clock
from crm.core.changes import write_changes
from crm.core.errors import InvalidTransition, InvalidValue, NotAllowed, Stale
from crm.dictionaries import settings
from crm.notifications.services import notify
from knowledge import moments, reminding, searching
from knowledge.choices import ArticleState, Kind, Outcome
from knowledge.models import Article, ArticleVersion
from knowledge.parameters import FOUR_EYES, REVIEW_DAYS
from knowledge.reviewers import reviewers_of
from knowledge.services.writing import spelled
from knowledge.states import STATE
from knowledge.verbs import REVIEW

UNLOGGED = ("shown_title", "title_pinyin", "candidate", "released", "review_due")


@transaction.atomic
def submit_article(
    article: Article, *, actor: Any, note: str = "", version: int | None = None
) -> Article:
    """Hand the text in: a version is made of it. Raises InvalidValue for an empty text."""
    policies.require(actor, verbs.CHANGE, article)
    _check_text(article)
    if article.status != ArticleState.DRAFT:
        raise InvalidTransition(_("Handing in failed: only a draft can be handed in."))
    candidate = _snapshot(article, note)
    run_transition(
        STATE, article, "submit", actor=actor, version=version, note=note,
        unlogged=UNLOGGED, candidate=candidate,
    )  # fmt: skip
    _tell_reviewers(article, actor)
    return article


def _check_text(article: Article) -> None:
    if not article.body.strip():
        raise InvalidValue(_("Handing in failed: the text is empty."), field="body")
    if article.kind == Kind.SOLUTION and not article.problem.strip():
        raise InvalidValue(
            _("Handing in failed: a solution needs the problem it solves."), field="problem"
        )


def _snapshot(article: Article, note: str) -> ArticleVersion:
    last = article.versions.aggregate(last=models.Max("number"))["last"] or 0
    return ArticleVersion.objects.create(
        article=article, number=last + 1, title=article.title, keywords=article.keywords,
        problem=article.problem, body=article.body, note=note[:200],
        author=article.edited_by, created_at=clock.now(),
    )  # fmt: skip


def _tell_reviewers(article: Article, actor: Any) -> None:
    notify(
        [user for user in reviewers_of(article) if user.pk != actor.pk],
        "article_submitted",
        title=_("“%(title)s” waits for review") % {"title": article.title},
        text=_("By %(actor)s") % {"actor": actor.name},
        url=article.get_absolute_url(),
        dedupe_key=f"article-submitted:{article.pk}:{article.version}",
    )


@transaction.atomic
def withdraw_article(article: Article, *, actor: Any) -> Article:
    """Take the text back from review, to change it."""
    candidate = article.candidate
    run_transition(STATE, article, "withdraw", actor=actor, unlogged=UNLOGGED, candidate=None)
    _decide(candidate, Outcome.WITHDRAWN, actor)
    return article


@transaction.atomic
def return_article(article: Article, reason: str, *, actor: Any) -> Article:
    """Send the text back with a reason. Raises InvalidValue without one."""
    if not reason.strip():
        raise InvalidValue(_("Sending back failed: please say why."), field="reason")
    candidate = article.candidate
    run_transition(
        STATE, article, "return", actor=actor, note=reason, unlogged=UNLOGGED, candidate=None
    )
    _decide(candidate, Outcome.RETURNED, actor, reason)
    _tell_author(article, candidate, actor, _("“%(title)s” was sent back"), reason)
    return article


@transaction.atomic
def publish_article(
    article: Article,
    *,
    actor: Any,
    visible_from: datetime | None = None,
    visible_to: datetime | None = None,
    version: int | None = None,
) -> Article:
    """Release the text in review, now or from an instant on, until another one or for good.

    The version before ends where this one begins. Raises NotAllowed for the author (switch
    `knowledge_four_eyes`), InvalidValue for an end before the beginning.
    """
    policies.require(actor, REVIEW, article)
    candidate, now = article.candidate, clock.now()
    if candidate is None:
        raise InvalidTransition(_("Publishing failed: nothing was handed in for review."))
    _check_four_eyes(candidate, actor)
    begin = max(visible_from or now, now)
    if visible_to is not None and visible_to <= begin:
        raise InvalidValue(
            _("Publishing failed: the end lies before the beginning."), field="visible_to"
        )
    _close_windows(article, begin)
    window = {"visible_from": begin, "visible_to": visible_to, "is_shown": begin <= now}
    _decide(candidate, Outcome.RELEASED, actor, **window)
    values: dict[str, Any] = {"released": candidate, "candidate": None}
    if begin <= now:
        values |= shown_values(candidate)
    values["review_due"] = _next_review(article)
    run_transition(
        STATE, article, "publish", actor=actor, version=version, unlogged=UNLOGGED, **values
    )
    windows_changed(article)
    _tell_author(article, candidate, actor, _("“%(title)s” was published"), "")
    return article


def needs_another(candidate: ArticleVersion | None, user: Any) -> bool:
    """Whether somebody else must release this text: the user wrote it (switch)."""
    is_author = candidate is not None and candidate.author_id == user.pk
    return is_author and bool(settings.get(FOUR_EYES))


def _check_four_eyes(candidate: ArticleVersion, actor: Any) -> None:
    if actor is not None and needs_another(candidate, actor):
        raise NotAllowed(
            _("Publishing failed: you wrote this text, so somebody else must release it.")
        )


def _next_review(article: Article) -> Any:
    today = clock.company_today()
    if article.review_due is not None and article.review_due > today:
        return article.review_due
    return today + timedelta(days=int(settings.get(REVIEW_DAYS)))


def _close_windows(article: Article, at: datetime) -> None:
    """End what could still be read at an instant; what would begin later never begins."""
    still = models.Q(visible_to__isnull=True) | models.Q(visible_to__gt=at)
    rows = ArticleVersion.objects.filter(still, article=article, decision=Outcome.RELEASED)
    later = models.F("visible_from")
    rows.filter(visible_from__gte=at).update(visible_to=later, is_shown=False)
    rows.filter(visible_from__lt=at).update(visible_to=at)


def shown_values(version: ArticleVersion) -> dict[str, Any]:
    """The columns of an article that readers' lists show, from the version they read."""
    return {"shown_title": version.title, "title_pinyin": spelled(version.title)}


def windows_changed(article: Article) -> None:
    """Search, kept conditions and reminders learn what may be read now."""
    moments.changed()
    searching.reindex([article.pk])
    reminding.replan([article.pk])


def _decide(
    candidate: ArticleVersion, decision: str, actor: Any, reason: str = "", **values: Any
) -> None:
    """What became of a version; it is decided once."""
    pending = ArticleVersion.objects.filter(pk=candidate.pk, decision=Outcome.PENDING)
    decided = pending.update(
        decision=decision, decision_note=reason[:300], decided_by=actor,
        decided_at=clock.now(), **values,
    )  # fmt: skip
    if not decided:
        raise InvalidTransition(_("Saving failed: this version has been decided already."))
    candidate.refresh_from_db()


def _tell_author(
    article: Article, version: ArticleVersion, actor: Any, title: str, text: str
) -> None:
    people = {user.pk: user for user in (version.author, article.owner) if user is not None}
    people.pop(actor.pk if actor is not None else None, None)
    notify(
        people.values(),
        "article_decided",
        title=title % {"title": version.title},
        text=text,
        url=article.get_absolute_url(),
        dedupe_key=f"article-decided:{version.pk}",
    )


@transaction.atomic
def revise_article(article: Article, *, actor: Any, version: int | None = None) -> Article:
    """Begin to change a released article, or one that was taken down."""
    run_transition(STATE, article, "revise", actor=actor, version=version)
    return article


@transaction.atomic
def discard_changes(article: Article, *, actor: Any) -> Article:
    """Give up the text in hand and return to the released one.

    Raises InvalidTransition where no version can be read any more.
    """
    released = article.versions.filter(pk=article.released_id).first()
    if released is None or ended(released):
        raise InvalidTransition(
            _("Discarding failed: no released version can be read; take the article down instead.")
        )
    text = {name: getattr(released, name) for name in ("title", "keywords", "problem", "body")}
    run_transition(STATE, article, "discard", actor=actor, unlogged=("body", "problem"), **text)
    return article


def ended(version: ArticleVersion) -> bool:
    """Whether a released version can never be read again."""
    end = version.visible_to
    return end is not None and (end <= clock.now() or end == version.visible_from)


@transaction.atomic
def retire_article(article: Article, *, actor: Any, note: str = "") -> Article:
    """Take an article down at once; nobody but authors and reviewers reads it."""
    run_transition(STATE, article, "retire", actor=actor, note=note)
    _close_windows(article, clock.now())
    ArticleVersion.objects.filter(article=article).update(is_shown=False)
    windows_changed(article)
    return article


@transaction.atomic
def confirm_article(article: Article, *, actor: Any, version: int | None = None) -> Article:
    """Say that the released text is still right: the next review is due later."""
    policies.require(actor, verbs.CHANGE, article)
    days = int(settings.get(REVIEW_DAYS))
    due = clock.company_today() + timedelta(days=days)
    diff = write_changes(article, {"review_due": due}, version=version)
    reminding.replan([article.pk])
    record("knowledge.article.reviewed", article, actor=actor, changes=diff)
    return article


def refresh_windows() -> int:
    """Tell lists and search which windows have opened or closed; returns how many articles.

    A window that opened and closed while nothing ran, or in the bin, ends its article all the same.
    Readers do not wait for this: what they may read is decided by the clock. Safe to run twice.
    """
    now, done = clock.now(), 0
    opened = ArticleVersion.objects.live(now).filter(is_shown=False)
    missed = models.Q(
        pk=models.F("article__released_id"),
        article__status=ArticleState.PUBLISHED,
        article__deleted_at__isnull=True,
    )
    closed = ArticleVersion.objects.filter(models.Q(is_shown=True) | missed, visible_to__lte=now)
    for version in _batch(opened):
        done += _open(version)
    for version in _batch(closed):
        with suppress(Stale):  # somebody else was there first
            done += _close(version)
    return done


def _batch(rows: models.QuerySet) -> Iterable[ArticleVersion]:
    return list(rows.select_related("article").order_by("pk")[:500])


@transaction.atomic
def _open(version: ArticleVersion) -> int:
    if not ArticleVersion.objects.filter(pk=version.pk, is_shown=False).update(is_shown=True):
        return 0
    Article.objects.filter(pk=version.article_id).update(**shown_values(version))
    windows_changed(version.article)
    return 1


@transaction.atomic
def _close(version: ArticleVersion) -> int:
    shown = ArticleVersion.objects.filter(pk=version.pk, is_shown=True).update(is_shown=False)
    article = Article.objects.get(pk=version.article_id)
    last = article.status == ArticleState.PUBLISHED and article.released_id == version.pk
    ends = last and article.deleted_at is None
    if not shown and not ends:
        return 0
    if ends:
        note = _("The time set at publication is over.")
        run_transition(STATE, article, "retire", actor=None, by_rule=True, note=note)
    windows_changed(article)
    return 1
