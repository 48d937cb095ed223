"""G28: contact data of visible records stays masked in every channel unless the role sees it.

The channels are those of the leak gate, the canaries stand in phones, e-mails and messengers.
"""

from dataclasses import dataclass

import pytest
from django.urls import reverse

from crm.audit.models import Event
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.customers import make_customer, share
from tests.kit.canaries import Canaries, Planted, plant
from tests.kit.canaries_service import Served, plant_service, service_doors
from tests.kit.crawl import Crawler, doors, sees
from tests.kit.gates import FULL, announce
from tests.kit.html import row_ids
from tests.kit.world import World, build_world

pytestmark = [pytest.mark.gate, pytest.mark.xdist_group("gates.mask")]
#: Who sees the records but not their numbers: by role, or because the record is only shared.
MASKED = ("agent1", "finance", "auditor", "sales1")
#: Who may look by a click.
REVEALING = "agent1"
ACTORS = ("sales1", "agent1", "finance", "auditor", "service_lead", "admin")
RECORDS = 5 if FULL else 1
#: Small: one actor of each kind.
ASKED = ("sales1", "agent1", "auditor", "admin")
#: Small: who tries the doors of the service desk, too.
SERVED = ("agent1", "admin")


@dataclass
class Nest:
    """Visible records whose contact data are canaries."""

    world: World
    planted: list[Planted]
    served: list[Served]
    numbers: Canaries


@pytest.fixture(scope="module")
def nest(built_company: Company) -> Nest:
    world = build_world(built_company, ACTORS if FULL else ASKED)
    open_texts, numbers = Canaries(), Canaries(start=5_000)
    owner = built_company.stranger()
    planted = [plant(built_company, owner, open_texts, numbers) for _number in range(RECORDS)]
    for item in planted:
        share(built_company, item.customer, built_company["sales1"])
    served = [
        plant_service(built_company, owner, item.customer, open_texts, numbers) for item in planted
    ]
    return Nest(world, planted, served, numbers)


def terms_for(planted: Planted) -> list[str]:
    """Names, and parts of numbers that could be tried out."""
    number = planted.contact.mobile
    lead = planted.lead
    return [planted.customer.name, planted.contact.name, number, number[:7], number[-4:],
            planted.contact.email, "kqz", lead.name, lead.mobile, lead.mobile[:7],
            lead.mobile[-4:]]  # fmt: skip


def is_open(actor: str, place: str) -> bool:
    """Whether somebody sees a number in clear: the service desk only those of customers."""
    return actor == "admin" or not place.startswith("lead")


@pytest.mark.parametrize("actor", ACTORS if FULL else ASKED)
def test_numbers_are_masked_everywhere(
    nest: Nest, actor: str, request: pytest.FixtureRequest, db: None
) -> None:
    crawler = Crawler(nest.world, actor)
    crawler.columns_of_everything()
    asks = [ask for item in nest.planted for ask in doors(nest.world, actor, item, terms_for(item))]
    if FULL or actor in SERVED:
        asks += [ask for item in nest.served for ask in service_doors(item)]
    if actor in MASKED:
        found = list(crawler.leaks(asks, nest.numbers))
        figures = {"actor": actor, "asked": len(asks), "numbers": len(nest.numbers.places)}
        announce(request, "G28", passed=not found, unmasked=len(found), **figures)
        assert not found, "\n".join(sorted(set(found))[:30])
    else:
        open_to = [place for place in nest.numbers.places.values() if is_open(actor, place)]
        least = len(open_to) - 2 * RECORDS
        assert sees(crawler.leaks(asks, nest.numbers), lambda places: len(places) >= least)


@pytest.mark.parametrize("actor", MASKED)
def test_parts_of_a_number_find_nothing_and_the_whole_number_does(
    nest: Nest, actor: str, db: None
) -> None:
    """Otherwise a masked number could be read off digit by digit."""
    customer, contact = nest.planted[0].customer, nest.planted[0].contact
    client = browser(nest.world.company, actor)
    found = {}
    for term in (contact.mobile[:7], contact.mobile[-4:], contact.mobile[3:8], contact.mobile):
        rows = row_ids(client.get(reverse("customers:customer_list"), {"q": term}))
        people = row_ids(client.get(reverse("customers:contact_list"), {"q": term}))
        options = client.get(reverse("customers:customer_options"), {"q": term}).json()["results"]
        everywhere = client.get(reverse("workbench:search"), {"q": term}).content.decode()
        found[term] = (
            customer.pk in rows,
            contact.pk in people,
            customer.pk in [option["value"] for option in options],
            f"/customers/{customer.pk}/" in everywhere,
        )
    whole = found.pop(contact.mobile)
    assert whole == (True, True, True, True)
    assert set(found.values()) == {(False, False, False, False)}


@pytest.mark.parametrize("kind", ["customer", "contact"])
def test_a_reveal_is_a_recorded_click(nest: Nest, kind: str, db: None) -> None:
    row = getattr(nest.planted[0], kind)
    client = browser(nest.world.company, REVEALING)
    url = reverse(f"customers:{kind}_reveal", args=[row.pk])
    code = f"customers.{kind}.revealed"
    before = Event.objects.filter(code=code).count()
    assert client.get(url).status_code == 405
    assert Event.objects.filter(code=code).count() == before
    answer = client.post(url)
    assert answer.status_code == 200
    assert nest.planted[0].contact.mobile in answer.content.decode()
    last = Event.objects.filter(code=code).order_by("-pk").first()
    assert Event.objects.filter(code=code).count() == before + 1
    assert (last.actor, last.subject_id) == (nest.world.company[REVEALING], row.pk)
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("actor", ["finance", "auditor", "sales1"])
def test_without_the_right_nothing_is_revealed(nest: Nest, actor: str, db: None) -> None:
    client = browser(nest.world.company, actor)
    before = Event.objects.count()
    for kind in ("customer", "contact"):
        row = getattr(nest.planted[0], kind)
        answer = client.post(reverse(f"customers:{kind}_reveal", args=[row.pk]))
        assert answer.status_code == 403
    assert Event.objects.count() == before


def test_saving_a_masked_form_keeps_the_number(nest: Nest, db: None) -> None:
    """A mask is never stored: masked fields are not in the form, and forged ones are ignored."""
    contact = nest.planted[0].contact
    client = browser(nest.world.company, "agent1")
    url = reverse("customers:contact_edit", args=[contact.pk])
    contact.refresh_from_db()
    data = {
        "version": contact.version, "base": "{}", "name": contact.name, "gender": "unknown",
        "birth_calendar": "solar", "is_primary": "on", "mobile": "13900000000", "email": "x@y.cn",
    }  # fmt: skip
    assert client.post(url, data).status_code == 302
    known = contact.mobile, contact.email
    contact.refresh_from_db()
    assert (contact.mobile, contact.email) == known


def test_duplicates_answer_with_masked_facts(nest: Nest, db: None) -> None:
    hidden = make_customer(
        nest.world.company, nest.world.company.stranger(), name="张伟", contacts=[]
    )
    client = browser(nest.world.company, "sales2")
    url = reverse("customers:customer_duplicates")
    page = client.post(url, {"phone": hidden.phone}).content.decode()
    assert "张***" in page
    assert "张伟" not in page
    assert hidden.number not in page
    assert hidden.get_absolute_url() not in page
