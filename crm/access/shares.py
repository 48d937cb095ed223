"""Explicit shares ("show this customer to Li as well") in guardian's direct-foreign-key tables."""

from collections import defaultdict
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import Permission
from django.db import models
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase

from crm.access import verbs
from crm.core import clock, context, prepared


class ShareQuerySet(models.QuerySet):
    """Shares as a table of their own."""

    def in_force(self) -> Self:
        """Shares whose validity has not ended."""
        return self.filter(models.Q(expires_at__isnull=True) | models.Q(expires_at__gt=clock.now()))


class Share(UserObjectPermissionBase):
    """Abstract: one member of a record's team. Subclasses add `content_object`.

    Read-only members hold the model's view permission, read-write members its change permission.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("Team member"), on_delete=models.CASCADE
    )
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    granted_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(_("Valid until"), null=True, blank=True)

    objects = ShareQuerySet.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def shared_with(cls, user: Any, verb: str) -> list[int]:
        """Keys of the records shared with `user` for `verb`; read once a request.

        A view share opens viewing, a change share viewing and changing; nothing else is shared.
        """
        if verb not in (verbs.VIEW, verbs.CHANGE):
            return []
        return _shares_of(user.pk).get((cls._meta.db_table, verb), [])

    @classmethod
    def forget(cls, user_id: int) -> None:
        """Ask anew what is shared with somebody, after it was changed within a request."""
        cache = context.request_cache()
        if cache is not None:
            cache.pop((Share, user_id), None)

    @property
    def may_change(self) -> bool:
        """Whether this member is a read-write one."""
        return self.permission.codename.startswith("change_")


def _shares_of(user_id: int) -> dict[tuple[str, str], list[int]]:
    """Keys of all that is shared with somebody, by table and verb; read once a request.

    Of all kinds at once, since a page asks for one after the other.
    """
    cache = context.request_cache()
    key = (Share, user_id)
    if cache is not None and key in cache:
        return cache[key]
    now = clock.now()
    found: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    for table, pk, expires, right in prepared.rows("shares", _all_of_person, user_id):
        if expires is None or expires > now:
            found[table, verbs.VIEW].add(pk)
            if right.startswith("change_"):
                found[table, verbs.CHANGE].add(pk)
    shares = {place: sorted(keys) for place, keys in found.items()}
    if cache is not None:
        cache[key] = shares
    return shares


def _all_of_person(user_id: int) -> models.QuerySet:
    first, *others = (
        share.objects.filter(user_id=user_id)
        .annotate(table=models.Value(share._meta.db_table))
        .values_list("table", "content_object_id", "expires_at", "permission__codename")
        for share in Share.__subclasses__()
    )
    return first.union(*others, all=True)


def permission_for(model: type[models.Model], *, write: bool) -> Permission:
    """Django's own view or change permission of the model: the two kinds of membership."""
    action = "change" if write else "view"
    return Permission.objects.get(
        content_type__app_label=model._meta.app_label,
        content_type__model=model._meta.model_name,
        codename=f"{action}_{model._meta.model_name}",
    )
