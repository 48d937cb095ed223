"""Every address as the super administrator: no error, nothing inline, the hooks tests rely on."""

import re
from collections.abc import Iterator

import pytest
from django.http import HttpResponse

from tests.architecture.test_templates import INLINE
from tests.conftest import browser
from tests.factories.company import Company
from tests.kit.matrix import addresses
from tests.kit.targets import target_of
from tests.kit.world import FIXED, World, build_world

pytestmark = pytest.mark.xdist_group("architecture.pages")
#: Answers 503 where no worker runs, which is what it is for.
READINESS = "readyz"
#: Markup of ours that was escaped once too often.
ESCAPED = re.compile(r"&lt;/?(?:a|button|div|form|input|li|p|section|span|svg|time|ul)\b")
#: A form that cannot be sent without scripts.
TOKENLESS = re.compile(r'name="csrfmiddlewaretoken" value=""')


@pytest.fixture(scope="module")
def world(built_company: Company) -> World:
    return build_world(built_company, ("admin",))


def answers(world: World) -> Iterator[tuple[str, HttpResponse]]:
    """Every address once by GET, on the administrator's own records."""
    client = browser(world.company, "admin")
    cookies = client.cookies.output(header="", sep=";")
    for address in addresses():
        target = target_of(address.name)
        relation = "-" if target.relations == FIXED else "own"
        client.cookies.load(cookies)
        yield address.name, client.get(address.path(target.args(world, "admin", relation)))


def test_no_address_fails(world: World, db: None) -> None:
    failed, inline, unnamed, escaped, tokenless = [], [], [], [], []
    for name, answer in answers(world):
        if answer.status_code >= 500 and name != READINESS:
            failed.append(name)
        if not answer.get("Content-Type", "").startswith("text/html") or answer.streaming:
            continue
        page = answer.content.decode()
        if INLINE.search(page):
            inline.append(name)
        if "<main" in page and not re.search(r'<main[^>]* data-page="[^"]+"', page):
            unnamed.append(name)
        if ESCAPED.search(page):
            escaped.append(name)
        if TOKENLESS.search(page):
            tokenless.append(name)
    assert (failed, inline, unnamed, escaped, tokenless) == ([], [], [], [], [])
