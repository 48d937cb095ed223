"""Tags on records of any kind: fields and form, what a record carries, putting on and taking off.

Rights, locks and events are the services' of each kind; the tags themselves are in `services`.
"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db import models
from django.db.models import QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from crm.core import prepared
from crm.core.expressions import linked_keys
from crm.dictionaries import lookups
from crm.dictionaries.services import ensure_tags
from crm.web.fields import NamesField

#: The longest name of a tag.
LONGEST = 30


class TagsField(NamesField):
    """Names of tags; new ones are made by `keys_of`."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(
            url_name="dictionaries:tag_options", max_length=LONGEST, required=False,
            label=label or _("Tags"),
            **kwargs,
        )  # fmt: skip


class TagForm(forms.Form):
    """Tags to put on and to take off."""

    add = TagsField(_("Add tags"))
    remove = TagsField(_("Remove tags"))

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not data.get("add") and not data.get("remove"):
            raise forms.ValidationError(_("Choose at least one tag."))
        return data


def keys_of(names: Iterable[str], actor: Any) -> list[int]:
    """Keys of tags by name, made where they are new."""
    return [tag.pk for tag in ensure_tags(names, actor=actor).values()]


def chosen(data: dict[str, Any], actor: Any) -> dict[str, list[int]]:
    """The keys to `add` and to `remove` of a TagForm; unknown names need no removing."""
    known = {name.casefold(): pk for pk, (name, _color) in lookups.tags().items()}
    remove = [known[name.casefold()] for name in data["remove"] if name.casefold() in known]
    return {"add": keys_of(data["add"], actor), "remove": remove}


def names_of(record: models.Model) -> list[str]:
    """What a form of the record starts with."""
    return list(record.tags.values_list("name", flat=True))


def tag_keys(model: type[models.Model]) -> Subquery:
    """The keys of a row's tags as a value of the row: one text, read by `named()`."""
    return linked_keys(model, "tags")


def named(keys: str | None) -> list[tuple[str, str]]:
    """Name and colour of these tags, by name."""
    found = [lookups.tag(int(key)) for key in keys.split(",")] if keys else []
    return sorted(tag for tag in found if tag)


def tags_of(record: models.Model) -> list[dict[str, str]]:
    """The tags of a record for the head of its page.

    Its own page reads them along, annotated as `tag_keys`; else they are asked for.
    """
    model = type(record)
    if "tag_keys" in record.__dict__:
        keys = record.tag_keys
    else:
        [(keys,)] = prepared.rows(("tags of", model), lambda pk: _keys_of(model, pk), record.pk)
    return [{"text": name, "color": color} for name, color in named(keys)]


def _keys_of(model: type[models.Model], pk: int) -> QuerySet:
    return model._base_manager.filter(pk=pk).values_list(tag_keys(model))


def replace_tags(record: models.Model, wanted: Iterable[int] | None) -> dict[str, list[str]]:
    """Give a record exactly these tags; what changed, for the log. None leaves them alone."""
    if wanted is None:
        return {}
    old, new = set(record.tags.values_list("pk", flat=True)), set(wanted)
    if old == new:
        return {}
    record.tags.set(new)
    return {"tags": [_listed(old), _listed(new)]}


def retag(record: models.Model, add: Iterable[int], remove: Iterable[int]) -> dict[str, list[str]]:
    """Put tags on a record and take tags off; what changed."""
    present = set(record.tags.values_list("pk", flat=True))
    return replace_tags(record, (present | set(add)) - set(remove))


def _listed(keys: Iterable[int]) -> str:
    return "、".join(sorted((lookups.tag(pk) or ("",))[0] for pk in keys))
