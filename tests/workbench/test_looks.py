"""Scope and period of the start page: what is offered, what is refused, which days it means."""

from datetime import date
from typing import Any

import pytest

from crm.core.periods import Period, PeriodKind, custom, period
from crm.workbench.looks import look_of, teams_of
from tests.kit import people

MARCH = date(2026, 3, 18)  # a Wednesday
DAYS = {
    "today": ("2026-03-18", "2026-03-18", "2026-03-17", "2026-03-17"),
    "yesterday": ("2026-03-17", "2026-03-17", "2026-03-16", "2026-03-16"),
    "week": ("2026-03-16", "2026-03-22", "2026-03-09", "2026-03-15"),
    "last_week": ("2026-03-09", "2026-03-15", "2026-03-02", "2026-03-08"),
    "month": ("2026-03-01", "2026-03-31", "2026-02-01", "2026-02-28"),
    "last_month": ("2026-02-01", "2026-02-28", "2026-01-01", "2026-01-31"),
    "quarter": ("2026-01-01", "2026-03-31", "2025-10-01", "2025-12-31"),
    "last_quarter": ("2025-10-01", "2025-12-31", "2025-07-01", "2025-09-30"),
    "year": ("2026-01-01", "2026-12-31", "2025-01-01", "2025-12-31"),
    "last_year": ("2025-01-01", "2025-12-31", "2024-01-01", "2024-12-31"),
}


def days(found: Period) -> tuple[str, str]:
    return str(found.first), str(found.last)


@pytest.mark.parametrize("kind", DAYS)
def test_days_of_a_period_and_of_the_one_before(kind: str) -> None:
    found = period(kind, MARCH)
    assert (*days(found), *days(found.previous)) == DAYS[kind]


def test_every_kind_is_known() -> None:
    assert set(DAYS) | {"custom"} == set(PeriodKind.values)


def test_a_range_is_compared_with_as_many_days_before_it() -> None:
    found = custom(date(2026, 3, 1), date(2026, 3, 10))
    assert days(found.previous) == ("2026-02-19", "2026-02-28")


def codes(user: Any) -> list[str]:
    return [team.code for team in teams_of(user)]


def test_only_teams_within_the_rights_are_offered(sales: Any, manager: Any) -> None:
    people.make_user("s3", "sales", name="王五", main_department=sales.main_department)
    assert codes(sales) == ["own"]
    assert codes(manager) == ["own", "own_and_reports"]
    assert codes(people.make_user("aud", "auditor")) == ["own", "all"]
    leader = people.make_user("f1", "finance", main_department=sales.main_department)
    assert codes(leader) == ["own", "department", "all"]
    assert codes(people.make_user("nobody", "")) == ["own"]


def test_the_usual_look(sales: Any, manager: Any) -> None:
    assert [look_of(user, {}).scope.code for user in (sales, manager)] == [
        "own",
        "own_and_reports",
    ]
    assert look_of(sales, {}).period.kind == "month"
    sales.remember("home", "start", {"scope": "all", "period": "week"})
    look = look_of(sales, {})
    assert (look.scope.code, look.period.kind, look.problem) == ("own", "week", "")


@pytest.mark.parametrize(
    "query",
    [
        {"scope": "all"},
        {"scope": "nonsense"},
        {"scope": "person"},
        {"scope": "person", "person": "x"},
        {"scope": "person", "person": "9" * 30},
        {"period": "century"},
        {"period": "custom"},
        {"period": "custom", "start": "2026-03-01"},
        {"period": "custom", "start": "2026-02-30", "end": "2026-03-01"},
        {"period": "custom", "start": "2026-03-02", "end": "2026-03-01"},
        {"period": "custom", "start": "1990-01-01", "end": "2026-03-01"},
    ],
)
def test_what_cannot_be_shown_is_said(sales: Any, query: dict[str, str]) -> None:
    look = look_of(sales, query)
    assert look.problem
    assert (look.scope.people, look.period.kind) == ({sales.pk}, "month")


def test_one_colleague(sales: Any, manager: Any, other: Any) -> None:
    look = look_of(manager, {"scope": "person", "person": str(sales.pk)})
    assert (look.scope.people, look.scope.label, look.problem) == ({sales.pk}, "张伟", "")
    assert look_of(manager, {"person": str(sales.pk)}).scope.people == {sales.pk}
    assert look_of(manager, {"scope": "person", "person": str(other.pk)}).problem
    assert look_of(sales, {"scope": "person", "person": str(manager.pk)}).problem
