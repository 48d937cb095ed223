"""G12: every answer carries the headers of `reliability.md` 4.2, whoever asks for whatever."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.conftest import browser
from tests.factories.company import Company
from tests.kit.gates import announce
from tests.kit.matrix import addresses
from tests.kit.targets import target_of
from tests.kit.world import FIXED, World, build_world

pytestmark = [pytest.mark.gate, pytest.mark.xdist_group("gates.headers")]
#: Pictures of people have a version in their address; health answers are for machines.
CACHEABLE = {"accounts:avatar"}
SANDBOX = "sandbox"


@pytest.fixture(scope="module")
def world(built_company: Company) -> World:
    return build_world(built_company, ("admin", "sales1"))


def answers(world: World, actor: str) -> Iterator[tuple[str, HttpResponse]]:
    """Every address by GET and by POST, with and without htmx, and one that does not exist."""
    client = browser(world.company, actor, raise_request_exception=False)
    cookies = client.cookies.output(header="", sep=";")
    who = actor if actor in ("admin", "sales1") else "sales1"
    for address in addresses():
        target = target_of(address.name)
        for relation in ("-",) if target.relations == FIXED else ("own", "foreign", "missing"):
            path = address.path(target.args(world, who, relation))
            for method in ("get", "post"):
                for headers in ({}, {"HX-Request": "true"}):
                    client.cookies.load(cookies)
                    with transaction.atomic():
                        answer = getattr(client, method)(path, {}, headers=headers)
                        transaction.set_rollback(True)
                    yield f"{method} {address.name} {path} as {actor}", answer
    yield "missing page", client.get("/nowhere/")


def policy_of(answer: HttpResponse) -> dict[str, str]:
    """The content security policy by directive."""
    parts = answer.headers.get("Content-Security-Policy", "").split(";")
    pairs = (part.strip().partition(" ") for part in parts if part.strip())
    return {name: value for name, _space, value in pairs}


def problems(place: str, answer: HttpResponse, *, signed_in: bool) -> list[str]:
    """What is missing or too weak."""
    csp, found = policy_of(answer), []
    if not csp:
        found.append("no policy")
    elif SANDBOX not in csp:
        for name in ("script-src", "style-src", "default-src", "object-src"):
            if name not in csp or re.search(r"unsafe-|\*|https?:", csp[name]):
                found.append(f"{name} {csp.get(name)}")
        if csp.get("frame-ancestors") != "'none'" or csp.get("base-uri") not in (
            "'self'",
            "'none'",
        ):
            found.append("frame-ancestors or base-uri")
    wanted = {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
              "Referrer-Policy": "same-origin"}  # fmt: skip
    found += [name for name, value in wanted.items() if answer.headers.get(name) != value]
    cache = answer.headers.get("Cache-Control", "")
    if signed_in and "no-store" not in cache and not any(name in place for name in CACHEABLE):
        found.append(f"cached: {cache}")
    return [f"{place} {answer.status_code}: {problem}" for problem in found]


@pytest.mark.parametrize("actor", ["anonymous", "sales1", "admin"])
def test_every_answer_carries_the_headers(world: World, actor: str, request: Any, db: None) -> None:
    found, asked = [], 0
    for place, answer in answers(world, actor):
        asked += 1
        found += problems(place, answer, signed_in=actor != "anonymous" and not left(answer))
    announce(request, "G12", passed=not found, actor=actor, answers=asked, wrong=len(found))
    assert not found, "\n".join(found[:30])


def left(answer: HttpResponse) -> bool:
    """Whether this request has logged out."""
    return (
        settings.SESSION_COOKIE_NAME in answer.cookies
        and not answer.cookies[settings.SESSION_COOKIE_NAME].value
    )


def test_cookies_are_closed(world: World, db: None) -> None:
    page = browser(world.company, "admin").get(reverse("workbench:home"))
    form = Client().get(reverse("account_login"))
    for cookie in [*page.cookies.values(), *form.cookies.values()]:
        assert cookie["httponly"], cookie.key
        assert cookie["samesite"] in ("Lax", "Strict"), cookie.key
    assert settings.CSRF_COOKIE_NAME in form.cookies


def test_log_out_clears_the_browser(world: World, db: None) -> None:
    client = browser(world.company, "sales1")
    answer = client.post(reverse("account_logout"))
    assert '"cache"' in answer.headers["Clear-Site-Data"]
    assert client.get(reverse("customers:customer_list")).status_code == 302


@pytest.mark.parametrize("value", ['"><script>', "\r\nX-Evil: 1", "%0d%0aX-Evil: 1", "\u2028"])
def test_typed_values_reach_no_header(world: World, value: str, db: None) -> None:
    client = browser(world.company, "sales1")
    for path in ("/customers/", "/search/", f"/customers/{value}/", "/login/"):
        answer = client.get(path, {"q": value, "next": value, "sort": value, "scene": value})
        assert "X-Evil" not in answer.headers
        assert "<script>" not in str(answer.headers)
