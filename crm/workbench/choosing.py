"""The selector at the top of the start page: what it offers and what is chosen."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.accounts.models import User
from crm.core.periods import PeriodKind
from crm.web.fields import RemoteChoiceField
from crm.workbench import looks
from crm.workbench.looks import PERSON, Look


class PersonForm(forms.Form):
    """The field for one colleague; shown only where one is to be chosen."""

    person = RemoteChoiceField(
        User.objects.all(), url_name="accounts:person_options", label=gettext_lazy("Colleague")
    )


def choice_of(look: Look, query: Any) -> dict[str, Any]:
    """Teams, kinds of period, the days of a range, a person; and what is chosen of them."""
    asks_person = look.scope.code == PERSON or query.get("scope") == PERSON
    custom = look.period.kind == PeriodKind.CUSTOM or query.get("period") == PeriodKind.CUSTOM
    team = PERSON if asks_person else look.scope.code
    kind = PeriodKind.CUSTOM.value if custom else look.period.kind
    return {
        "teams": [(code, label, code == team) for code, label in offered_teams(look.user)],
        "kinds": [(each.value, each.label, each == kind) for each in PeriodKind],
        "person": PersonForm({"person": look.scope.person})["person"] if asks_person else None,
        "custom": custom,
        "start": query.get("start", "")[:20] if custom else "",
        "end": query.get("end", "")[:20] if custom else "",
        "days": f"{look.period.first:%Y-%m-%d} ~ {look.period.last:%Y-%m-%d}",
        "problem": look.problem,
    }


def offered_teams(user: Any) -> list[tuple[str, str]]:
    """Code and name of every scope; one colleague where there are others in reach."""
    teams = [(team.code, team.label) for team in looks.teams_of(user)]
    if looks.may_choose_person(user):
        teams.append((PERSON, _("One colleague…")))
    return teams
