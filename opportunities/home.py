"""What opportunities add to the briefing: how many, for how much, and what was won."""

from django.db.models import Q
from django.utils.translation import gettext_lazy

from crm.workbench import measures
from crm.workbench.measures import Measure
from opportunities.choices import Outcome
from opportunities.lists import OPPORTUNITIES
from opportunities.models import Opportunity

DEPENDS = {Opportunity._meta.label_lower: lambda ids: (Q(pk__in=ids),)}
LIST = "opportunities:opportunity_list"
WATCHED = frozenset({"owner", "amount", "actual_amount", "deal_on", "outcome"})

measures.register(
    Measure(
        "opportunities",
        gettext_lazy("Opportunities added"),
        icon="briefcase",
        spec=OPPORTUNITIES,
        list_url=LIST,
        at="created_at",
        at_filter="created",
        order=40,
        depends=DEPENDS,
        watched=WATCHED,
    )
)
measures.register(
    Measure(
        "opportunity-amount",
        gettext_lazy("Amount of opportunities added"),
        icon="coin-yuan",
        spec=OPPORTUNITIES,
        list_url=LIST,
        at="created_at",
        at_filter="created",
        amount="amount",
        order=50,
        depends=DEPENDS,
        watched=WATCHED,
    )
)
measures.register(
    Measure(
        "won-amount",
        gettext_lazy("Amount won"),
        icon="trophy",
        spec=OPPORTUNITIES,
        list_url=LIST,
        at="deal_on",
        at_filter="deal",
        amount="actual_amount",
        condition=Q(outcome=Outcome.WON),
        condition_params=(("outcome", Outcome.WON.value),),
        order=60,
        depends=DEPENDS,
        watched=WATCHED,
        is_backdated=True,
    )
)
