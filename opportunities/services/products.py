"""Create and change products of the catalogue (D08-1)."""

from typing import Any

from django.db import transaction

from crm.access import policies, verbs
from crm.audit.services import record
from crm.core.changes import write_changes
from opportunities.models import Product


@transaction.atomic
def create_product(product: Product, *, actor: Any) -> Product:
    """Add a product. Raises ValidationError for a code that exists."""
    policies.require(actor, verbs.ADD, Product)
    product.code, product.name = product.code.strip(), product.name.strip()
    product.full_clean()
    product.save(force_insert=True)
    record("opportunities.product.created", product, actor=actor)
    return product


@transaction.atomic
def update_product(
    product: Product, *, changes: dict[str, Any], actor: Any, version: int | None = None
) -> Product:
    """Change a product; lines that have it keep the name and price they were made with."""
    policies.require(actor, verbs.CHANGE, product)
    diff = write_changes(product, changes, version=version)
    if diff:
        product.validate_unique()
        record("opportunities.product.updated", product, actor=actor, changes=diff)
    return product
