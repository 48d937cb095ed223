"""The bugs that `test_mutants` plants: what they are, which gate must see them, how to plant them.

`check` names the check and its arguments; `plant` patches the product for one test.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from csp import middleware as csp_middleware
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import models
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware
from django.shortcuts import redirect
from django.urls import get_resolver

from crm.access import masking, policies, querysets
from crm.access.results import ALLOWED
from crm.accounts import middleware
from crm.accounts.views import profile
from crm.core import changes
from crm.pool.services import limits, moving
from crm.web import bulk, columns, conflicts, forms
from crm.web.views import base, delete, edit
from customers import duplicates, facts, follow_ups, panels
from customers.models import Contact, Customer, CustomerShare
from customers.services import changing
from customers.services import contacts as contact_services
from customers.views import contacts as contact_pages
from customers.views import customers as customer_pages
from knowledge.policies import ArticlePolicy
from tickets import facts as ticket_facts
from tickets.models import Ticket
from tickets.policies import TicketPolicy
from tickets.views import tickets as ticket_pages

Patch = Callable[[pytest.MonkeyPatch], Any]
DISPATCH, GET_OBJECT = base.PageView.dispatch, base.ObjectMixin.get_object
BUILD_POLICY = csp_middleware.build_policy


@dataclass(frozen=True)
class Mutant:
    """One planted bug."""

    bug: str
    gate: str
    check: tuple[str, ...]
    plant: Patch


def put(target: Any, name: str, value: Any) -> Patch:
    """Replace an attribute."""
    return lambda patch: patch.setattr(target, name, value)


def both(*patches: Patch) -> Patch:
    """Several patches make one bug."""
    return lambda patch: [each(patch) for each in patches]


def everything(rows: models.QuerySet, user: Any, verb: str = "view") -> models.QuerySet:
    """A `visible_to` that forgot the user."""
    return rows


def by_key(self: Any) -> Any:
    """A record taken by its key alone."""
    return self.model._base_manager.filter(pk=self.kwargs["pk"]).first() or GET_OBJECT(self)


def write_first(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
    """Write first, authorise later."""
    Customer.objects.filter(pk=self.kwargs["pk"]).update(remarks="x")
    return DISPATCH(self, request, *args, **kwargs)


def counted(self: Any) -> Any:
    """A page that counts its visits in the record."""
    found = GET_OBJECT(self)
    type(found)._base_manager.filter(pk=found.pk).update(is_demo=False)
    return found


def unversioned(instance: Any, values: dict[str, Any], *, version: int | None = None) -> Any:
    """A write without the version in its WHERE."""
    diff = changes.difference(instance, values)
    new = {name: pair[1] for name, pair in diff.items()}
    type(instance)._base_manager.filter(pk=instance.pk).update(**new)
    return changes.as_log(diff)


def typed_only(form: Any, base: Any, theirs: Any, row: Any) -> Any:
    """A merge that sends the old form as if it was a new one."""
    values = form.data.copy()
    values["version"] = str(row.version)
    return values


def unconditional(kind: Any, row: Any, values: dict[str, Any]) -> None:
    """A move that does not ask in whose hands the record is."""
    kind.model._base_manager.filter(pk=row.pk).update(**values)
    for name, value in values.items():
        setattr(row, name, value)


class StoppedClock:
    """A path that forgets the clock of the pool."""

    def refresh(self, rows: Any) -> None:
        """Nothing."""


def shared_for_all(cls: Any, user: Any, verb: str) -> list[int]:
    """A share that opens every verb."""
    return list(cls.objects.filter(user=user).values_list("content_object_id", flat=True))


def telling(self: forms.EntityForm) -> str:
    """A hidden base with every value of the record."""
    names = [item.name for item in self.instance._meta.concrete_fields]
    return json.dumps({name: [str(getattr(self.instance, name))] for name in names})


def lax_policy(**parts: Any) -> str:
    """A policy that somebody has made to work."""
    found = BUILD_POLICY(**parts)
    return found.replace("script-src 'self'", "script-src 'self' 'unsafe-inline'")


def exempt(patch: pytest.MonkeyPatch) -> None:
    """A view that asks for no token."""
    for pattern in patterns(get_resolver()):
        if pattern.name == "customer_delete":
            patch.setattr(pattern.callback, "csrf_exempt", True, raising=False)


def patterns(resolver: Any) -> Iterator[Any]:
    """All patterns of the product."""
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from patterns(pattern)
        else:
            yield pattern


def writers(name: str, value: Any) -> Patch:
    """Replace a function in all services of customers."""
    return both(put(changing, name, value), put(contact_services, name, value))


DETAIL, EDIT, REMOVE = (f"customers:customer_{page}" for page in ("detail", "edit", "delete"))
CUSTOMER, CONTACT, FOLLOW_UP = "customers.Customer", "customers.Contact", "activities.FollowUp"
OWNED, PAGE = policies.OwnedPolicy, base.PageView
VISIBLE = put(querysets.ScopedQuerySet, "visible_to", everything)
YES = put(OWNED, "check", lambda *_: ALLOWED)

MUTANTS = (
    # --- G01 ------------------------------------------------------------------------------------
    Mutant("visible_to() gives every row", "G01", ("matrix", "sales1", DETAIL), VISIBLE),
    Mutant("jobs of others can be opened", "G01", ("matrix", "sales1", "jobs:job_detail"), VISIBLE),
    Mutant("a page does not ask for the right", "G01",
           ("matrix", "auditor", "customers:customer_add"),
           put(PAGE, "check_right", lambda self: None)),
    Mutant("a page takes the record by its key", "G01", ("matrix", "sales1", DETAIL),
           put(base.ObjectMixin, "get_object", by_key)),
    Mutant("a record is not checked for the verb", "G01", ("matrix", "sales1", EDIT), YES),
    Mutant("nobody asks for a right", "G01", ("matrix", "auditor", REMOVE),
           put(policies, "require", lambda *_: None)),
    Mutant("a refused page has written", "G01", ("matrix", "auditor", EDIT),
           put(edit.EditView, "dispatch", write_first)),
    Mutant("pages are open without log-in", "G01", ("matrix", "anonymous", "workbench:help"),
           put(LoginRequiredMiddleware, "process_view", lambda *_: None)),
    Mutant("deleted records are shown", "G01", ("matrix", "sales1", DETAIL),
           put(customer_pages.CustomerDetailView, "rows", lambda self: Customer.objects.all())),
    Mutant("panels of deleted records are shown", "G01",
           ("matrix", "sales1", "customers:customer_panel"),
           put(customer_pages.CustomerPanelView, "rows", lambda self: Customer.objects.all())),
    Mutant("the bin restores for everybody", "G01",
           ("matrix", "auditor", "customers:customer_restore"),
           put(delete.RestoreView, "check_right", lambda self: None)),
    Mutant("marked keys are trusted", "G01", ("matrix", "sales1", "customers:customer_bulk"),
           both(YES, put(bulk.Selection, "permitted", property(
               lambda self: Customer.objects.filter(pk__in=self.ids))))),
    Mutant("a share opens changing too", "G01", ("matrix", "sales1", EDIT),
           put(CustomerShare, "shared_with", classmethod(shared_for_all))),
    Mutant("contacts do not follow their customer", "G01",
           ("matrix", "sales1", "customers:contact_detail"),
           put(policies.ParentPolicy, "rows", lambda self, user, verb: None)),
    Mutant("check() and rows() drift apart", "G01", ("agreement",),
           put(OWNED, "owned_by", lambda self, owners: models.Q())),
    Mutant("kept SQL forgets whose rights it is for", "G01", ("successors", DETAIL),
           put(OWNED, "shape", lambda self, user, verb: ())),
    # --- G02 ------------------------------------------------------------------------------------
    Mutant("lists and searches show every row", "G02", ("leak",), VISIBLE),
    Mutant("duplicates show whole names", "G02", ("leak",),
           put(duplicates, "masked_name", lambda name: name)),
    Mutant("remote selects offer every customer", "G02", ("leak",),
           put(customer_pages.CustomerOptionsView, "offered",
               lambda self: Customer.objects.kept())),
    Mutant("remote selects offer every contact", "G02", ("leak",),
           put(contact_pages.ContactOptionsView, "offered",
               lambda self: Contact.objects.kept().select_related("customer"))),
    Mutant("exports and bulk pages take any key", "G02", ("leak",),
           put(bulk.Selection, "permitted", property(
               lambda self: self.spec.model.objects.filter(pk__in=self.ids)))),
    Mutant("remote selects offer every ticket", "G02", ("served", "sales1", "search /tickets/"),
           put(ticket_pages.TicketOptionsView, "offered", lambda self: Ticket.objects.kept())),
    Mutant("tickets are for every colleague", "G02", ("served", "sales1", "search /tickets/"),
           both(put(TicketPolicy, "rows", lambda *_: None),
                put(TicketPolicy, "shape", lambda *_: ("everything",)))),
    Mutant("drafts are for every colleague", "G02", ("served", "sales1", "knowledge:article_"),
           both(put(ArticlePolicy, "_sees", lambda *_: True),
                put(ArticlePolicy, "_seen", lambda *_: None))),
    # --- G28 ------------------------------------------------------------------------------------
    Mutant("the page of a ticket forgets to mask", "G28", ("served", "agent1", "ticket_detail"),
           put(ticket_facts, "phone_fact", lambda label, value, hidden: {
               "label": label, "value": value})),
    Mutant("masks are off", "G28", ("mask", "sales1"),
           put(masking.Masking, "hides", lambda self, owner_id: False)),
    Mutant("the list forgets to mask phones", "G28", ("mask", "sales1"),
           put(columns, "mask_phone", lambda value: value)),
    Mutant("the page forgets to mask e-mails", "G28", ("mask", "sales1"),
           put(facts, "mask_email", lambda value: value)),
    Mutant("a panel forgets to mask phones", "G28", ("mask", "sales1"),
           put(panels, "mask_phone", lambda value: value)),
    Mutant("a hidden field holds what is masked", "G28", ("mask", "agent1"),
           put(forms.EntityForm, "seen", telling)),
    # --- G05 ------------------------------------------------------------------------------------
    Mutant("a view needs no token", "G05", ("tokens",), exempt),
    Mutant("opening a record writes", "G05", ("reads",),
           put(base.ObjectMixin, "get_object", counted)),
    Mutant("a redirect goes anywhere", "G05", ("away",),
           put(profile, "_back", lambda request: redirect(request.POST.get("next", "/")))),
    # --- G12 ------------------------------------------------------------------------------------
    Mutant("no frame header", "G12", ("headers",),
           put(XFrameOptionsMiddleware, "process_response", lambda self, request, answer: answer)),
    Mutant("scripts may stand in the page", "G12", ("headers",),
           put(csp_middleware, "build_policy", lax_policy)),
    Mutant("browsers may guess what a file is", "G12", ("headers",),
           put(SecurityMiddleware, "process_response", lambda self, request, answer: answer)),
    Mutant("signed-in pages may be cached", "G12", ("headers",),
           put(middleware.AccountStateMiddleware, "__call__",
               lambda self, request: self.get_response(request))),
    # --- G19 ------------------------------------------------------------------------------------
    Mutant("the version is not in the WHERE", "G19", ("conflict", CUSTOMER),
           writers("write_changes", unversioned)),
    Mutant("tags do not raise the version", "G19", ("conflict", CUSTOMER, "tags"),
           put(changing, "touch", lambda row: None)),
    Mutant("groups do not raise the version", "G19", ("conflict", CONTACT, "groups"),
           put(contact_services, "touch", lambda row: None)),
    Mutant("the conflict page drops what was typed", "G19", ("conflict", CUSTOMER),
           put(conflicts, "resend", lambda form, row, theirs: [("version", str(row.version))])),
    Mutant("a choice of the conflict page is ignored", "G19", ("conflict", FOLLOW_UP),
           put(conflicts, "picked", lambda data, row: data)),
    Mutant("a stale save is answered as if it was fine", "G19", ("conflict", CUSTOMER),
           put(edit.EditView, "conflict", lambda self, form: self.done(self.object))),
    Mutant("a merge takes over what was typed and nothing else", "G19", ("conflict", CUSTOMER),
           put(conflicts, "merged", typed_only)),
    Mutant("a merge of the same field keeps the newer one", "G19", ("conflict", FOLLOW_UP),
           put(conflicts, "_state_of", lambda group, form, base, theirs: "theirs")),
    # --- G20 ------------------------------------------------------------------------------------
    Mutant("a claim does not ask who has the record", "G20", ("claims",),
           put(moving, "_move_one", unconditional)),
    Mutant("claims are not counted", "G20", ("claims",),
           put(limits, "_check_quota", lambda *_: None)),
    Mutant("records are not counted", "G20", ("claims",),
           put(limits, "owned", lambda *_, **_options: 0)),
    Mutant("a follow-up does not move the clock", "G20", ("claims",),
           put(follow_ups, "pool_clock", StoppedClock())),
)  # fmt: skip
