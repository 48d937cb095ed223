"""The values of dictionaries as a table of a workbook; a code is fixed, nothing is deleted."""

from collections import defaultdict
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from crm.dictionaries import services
from crm.dictionaries.models import Dictionary, Item
from crm.web.workbooks.resources import WorkbookResource
from crm.web.workbooks.widgets import CellField, Word, WordWidget

#: Values of one dictionary; its page shows all of them at once.
MOST_ITEMS = 200


def _dictionaries() -> list[Word]:
    """By code, or by name in either language."""
    return [(row, row, (row.code,)) for row in Dictionary.objects.all()]


class ItemResource(WorkbookResource):
    """Values by dictionary and code; a new one without an order stands last."""

    dictionary = CellField("dictionary", widget=WordWidget(_dictionaries))
    once = ("dictionary", "name")

    class Meta:
        model = Item
        fields = (
            "dictionary", "code", "name", "name_en", "synonyms", "color", "order", "is_active",
        )  # fmt: skip
        import_id_fields = ("dictionary", "code")

    def create(self, instance: Item) -> None:
        services.create_item(instance, actor=self.user)

    def update(self, original: Item, changes: dict[str, Any]) -> None:
        services.update_item(original, changes=changes, actor=self.user, version=original.version)

    @cached_property
    def orders(self) -> dict[int, list[int]]:
        """The places taken in each dictionary, those of new values included."""
        found: dict[int, list[int]] = defaultdict(list)
        for item in self.known.values():
            found[item.dictionary_id].append(item.order)
        return found

    def import_instance(self, instance: Item, row: dict[str, str], **kwargs: Any) -> None:
        super().import_instance(instance, row, **kwargs)
        if instance.pk is not None:
            return
        taken = self.orders[instance.dictionary_id]
        if len(taken) >= MOST_ITEMS:
            reason = _("A dictionary has at most %(limit)s values.") % {"limit": MOST_ITEMS}
            raise ValidationError({"dictionary": reason})
        if "order" not in row:
            instance.order = max(taken, default=0) + 10
        taken.append(instance.order)
