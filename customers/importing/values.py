"""From a converted row to model values and back: columns, contact, changes, snapshots."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from crm.activities.choices import METHOD
from crm.core import text
from crm.core.bulk import Maker
from crm.jobs.importing.fields import (
    is_unknown,
)
from crm.jobs.importing.resources import (
    Options,
    Row,
)
from customers.choices import GRADE, INDUSTRY, NATURE, SOURCE
from customers.models import Contact, Customer

#: Columns of the customer that a row sets directly.
CUSTOMER_FIELDS = (
    "nature",
    "grade",
    "source",
    "industry",
    "preferred_method",
    "address",
    "credit_code",
    "website",
    "need",
    "product_preference",
    "remarks",
    "region",
)
CONTACT_FIELDS = {
    "contact_name": "name", "mobile": "mobile", "other_phones": "other_phones", "email": "email",
    "contact_position": "position", "contact_department": "department", "wechat": "wechat",
}  # fmt: skip
#: Model fields that columns of another name set, for the choice of what an update replaces.
_SET_BY = {
    "region": {"province", "city", "district"},
    "position": {"contact_position"},
    "department": {"contact_department"},
    "other_phones": {"mobile", "phone"},
}
_new_contact = Maker(Contact)


DICTIONARIES = {
    "nature": NATURE,
    "grade": GRADE,
    "industry": INDUSTRY,
    "source": SOURCE,
    "preferred_method": METHOD,
}
_COLUMNS = {
    name: f"{name}_id" if name in DICTIONARIES or name == "region" else name
    for name in (*CUSTOMER_FIELDS, "phone")
}
_DAYS = ("cooperating_since", "entered_on", "verified_on")
_PARSED = ("annual_spending", "next_contact_at", *_DAYS)


#: What may be the same in two rows, and its value.
Key = tuple[str, str]


def keys_of(row: Row) -> list[Key]:
    """What makes two rows the same customer: name key, credit code (`contracts.md` 1.8)."""
    name, code = row.values.get("name"), row.values.get("credit_code")
    keys = [("name", text.name_key(name)[:120])] if name else []
    return [*keys, ("code", code)] if code else keys


def column_values(values: dict[str, Any]) -> dict[str, Any]:
    """Model values of the customer's own columns; relations by `_id`."""
    found = {
        column: values[name]
        for name, column in _COLUMNS.items()
        if name in values and not is_unknown(values[name])
    }
    for name in _PARSED:
        if name in values:
            found[name] = parsed(name, values[name])
    return found


def parsed(name: str, value: Any) -> Any:
    """A JSON value as the column wants it."""
    if value in (None, ""):
        return value if value == "" else None
    if name == "annual_spending":
        return Decimal(str(value))
    if name == "next_contact_at":
        moment = datetime.fromisoformat(value)
        return moment if moment.tzinfo else timezone.make_aware(moment)
    if name in _DAYS:
        return date.fromisoformat(value)
    return value


def contact_of(values: dict[str, Any]) -> Contact | None:
    """The contact of a row; without a name there is none."""
    if not values.get("contact_name"):
        return None
    return _new_contact(
        **{column: values[name] for name, column in CONTACT_FIELDS.items() if name in values}
    )


def wanted_changes(obj: Any, values: dict[str, Any], options: Options) -> dict[str, Any]:
    """Fill blanks; replace only where the user chose to; an empty cell never clears."""
    changes: dict[str, Any] = {}
    for attribute, value in values.items():
        name = attribute.removesuffix("_id")
        present = getattr(obj, attribute)
        blank = present in (None, "")
        if value not in (None, "") and present != value and (blank or is_replaced(name, options)):
            changes[name] = value
    return changes


def is_replaced(name: str, options: Options) -> bool:
    """Whether an update replaces this model field: the user chose a column that sets it."""
    return not ({name} | _SET_BY.get(name, set())).isdisjoint(options.overwrite)


def snapshot(customer: Customer) -> dict[str, Any]:
    """What an undo restores, in JSON types."""
    found: dict[str, Any] = {
        "version": customer.version,
        "life_cycle": customer.life_cycle,
        "owner": customer.owner_id,
        "tags": sorted(customer.tags.values_list("pk", flat=True)),
    }
    for name in (*CUSTOMER_FIELDS, "phone", *_PARSED):
        field = Customer._meta.get_field(name)
        value = getattr(customer, field.attname)
        is_plain = value is None or isinstance(value, str | int)
        found[name] = value if is_plain else getattr(value, "isoformat", value.__str__)()
    return found
