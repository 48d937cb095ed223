"""A customer as it is about to be written: from the form (one) or from an import (many)."""

from dataclasses import dataclass, field

from customers.models import Contact, Customer


@dataclass
class CustomerDraft:
    """An unsaved customer with its contacts (the first one is the primary), tags and classes.

    `tags` and `categories` are keys. `note` goes into the event, for example the import's name.
    With `by_rules` the rules of allocation give one without an owner to somebody at once.
    """

    customer: Customer
    contacts: list[Contact] = field(default_factory=list)
    tags: list[int] = field(default_factory=list)
    categories: list[int] = field(default_factory=list)
    note: str = ""
    by_rules: bool = False
