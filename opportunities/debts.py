"""Open opportunities without a next step: a debt that the start page shows (B.1)."""

from django.utils.translation import gettext_lazy

from crm.web.filters import DueFilter
from crm.workbench import debts
from crm.workbench.debts import Debt
from opportunities.choices import Outcome
from opportunities.lists import OPPORTUNITIES

debts.register(
    Debt(
        "unattended_opportunities",
        gettext_lazy("Open opportunities without a next step"),
        "target",
        OPPORTUNITIES,
        "opportunities:opportunity_list",
        order=5,
        query=(("outcome", Outcome.OPEN.value), ("next_contact", DueFilter.NEVER)),
    )
)
