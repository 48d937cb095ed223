"""Rules of customers that need more than one field; form, import and services share them.

Limits of single fields stand on the models. A rule answers with problems, it never raises, so
that an import can show all of them before it writes anything.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from crm.dictionaries import lookups
from customers.choices import ENTERPRISE, NATURE
from customers.models import Contact, Customer

#: Columns that `fit_customer` and `fit_contact` look at: typed by people, limited in length.
CUSTOMER_TEXTS = (
    "name",
    "address",
    "credit_code",
    "phone",
    "email",
    "website",
    "need",
    "remarks",
)
CONTACT_TEXTS = ("name", "position", "email", "wechat", "remarks")


@dataclass(frozen=True)
class Problem:
    """A broken rule: the field and why."""

    field: str
    message: str


def is_enterprise(nature_id: int | None) -> bool:
    """Whether a nature is 企业客户; an unknown one counts as a company."""
    value = lookups.item(nature_id)
    return value is None or value.code == ENTERPRISE


def default_nature() -> int:
    """企业客户."""
    return lookups.by_code(NATURE, ENTERPRISE).pk


def customer_problems(customer: Customer) -> list[Problem]:
    """Everything that forbids storing this customer (D03-1 … D03-3)."""
    problems = []
    if not customer.name.strip():
        problems.append(Problem("name", _("The customer name is missing.")))
    if customer.industry_id and not is_enterprise(customer.nature_id):
        problems.append(Problem("industry", _("An individual customer has no industry.")))
    return problems + _length_problems(customer, CUSTOMER_TEXTS)


def contact_problems(contact: Contact) -> list[Problem]:
    """Everything that forbids storing this contact."""
    problems = []
    if not contact.name.strip():
        problems.append(Problem("contact_name", _("The name of the contact is missing.")))
    return problems + _length_problems(contact, CONTACT_TEXTS)


def _length_problems(obj: Any, names: tuple[str, ...]) -> list[Problem]:
    found = []
    for name, limit in _limits(type(obj), names):
        value = getattr(obj, name)
        if value and len(value) > limit:
            label = obj._meta.get_field(name).verbose_name
            message = _("%(field)s is longer than %(limit)d characters.")
            found.append(Problem(name, message % {"field": label, "limit": limit}))
    return found


@cache
def _limits(model: type[Model], names: tuple[str, ...]) -> list[tuple[str, int]]:
    """Those of the columns that have a limit, and the limit."""
    fields = [model._meta.get_field(name) for name in names]
    return [(field.name, field.max_length) for field in fields if field.max_length]


def refuse(problems: list[Problem]) -> None:
    """Raise a ValidationError with every problem beside its field."""
    if problems:
        raise ValidationError({item.field: item.message for item in problems})
