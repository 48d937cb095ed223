"""Shares of the people of an allocation rule, as administrators type them: 李晓明 2，王雨桐 1."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from crm.accounts.models import User
from crm.core.messages import listed

MOST = 100
_PART = re.compile(r"(?P<name>.+?)[\s:：]+(?P<share>\d{1,3})")


class RatioField(forms.CharField):
    """Shares by name; the value is what was typed, `shares_of` reads it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=500, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        names = {str(user.pk): user.display_name for user in User.objects.filter(pk__in=value)}
        return listed(f"{names[pk]} {share}" for pk, share in value.items() if pk in names)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


def shares_of(typed: str, people: Iterable[User]) -> dict[str, int]:
    """Shares by the keys of these people, found by name or login. Raises ValidationError."""
    known = {name: str(user.pk) for user in people for name in (user.display_name, user.username)}
    found: dict[str, int] = {}
    for part in filter(None, map(str.strip, re.split(r"[,，、;；\n]", typed))):
        match = _PART.fullmatch(part)
        key = known.get(match["name"]) if match else None
        if match is None or key is None or not 1 <= int(match["share"]) <= MOST:
            raise forms.ValidationError(
                _(
                    "Saving failed: “%(part)s” is not the name of a recipient "
                    "and a share from 1 to %(most)d."
                )
                % {"part": part, "most": MOST}
            )
        found[key] = int(match["share"])
    return found
