"""Write, send, read and comment work reports (`market` 2.11)."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.accounts.models import User
from crm.activities.planning import reporting, states
from crm.activities.planning.choices import ReportStatus
from crm.activities.planning.models_personal import (
    REPORT_LIMIT,
    ReportComment,
    ReportRecipient,
    WorkReport,
)
from crm.activities.planning.services.people import MOST_PEOPLE, require_active
from crm.audit.services import record
from crm.audit.transitions import run_transition
from crm.core import clock
from crm.core.changes import touch, write_changes
from crm.core.errors import InvalidTransition, InvalidValue
from crm.notifications.services import notify

TEXTS = ("work", "plan", "problems")
#: What a window that saw no report yet has seen: the version of one just begun.
BEGUN = 1


def report_for(kind: str, day: date, *, actor: Any) -> WorkReport:
    """The actor's report of the span around a day; a draft is begun where there is none.

    Two windows that begin the same one get the same row.
    """
    policies.require(actor, verbs.ADD, WorkReport)
    first, last = reporting.span_of(kind, day)
    if first > clock.today():
        raise InvalidValue(_("Writing failed: this time has not begun yet."), field="day")
    own = WorkReport.objects.filter(author=actor, kind=kind, starts_on=first)
    return own.first() or _begin(actor, kind, first, last) or own.get()


def _begin(actor: Any, kind: str, first: date, last: date) -> WorkReport | None:
    now = clock.now()
    report = WorkReport(
        author=actor, kind=kind, starts_on=first, ends_on=last,
        created_at=now, updated_at=now, created_by=actor,
    )  # fmt: skip
    try:
        with transaction.atomic():
            report.save(force_insert=True)
            if actor.superior_id and actor.superior.is_active:
                ReportRecipient.objects.create(report=report, user=actor.superior)
            record("activities.report.begun", report, actor=actor)
    except IntegrityError:
        return None
    return report


@transaction.atomic
def save_report(
    report: WorkReport,
    *,
    changes: dict[str, str],
    actor: Any,
    recipients: Iterable[User] | None = None,
    version: int | None = None,
) -> WorkReport:
    """Keep what is typed, of a draft or a sent report. Raises Stale, NotAllowed, InvalidValue."""
    policies.require(actor, verbs.CHANGE, report)
    changes = {name: changes[name].strip() for name in TEXTS if name in changes}
    for name, text in changes.items():
        if len(text) > REPORT_LIMIT:
            raise InvalidValue(_("Saving failed: the text is too long."), field=name)
    diff = write_changes(report, changes, version=version)
    replaced, people = _replace_recipients(report, recipients, actor)
    if replaced and not diff:
        touch(report)
    if diff and report.is_submitted:
        record("activities.report.updated", report, actor=actor, changes=diff)
    if people and report.is_submitted:
        _tell(report, people)
    return report


@transaction.atomic
def keep_draft(
    kind: str,
    day: date,
    *,
    changes: dict[str, str],
    recipients: Iterable[User],
    version: int | None,
    actor: Any,
) -> WorkReport:
    """Keep a draft while its author is typing; begins it with the first text.

    Raises Stale where another window has written since, InvalidTransition for a sent report:
    what others have received changes only when its author saves it.
    """
    report = report_for(kind, day, actor=actor)
    if report.is_submitted:
        raise InvalidTransition(_("Keeping the draft failed: the report has been sent."))
    return save_report(
        report,
        changes=changes,
        recipients=recipients,
        version=version or BEGUN,
        actor=actor,
    )


def _replace_recipients(
    report: WorkReport, people: Iterable[User] | None, actor: Any
) -> tuple[bool, list[User]]:
    """Make these people the readers; returns whether that is a change, and the new ones."""
    if people is None:
        return False, []
    wanted = {person.pk: person for person in people if person.pk != actor.pk}
    if len(wanted) > MOST_PEOPLE:
        raise InvalidValue(
            _("Saving failed: at most %(most)s people can take part.") % {"most": MOST_PEOPLE},
            field="recipients",
        )
    known = set(report.readers.values_list("user_id", flat=True))
    added = [person for pk, person in wanted.items() if pk not in known]
    for person in added:
        require_active(person, "recipients")
    gone, _rows = report.readers.exclude(user_id__in=wanted).delete()
    ReportRecipient.objects.bulk_create(
        ReportRecipient(report=report, user=person) for person in added
    )
    return bool(gone or added), added


@transaction.atomic
def submit_report(report: WorkReport, *, actor: Any) -> WorkReport:
    """Send a report: its facts are kept as they are now, and its readers are told.

    Raises InvalidValue where nothing is written, InvalidTransition where it is sent already.
    """
    policies.require(actor, verbs.CHANGE, report)
    if not report.is_submitted and not report.work:
        raise InvalidValue(_("Sending failed: nothing is written about the work."), field="work")
    if not report.is_submitted and not report.readers.exists():
        raise InvalidValue(_("Sending failed: choose who shall read it."), field="recipients")
    facts = reporting.facts_of(report.author, report.starts_on, report.ends_on)
    data = {"submitted_at": clock.now()}
    run_transition(states.REPORT, report, "submit", actor=actor, **data)
    WorkReport.objects.filter(pk=report.pk).update(facts=facts)
    report.facts = facts
    _tell(report, [reader.user for reader in report.readers.select_related("user")])
    return report


def _tell(report: WorkReport, people: Iterable[User]) -> None:
    name = report.author.name
    notify(
        people,
        "report_received",
        title=lambda: _("%(name)s sent you: %(report)s") % {"name": name, "report": report},
        url=report.get_absolute_url(),
        dedupe_key=f"report:{report.pk}",
    )


@transaction.atomic
def comment_report(report: WorkReport, text: str, *, actor: Any) -> ReportComment:
    """Write a remark on a sent report one may read; its author is told."""
    policies.require(actor, verbs.ADD, WorkReport)
    policies.require(actor, verbs.VIEW, report)
    if not report.is_submitted:
        raise InvalidTransition(_("Commenting failed: the report has not been sent."))
    text = text.strip()
    if not text:
        raise InvalidValue(_("Commenting failed: the text is missing."), field="text")
    comment = ReportComment(report=report, author=actor, text=text, created_at=clock.now())
    comment.full_clean(exclude=["report", "author"], validate_constraints=False)
    comment.save(force_insert=True)
    record("activities.report.commented", report, actor=actor)
    if actor.pk != report.author_id:
        name = actor.name
        notify(
            [report.author],
            "report_commented",
            title=lambda: _("%(name)s commented: %(report)s") % {"name": name, "report": report},
            text=text,
            url=report.get_absolute_url(),
            dedupe_key=f"report-comment:{comment.pk}",
        )
    return comment


@transaction.atomic
def delete_report(report: WorkReport, *, actor: Any) -> None:
    """Throw a draft away. Raises InvalidTransition for what others have received."""
    policies.require(actor, verbs.DELETE, report)
    if report.status != ReportStatus.DRAFT:
        raise InvalidTransition(_("Deleting failed: the report has been sent."))
    record("activities.report.deleted", report, actor=actor)
    report.delete()
