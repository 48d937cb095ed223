"""How `__in` looks rows up."""

import pytest
from django.apps import apps
from django.db import connection, models

from crm.core import clock
from crm.core.rowkeys import LARGEST
from crm.dictionaries.models import Tag
from crm.jobs.models import Job, State

#: Indexes of some states, by their names.
OF_SOME = {
    index.name: (model, index)
    for model in apps.get_models()
    for index in model._meta.indexes
    if "__in" in str(index.condition)
}


@pytest.mark.django_db
def test_rows_looked_up_by_keys_that_no_row_can_have() -> None:
    made = Tag.objects.create(name="甲", created_at=clock.now(), updated_at=clock.now())
    beyond = [10**20, -(10**20), LARGEST + 1]
    assert list(Tag.objects.filter(pk__in=[made.pk, *beyond])) == [made]
    assert not Tag.objects.filter(pk__in=beyond).exists()
    assert list(Tag.objects.exclude(pk__in=beyond)) == [made]


@pytest.mark.django_db
@pytest.mark.parametrize("name", OF_SOME)
def test_an_index_of_some_states_serves_who_asks_for_them(name: str) -> None:
    model, index = OF_SOME[name]
    rows = model._base_manager.filter(index.condition).order_by().values_list("pk")
    if connection.vendor == "sqlite":  # PostgreSQL's driver binds nothing beforehand
        sql, values = rows.query.sql_with_params()
        table = f'FROM "{model._meta.db_table}"'
        with connection.cursor() as cursor:  # refused where the index does not hold all of them
            cursor.execute(sql.replace(table, f'{table} INDEXED BY "{name}"', 1), values)


def test_there_are_such_indexes() -> None:
    assert {"ticket_owner_work", "jobs_job_active", "reminders_age"} <= OF_SOME.keys()


@pytest.mark.django_db
def test_only_constants_of_a_closed_list_are_written_out() -> None:
    def asked(rows: models.QuerySet) -> tuple[str, tuple]:
        return rows.query.sql_with_params()

    sql, values = asked(Job.objects.filter(state__in=[State.DONE, State.FAILED, State.DONE]))
    assert "IN ('done', 'failed')" in sql and values == ()
    for others in (["done", "'); --"], ["done", "unknown"], ["DONE"]):
        sql, values = asked(Job.objects.filter(state__in=others))
        assert set(values) == set(others) and "'" not in sql
    sql, values = asked(Job.objects.filter(kind__in=["done"]))
    assert values == ("done",)
    assert not Job.objects.filter(state__in=[]).exists()
    assert not Job.objects.filter(state__in=[None]).exists()
