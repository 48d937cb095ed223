"""Satisfaction per handler and group, honestly: with n, and without figures below five answers.

Counted for whoever had the ticket when it was solved, never for the present handler.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Avg, Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.accounts.models import User
from crm.core import clock
from tickets import catalog
from tickets.lists import TICKETS
from tickets.models import Ticket
from tickets.satisfaction.filters import code_of, planned
from tickets.satisfaction.models import (
    HAPPY,
    SCORES,
    InviteState,
    SurveyInvite,
    SurveyResponse,
    Why,
)

#: Fewer answers say nothing about anybody.
LEAST = 5
#: Scores as columns show them: the best first.
STARS = tuple(sorted(SCORES, reverse=True))
#: Which solution of a ticket is counted: reopened ones are rated again (`service.md` 8.4).
FIRST, LAST = "first", "last"
NOBODY = (0, 0)
REACHED = (
    InviteState.SENT,
    InviteState.DELIVERED,
    InviteState.ANSWERED,
    InviteState.EXPIRED,
)


@dataclass(frozen=True)
class Figures:
    """One line: answers, invitations, and what follows from them where there are enough."""

    label: str
    #: Of the handler, of the group; None for the total and for tickets without a group.
    key: int | None
    answers: int
    #: Invitations that went out, and how many of these were answered.
    invited: int
    replied: int
    happy: int
    unhappy: int
    mean: float | None
    #: How many gave five stars, four, … one.
    scores: tuple[int, ...] = (0,) * len(SCORES)

    @property
    def is_enough(self) -> bool:
        """Whether anything may be said."""
        return self.answers >= LEAST

    @property
    def share(self) -> float | None:
        """CSAT: per cent of 4 and 5 stars."""
        return 100 * self.happy / self.answers if self.is_enough else None

    @property
    def response_rate(self) -> float | None:
        """Per cent of those asked who answered."""
        return 100 * self.replied / self.invited if self.invited >= LEAST else None


def per_person(user: Any, after: date | None, before: date | None, *, first: bool) -> list[Figures]:
    """The handlers that a reader may see, the best first, small numbers last.

    `first` counts the first solution of a ticket only, else the last one answered.
    """
    rows = _counted(_rows(user, after, before, first=first), "owner_id")
    invited = _invited(user, "owner_id", after, before, first=first)
    names = dict(User._base_manager.filter(pk__in=rows).values_list("pk", "name"))
    return _sorted(
        _line(names.get(pk, "—"), pk, row, invited.get(pk, NOBODY)) for pk, row in rows.items()
    )


def per_group(user: Any, after: date | None, before: date | None, *, first: bool) -> list[Figures]:
    """The same for the service groups, of those handlers that the reader may see."""
    rows = _counted(_rows(user, after, before, first=first), "invite__group_id")
    invited = _invited(user, "group_id", after, before, first=first)
    return _sorted(
        _line(catalog.group_name(pk) or _("No group"), pk, row, invited.get(pk, NOBODY))
        for pk, row in rows.items()
    )


def _sorted(lines: Iterable[Figures]) -> list[Figures]:
    return sorted(lines, key=lambda line: (not line.is_enough, -(line.share or 0), line.label))


def _counted(rows: Any, key: str) -> dict[int | None, dict[str, Any]]:
    """Answers by a key."""
    counted = (
        rows.order_by()
        .values(key)
        .annotate(
            answers=Count("pk"),
            mean=Avg("score"),
            happy=Count("pk", filter=Q(score__gte=HAPPY)),
            unhappy=Count("pk", filter=Q(score__lte=2)),
            **{f"of_{score}": Count("pk", filter=Q(score=score)) for score in SCORES},
        )
    )
    return {row[key]: row for row in counted}


def in_total(user: Any, after: date | None, before: date | None, *, first: bool) -> Figures:
    """All together, with those who were asked in vain."""
    lines = per_person(user, after, before, first=first)
    answers = sum(line.answers for line in lines)
    weighted = sum((line.mean or 0) * line.answers for line in lines)
    invited = _invited(user, "owner_id", after, before, first=first).values()
    return Figures(
        "",
        None,
        answers,
        sum(sent for sent, _replied in invited),
        sum(replied for _sent, replied in invited),
        sum(line.happy for line in lines),
        sum(line.unhappy for line in lines),
        weighted / answers if answers else None,
        tuple(sum(line.scores[place] for line in lines) for place in range(len(SCORES))),
    )


@dataclass(frozen=True)
class Asked:
    """How many tickets have an invitation in a state, and why it was not sent."""

    state: InviteState
    reason: str
    tickets: int
    #: Parameters of the list with these tickets.
    query: dict[str, str]

    @property
    def badge(self) -> dict[str, str]:
        """The state as a badge."""
        return {"text": str(self.state.label), "color": InviteState.colors()[self.state]}


def outcomes(user: Any, after: date | None, before: date | None) -> list[Asked]:
    """What became of the invitations planned in the period, of the tickets the reader sees.

    Every reason why somebody was not asked can be seen (`service.md` 8.4).
    """
    seen = TICKETS.base(Ticket.objects.visible_to(user)).order_by()
    rows = planned(SurveyInvite.objects.filter(ticket__in=seen), after, before)
    counted = (
        rows.order_by().values_list("state", "reason").annotate(Count("ticket", distinct=True))
    )
    order = {state: place for place, state in enumerate(InviteState.values)}
    return [
        Asked(
            InviteState(state),
            str(Why(why).label) if why else "",
            number,
            {"scene": "all", "survey": code_of(state, why, after, before)},
        )
        for state, why, number in sorted(counted, key=lambda row: (order[row[0]], -row[2], row[1]))
    ]


def _rows(user: Any, after: date | None, before: date | None, *, first: bool) -> Any:
    rows = SurveyResponse.objects.visible_to(user, verbs.VIEW)
    if after is not None:
        rows = rows.filter(submitted_at__gte=clock.day_bounds(after)[0])
    if before is not None:
        rows = rows.filter(submitted_at__lt=clock.day_bounds(before)[1])
    return of_solution(rows, FIRST if first else LAST)


def of_solution(rows: Any, which: str) -> Any:
    """Ratings of the first solution of a ticket, or of the last one that was rated."""
    if which == FIRST:
        return rows.filter(invite__cycle=1)
    later = SurveyResponse.objects.filter(
        invite__ticket=OuterRef("invite__ticket"), invite__cycle__gt=OuterRef("invite__cycle")
    )
    return rows.filter(~Exists(later))


def _invited(
    user: Any, key: str, after: date | None, before: date | None, *, first: bool
) -> dict[int | None, tuple[int, int]]:
    """How many were asked and answered, by handler or group, of the handlers in sight."""
    rows = SurveyInvite.objects.filter(state__in=REACHED, **({"cycle": 1} if first else {}))
    reach = policies.policy_for(SurveyResponse).reach(user, verbs.VIEW)
    if not reach.everything:
        rows = rows.filter(owner__in=sorted(reach.owners))
    if after is not None:
        rows = rows.filter(sent_at__gte=clock.day_bounds(after)[0])
    if before is not None:
        rows = rows.filter(sent_at__lt=clock.day_bounds(before)[1])
    replied = Count("pk", filter=Q(state=InviteState.ANSWERED))
    counted = rows.order_by().values_list(key).annotate(sent=Count("pk"), replied=replied)
    return {pk: (sent, answered) for pk, sent, answered in counted}


def _line(label: str, pk: int | None, row: dict[str, Any], invited: tuple[int, int]) -> Figures:
    scores = tuple(row[f"of_{score}"] for score in STARS)
    return Figures(
        label, pk, row["answers"], *invited, row["happy"], row["unhappy"], row["mean"], scores
    )
