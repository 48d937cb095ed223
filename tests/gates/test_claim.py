"""G20: fifty people want one record of the pool: exactly one gets it, and no quota is exceeded.

Small: a few rounds with a dozen claimers. Full (GATE_SCALE=full): 1,000 rounds × 50 claimers. The
planted bugs are here for threads and in `mutants.py` for one process.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.models import F

from crm.access.verbs import VIEW
from crm.accounts.models import User
from crm.core import clock
from crm.core.errors import DomainError, LimitReached
from crm.dictionaries import stamps
from crm.pool import rules
from crm.pool.models import OwnershipSpan, Pool, PoolRuleVersion
from crm.pool.services import limits, moving
from crm.pool.services.claiming import claim
from crm.pool.services.protecting import protect
from customers.models import Customer
from tests.factories.company import Company
from tests.factories.customers import make_customer
from tests.kit.gates import FULL, announce
from tests.kit.threads import at_once, connected

pytestmark = [pytest.mark.gate, pytest.mark.django_db(transaction=True)]
ROUNDS, CLAIMERS = (1_000, 50) if FULL else (3, 12)
#: Records and threads of one person who tries to go beyond his quota.
GREED, LIMIT = (50, 5) if FULL else (8, 3)


@pytest.fixture
def claimers(everybody: Company) -> list[User]:
    """Sales who all may claim."""
    return [everybody.person(f"claimer{number}") for number in range(CLAIMERS)]


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with connected(max(CLAIMERS, GREED)) as found:
        yield found


def claim_one(pair: tuple[Customer, User]) -> str:
    """The code of the answer, "" for a success."""
    row, user = pair
    try:
        claim(row, actor=user)
    except DomainError as error:
        return error.code
    return ""


def set_rules(**values: int) -> None:
    """Rules of the customers' pool, in force since long ago."""
    pool = Pool.objects.get(kind="customer")
    pool.rule_versions.all().delete()
    PoolRuleVersion.objects.create(
        pool=pool, valid_from=date(2020, 1, 1), created_at=clock.now(), **values
    )
    stamps.bump(rules.STAMP)


def winners_of(company: Company, threads: ThreadPoolExecutor, claimers: list[User]) -> int:
    """One round: how many were told that the record is theirs now."""
    row = make_customer(company, None)
    copies = [Customer.objects.get(pk=row.pk) for _user in claimers]
    answers = at_once(threads, claim_one, list(zip(copies, claimers, strict=True)))
    assert set(answers) <= {"", "claimed"}, answers
    won = answers.count("")
    spans = OwnershipSpan.objects.filter(subject_id=row.pk).count()
    owner = Customer.objects.get(pk=row.pk).owner
    if won == 1:
        assert spans == 1 and owner == claimers[answers.index("")]
        assert Customer.objects.visible_to(owner, VIEW).filter(pk=row.pk).exists()
    return max(won, spans)


def taken_by_one(company: Company, threads: ThreadPoolExecutor, greedy: User) -> int:
    """How many records one person gets who claims many at the same moment."""
    rows = [make_customer(company, None) for _place in range(GREED)]
    at_once(threads, claim_one, [(row, greedy) for row in rows])
    return Customer.objects.filter(owner=greedy).count()


def test_exactly_one_wins(
    everybody: Company,
    threads: ThreadPoolExecutor,
    claimers: list[User],
    request: pytest.FixtureRequest,
) -> None:
    wrong = [
        won
        for won in (winners_of(everybody, threads, claimers) for _round in range(ROUNDS))
        if won != 1
    ]
    announce(
        request,
        "G20",
        passed=not wrong,
        db=connection.vendor,
        rounds=ROUNDS,
        claimers=CLAIMERS,
        wrong=len(wrong),
    )
    assert wrong == []


def test_the_quota_holds_under_threads(
    everybody: Company, threads: ThreadPoolExecutor, request: pytest.FixtureRequest
) -> None:
    set_rules(claim_limit=LIMIT)
    taken = taken_by_one(everybody, threads, everybody["sales1"])
    announce(request, "G20", passed=taken == LIMIT, db=connection.vendor, quota=LIMIT, taken=taken)
    assert taken == LIMIT


def protected_by_one(company: Company, threads: ThreadPoolExecutor, owner: User) -> int:
    """How many records one person protects who protects many at the same moment."""
    rows = [make_customer(company, owner) for _place in range(GREED)]

    def try_it(row: Customer) -> None:
        with suppress(LimitReached):
            protect(row, days=5, actor=owner)

    at_once(threads, try_it, rows)
    return Customer.objects.filter(owner=owner, protected_by=owner).count()


def test_the_limit_of_protections_holds_under_threads(
    everybody: Company, threads: ThreadPoolExecutor, request: pytest.FixtureRequest
) -> None:
    set_rules(protect_days=30, protect_limit=LIMIT)
    held = protected_by_one(everybody, threads, everybody["sales1"])
    announce(request, "G20", passed=held == LIMIT, db=connection.vendor, limit=LIMIT, held=held)
    assert held == LIMIT


def _unconditional(kind: Any, row: Any, values: dict[str, Any]) -> None:
    """A move that does not ask in whose hands the record is."""
    kind.model._base_manager.filter(pk=row.pk).update(**values, version=F("version") + 1)
    for name, value in values.items():
        setattr(row, name, value)


@pytest.mark.parametrize(
    ("target", "name", "bug", "check"),
    [
        (moving, "_move_one", _unconditional, "winners"),
        (limits, "_check_quota", lambda *_: None, "quota"),
        (limits, "lock_claimant", lambda *_: None, "protections"),
    ],
)
def test_catches_planted_bugs(
    everybody: Company,
    threads: ThreadPoolExecutor,
    claimers: list[User],
    monkeypatch: pytest.MonkeyPatch,
    target: Any,
    name: str,
    bug: Callable[..., Any],
    check: str,
) -> None:
    monkeypatch.setattr(target, name, bug)
    if check == "winners":
        assert winners_of(everybody, threads, claimers) > 1
    elif check == "protections":
        if connection.vendor == "sqlite":
            pytest.skip("one writer at a time: nothing to lock")
        set_rules(protect_days=30, protect_limit=LIMIT)
        assert protected_by_one(everybody, threads, everybody["sales1"]) > LIMIT
    else:
        set_rules(claim_limit=LIMIT)
        assert taken_by_one(everybody, threads, everybody["sales1"]) > LIMIT
