"""How `__in` looks rows up here; the base of all models imports it, so that it always holds."""

import re
from typing import Any

from django.db import models
from django.db.models import lookups

from crm.core.rowkeys import LARGEST

_CONSTANT = re.compile(r"[a-z][a-z_]*")


@models.IntegerField.register_lookup
class FoundAmong(lookups.In):
    """`__in` without the numbers that no row can have, as Django itself compares with one number.

    Choices of several rows look all keys up at once, and SQLite's driver raises OverflowError.
    """

    def get_prep_lookup(self) -> Any:
        found = super().get_prep_lookup()
        if not self.rhs_is_direct_value():
            return found
        return [value for value in found if not (isinstance(value, int) and abs(value) > LARGEST)]


@models.CharField.register_lookup
class WrittenAmong(lookups.In):
    """`__in` of a field with choices: what the program itself names stands in the SQL as it is.

    SQLite takes an index of some rows only where it reads in the statement that no others are
    asked for; of a list of parameters it knows nothing before they are bound, and reads the table.
    """

    def process_rhs(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        if not self.rhs_is_direct_value() or not self._are_constants():
            return super().process_rhs(compiler, connection)
        written = ", ".join(f"'{value}'" for value in dict.fromkeys(map(str, self.rhs)))
        return f"({written})", []

    def _are_constants(self) -> bool:
        """Whether all are values of the field's own list, which hold nothing to be quoted."""
        known = {value for value, _label in getattr(self.lhs.output_field, "flatchoices", ())}
        return bool(self.rhs) and all(
            isinstance(value, str) and value in known and _CONSTANT.fullmatch(value)
            for value in self.rhs
        )
