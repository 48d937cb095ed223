"""清除演示数据: the page of the administration that asks and then removes the demo records."""

from typing import Any

from django.apps import apps
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.core.errors import DomainError
from crm.dictionaries.models import Setting
from crm.workbench.demo import PARTS, clearing


def has_demo() -> bool:
    """Whether there is anything to clear."""
    return any(clearing.counts().values())


def demo_view(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Counts and a tick to set, then the deletion. `context` is the site's."""
    if not policies.can(request.user, verbs.CHANGE, Setting):
        raise PermissionDenied
    if request.method == "POST" and request.POST.get("confirmed") == "on":
        return _clear(request)
    rows = [{"label": _label(name), "count": count} for name, count in clearing.counts().items()]
    values = {"title": _("Clear demo data"), "rows": rows, "missed": request.method == "POST"}
    return render(request, "admin/clear_demo.html", {**context, **values})


def _clear(request: HttpRequest) -> HttpResponse:
    try:
        removed = clearing.clear_demo(actor=request.user)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        text = _("The demo data is cleared: %(count)s records removed.")
        messages.success(request, text % {"count": sum(removed.values())})
        _say_who_stays(request)
    return redirect("admin:index")


def _say_who_stays(request: HttpRequest) -> None:
    """Tell why one demo account is still there and how to be rid of it."""
    if kept := clearing.kept_account(request.user):
        text = _(
            "The demo account %(login)s stays, because nobody else is super administrator. Make"
            " another account super administrator with it, then clear again."
        )
        messages.warning(request, text % {"login": kept.username})


def _label(name: str) -> str:
    """What a part is called: its own label, else its app's name."""
    part = PARTS.get(name)  # accounts are none
    if part is not None and part.label:
        return str(part.label)
    return str(apps.get_app_config(name).verbose_name)
