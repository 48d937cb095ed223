"""A small table that goes out to a workbook and comes back: check everything, then write all.

A declaration names model, columns, what a row is found by and the services that write. The check
writes nothing. Not here: files and pages (`administration`), the meaning of a cell (`widgets`).
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import ModelResource
from import_export.results import RowResult

from crm.core import text
from crm.core.messages import sentences
from crm.core.workbook.headings import FieldSpec, find_heading, heading_key
from crm.core.workbook.reader import Row
from crm.web.workbooks.plans import Change, Plan, Problem, Table
from crm.web.workbooks.widgets import CellField, in_all_languages, widget_for

#: Rows of a file.
LIMIT = 2_000


class KnownRows(BaseInstanceLoader):
    """Finds rows among those read once."""

    def get_instance(self, row: dict[str, str]) -> models.Model | None:
        return self.resource.known.get(self.key_in(row))

    def key_in(self, row: dict[str, str]) -> tuple[Any, ...] | None:
        """What a row of the file is found by."""
        names = self.resource.get_import_id_fields()
        try:
            return tuple(self.resource.fields[name].clean(row) for name in names)
        except ValueError:  # reported with the other cells of the row
            return None


class WorkbookResource(ModelResource):
    """Subclasses give Meta (`model`, `fields`, `import_id_fields`), `create()` and `update()`."""

    DEFAULT_RESOURCE_FIELD = CellField
    #: Columns that together stand once, beside those a row is found by.
    once: ClassVar[tuple[str, ...]] = ()

    class Meta:
        skip_unchanged = True
        skip_html_diff = True
        store_instance = True

    def __init__(self, user: Any) -> None:
        super().__init__()
        self.user = user

    @classmethod
    def field_from_django_field(
        cls, field_name: str, django_field: models.Field, readonly: bool
    ) -> CellField:
        """Plain columns are read by the rules of their form fields."""
        return CellField(field_name, field_name, widget_for(django_field), readonly=readonly)

    # --- what a declaration may say --------------------------------------------------------------
    def create(self, instance: models.Model) -> None:
        """Call the service that makes the row."""
        raise NotImplementedError

    def update(self, original: models.Model, changes: dict[str, Any]) -> None:
        """Call the service that changes the row as it was read."""
        raise NotImplementedError

    def get_queryset(self) -> models.QuerySet:
        """The rows within reach, with the names of what they belong to."""
        relations = [name for name in self._meta.fields if self.column(name).is_relation]
        return super().get_queryset().visible_to(self.user).select_related(*relations)

    # --- columns ---------------------------------------------------------------------------------
    def column(self, name: str) -> models.Field:
        """The model's column of that name."""
        return self._meta.model._meta.get_field(name)

    def label(self, name: str) -> str:
        """Its heading in the reader's language."""
        return str(self.column(name).verbose_name)

    def labels(self) -> list[str]:
        """The heading row."""
        return [self.label(name) for name in self._meta.fields]

    def keeps(self, name: str) -> bool:
        """Whether a blank cell leaves the column alone, which cannot be empty."""
        return self.column(name).has_default()

    def specs(self) -> list[FieldSpec]:
        """What headings are recognised by: labels in all languages, and names."""
        return [
            FieldSpec(name, (*in_all_languages(self.column(name).verbose_name), name))
            for name in self._meta.fields
        ]

    # --- out -------------------------------------------------------------------------------------
    def cells(self, rows: models.QuerySet) -> Iterator[list[Any]]:
        """The table as it goes into a workbook."""
        for row in rows:
            yield [self.fields[name].export(row) for name in self._meta.fields]

    # --- in --------------------------------------------------------------------------------------
    def table(self, rows: Sequence[Row]) -> Table:
        """The texts of a file. Raises FileRefused where no row looks like a heading."""
        heading = find_heading(rows, self.specs())
        below = [
            (number, [text.to_text(cell) for cell in cells])
            for number, cells in rows
            if number > heading.row_no
        ]
        return Table(heading.row_no, list(heading.names), below)

    @cached_property
    def known(self) -> dict[tuple[Any, ...], models.Model]:
        """The rows within reach by what they are found by."""
        return {self.key_of(row): row for row in self.get_queryset()}

    def key_of(self, instance: models.Model) -> tuple[Any, ...]:
        """What a row is found by."""
        return tuple(self.fields[name].get_value(instance) for name in self._meta.import_id_fields)

    def key_texts(self, instance: models.Model) -> list[str]:
        """The same for a reader."""
        return [
            text.to_text(self.fields[name].export(instance)) for name in self._meta.import_id_fields
        ]

    def check(self, table: Table) -> Plan:
        """Everything the table would do, and everything in its way. Writes nothing."""
        plan = Plan()
        if len(table.rows) > LIMIT:
            reason = _("More than %(limit)s rows at once.") % {"limit": LIMIT}
            plan.problems.append(Problem(table.rows[LIMIT][0], "", "", reason))
            return plan
        places = self._places(table, plan.problems)
        if not set(self._meta.import_id_fields) - set(places):
            _Check(self, places, plan).run(table)
        return plan

    def _places(self, table: Table, problems: list[Problem]) -> dict[str, int]:
        """Where each column stands; unknown, doubled and missing headings are problems."""
        names = {heading_key(word): spec.name for spec in self.specs() for word in spec.labels}
        places: dict[str, int] = {}
        for place, heading in enumerate(table.names):
            name = names.get(heading_key(heading))
            if name is None and (heading or table.has_cells(place)):
                reason = _("This column is not known. Delete it, or give it one of the headings.")
            elif name in places:
                reason = _("This column stands twice.")
            else:
                places |= {name: place} if name else {}
                continue
            problems.append(Problem(table.heading, heading, "", reason))
        for name in self._meta.import_id_fields:
            if name not in places:
                reason = _("This column is missing: rows are found by it.")
                problems.append(Problem(table.heading, self.label(name), "", reason))
        return places

    def validate_instance(
        self,
        instance: models.Model,
        import_validation_errors: dict[str, Any] | None = None,
        validate_unique: bool = True,
    ) -> None:
        """The rules of single columns; what others have is compared in memory (`_Check`)."""
        errors = dict(import_validation_errors or {})
        judged = {
            each.name
            for each in instance._meta.concrete_fields
            if each.name in self._meta.fields
            and not (each.is_relation and each.value_from_object(instance))  # was just looked up
        }
        others = {each.name for each in instance._meta.concrete_fields} - judged
        try:
            instance.clean_fields(exclude={*errors, *others})
            instance.clean()
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)

    @transaction.atomic
    def write(self, plan: Plan) -> None:
        """Make and change all rows, or none."""
        for change in plan.changes:
            if change.is_new:
                self.create(change.result.instance)
            else:
                self.update(change.result.original, self.changes(change.result))

    def changes(self, result: RowResult) -> dict[str, Any]:
        """New values of the columns that differ; of a new row, those that say something."""
        pairs = (
            (
                name,
                result.original and each.get_value(result.original),
                each.get_value(result.instance),
            )
            for name, each in self.fields.items()
        )
        return {name: new for name, old, new in pairs if old != new and (old, new) != (None, "")}


class _Check:
    """One pass over the rows, with what they must not have in common."""

    def __init__(self, resource: WorkbookResource, places: dict[str, int], plan: Plan) -> None:
        self.resource, self.places, self.plan = resource, places, plan
        self.loader = KnownRows(resource)
        #: Row of the file by what it is found by, and who has which values that stand once.
        self.seen: dict[Any, int] = {}
        self.holders = {self.mark(row): key for key, row in resource.known.items()}

    def run(self, table: Table) -> None:
        """Judge row by row."""
        for number, cells in table.rows:
            self.judge(number, self.row_of(cells))

    def row_of(self, cells: list[str]) -> dict[str, str]:
        """The cells by column; a blank one leaves a column alone that cannot be empty."""
        row = {
            name: cells[place] if place < len(cells) else "" for name, place in self.places.items()
        }
        return {
            name: cell
            for name, cell in row.items()
            if cell.strip() or not self.resource.keeps(name)
        }

    def judge(self, number: int, row: dict[str, str]) -> None:
        result = self.resource.import_row(row, self.loader, dry_run=True, row_number=number)
        if result.errors:
            raise result.errors[0].error
        reasons = list(self.reasons(number, row, result))
        for name, reason in reasons:
            label = self.resource.label(name) if name in self.resource.fields else ""
            self.plan.problems.append(Problem(number, label, row.get(name, ""), reason))
        if result.is_skip():
            self.plan.same += 1
        elif not reasons:
            key = self.resource.key_texts(result.instance)
            self.plan.changes.append(Change(number, result, key, self.values(result)))

    def reasons(
        self, number: int, row: dict[str, str], result: RowResult
    ) -> Iterator[tuple[str, str]]:
        """(column, reason) of what is in the way."""
        key, once = self.loader.key_in(row), self.resource.once
        if key and self.seen.setdefault(key, number) != number:
            reason = _("The row stands twice: the first time in row %(row)s.")
            yield self.resource._meta.import_id_fields[-1], reason % {"row": self.seen[key]}
        elif result.validation_error:
            for name, texts in result.validation_error.message_dict.items():
                yield name, sentences(texts)
        elif once and self.holders.setdefault(self.mark(result.instance), key) != key:
            yield once[-1], _("Another entry has this value.")

    def mark(self, instance: models.Model) -> tuple[str, ...]:
        """The values that stand once, as the database compares them."""
        found = (self.resource.fields[name].get_value(instance) for name in self.resource.once)
        return tuple(str(getattr(value, "pk", value)).casefold() for value in found)

    def values(self, result: RowResult) -> list[tuple[str, str, str]]:
        """(label, old, new) of what the row would say anew beside what it is found by."""
        found = []
        for name, new in self.resource.changes(result).items():
            if name in self.resource.get_import_id_fields():
                continue
            each = self.resource.fields[name]
            old = "" if result.is_new() else text.to_text(each.export(result.original))
            found.append((self.resource.label(name), old, text.to_text(each.widget.render(new))))
        return found
