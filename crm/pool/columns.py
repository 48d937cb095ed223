"""Columns of pooled records: the countdown on the owner's list, why and since when in the pool."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from crm.access import policies, verbs
from crm.core import clock
from crm.dictionaries import lookups
from crm.pool import registry, rules, texts
from crm.pool.dates import days_left, last_day
from crm.pool.words import WORDS
from crm.web.columns import EMPTY, CellContext, Column


class PoolDueColumn(Column):
    """还有 3 天进入公海（超过 30 天未跟进）; shown by itself only where a pool recycles."""

    by_value = True

    def __init__(self, kind: str, **options: Any) -> None:
        paths = (
            "pool_due_at", "pool_due_rule", "pool_due_days", "is_locked", "pool_id",
            "pool_not_before", "protected_until",
        )  # fmt: skip
        super().__init__("pool_due", WORDS[kind].until, paths=paths, sort="pool_due_at", **options)
        self.kind = kind

    @property
    def default(self) -> bool:
        """A column of dashes would only take room."""
        return rules.recycles(self.kind)

    @default.setter
    def default(self, value: bool) -> None:
        """The base sets what is asked of the rules here."""

    def cell(self, values: tuple, ctx: CellContext, pk: int) -> SafeString | str:
        at, rule, _days, _locked, pool_id, not_before, protected = values
        text = self.plain(values, ctx, pk)
        if at is None or pool_id is not None:
            return format_html('<span class="none">{}</span>', text) if text else EMPTY
        title = texts.title_text(at, rule, not_before, protected)
        if days_left(at) <= texts.URGENT:
            return format_html('<b class="late" title="{}">{}</b>', title, text)
        return format_html('<span title="{}">{}</span>', title, text)

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        at, rule, days, locked, pool_id, _not_before, _protected = values
        if pool_id is not None:
            return str(WORDS[self.kind].inside)
        if locked:
            return str(_("Locked"))
        return texts.due_text(self.kind, at, rule, days) if at else ""


class ProtectedColumn(Column):
    """The last day of a protection that runs; empty without one."""

    by_value = True

    def __init__(self, **options: Any) -> None:
        paths = ("protected_until",)
        super().__init__(
            "protected_until", _("Protected until"), paths=paths, default=False, **options
        )

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        (until,) = values
        return last_day(until).isoformat() if until and until > clock.now() else ""


class EntryColumn(Column):
    """Why a record stands in the pool: the reason given, else the rule."""

    by_value = True

    def __init__(self, kind: str, **options: Any) -> None:
        paths = ("pool_reason_id", "pool_due_rule", "pool_due_days")
        super().__init__("pool_why", WORDS[kind].why, paths=paths, **options)

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        reason_id, rule, days = values
        reason = lookups.item(reason_id)
        return reason.label if reason else texts.why_text(rule, days)


def hidden_for(model: Any) -> Callable[[Any], set[str]]:
    """What the pools that a user exports hide: the columns of any of them, for an export."""

    def names(user: Any) -> set[str]:
        kind, policy = registry.kind_of(model).code, policies.policy_for(model)
        keys = policy.pool_ids(user, verbs.EXPORT)
        whole = policy.reach(user, verbs.EXPORT).everything
        shown = [item for item in rules.pools(kind) if whole or item.pk in keys]
        return {name for item in shown for name in item.hidden_columns}

    return names


def visible(columns: Sequence[Column], hidden: Sequence[str]) -> list[Column]:
    """The columns a pool shows; the first one, the name, always."""
    return [
        column for place, column in enumerate(columns) if not place or column.name not in hidden
    ]
