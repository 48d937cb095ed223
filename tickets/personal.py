"""The leave in the personal settings of whoever works on tickets."""

from django.utils.translation import gettext_lazy as _

from crm.access.policies import policy_for
from crm.access.verbs import ADD
from crm.accounts.personal import PersonalPage, register
from tickets.models import Ticket

register(
    PersonalPage(
        url_name="tickets:leave",
        label=_("My leave"),
        icon="calendar-off",
        allowed=lambda user: policy_for(Ticket).allows(user, ADD),
    )
)
