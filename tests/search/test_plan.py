"""The choice between keys and walking, and what both give to a queryset."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef

from crm.search import plan as planning
from crm.search.backends import postgresql, sqlite
from crm.search.backends.base import Backend
from crm.search.documents import Document
from crm.search.memory import COMMON_QUERIES, ShortMemory
from crm.search.plan import search
from tests.search.conftest import LABEL


@pytest.fixture
def many(company: Callable[..., Document]) -> None:
    """Thirty companies, ten of them in Chongqing; every second belongs to owner 1."""
    for key in range(1, 31):
        city = "重庆" if key % 3 == 0 else "上海"
        company(key, f"{city}粉末", owner_id=key % 2, pinyin=[("fenmo", "fm")])


@pytest.fixture
def walking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make five matches too many to carry."""
    monkeypatch.setattr(planning, "FEW", 5)
    monkeypatch.setattr(planning, "_WALK_FACTOR", 0)


def test_few_matches_narrow_the_list_to_their_keys(many: None) -> None:
    plan = search(LABEL, "重庆")
    assert plan.mode == "ids"
    assert plan.total == 10
    assert plan.total_label == "10"
    rows = plan.apply(Group.objects.order_by("-name"))
    assert [row.pk for row in rows[:4]] == [30, 27, 24, 21]


def test_many_matches_are_met_on_a_walk(many: None, walking: None) -> None:
    plan = search(LABEL, "重庆")
    assert plan.mode == "walk"
    assert plan.total == 10
    rows = plan.apply(Group.objects.order_by("-name"))
    assert [row.pk for row in rows[:4]] == [30, 27, 24, 21]
    assert rows.count() == 10


def test_callers_that_count_again_get_all_keys(many: None, walking: None) -> None:
    plan = search(LABEL, "重庆", all_keys=True)
    assert (plan.mode, plan.total, len(plan.ids)) == ("ids", 10, 10)


@pytest.mark.parametrize("few", [5, 400])
@pytest.mark.parametrize("text", ["重庆", "重庆 粉末", "fenmo", "深圳"])
def test_the_others_are_all_rows_that_do_not_match(
    many: None, monkeypatch: pytest.MonkeyPatch, text: str, few: int
) -> None:
    monkeypatch.setattr(planning, "FEW", few)
    monkeypatch.setattr(planning, "_WALK_FACTOR", 0)
    unknown = Group.objects.create(pk=99, name="not in the index")
    plan, rows = search(LABEL, text), Group.objects.order_by("pk")
    matching = set(plan.apply(rows).values_list("pk", flat=True))
    others = set(plan.without(rows).values_list("pk", flat=True))
    assert unknown.pk in others
    assert matching | others == set(rows.values_list("pk", flat=True))
    assert not matching & others


def test_long_lists_are_recognised_by_the_first_matches(
    many: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not search(LABEL, "重庆").surely_long(Group.objects.all())
    monkeypatch.setattr(planning, "CAP", 4)
    for text in ("重庆", "庆粉末", "重庆 粉末", "fenmo"):
        plan = search(LABEL, text)
        assert plan.total == 5
        assert plan.surely_long(Group.objects.all()), text
        assert not plan.surely_long(Group.objects.filter(pk__lte=4)), text
    assert not search(LABEL, "深圳").surely_long(Group.objects.all())


@pytest.mark.parametrize(
    "text", ["庆", "重庆", "庆粉末", "fenmo", "重庆 粉末", "chongq", "重庆 上海"]
)
def test_both_ways_find_the_same(many: None, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    carried = search(LABEL, text)
    monkeypatch.setattr(planning, "FEW", 0)
    monkeypatch.setattr(planning, "_WALK_FACTOR", 0)
    walked = search(LABEL, text)
    assert carried.mode == "ids"
    assert walked.mode == ("walk" if carried.ids else "ids")
    keys = [
        plan.apply(Group.objects.order_by("pk")).values_list("pk", flat=True)
        for plan in (carried, walked)
    ]
    assert list(keys[0]) == list(keys[1])
    assert carried.total == walked.total == len(keys[0])


def test_counts_stop_at_the_cap(many: None, walking: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "CAP", 9)
    plan = search(LABEL, "重庆")
    assert plan.total == 10
    assert plan.total_label == "9+"
    assert search(LABEL, "重庆", owner_ids=[1]).total == 5


def test_a_common_word_is_counted_once_a_minute(
    many: None, walking: None, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Callable
) -> None:
    monkeypatch.setattr(planning, "CAP", 9)
    assert search(LABEL, "重庆").total == 10
    with django_assert_num_queries(0):
        again = search(LABEL, "重庆")
        assert (again.mode, again.total) == ("walk", 10)
    COMMON_QUERIES.forget()
    assert search(LABEL, "重庆").total == 10


def test_total_of_a_walk_counts_shared_records(many: None, walking: None) -> None:
    plan = search(LABEL, "粉末", owner_ids=[1], shared_ids=[2, 3, 4])
    assert plan.mode == "walk"
    assert plan.total == 15 + 2


def test_nothing_searchable_finds_nothing(many: None, django_assert_num_queries: Callable) -> None:
    with django_assert_num_queries(0):
        plan = search(LABEL, " （） ")
        assert (plan.mode, plan.total) == ("ids", 0)
        assert list(plan.apply(Group.objects.all())) == []


def test_costs_few_queries(many: None, django_assert_max_num_queries: Callable) -> None:
    with django_assert_max_num_queries(4):
        assert search(LABEL, "重庆", owner_ids=range(1, 100)).total == 5
    search(LABEL, "蓝天")  # sizes and statistics are remembered from here on
    with django_assert_max_num_queries(1):
        assert search(LABEL, "上海").total == 20


def test_applies_to_a_related_key_and_inside_a_subquery(many: None) -> None:
    plan = search(LABEL, "重庆")
    inner = plan.apply(Group.objects.filter(pk=OuterRef("pk")))
    rows = Group.objects.filter(Exists(inner), pk__lt=10).order_by("pk")
    assert [row.pk for row in rows] == [3, 6, 9]
    assert plan.apply(Group.objects.filter(pk__lt=5), "id").count() == 1
    assert (plan.apply(Group.objects.all()) | Group.objects.filter(pk=1)).count() == 11


def test_conditions_can_be_negated(many: None, walking: None) -> None:
    from_walk = search(LABEL, "重庆").apply(Group.objects.filter(pk__lte=30))
    assert Group.objects.filter(pk__lte=30).exclude(pk__in=from_walk).count() == 20


def test_memory_forgets(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = ShortMemory(seconds=60)
    assert memory.get("a", lambda: 1) == 1
    assert memory.get("a", lambda: 2) == 1
    memory.seconds = -1
    memory.put("a", 3)
    assert "a" not in memory
    assert memory.get("a", lambda: 4) == 4
    for key in range(3000):
        memory.put(key, key)
    assert len(memory._values) == 2000


@pytest.mark.parametrize("text", ["粉末", "重庆 粉末", "fenmo", "有限公司", "粉末有限公司", "fm"])
@pytest.mark.parametrize("owners", [None, [1], [1, 5]])
@pytest.mark.parametrize("share", [0.03, 0.2, 0.6])
def test_statistics_change_the_way_but_not_the_answer(
    company: Callable[..., Document],
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    owners: list[int] | None,
    share: float,
) -> None:
    for key in range(1, 13):
        city = "重庆" if key % 3 == 0 else "上海"
        company(
            key, f"{city}粉末有限公司", owner_id=key % 2, pinyin=[("fenmo", "fm")], numbers=["A-1"]
        )
    before = sorted(search(LABEL, text, owner_ids=owners).ids)
    monkeypatch.setattr(postgresql.Shares, "of", lambda self, token: share)
    assert sorted(search(LABEL, text, owner_ids=owners).ids) == before
    assert before


def test_statistics_prove_only_plain_cases(
    many: None, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql.Shares, "of", lambda self, token: 0.5)
    monkeypatch.setattr(postgresql.PostgreSQLBackend, "rows", lambda self, *args: 100)
    served = backend.connection.vendor == "postgresql"
    for text, proved in (
        ("粉", True),
        ("粉末", True),
        ("fen", True),
        ("1234", True),
        ("重庆粉", False),
        ("重庆 粉末", False),
    ):
        assert backend.surely_more_than(search(LABEL, text).query, 20) is (served and proved), text
    owned = search(LABEL, "粉末", owner_ids=[1]).query
    masked = search(LABEL, "1234", partial_phones=False).query
    assert not backend.surely_more_than(owned, 20)
    assert not backend.surely_more_than(masked, 20)
    assert not backend.surely_more_than(search(LABEL, "粉末").query, 30)


@pytest.mark.parametrize("candidates", [0, 10**6])
def test_teams_are_found_whichever_way_owners_are_looked_up(
    many: None, monkeypatch: pytest.MonkeyPatch, candidates: int
) -> None:
    monkeypatch.setattr(sqlite, "_FEW_CANDIDATES", candidates)
    team = [*range(100, 200), 1]
    assert sorted(search(LABEL, "重庆", owner_ids=team).ids) == [3, 9, 15, 21, 27]
    assert sorted(search(LABEL, "重庆粉末", owner_ids=team).ids) == [3, 9, 15, 21, 27]
