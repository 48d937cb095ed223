"""Queries whose SQL is kept: the same answers as the queryset itself, whatever the keys."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connections
from django.db.models import Count, DecimalField, F, Max, Q, Value
from django.db.models.functions import TruncDate, Upper

from crm.accounts.models import Department, User
from crm.core import prepared
from crm.workbench.models import ChangedDay

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> list[User]:
    department = Department.objects.create(name="华东")
    return [
        User.objects.create(
            username=f"p{number}",
            name=f"人{number}",
            main_department=department if number % 2 else None,
            last_login=datetime(2026, 1, number + 1, tzinfo=UTC),
        )
        for number in range(5)
    ]


def names(ids):
    rows = User.objects.filter(pk__in=ids).order_by("-pk")
    return rows.values_list("name", "last_login", "is_active")


def test_rows_for_other_keys_and_as_many_as_wanted(people):
    for part in (people, people[:2], people[1:3], people[:1]):
        keys = [user.pk for user in part]
        assert prepared.rows("t names", names, keys) == list(names(keys))


def test_rows_by_key_are_the_same_for_keys_texts_and_instants(people):
    def found(pk, name, since):
        own = Q(pk=pk, name=name, last_login__gte=since, main_department__isnull=False)
        return User.objects.filter(own).exclude(name__in=["人2", "人4"]).values_list("name", "pk")

    for user in people:
        values = user.pk, user.name, datetime(2026, 1, 2, tzinfo=UTC)
        given = prepared.rows("t by key", found, *values, by_key=True)
        assert given == list(found(*values))
        assert given == ([(user.name, user.pk)] if user in (people[1], people[3]) else [])


def test_no_keys_no_rows_and_no_question(people, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert prepared.rows("t names", names, []) == []


def test_keys_beyond_the_database_find_nothing(people):
    def one(pk):
        return User.objects.filter(pk=pk).values_list("pk")

    assert prepared.rows("t one", one, 2**63) == []
    assert prepared.rows("t one", one, people[0].pk) == [(people[0].pk,)]


def test_columns_that_only_sort_are_not_given(people):
    def sorted_names(least):
        return User.objects.filter(pk__gte=least).order_by("-last_login").values_list("name")

    assert prepared.rows("t sorted", sorted_names, people[3].pk) == [("人4",), ("人3",)]


def test_count_up_to_the_slice(people):
    def slice_of(least):
        return User.objects.filter(pk__gte=least).values_list("pk")[:3]

    assert prepared.count("t count", slice_of, people[0].pk) == 3
    assert prepared.count("t count", slice_of, people[4].pk) == 1


def test_objects_with_what_stands_beside_them(people, django_assert_num_queries):
    def with_department(ids):
        users = User.objects.filter(pk__in=ids).select_related("main_department").order_by("pk")
        return users.annotate(shown=Upper("username"))

    keys = [user.pk for user in people]
    with django_assert_num_queries(1):
        found = prepared.objects("t users", with_department, keys)
        assert [user.main_department and user.main_department.name for user in found] == [
            None, "华东", None, "华东", None,
        ]  # fmt: skip
    assert found == people
    assert [user.shown for user in found] == [user.username.upper() for user in people]
    assert found[0].last_login == people[0].last_login


def test_a_condition_no_row_can_meet(people):
    def nobody(pk):
        return User.objects.filter(Q(pk=pk) & Q(pk__in=[]))

    assert prepared.objects("t nobody", nobody, 1) == []
    assert prepared.count("t nobody", lambda pk: nobody(pk).values_list("pk"), 1) == 0


def test_a_key_that_is_calculated_with_is_an_error(people):
    with pytest.raises(ValueError, match="does not reach its SQL"):
        prepared.rows("t wrong", lambda pk: User.objects.filter(pk=pk + 1).values_list("pk"), 1)


def test_a_chunk_of_an_export_leaves_no_statement_behind(people):
    before = set(prepared._statements)
    keys = [user.pk for user in people] + list(range(10_000, 10_300))
    assert len(prepared.rows("t chunk", names, keys)) == len(people)
    new = [prepared._statements[key] for key in set(prepared._statements) - before]
    assert all(len(statement.sql) < 2_000 for statement in new)  # an array on PostgreSQL


def test_rows_asked_once_leave_nothing_behind(people):
    before = set(prepared._statements)
    keys = [user.pk for user in people]
    assert prepared.rows_once(names, keys) == list(names(keys))
    assert prepared.rows_once(names, []) == []
    assert set(prepared._statements) == before


def test_several_lists_and_single_values_at_once(people):
    def among(first, least, second):
        rows = User.objects.filter(pk__in=first, pk__gte=least).exclude(pk__in=second)
        return rows.order_by("pk").values_list("name")

    keys = [user.pk for user in people]
    for first, least, second in (
        (keys, keys[1], keys[3:]),
        (keys[:2], keys[0], [keys[0], 2**62]),
        (keys[::-1], keys[2], keys[2:3]),
    ):
        found = prepared.rows("t several", among, first, least, second)
        assert found == list(among(first, least, second))


def test_a_list_elsewhere_than_in_a_condition_is_an_error(people):
    def wrong(ids):
        return User.objects.filter(Q(pk=ids[0]) | Q(pk=ids[-1])).values_list("pk")

    keys = [user.pk for user in people[:2]]
    if connections["default"].vendor == "postgresql":
        with pytest.raises(ValueError, match="prepared query"):
            prepared.rows("t elsewhere", wrong, keys)
    else:
        assert len(prepared.rows("t elsewhere", wrong, keys)) == 2


def test_instants_as_the_queryset_gives_them(people):
    def seen(ids):
        rows = User.objects.filter(pk__in=ids).annotate(
            latest=Max("last_login"), day=TruncDate("last_login")
        )
        return rows.order_by("pk").values_list("last_login", "latest", "day", "joined_at")

    User.objects.filter(pk=people[0].pk).update(last_login=None)
    User.objects.filter(pk=people[1].pk).update(
        last_login=datetime(2026, 5, 1, 8, 30, 1, 1500, tzinfo=UTC)
    )
    keys = [user.pk for user in people]
    found = prepared.rows("t instants", seen, keys)
    assert found == list(seen(keys))
    assert found[1][0].tzinfo is UTC
    assert [str(row) for row in found] == [str(row) for row in seen(keys)]


@pytest.mark.skipif(connections["default"].vendor != "sqlite", reason="a session has one zone")
def test_instants_in_a_connection_of_another_zone(people):
    connection = connections["default"]
    connection.settings_dict["TIME_ZONE"] = "Asia/Shanghai"
    vars(connection).pop("timezone", None)
    try:
        keys = [user.pk for user in people]
        assert prepared.rows("t zone", names, keys) == list(names(keys))
    finally:
        connection.settings_dict["TIME_ZONE"] = None
        vars(connection).pop("timezone", None)


def test_days_and_several_questions_at_once():
    first, second = date(2026, 3, 1), date(2026, 3, 2)
    ChangedDay.objects.bulk_create(
        ChangedDay(measure=name, day=day)
        for name, day in (("a", first), ("a", second), ("b", second))
    )

    def one(name, day):
        rows = ChangedDay.objects.filter(measure=name, day__gte=day).order_by()
        named = rows.annotate(m=Value(name), p=Value(1)).values_list("m", "p")
        return named.annotate(n=Count("pk"))

    def both(*days):
        return one("a", days[0]).union(one("b", days[1]), all=True)

    for days in ((first, first), (second, first), (first, date(2026, 4, 1))):
        found = sorted(prepared.rows("t days", both, *days))
        assert found == sorted(both(*days))
    assert sorted(prepared.rows("t days", both, second, first)) == [("a", 1, 1), ("b", 1, 1)]


def newest(since):
    return User.objects.filter(last_login__gte=since).order_by("-last_login")


def newest_with_department(since):
    return newest(since).select_related("main_department").annotate(twice=F("pk") * 2)


@pytest.mark.parametrize(("most", "statements"), [(65_535, 1), (3, 4)])
def test_several_questions_are_one_statement_that_fits(
    people, django_assert_num_queries, monkeypatch, most, statements
):
    monkeypatch.setattr(prepared, "_MOST_PARAMETERS", most)
    since, keys = datetime(2026, 1, 3, tzinfo=UTC), [user.pk for user in people[:3]]
    asks = (
        prepared.Ask(prepared.ROWS, "t part rows", names, (keys,)),
        prepared.Ask(
            prepared.COUNT, "t part count", lambda s: newest(s).values_list("pk"), (since,)
        ),
        prepared.Ask(prepared.OBJECTS, "t part objects", newest_with_department, (since,)),
        prepared.Ask(prepared.ROWS, None, lambda: Department.objects.values_list("name", "pk")),
        prepared.Ask(prepared.ROWS, "t part none", names, ([],)),
        prepared.Ask(prepared.COUNT, "t part never", lambda: User.objects.none().values_list("pk")),
    )
    for _time in range(2):  # compiled, then kept
        with django_assert_num_queries(statements):
            rows, count, found, places, none, never = prepared.together(*asks)
        assert rows == list(names(keys))
        assert (count, none, never) == (3, [], 0)
        assert found == list(newest(since))
        assert [user.twice for user in found] == [user.pk * 2 for user in newest(since)]
        with django_assert_num_queries(0):
            assert [str(user.main_department or "") for user in found] == ["", "华东", ""]
        assert found[0].last_login == datetime(2026, 1, 5, tzinfo=UTC)
        assert places == list(Department.objects.values_list("name", "pk"))


def test_several_questions_with_other_keys_and_other_neighbours(people):
    for part in (people[:1], people[1:4]):
        keys = [user.pk for user in part]
        ask = prepared.Ask(prepared.ROWS, "t part rows", names, (keys,))
        days = prepared.Ask(prepared.ROWS, "t part days", lambda: TODAYS)
        assert prepared.together(ask) == [list(names(keys))]
        assert prepared.together(days, ask) == [list(TODAYS), list(names(keys))]


def test_no_question_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert prepared.together() == []
        assert prepared.together(prepared.Ask(prepared.ROWS, "t part none", names, ([],))) == [[]]


#: Days, numbers, truth and amounts come back in their own types.
TODAYS = User.objects.order_by("pk").values_list(
    TruncDate("last_login"),
    "is_active",
    Value(Decimal("1.50"), output_field=DecimalField()),
    Upper("name"),
)
