"""G19: no interleaving of two people loses an update or typed text.

Pages of the product merge a stale save of other fields, and of the same answer with the conflict
page and store exactly what is picked; pages of the administration, and those of a day or year,
refuse it, keep what was typed and say why.
"""

import random
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction

from crm.core.models import Versioned
from crm.dictionaries.models import Dictionary
from customers.choices import NATURE
from opportunities.models import Pipeline
from tests.conftest import browser
from tests.factories.company import Company
from tests.gates.conflict_pages import PAGES
from tests.gates.conflict_refusals import ADMIN_PAGES, OWN_PAGES, Page
from tests.kit.conflicts import interleave, typed
from tests.kit.gates import FULL, SAMPLED, announce
from tests.kit.html import form_values

pytestmark = [pytest.mark.gate, pytest.mark.xdist_group("gates.conflict")]
ROUNDS = 500 if FULL else 4 if SAMPLED else 12
#: Two windows in one order only; what differs is what was typed.
REFUSED_ROUNDS = 500 if FULL else 3
SEED = 20261121


@pytest.mark.parametrize("label", PAGES)
def test_pages_of_the_product(company: Company, label: str, request: Any) -> None:
    editing = PAGES[label](company)
    first, second = (browser(company, login) for login in editing.logins)
    dice = random.Random(SEED)
    for _round in range(ROUNDS):
        with transaction.atomic():
            interleave(editing, first, second, dice)
            transaction.set_rollback(True)
    wrong = sorted(set(editing.problems))
    ends = {"merged": editing.merged, "asked": editing.asked, "refused": editing.refused}
    announce(request, "G19", passed=not wrong, model=label, rounds=ROUNDS, lost=len(wrong), **ends)
    assert not wrong, "\n".join(wrong[:20])
    assert editing.merged, f"nothing was merged: {ends}"


def state(row: Any) -> Any:
    """The row with its lists; a role with its rights, a calendar with its hours."""
    fresh = type(row)._base_manager.get(pk=row.pk)
    plain = {item.attname: getattr(fresh, item.attname) for item in fresh._meta.concrete_fields}
    lists = {
        item.name: sorted(getattr(fresh, item.name).values_list("pk", flat=True))
        for item in fresh._meta.many_to_many
    }
    held = [name for name in ("grants", "spans") if hasattr(fresh, name)]
    return plain, lists, {name: sorted(getattr(fresh, name).values_list()) for name in held}


def refuse(page: Page, company: Company, dice: random.Random) -> list[str]:
    """One interleaving of two windows; returns what went wrong."""
    clients = browser(company, page.login), browser(company, page.login)
    name = next(iter(page.choices))
    forms = [form_values(client.get(page.url), name) for client in clients]
    theirs, yours = (typed(form, page.choices, dice) for form in forms)
    answer = clients[0].post(page.url, forms[0] | theirs | {"_continue": ["1"]})
    if answer.status_code != 302:
        return [f"first save of {theirs}: {answer.status_code}"]
    between = state(page.row)
    answer = clients[1].post(page.url, forms[1] | yours | {"_continue": ["1"]})
    found = []
    if answer.status_code == 302:
        found.append(f"{sorted(yours)} overwrote {sorted(theirs)}")
    elif any(form_values(answer, name).get(key) != value for key, value in yours.items()):
        found.append(f"typed {sorted(yours)} is lost")
    if state(page.row) != between:
        found.append(f"a refused save of {sorted(yours)} changed the row")
    return found


@pytest.mark.parametrize("label", ADMIN_PAGES | OWN_PAGES)
def test_pages_that_refuse(company: Company, label: str, request: Any) -> None:
    page, dice, wrong = (ADMIN_PAGES | OWN_PAGES)[label](company), random.Random(SEED), set()
    for _round in range(REFUSED_ROUNDS):
        with transaction.atomic():
            wrong |= set(refuse(page, company, dice))
            transaction.set_rollback(True)
    announce(request, "G19", passed=not wrong, model=label, rounds=REFUSED_ROUNDS, lost=len(wrong))
    assert not wrong, "\n".join(sorted(wrong)[:20])


@pytest.mark.parametrize("label", OWN_PAGES)
def test_two_windows_that_both_saw_nothing_yet(company: Company, label: str) -> None:
    page = OWN_PAGES[label](company)
    name, (theirs, yours) = next((key, values) for key, values in page.choices.items())
    clients = browser(company, page.login), browser(company, page.login)
    forms = [form_values(client.get(page.blank), name) for client in clients]
    assert clients[0].post(page.blank, forms[0] | {name: [theirs]}).status_code == 302
    row = type(page.row)._base_manager.latest("pk")
    between = state(row)
    answer = clients[1].post(page.blank, forms[1] | {name: [yours]})
    assert answer.status_code == 422
    assert form_values(answer, name)[name] == [yours]
    assert (state(row), type(row)._base_manager.latest("pk")) == (between, row)


#: Rows that are edited in a table within the page of another row: each carries its own version.
ROWS = {
    "dictionaries.Item": ("items", lambda: Dictionary.objects.get(code=NATURE)),
    "opportunities.Stage": ("stages", lambda: Pipeline.objects.get(code="standard")),
}


@pytest.mark.parametrize("label", ROWS)
def test_rows_within_a_page(company: Company, label: str) -> None:
    prefix, find = ROWS[label]
    page, name = Page(find(), {}), f"{prefix}-0-name"
    clients = browser(company, "admin"), browser(company, "admin")
    forms = [form_values(client.get(page.url), name) for client in clients]
    assert clients[0].post(page.url, forms[0] | {name: ["甲方"]}).status_code == 302
    answer = clients[1].post(page.url, forms[1] | {name: ["乙方"]})
    assert answer.status_code == 200
    row = apps.get_model(label).objects.get(pk=forms[0][f"{prefix}-0-id"][0])
    assert row.name == "甲方"
    assert form_values(answer, name)[name] == ["乙方"]


def test_every_versioned_model_is_tried() -> None:
    versioned = {model._meta.label for model in apps.get_models() if issubclass(model, Versioned)}
    assert versioned == set(PAGES) | set(ADMIN_PAGES) | set(OWN_PAGES) | set(ROWS)
