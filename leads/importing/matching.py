"""What rows of a file are the same as: rows above, leads, customers (`contracts` 1.8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from crm.access import verbs
from crm.core import text
from crm.core.bulk import Among
from crm.jobs.importing.resources import SKIP, UPDATE, Options, Row
from customers.models import Customer
from leads.models import Lead


@dataclass(frozen=True)
class Match:
    """A lead, or a customer, that a row duplicates."""

    pk: int
    number: str
    visible: bool
    changeable: bool
    is_customer: bool = False


def key_of(row: Row) -> str:
    """What makes two rows the same lead: its name as it is compared."""
    return text.name_key(row.values["name"])[:120]


def in_database(keys: Sequence[str], actor: Any) -> dict[str, Match]:
    """Customers and usable leads with these names; a lead counts before a customer."""
    wanted = set(keys)
    return _matches(Customer.objects.kept(), wanted, actor) | _matches(
        Lead.objects.usable(), wanted, actor
    )


def _matches(rows: Any, keys: set[str], actor: Any) -> dict[str, Match]:
    is_customer = rows.model is Customer
    hits = list(rows.filter(Among("name_key", keys)).values_list("pk", "number", "name_key"))
    found = rows.model.objects.filter(pk__in=[hit[0] for hit in hits])
    visible = set(found.visible_to(actor).values_list("pk", flat=True))
    changeable = set(found.visible_to(actor, verbs.CHANGE).values_list("pk", flat=True))
    return {
        key: Match(pk, number, pk in visible, pk in changeable and not is_customer, is_customer)
        for pk, number, key in reversed(hits)
    }


def settle(row: Row, match: Match, options: Options) -> None:
    """What happens to a row that the database knows already."""
    if not match.visible:
        row.refuse(
            _("The lead or customer exists already and belongs to somebody else (%(name)s).")
            % {"name": f"{row.values['name'][:2]}***"}
        )
        return
    reason = _("The lead exists already: %(number)s.")
    if match.is_customer:
        reason = _("The customer exists already: %(number)s.")
    reason %= {"number": match.number}
    if options.duplicates == "update" and match.changeable:
        row.outcome, row.match = UPDATE, match.pk
    elif options.duplicates == "skip" or (options.duplicates == "update" and match.is_customer):
        row.outcome, row.match, row.reason = SKIP, match.pk, reason
    elif options.duplicates == "update":
        row.refuse(_("The lead exists already and you may not change it."))
    else:
        row.refuse(reason)


def settle_in_file(row: Row, first: int, options: Options) -> None:
    """Within one file the first row wins."""
    reason = _("The same lead stands in row %(row)d of the file.") % {"row": first}
    if options.duplicates == "refuse":
        row.refuse(reason)
    else:
        row.outcome, row.reason = SKIP, reason
