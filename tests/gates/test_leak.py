"""G02: no canary of a record outside somebody's scope comes through any door.

Records are customers, contacts, leads, tickets with all that hangs on them, and drafts of the
knowledge base.

Small: one probed record of a full set of canaries for each actor. Full: every record is probed.
"""

from dataclasses import dataclass

import pytest

from tests.factories.company import ACTORS, Company
from tests.kit.canaries import Canaries, Planted, plant
from tests.kit.canaries_service import Served, plant_service, service_doors
from tests.kit.crawl import Crawler, doors, sees
from tests.kit.gates import FULL, SAMPLED, announce
from tests.kit.world import World, build_world

pytestmark = [pytest.mark.gate, pytest.mark.xdist_group("gates.leak")]
#: Actors that do not see the stranger's customers and leads at all.
LIMITED = ("anonymous", "disabled", "norole", "manager", "sales1", "sales2")
#: On PostgreSQL a part of the canaries; there one actor asks for whole pages, searches and files,
#: and not once more for the parts of pages, which ask the database for the same rows.
RECORDS, LEAST_CANARIES = (4, 120) if SAMPLED else (14, 500)
#: Small: one actor of each kind, on PostgreSQL fewer.
ASKED = ("sales1",) if SAMPLED else ("anonymous", "norole", "manager", "sales1", "auditor")
#: Small: who tries the doors of the service desk, too.
SERVED = ("sales1", "auditor")


@dataclass
class Nest:
    """A world with hidden records, all their values, and what nobody may see of others."""

    world: World
    planted: list[Planted]
    served: list[Served]
    hidden: Canaries


@pytest.fixture(scope="module")
def nest(built_company: Company) -> Nest:
    world = build_world(built_company, ACTORS if FULL else ASKED)
    hidden, owner = Canaries(), built_company.stranger()
    planted = [plant(built_company, owner, hidden, hidden) for _number in range(RECORDS)]
    served = [
        plant_service(built_company, owner, item.customer, hidden, hidden)
        for item in (planted if FULL else planted[:1])
    ]
    return Nest(world, planted, served, hidden)


def terms_for(planted: Planted) -> list[str]:
    """What somebody might know or guess of the record."""
    customer, contact = planted.customer, planted.contact
    return [
        customer.name, customer.name[:4], "KQZ", customer.number, customer.phone, contact.mobile,
        contact.mobile[3:9], contact.mobile[-4:], contact.email, contact.name, contact.wechat,
        customer.credit_code, "mk", "有限公司", planted.lead.name, planted.lead.number,
        planted.lead.mobile, planted.lead.mobile[3:9],
    ]  # fmt: skip


def test_there_are_enough_canaries(nest: Nest, db: None) -> None:
    assert len(nest.hidden.places) >= LEAST_CANARIES


def in_plain_sight(places: set[str]) -> bool:
    """Enough canaries of every sort."""
    sorts = ("ticket", "article")
    found = [any(place.startswith(sort) for place in places) for sort in sorts]
    return all(found) and len(places) > LEAST_CANARIES / 10


@pytest.mark.parametrize("actor", ACTORS if FULL else ASKED)
def test_nothing_hidden_is_seen(
    nest: Nest, actor: str, request: pytest.FixtureRequest, db: None
) -> None:
    crawler = Crawler(nest.world, actor)
    crawler.columns_of_everything()
    probed = nest.planted if FULL else nest.planted[:1]
    asks = [ask for item in probed for ask in doors(nest.world, actor, item, terms_for(item))]
    if FULL or actor in SERVED:
        asks += [ask for item in nest.served for ask in service_doors(item)]
    if SAMPLED:
        asks = [ask for ask in asks if not ask.target]
    if actor in LIMITED:
        found = list(crawler.leaks(asks, nest.hidden))
        figures = {"actor": actor, "asked": len(asks), "canaries": len(nest.hidden.places)}
        announce(request, "G02", passed=not found, seen=len(found), **figures)
        assert not found, "\n".join(found[:30])
    else:
        # The doors are open for those who may look: the search itself is not blind.
        assert sees(crawler.leaks(asks, nest.hidden), in_plain_sight)
