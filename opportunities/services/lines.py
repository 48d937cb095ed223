"""Product lines: snapshots of the catalogue with exact sums (D07-4, `market` 2.7)."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.audit.services import record
from crm.core.changes import touch
from crm.core.errors import InvalidValue
from crm.dictionaries import lookups
from opportunities.drafts import LineDraft
from opportunities.models import Opportunity, ProductLine

CENT = Decimal("0.01")


def subtotal(price: Decimal, quantity: Decimal, discount: Decimal) -> Decimal:
    """Price × quantity less the discount in percent, in yuan, rounded half up to the fen."""
    exact = price * quantity * (100 - discount) / 100
    return exact.quantize(CENT, rounding=ROUND_HALF_UP)


def line_of(opportunity: Opportunity, draft: LineDraft) -> ProductLine:
    """An unsaved line with the product as it is now."""
    product = draft.product
    price = product.list_price if draft.price is None else draft.price
    unit = lookups.item(product.unit_id)
    line = ProductLine(
        opportunity=opportunity,
        product=product,
        name=product.name,
        unit=unit.name if unit else "",
        list_price=product.list_price,
        price=price,
        quantity=draft.quantity,
        discount=draft.discount,
        subtotal=subtotal(price, draft.quantity, draft.discount),
    )
    line.full_clean(exclude=["opportunity", "product"])
    return line


def write_lines(opportunity: Opportunity, drafts: Iterable[LineDraft]) -> list[ProductLine]:
    """Insert the lines of a new opportunity."""
    return ProductLine.objects.bulk_create([line_of(opportunity, draft) for draft in drafts])


@transaction.atomic
def replace_lines(
    opportunity: Opportunity,
    drafts: Iterable[LineDraft],
    *,
    actor: Any,
    version: int | None = None,
) -> Opportunity:
    """Set the product lines. A product kept keeps the name and list price it was added with.

    Raises InvalidValue for a new product that is not on sale, Stale where somebody was faster.
    """
    policies.require(actor, verbs.CHANGE, opportunity)
    if version is not None:
        opportunity.version = version
    old = {line.product_id: line for line in opportunity.lines.all()}
    before = text_of(old.values())
    new = []
    for draft in drafts:
        known = old.get(draft.product.pk)
        if known is None and not draft.product.is_on_sale:
            raise InvalidValue(
                _("Saving failed: the product “%(name)s” is off sale.")
                % {"name": draft.product.name}
            )
        line = line_of(opportunity, draft)
        if known is not None:
            line.name, line.unit, line.list_price = known.name, known.unit, known.list_price
        new.append(line)
    after = text_of(new)
    if before == after:
        return opportunity
    opportunity.lines.all().delete()
    ProductLine.objects.bulk_create(new)
    touch(opportunity)
    record(
        "opportunities.opportunity.updated",
        opportunity,
        actor=actor,
        changes={"lines": [before, after]},
    )
    return opportunity


def text_of(lines: Iterable[ProductLine]) -> str:
    """Lines as they are written on the page, for the log."""
    return "、".join(_text_of(line) for line in sorted(lines, key=lambda line: line.product_id))


def _text_of(line: ProductLine) -> str:
    """One line; typed and stored numbers read the same, with as many places as they need."""
    unit = f" {line.unit}" if line.unit else ""
    less = f" − {_plain(line.discount)}%" if line.discount else ""
    amount = f"¥{line.price:,.2f} × {_plain(line.quantity)}{unit}{less}"
    return f"{line.name}：{amount} = ¥{line.subtotal:,.2f}"


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
