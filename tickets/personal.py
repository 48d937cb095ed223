"""The leave in the personal settings of whoever works on tickets."""

from django.utils.translation import gettext_lazy as _

from crm.access.policies import policy_for
from crm.access.verbs import ADD
from crm.accounts.personal import PersonalPage, register
from tickets.models import Ticket

register(
    PersonalPage(
        "tickets:leave",
        _("My leave"),
        "calendar-off",
        lambda user: policy_for(Ticket).allows(user, ADD),
    )
)
