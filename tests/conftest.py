"""Fixtures for the whole suite: the company, made once a module, and browsers of its people."""

import gc
import shutil
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test import client as requests

from crm.accounts.sessions import SEEN, SINCE
from crm.core import clock, context, prepared
from crm.dictionaries import statutory
from crm.search import index, registry
from crm.search.memory import forget_all
from crm.visitors import pace
from tests.factories.company import Company, build_company
from tests.kit import migrated
from tests.kit.windows import chromium, contexts, product, sessions, visit  # noqa: F401 - fixtures
from tickets.sla.seeds import seed_policies

#: A test that uses one of these runs in the browser, in a pass of its own (`scripts/test.py`).
BROWSER_FIXTURES = {"product", "chromium", "visit"}
#: New objects after which the cycle collector looks at them; Python's 700 is for small programs.
COLLECT_AFTER = 100_000
HOUR = 3600
#: Templates of fields and other small parts.
PARTS = ("django/forms/", "components/")
#: The longest ones.
FIRST = (
    "tests/gates/test_kill9",
    "tests/gates/",
    "tests/workbench/test_briefing",
    "tests/tickets/test_statistics",
    "tests/ops/",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what runs in a browser; the long ones come first, so that none is left at the end."""
    for item in items:
        if BROWSER_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.e2e)
    items.sort(key=lambda item: [not item.nodeid.startswith(first) for first in FIRST])


def pytest_collection_finish() -> None:
    """Spare the cycle collector what stays until the end: modules, templates of code and tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def _only_contexts_of_pages() -> Iterator[None]:
    """Tests ask for the values behind a page, not for those of each of its fields, whose copies
    are a tenth of the work of a form."""
    collect = requests.store_rendered_templates

    def collect_pages(
        store: Any, signal: Any, sender: Any, template: Any, context: Any, **more: Any
    ):
        if not (template.name or "").startswith(PARTS):
            collect(store, signal, sender, template, context, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(requests, "store_rendered_templates", collect_pages)
        yield


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """An SQLite file is there before Django looks."""
    return connection.vendor == "sqlite"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Start from a copy of the migrated database of this run."""
    wanted = connection.settings_dict["TEST"]
    if connection.vendor == "sqlite":
        shutil.copy(migrated.sqlite(), wanted["NAME"])
    else:
        wanted["TEMPLATE"] = migrated.postgres()


def pytest_unconfigure(config: pytest.Config) -> None:
    """The first process ends last."""
    if not hasattr(config, "workerinput"):
        migrated.remove()


@pytest.fixture(scope="module")
def built_company(django_db_setup: None, django_db_blocker: Any) -> Iterator[Company]:
    """The company, built once for all tests of a module, gone afterwards; tests use `company`."""
    with django_db_blocker.unblock(), transaction.atomic():
        forget_all()
        yield build_company()
        transaction.set_rollback(True)
    forget_all()


@pytest.fixture(autouse=True)
def _nothing_outlives_an_emptied_database(
    request: pytest.FixtureRequest, django_db_blocker: Any
) -> Iterator[None]:
    """Tests that empty the database give content types other keys than those in kept SQL, and
    their records stay in the search index, whose tables are no models."""
    yield
    marker = request.node.get_closest_marker("django_db")
    empties = {"transactional_db", "live_server"} & set(request.fixturenames)
    if empties or (marker and marker.kwargs.get("transaction")):
        prepared.forget_all()
        with django_db_blocker.unblock():
            for entity in registry.ENTITIES.values():
                index.clear(entity.label)


@pytest.fixture(scope="module")
def promises(built_company: Company, django_db_blocker: Any) -> None:
    """The calendar and the service levels of a new installation; gone with the company."""
    with django_db_blocker.unblock():
        statutory.seed()
        seed_policies()


@pytest.fixture
def company(built_company: Company, db: None) -> Iterator[Company]:
    """The company for one test; what the test writes is undone."""
    people = dict(built_company.people)
    departments = dict(built_company.departments)
    yield built_company
    built_company.people, built_company.departments = people, departments


@pytest.fixture
def everybody(transactional_db: None) -> Company:
    """The people, without the wrapping transaction: threads must see them."""
    with context.working_as("command"):
        return build_company()


@pytest.fixture
def one_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """Public pages are counted in one minute, however slowly the test asks for them."""
    begun = clock.now()
    monkeypatch.setattr(pace, "clock", SimpleNamespace(now=lambda: begun))


@pytest.fixture
def browser_of(company: Company) -> Callable[[str], Client]:
    """A logged-in browser of an actor of the company; "anonymous" is nobody's."""
    return lambda actor: browser(company, actor)


def browser(company: Company, actor: str, **options: Any) -> Client:
    """A browser that belongs to `actor`; a disabled account has logged in before."""
    client = Client(**options)
    user = company.user(actor)
    if user is not None:
        client.force_login(user)
        session = client.session  # as after a log-in, or every request that is undone would do it
        session[SINCE] = int(clock.now().timestamp())
        session[SEEN] = session[SINCE] + HOUR  # and again when a minute of the test is over
        session.save()
    return client
