"""Bulk actions on pooled records; domain apps subclass them with their list."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.dictionaries.models import Item
from crm.pool.forms import ProtectForm, ReleaseForm
from crm.pool.services.claiming import claim, release, set_locked
from crm.pool.services.protecting import protect
from crm.pool.verbs import CLAIM, LOCK, RELEASE
from crm.web.bulk import BulkAction


class ClaimMany(BulkAction):
    """Claim the marked records, each by itself, until a rule says no (批量领取)."""

    name = "claim"
    label = _("Claim")
    icon = "hand-grab"
    verb = CLAIM

    def perform(self, obj: Any, data: dict[str, Any], actor: Any) -> None:
        claim(obj, actor=actor)


class ReleaseMany(BulkAction):
    """Put the marked records into the pool."""

    name = "release"
    label = _("Put into the pool")
    icon = "ripple"
    verb = RELEASE
    form_class = ReleaseForm

    def perform(self, obj: Any, data: dict[str, Any], actor: Any) -> None:
        reason = Item.objects.filter(pk=data["reason"]).first() if data.get("reason") else None
        release(obj, reason=reason, note=data.get("note", ""), actor=actor)


class LockMany(BulkAction):
    """Lock the marked records against the pool."""

    name = "lock"
    label = _("Lock")
    icon = "lock"
    verb = LOCK

    def perform(self, obj: Any, data: dict[str, Any], actor: Any) -> None:
        set_locked(obj, locked=True, actor=actor)


class ProtectMany(BulkAction):
    """Protect the marked records for some days, each by itself, until a rule says no."""

    name = "protect"
    label = _("Protect")
    icon = "shield"
    verb = LOCK
    form_class = ProtectForm

    def perform(self, obj: Any, data: dict[str, Any], actor: Any) -> None:
        protect(obj, days=data["days"], actor=actor)
