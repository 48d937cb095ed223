"""The page that offers preset roles what this version gives them: a preview, then one click."""

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.access import verbs
from crm.access.policies import POLICIES
from crm.access.scopes import Scope
from crm.accounts import renewing
from crm.accounts.renewing import Offer
from crm.core.errors import DomainError
from crm.core.messages import listed


def rows(offers: list[Offer], user: Any) -> list[dict[str, Any]]:
    """The roles with what each would get, by model; those changed by hand are not ticked."""
    return [
        {
            "role": offer.role,
            "value": f"{offer.role.pk}:{offer.token}",
            "by_hand": offer.by_hand,
            "may": renewing.may_renew(user, offer),
            "count": len(offer.rights),
            "models": _by_model(offer),
        }
        for offer in offers
    ]


def _by_model(offer: Offer) -> list[dict[str, Any]]:
    found: dict[str, list[str]] = defaultdict(list)
    for (label, verb), scope in offer.rights.items():
        policy = POLICIES[label]
        words = str(verbs.LABELS[verb])
        if policy.scoped:
            values = {"right": words, "scope": Scope(scope).label}
            words = _("%(right)s (%(scope)s)") % values
        found[label].append(words)
    return [
        {"label": str(POLICIES[label].model._meta.verbose_name), "rights": listed(words)}
        for label, words in found.items()
    ]


def answer(request: HttpRequest, offers: list[Offer], *, back: str, done: str) -> HttpResponse:
    """Add the rights to the chosen roles, or leave the chosen ones as they are for good."""
    known = {str(offer.role.pk): offer for offer in offers}
    chosen = [value.partition(":") for value in request.POST.getlist("role")]
    if not chosen:
        messages.error(request, _("Saving failed: no role is chosen."))
        return HttpResponseRedirect(back)
    leaves, failed, number = request.POST.get("act") == "leave", False, 0
    for key, _colon, token in chosen:
        if key not in known:
            continue
        role = known[key].role
        try:
            if leaves:
                renewing.decline_rights(role, seen=token, actor=request.user)
            else:
                renewing.add_rights(role, seen=token, actor=request.user)
            number += 1
        except DomainError as error:
            messages.error(request, f"{role}: {error.message}")
            failed = True
    if number:
        messages.success(request, _said(number, leaves=leaves))
    return HttpResponseRedirect(back if failed else done)


def _said(number: int, *, leaves: bool) -> str:
    if leaves:
        text = ngettext("%(n)d role stays as it is.", "%(n)d roles stay as they are.", number)
    else:
        text = ngettext(
            "%(n)d role got the rights of this version.",
            "%(n)d roles got the rights of this version.",
            number,
        )
    return text % {"n": number}
