"""A lead that was converted to an imported customer keeps it from being undone."""

from django.utils.translation import gettext_lazy as _

from customers import standing
from leads.models import Lead

standing.register(
    standing.Standing(
        _("A lead has been converted to the customer since the import."),
        standing.of_key(Lead, "converted_customer"),
    )
)
