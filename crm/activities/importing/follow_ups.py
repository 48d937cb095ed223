"""Import of follow-ups (`market` 2.8): times and authors of the past are kept (S11-18, D09-4)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models.functions import TruncMinute
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from crm.access import policies, verbs
from crm.accounts import directory
from crm.accounts.models import User
from crm.activities import norm, related
from crm.activities.choices import METHOD
from crm.activities.importing.fields import FIELDS
from crm.activities.models import TEXT_LIMIT, FollowUp
from crm.activities.people import may_write_for
from crm.activities.services import Said, create_follow_up, withdraw_follow_up
from crm.activities.subjects import SUBJECTS
from crm.core import clock
from crm.core.errors import DomainError
from crm.core.notes import suspect
from crm.dictionaries.models import Dictionary, Item
from crm.dictionaries.services import create_item
from crm.jobs.importing import fields
from crm.jobs.importing.fields import Known, left_empty
from crm.jobs.importing.kinds import ImportKind, UndoKind
from crm.jobs.importing.resources import (
    NEW,
    REFUSE,
    SKIP,
    Options,
    Resource,
    Row,
    Written,
    register,
)
from crm.jobs.kinds import register as register_kind
from crm.jobs.models import JobRow

Outcome = JobRow.Outcome
REQUIRED = {
    "customer": gettext_lazy("The customer or lead is missing."),
    "happened_at": gettext_lazy("The time of the follow-up is missing or not understood."),
    "method": gettext_lazy("The follow-up method is missing."),
    "text": gettext_lazy("The content is missing."),
}
NO_AUTHOR = gettext_noop(
    "“%(value)s” is no user, or several have this name; the importer becomes the author."
)
#: The record (label, key), the instant and the text: what makes two follow-ups the same.
Key = tuple[str, int, datetime, str]


class FollowUpResource(Resource):
    """Follow-ups; the same text at the same time on the same record is the same one."""

    code = "follow_ups"
    label = gettext_lazy("Follow-ups")
    model = FollowUp
    fields = FIELDS
    summary_event = "activities.follow_up.imported"
    url_name = "activities:follow_up_import"
    can_update = False

    def known(self, actor: Any) -> Known:
        return Known(extra={"people": directory.by_spelling(User.objects.all(), fields.fold)})

    def combine(self, row: Row, known: Known, options: Options) -> None:
        """What a follow-up needs; the rules of the form hold for rows as well."""
        values = row.values
        for name, reason in REQUIRED.items():
            if not values.get(name):
                row.refuse(str(reason))
                return
        try:
            values["text"] = norm.checked_text(values["text"], limit=TEXT_LIMIT)
        except DomainError as error:
            row.refuse(error.message)
        happened = datetime.fromisoformat(values["happened_at"])
        if happened > clock.now():
            row.refuse(_("The time of a follow-up cannot be in the future."))
        planned = values.get("next_contact_at")
        if planned and datetime.fromisoformat(planned) <= happened:
            del values["next_contact_at"]
            message = gettext_noop("The next contact is not later than the follow-up, left empty.")
            row.notes.append(("next_contact_at", left_empty("order", message)))

    def examine(self, rows: Sequence[Row], actor: Any, options: Options, seen: dict) -> None:
        """Find the records within reach, then the follow-ups they have already."""
        open_rows = [row for row in rows if row.outcome != REFUSE]
        found = records_named([row.values["customer"] for row in open_rows], actor)
        for row in open_rows:
            places = found.get(row.values["customer"], [])
            if len(places) != 1:
                row.refuse(
                    _("There is more than one customer or lead of this name.")
                    if places
                    else _("There is no such customer or lead within your reach.")
                )
                continue
            row.values["subject"] = list(places[0])
            self._author(row, actor)
        self._duplicates([row for row in open_rows if row.outcome != REFUSE], seen, options)

    def _author(self, row: Row, actor: Any) -> None:
        """A stranger is refused; a word for nobody waits for a decision."""
        value = row.values.setdefault("author", actor.pk)
        if fields.is_unknown(value) or value == actor.pk:
            return
        author = User.objects.get(pk=value)
        if not may_write_for(actor, author, is_history=True):
            row.refuse(_("You may not write follow-ups for %(name)s.") % {"name": author.name})

    def _duplicates(self, rows: Sequence[Row], seen: dict, options: Options) -> None:
        stored = stored_keys(rows)
        for row in rows:
            key = key_of(row)
            if key in seen:
                text = _("The same follow-up stands in row %(row)d of the file.")
                self._same(row, text % {"row": seen[key]}, options)
            elif key in stored:
                self._same(row, _("The follow-up exists already."), options)
            seen.setdefault(key, row.number)

    def _same(self, row: Row, reason: str, options: Options) -> None:
        if options.duplicates == "refuse":
            row.refuse(reason)
        else:
            row.outcome, row.reason = SKIP, reason

    def write(self, rows: Sequence[Row], actor: Any, options: Options, note: str) -> list[Written]:
        """One by one: each brings its record up to date."""
        chosen = Chosen(options, actor)
        return [self._write(row, actor, chosen) for row in rows]

    def _write(self, row: Row, actor: Any, chosen: "Chosen") -> Written:
        if row.outcome == REFUSE:
            return Written(row, Outcome.REFUSED, reason=row.reason)
        if row.outcome != NEW:
            return Written(row, Outcome.SKIPPED, reason=row.reason)
        try:
            with transaction.atomic():
                follow_up = self._create(row, actor, chosen)
        except DomainError as error:
            return Written(row, Outcome.REFUSED, reason=error.message)
        if follow_up is None:
            return Written(row, Outcome.REFUSED, reason=row.reason)
        return Written(row, Outcome.CREATED, follow_up, data={"version": follow_up.version})

    def _create(self, row: Row, actor: Any, chosen: "Chosen") -> FollowUp | None:
        values = row.values
        method, author = chosen.method(row), chosen.author(row)
        label, pk = values["subject"]
        subject = SUBJECTS[label].model.objects.visible_to(actor).filter(pk=pk).first()
        if subject is None:
            row.refuse(_("There is no such customer or lead within your reach."))
        if row.outcome == REFUSE:
            return None
        said = Said(
            text=values["text"],
            method=method,
            happened_at=datetime.fromisoformat(values["happened_at"]),
            author=author,
            attitude=values.get("attitude") or "",
            result=values.get("result") or "",
            next_contact_at=moment_of(values.get("next_contact_at")),
            address=values.get("address") or "",
            topic=values.get("topic") or "",
            minutes=values.get("minutes"),
            related=person_named(row, subject, actor),
        )
        return create_follow_up(subject, said, actor=actor, is_history=True)

    def undo(self, row: JobRow, actor: Any) -> str:
        """A follow-up goes again where nobody has touched it since."""
        follow_up = FollowUp.objects.kept().filter(pk=row.object_id).first()
        if follow_up is None:
            return _("The follow-up is no longer there.")
        if not policies.can(actor, verbs.IMPORT, FollowUp):
            return _("You may no longer import follow-ups.")
        if follow_up.version != row.data.get("version"):
            return _("The follow-up has been changed since the import.")
        withdraw_follow_up(follow_up, actor=actor)
        return ""


class Chosen:
    """Methods and authors, with what the user has decided about words nobody knows."""

    def __init__(self, options: Options, actor: Any) -> None:
        self.options, self.actor = options, actor
        self.known = {item.pk: item for item in Item.objects.filter(dictionary__code=METHOD)}

    def method(self, row: Row) -> Item | None:
        """The method of a row; None where it was refused. Raises NotAllowed."""
        value = row.values["method"]
        if not fields.is_unknown(value):
            return self.known[value]
        word, choice = self._decided("method", value)
        if choice["do"] == "map" and choice.get("to"):
            return self.known[int(choice["to"])]
        if choice["do"] == "add":
            return self._add(word)
        row.refuse(_("The value “%(value)s” is not known.") % {"value": word})
        return None

    def author(self, row: Row) -> User | None:
        """The author of a row, for a word that is nobody the importer; None where refused."""
        value = row.values["author"]
        if not fields.is_unknown(value):
            return User.objects.get(pk=value)
        word, choice = self._decided("author", value)
        if choice["do"] == "map" and choice.get("to"):
            return User.objects.get(pk=choice["to"])
        if choice["do"] == "refuse":
            row.refuse(_("The value “%(value)s” is not known.") % {"value": word})
            return None
        row.notes.append(("author", suspect("unknown", NO_AUTHOR, value=word)))
        return self.actor

    def _decided(self, name: str, value: dict[str, str]) -> tuple[str, dict[str, Any]]:
        """The word of the file, and what to do about it."""
        word = value[fields.UNKNOWN]
        decided = self.options.decisions.get(name, {}).get(word)
        return word, decided or {"do": self.options.unknown}

    def _add(self, word: str) -> Item:
        """A new method; needs the right to add one."""
        key = fields.fold(word)
        by_name = {fields.fold(item.name): item for item in self.known.values()}
        if key not in by_name:
            dictionary = Dictionary.objects.get(code=METHOD)
            code = f"added-{len(self.known) + 1}"
            item = Item(dictionary=dictionary, code=code, name=word[:60], order=900)
            by_name[key] = create_item(item, actor=self.actor)
            self.known[by_name[key].pk] = by_name[key]
        return by_name[key]


def records_named(words: Sequence[str], actor: Any) -> dict[str, list[tuple[str, int]]]:
    """Records within reach by what a file calls them; a kind found first is preferred."""
    found: dict[str, list[tuple[str, int]]] = {}
    for subject in SUBJECTS.values():
        left = sorted({word for word in words if word not in found})
        if subject.find is None or not left:
            continue
        for word, keys in subject.find(left, actor).items():
            found[word] = [(subject.label, pk) for pk in keys]
    return found


def key_of(row: Row) -> Key:
    """What makes a row the same follow-up as another: record, words, and the minute.

    Files, also those exported from here, tell times to the minute.
    """
    label, pk = row.values["subject"]
    return (
        label,
        pk,
        minute_of(datetime.fromisoformat(row.values["happened_at"])),
        row.values["text"],
    )


def minute_of(moment: datetime) -> datetime:
    """The minute of an instant."""
    return moment.astimezone(UTC).replace(second=0, microsecond=0)


def stored_keys(rows: Sequence[Row]) -> set[Key]:
    """The keys of follow-ups that stand on these records at these times; one query a kind."""
    found: set[Key] = set()
    for label in {row.values["subject"][0] for row in rows}:
        mine = [row for row in rows if row.values["subject"][0] == label]
        kind = ContentType.objects.get_for_model(SUBJECTS[label].model)
        stored = (
            FollowUp.objects.kept()
            .filter(
                subject_type=kind,
                subject_id__in={row.values["subject"][1] for row in mine},
            )
            .annotate(minute=TruncMinute("happened_at", tzinfo=UTC))
        )
        stored = stored.filter(minute__in={key_of(row)[2] for row in mine})
        for pk, moment, text in stored.values_list("subject_id", "happened_at", "text"):
            found.add((label, pk, minute_of(moment), text))
    return found


def person_named(row: Row, subject: models.Model, actor: Any) -> list[models.Model]:
    """The person spoken with, where the record has exactly one of this name."""
    name = row.values.get("contact")
    picker = related.RELATED.get("contact")
    if not name or picker is None or picker.of(subject) is None:
        return []
    found = [obj for obj in picker.matching(picker.rows(subject, actor), name) if str(obj) == name]
    if len(found) == 1:
        return found
    message = gettext_noop("“%(value)s” is no contact of this customer, left empty.")
    row.notes.append(("contact", left_empty("contact", message, value=name)))
    return []


def moment_of(text: str | None) -> datetime | None:
    """An instant of the rows file."""
    return datetime.fromisoformat(text) if text else None


FOLLOW_UPS = register(FollowUpResource())


@register_kind
class FollowUpImport(ImportKind):
    """Import of follow-ups."""

    code = "follow_ups.import"
    label = gettext_lazy("Import of follow-ups")
    model = FollowUp
    resource = FOLLOW_UPS


@register_kind
class FollowUpImportUndo(UndoKind):
    """Undo of an import of follow-ups."""

    code = "follow_ups.import_undo"
    label = gettext_lazy("Undo of an import of follow-ups")
    model = FollowUp
    resource = FOLLOW_UPS
