"""G05: safe methods write nothing, writes need a token, no redirect leaves the site, forged
formsets of the administration change nothing."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from crm.accounts.models import User
from crm.audit.models import Event
from crm.dictionaries.models import Dictionary, Item
from tests.conftest import browser
from tests.factories.company import Company
from tests.kit.gates import FULL, announce
from tests.kit.headers import SECRET
from tests.kit.matrix import Address, addresses
from tests.kit.queries import watching_writes
from tests.kit.targets import target_of
from tests.kit.world import FIXED, World, build_world

pytestmark = [pytest.mark.gate, pytest.mark.xdist_group("gates.csrf")]
ADMIN = "admin"
HOSTS = ("evil.example", "evil.example:443", "user@evil.example", "testserver.evil.example")
FORMS = (
    "//{0}", "///{0}", "////{0}", "http://{0}", "https://{0}/", "HTTPS://{0}", "http:{0}",
    "http:///{0}", "https:/{0}", "\\\\{0}", "/\\{0}", "\\/{0}", "/\t/{0}", "\t//{0}",
    " //{0}", "//{0}/%2e%2e", "http://testserver@{0}",
)  # fmt: skip
OTHERS = ("javascript:alert(1)", "data:text/html,x", "/%0d%0aLocation:%20//evil.example", "ftp://x")
#: Forbidden; or the address, itself a secret of one visitor, leads nowhere (decision 0018).
REFUSED = (403, 410)
TRICKS = [form.format(host) for form in FORMS for host in HOSTS][:60] + list(OTHERS)


@pytest.fixture(scope="module")
def world(built_company: Company) -> World:
    return build_world(built_company, (ADMIN,))


def every_path(
    world: World, only: str = "", *, relations_too: bool = True
) -> Iterator[tuple[Address, str]]:
    """Each address once, or for every relation it knows; `only` is the beginning of names."""
    for address in addresses():
        if not address.name.startswith(only):
            continue
        target = target_of(address.name)
        relations = ("-",) if target.relations == FIXED else target.relations
        for relation in relations if relations_too else relations[:1]:
            yield address, address.path(target.args(world, ADMIN, relation))


def written(client: Client, method: str, path: str) -> list[str]:
    """The writing statements of one request, which is undone."""
    with transaction.atomic():
        with watching_writes() as writes:
            getattr(client, method)(path)
        transaction.set_rollback(True)
    return writes.statements


def unsafe_reads(
    world: World,
    client: Client,
    only: str = "",
    *,
    methods: tuple[str, ...] = ("get", "head"),
    relations_too: bool = True,
) -> tuple[int, list[str]]:
    """How many addresses were asked by these methods, and those that wrote."""
    found, asked = [], 0
    for address, path in every_path(world, only, relations_too=relations_too):
        for method in methods:
            asked += 1
            if statements := written(client, method, path):
                found.append(f"{method} {address.name} {path}: {statements[0]}")
    return asked, found


def accepted_without_token(world: World, client: Client, only: str = "") -> tuple[int, list[str]]:
    """How many addresses were posted to without a token, and those that did not refuse."""
    found, asked = [], 0
    for address, path in every_path(world, only):
        asked += 1
        with transaction.atomic():
            answer = client.post(path, target_of(address.name).post(world, ADMIN, "own"))
            transaction.set_rollback(True)
        secret = address.name in SECRET and answer.status_code == 404
        if answer.status_code not in REFUSED and not secret:
            found.append(f"{address.name} {path}: {answer.status_code}")
    return asked, found


def test_asking_for_the_head_writes_nothing(world: World, request: Any, db: None) -> None:
    """GET stands in the matrix, for every relation; small: HEAD once an address."""
    client = browser(world.company, ADMIN)
    asked, found = unsafe_reads(world, client, methods=("head",), relations_too=FULL)
    announce(request, "G05", passed=not found, part="safe-methods", asked=asked, wrote=len(found))
    assert not found, "\n".join(found[:30])


def test_posting_needs_a_token(world: World, request: Any, db: None) -> None:
    client = browser(world.company, ADMIN, enforce_csrf_checks=True)
    asked, found = accepted_without_token(world, client)
    announce(request, "G05", passed=not found, part="csrf", asked=asked, accepted=len(found))
    assert not found, "\n".join(found[:30])


# --- redirects ----------------------------------------------------------------------------------
def redirects(client: Client, stranger: Client, trick: str) -> Iterator[tuple[str, HttpResponse]]:
    """Every view that takes an address from outside, given this one."""
    login = reverse("account_login")
    yield "login page", stranger.get(login, {"next": trick})
    yield "login while logged in", client.get(login, {"next": trick})
    yield "login post while logged in", client.post(login, {"next": trick})
    yield "admin login", stranger.get(reverse("admin:login"), {"next": trick})
    for name, data in (("language", {"language": "en"}), ("theme", {"theme": "dark"}),
                       ("page_size", {"page_size": "20"})):  # fmt: skip
        url = reverse(f"accounts:{name}")
        yield name, client.post(url, data | {"next": trick}, headers={"referer": trick})
    yield "log out", Client().post(reverse("account_logout"), {"next": trick})
    page = reverse("customers:customer_list")
    yield (
        "session ended",
        stranger.get(page, headers={"HX-Request": "true", "HX-Current-URL": trick}),
    )
    yield "bulk", client.post(reverse("customers:customer_bulk", args=["delete"]), {"query": trick})


def test_no_redirect_leaves_the_site(world: World, request: Any, db: None) -> None:
    client, found, asked = browser(world.company, ADMIN), [], 0
    for trick in TRICKS:
        for place, answer in redirects(client, Client(), trick):
            asked += 1
            where = answer.headers.get("Location") or answer.headers.get("HX-Redirect") or ""
            if not is_own(where):
                found.append(f"{place} {trick!r}: {where}")
    announce(request, "G05", passed=not found, part="redirects", asked=asked, off_site=len(found))
    assert len(TRICKS) >= 60
    assert not found, "\n".join(found[:30])


def is_own(where: str) -> bool:
    """Whether a browser stays on this site when it is sent there."""
    where = where.strip("\t\r\n ").replace("\\", "/")
    parts = urlsplit(where)
    return parts.scheme in ("", "http", "https") and parts.netloc in ("", "testserver")


# --- forged formsets ----------------------------------------------------------------------------
def snapshot() -> dict[str, list[tuple]]:
    """All rows that the administration can show."""
    return {
        model._meta.label: sorted(model._base_manager.values_list(), key=str)
        for model in [*admin.site._registry, Item, User]
    }


def forgeries(model: Any, key: Any) -> Iterator[dict[str, Any]]:
    """Posts that no page of ours sends to a list of the administration."""
    rows = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-id": key, "_save": "1"}
    fields = [item.name for item in model._meta.concrete_fields if item.editable]
    yield rows | {f"form-0-{name}": "1" for name in fields}
    yield {**rows, "form-TOTAL_FORMS": "1000000", "form-INITIAL_FORMS": "0"}
    yield {"action": "delete_selected", "_selected_action": [key], "post": "yes", "index": "0"}


def test_forged_lists_of_the_administration(world: World, request: Any, db: None) -> None:
    client, before, tried = browser(world.company, ADMIN), snapshot(), 0
    events = Event.objects.count()
    for model in admin.site._registry:
        row = model._base_manager.order_by("pk").values_list("pk", flat=True).first()
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for data in forgeries(model, row or 1):
            tried += 1
            client.post(url, data)
    same = snapshot() == before and Event.objects.count() == events
    announce(request, "G05", passed=same, part="formsets", tried=tried)
    assert same


def test_rows_of_another_parent_are_not_touched(world: World, db: None) -> None:
    """An inline row is named by its key: one of another dictionary must not be changed by it."""
    own, other = Dictionary.objects.order_by("pk")[:2]
    foreign = Item.objects.filter(dictionary=other).first()
    before = Item.objects.filter(pk=foreign.pk).values().get()
    data = {
        "items-TOTAL_FORMS": "1", "items-INITIAL_FORMS": "1", "items-MIN_NUM_FORMS": "0",
        "items-MAX_NUM_FORMS": "300", "items-0-id": str(foreign.pk),
        "items-0-dictionary": str(own.pk), "items-0-name": "篡改", "items-0-order": "1",
        "name": own.name, "name_en": own.name_en,
    }  # fmt: skip
    url = reverse("admin:dictionaries_dictionary_change", args=[own.pk])
    browser(world.company, ADMIN).post(url, data)
    assert Item.objects.filter(pk=foreign.pk).values().get() == before


def test_every_model_of_the_administration_is_ours() -> None:
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("crm.")}
    ours |= {"customers", "knowledge", "leads", "opportunities", "tickets"}
    assert {model._meta.app_label for model in admin.site._registry} <= ours
