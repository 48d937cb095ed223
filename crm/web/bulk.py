"""Bulk actions: rows are marked, confirmed and worked on one by one, with a report per row.

The selection comes as keys or as "all rows of this list"; either way it is rebuilt through
`visible_to(user, verb)` and the list's own filters. Long selections are handed to a job runner
that the jobs package registers (`run_later`).
"""

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import QueryDict

from crm.access import policies, verbs
from crm.core.errors import DomainError
from crm.core.messages import sentences
from crm.core.rowkeys import keys_of
from crm.web.listing import Listing, ListSpec
from crm.web.navigation import address

#: Above this number of rows the same action runs as a job.
AT_ONCE = 200
#: Rows shown before the user confirms.
SAMPLE = 5
#: Keys read from the database at a time.
KEYS = 5_000
ACTIONS: dict[str, type["BulkAction"]] = {}
#: What a form of an action is sent with besides its own fields.
CONTROL = {"ids", "all", "query", "step", "execute", "confirmed", "csrfmiddlewaretoken"}


@dataclass
class Outcome:
    """What happened to one row: `state` is done, refused or failed."""

    pk: int
    label: str
    state: str
    reason: str = ""


@dataclass
class Report:
    """The outcomes of all rows."""

    rows: list[Outcome] = field(default_factory=list)

    def count(self, state: str) -> int:
        """How many rows ended in this state."""
        return sum(row.state == state for row in self.rows)


class BulkAction:
    """One action on many rows. Subclasses set the attributes and write `perform()`.

    `perform(obj, data, actor)` calls one service; a DomainError or a ValidationError refuses that
    row with its reason. It may answer why nothing came of the row, where what was written stays.
    `refusal(obj, data, actor)` may say beforehand why a row cannot be done.
    """

    name: ClassVar[str]
    label: ClassVar[Any]
    verb: ClassVar[str] = verbs.CHANGE
    icon: ClassVar[str] = ""
    danger: ClassVar[bool] = False
    form_class: ClassVar[type[forms.Form] | None] = None
    spec: ClassVar[ListSpec]

    @classmethod
    def key(cls) -> str:
        """The name by which jobs find the action again."""
        return f"{cls.spec.name}.{cls.name}"

    @classmethod
    def url_for(cls, url_prefix: str) -> str:
        """Address of the confirmation page."""
        return address(f"{url_prefix}_bulk", cls.name)

    def perform(self, obj: models.Model, data: dict[str, Any], actor: Any) -> str | None:
        """Do it for one row, inside its own savepoint; a text says why nothing came of it."""
        raise NotImplementedError

    def label_of(self, obj: models.Model) -> str:
        """What the confirmation and the report call a row."""
        return str(obj)

    def form(self, data: Any, actor: Any) -> forms.Form | None:
        """The action's own form, narrowed to what the actor may choose."""
        return self.form_class(data, actor=actor) if self.form_class else None

    def consequences(self, rows: models.QuerySet) -> list[dict[str, Any]]:
        """What happens besides, as `text` and `count`; shown before the user confirms."""
        return []

    def run(self, objects: Iterable[models.Model], data: dict[str, Any], actor: Any) -> Report:
        """Work through the rows; one refused or failed row never stops the others."""
        report = Report()
        for obj in objects:
            report.rows.append(self.run_one(obj, data, actor))
        return report

    def run_one(self, obj: models.Model, data: dict[str, Any], actor: Any) -> Outcome:
        """One row in a savepoint of its own."""
        label = self.label_of(obj)
        try:
            with transaction.atomic():
                policies.require(actor, self.verb, obj)
                reason = self.perform(obj, data, actor)
        except DomainError as error:
            return Outcome(obj.pk, label, "refused", error.message)
        except ValidationError as error:
            return Outcome(obj.pk, label, "refused", sentences(error.messages))
        return Outcome(obj.pk, label, "refused" if reason else "done", reason or "")


@dataclass(frozen=True)
class Order:
    """An action on too many rows for one request: the rows as they were confirmed, by key.

    `query` is the list's, `data` what the action's form was sent with, `back` the list's address.
    """

    action: BulkAction
    user: Any
    ids: Sequence[int]
    query: str = ""
    data: Mapping[str, list[str]] = field(default_factory=dict)
    back: str = ""


#: Set by the jobs package: takes an order and gives the address of the job that runs it.
run_later: list[Callable[[Order], str]] = []


def sent_fields(post: QueryDict) -> dict[str, list[str]]:
    """What the action's own form was sent with, so that a job can read it again."""
    return {name: values for name, values in post.lists() if name not in CONTROL}


def register(action: type[BulkAction]) -> type[BulkAction]:
    """Make an action known to jobs. A second one of the same key is an error."""
    if action.key() in ACTIONS:
        raise ValueError(f"bulk action {action.key()!r} is registered twice")
    ACTIONS[action.key()] = action
    return action


@dataclass
class Selection:
    """The rows a user has marked, as far as the right for the action reaches."""

    spec: ListSpec
    user: Any
    verb: str
    ids: list[int]
    everything: bool = False
    query: str = ""

    @classmethod
    def from_post(cls, spec: ListSpec, user: Any, verb: str, post: QueryDict) -> "Selection":
        """`ids` repeated, or `all=1` with the list's `query`."""
        ids = keys_of(post.getlist("ids"))
        return cls(spec, user, verb, ids, post.get("all") == "1", post.get("query", ""))

    @property
    def listing(self) -> Listing:
        """The list the rows were marked in, with what the user may do by now."""
        return Listing(self.spec, self.user, QueryDict(self.query))

    @property
    def visible(self) -> models.QuerySet:
        """The selected rows the user sees."""
        return self._seen(self.listing)

    def _seen(self, listing: Listing) -> models.QuerySet:
        return listing.queryset if self.everything else listing.reachable.filter(pk__in=self.ids)

    @property
    def permitted(self) -> models.QuerySet:
        """The selected rows the action may touch."""
        listing, everything = self.listing, self.spec.model.objects.all()
        visible, allowed = self._seen(listing), everything.visible_to(self.user, self.verb)
        agree = policies.agree(self.user, self.verb, listing.row_verb, self.spec.model)
        if allowed is everything or agree:  # said twice, the database sorts instead of walking
            return visible
        return visible.filter(pk__in=allowed.values("pk"))

    def keys(self) -> "array[int]":
        """The keys of the permitted rows, the oldest first: 8 bytes a row."""
        rows = self.permitted.order_by("pk").values_list("pk", flat=True)
        return array("q", rows.iterator(chunk_size=KEYS))

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """The selection as hidden inputs of the confirmation form."""
        if self.everything:
            return [("all", "1"), ("query", self.query)]
        return [("query", self.query), *(("ids", str(pk)) for pk in self.ids)]
