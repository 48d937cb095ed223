"""Columns of the operation log and of the view history."""

from collections.abc import Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from crm.access.masking import Masking
from crm.access.policies import POLICIES
from crm.access.verbs import UNMASKED
from crm.activities.tables import names_of
from crm.audit.events import EVENT_TYPES, EventType
from crm.audit.models import Event, View
from crm.web import timeline
from crm.web.columns import EMPTY, CellContext, ChoiceColumn, Column, DateColumn, PersonColumn
from crm.web.tables import Table
from crm.web.templatetags.ui import icon_html
from crm.workbench.choices import Source

#: Changes shown in a row; the record's timeline has all of them.
CHANGES = 4


def kind_of(code: str) -> EventType:
    """The declaration of a code, or a stand-in for one that this version no longer knows."""
    return EVENT_TYPES.get(code) or EventType(code, f"%(actor)s: {code}")


def model_of(type_id: int | None) -> type[models.Model] | None:
    """The model of a content type; Django keeps them in memory."""
    return ContentType.objects.get_for_id(type_id).model_class() if type_id else None


def page_of(type_id: int | None, pk: int | None) -> str:
    """The address of a record's page, without reading the record; "" where it has none."""
    model = model_of(type_id)
    if model is None or pk is None or not hasattr(model, "get_absolute_url"):
        return ""
    return model(pk=pk).get_absolute_url()


def hides_contact_data(user: Any, model: type[models.Model] | None) -> bool:
    """Whether this reader of the log sees phones and e-mails of a model masked."""
    policy = POLICIES.get(model._meta.label_lower) if model else None
    if policy is None or UNMASKED not in policy.rights:
        return False
    return not Masking(user, policy.model).clear.everything


class SentenceColumn(Column):
    """What happened, in words."""

    def cell(self, values: tuple, ctx: CellContext, pk: int) -> SafeString:
        icon = icon_html(kind_of(values[0]).icon)
        return format_html('<span class="log-what">{} {}</span>', icon, self.plain(values, ctx, pk))

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        code, actor, label, type_id = values
        model = model_of(type_id)
        sentence = kind_of(code).sentence(model._meta.label_lower if model else "")
        return str(sentence) % {"actor": actor or _("The system"), "label": label}


class ObjectColumn(Column):
    """The record, with a way to its page."""

    def cell(self, values: tuple, ctx: CellContext, pk: int) -> SafeString | str:
        label, type_id, object_id = values
        if not label:
            return EMPTY
        url = page_of(type_id, object_id)
        return format_html('<a href="{}">{}</a>', url, label) if url else escape(label)


class ChangesColumn(Column):
    """Label, old and new value of what changed; contact data masked like everywhere."""

    def lines(self, values: tuple, ctx: CellContext) -> list[dict[str, str]]:
        """All changes of the event."""
        code, changes, type_id = values
        model = model_of(type_id)
        kind = kind_of(code)
        event = Event(code=code, changes=changes)
        if type_id:
            event.subject_type = ContentType.objects.get_for_id(type_id)
        return timeline.changes_of(event, kind, event, hidden=hides_contact_data(ctx.user, model))

    def cell(self, values: tuple, ctx: CellContext, pk: int) -> SafeString | str:
        lines = self.lines(values, ctx)
        if not lines:
            return EMPTY
        shown = format_html_join(
            "",
            "<div>{}: <del>{}</del> → <ins>{}</ins></div>",
            ((line["label"], line["old"] or "—", line["new"] or "—") for line in lines[:CHANGES]),
        )
        more = f"+{len(lines) - CHANGES}" if len(lines) > CHANGES else ""
        return format_html('<div class="log-changes">{}{}</div>', shown, more)

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        return "; ".join(
            f"{line['label']}: {line['old'] or '—'} → {line['new'] or '—'}"
            for line in self.lines(values, ctx)
        )


class LogTable(Table):
    """Who did what to which record, when and from where."""

    name = "log"
    model = Event
    columns = (
        DateColumn("at", _("Time"), fmt="datetime", sort="at"),
        PersonColumn("actor", _("User"), empty=_("The system")),
        SentenceColumn(
            "what",
            _("Event"),
            paths=("code", "actor__name", "label", "subject_type_id"),
            css="wrap",
        ),
        ObjectColumn("object", _("Object"), paths=("label", "subject_type_id", "subject_id")),
        ChangesColumn(
            "changes", _("Changes"), paths=("code", "changes", "subject_type_id"), css="wrap"
        ),
        ChoiceColumn("source", _("Source"), Source),
        Column("note", _("Note"), css="wrap", default=False),
        Column("ip", _("IP address"), css="nowrap"),
        Column("request_id", _("Request number"), css="nowrap", default=False),
        Column("code", _("Code"), css="nowrap", default=False),
    )


class ViewedColumn(Column):
    """The record that was looked at: one query for each kind of record on the page."""

    def prepare(self, ids: Sequence[int], ctx: CellContext) -> None:
        keys = View.objects.filter(pk__in=ids).values_list("content_type", "object_id")
        ctx.prepared[self.name] = names_of(keys)

    def cell(self, values: tuple, ctx: CellContext, pk: int) -> SafeString | str:
        url = page_of(*values)
        name = self.plain(values, ctx, pk)
        return format_html('<a href="{}">{}</a>', url, name) if url else escape(name)

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        return ctx.prepared[self.name].get(values, _("deleted"))


class KindColumn(Column):
    """The kind of a record in words."""

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        model = model_of(values[0])
        return str(model._meta.verbose_name) if model else ""


class ViewTable(Table):
    """Who looked at which record (D02-15)."""

    name = "view_history"
    model = View
    columns = (
        DateColumn("viewed_at", _("Last viewed at"), fmt="datetime", sort="viewed_at"),
        PersonColumn("user", _("User")),
        KindColumn("kind", _("Kind of record"), paths=("content_type_id",)),
        ViewedColumn("object", _("Record"), paths=("content_type_id", "object_id")),
        Column("times", _("Times"), css="num"),
    )
