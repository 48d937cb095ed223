"""The migration operation, the commands and the registry."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.state import ProjectState

from crm.search import index, registry
from crm.search.backends.base import Backend
from crm.search.documents import Document
from crm.search.operations import CreateSearchIndex
from crm.search.plan import search
from tests.bench.names import documents
from tests.search.conftest import LABEL, TABLE, Shelf


def run(operation: CreateSearchIndex, direction: str) -> None:
    """Run the operation as `migrate` does."""
    state = ProjectState()
    with connection.schema_editor() as editor:
        getattr(operation, f"database_{direction}")("auth", editor, state, state)


@pytest.mark.django_db(transaction=True)
def test_migration_operation_makes_and_drops_the_tables() -> None:
    operation = CreateSearchIndex(LABEL)
    assert operation.describe() == "Create the search index of auth.Group"
    assert operation.migration_name_fragment == "create_search_auth_group"
    run(operation, "forwards")
    try:
        index.index_documents(LABEL, [Document(1, words=["重庆粉末"]), Document(2, words=["蓝天"])])
        assert search(LABEL, "庆粉末").ids == (1,)
        assert search(LABEL, "蓝").ids == (2,)
    finally:
        run(operation, "backwards")
    assert not [name for name in connection.introspection.table_names() if name.startswith(TABLE)]


def fill(shelf: Shelf, number: int) -> None:
    """Put documents on the shelf."""
    shelf.documents = {document.object_id: document for document in documents(number, seed=3)}


@pytest.mark.parametrize("from_empty", [True, False])
def test_rebuild_makes_the_index_right(shelf: Shelf, from_empty: bool) -> None:
    fill(shelf, 300)
    index.index_documents(LABEL, [Document(5, words=["旧名"]), Document(900, words=["旧名"])])
    out = StringIO()
    call_command("rebuild_search", LABEL, from_empty=from_empty, stdout=out)
    assert out.getvalue().startswith("auth.group: 300 records in ")
    assert search(LABEL, "旧名").total == 0
    out = StringIO()
    call_command("check_search", LABEL, terms=40, stdout=out)
    assert out.getvalue() == "auth.group: 300 records, 40 terms compared\n"


def test_rebuild_corrects_gaps_over_several_batches(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "BATCH", 7)
    fill(shelf, 40)
    index.index_documents(LABEL, [Document(key, words=["旧名"]) for key in range(1, 99)])
    for key in (1, 8, 20, 21, 22, 40):
        del shelf.documents[key]
    assert list(index.rebuild(LABEL))[-1] == 34
    assert search(LABEL, "旧名").total == 0
    call_command("check_search", LABEL, terms=20, stdout=StringIO())


def test_rebuild_keeps_what_is_made_meanwhile(shelf: Shelf) -> None:
    fill(shelf, 10)
    for done in index.rebuild(LABEL):
        if 99 not in shelf.documents:
            assert done == 10
            shelf.documents[99] = Document(99, words=["新公司"])
            index.index(LABEL, [99])
    assert search(LABEL, "新公司").ids == (99,)


def test_check_finds_what_is_wrong(shelf: Shelf) -> None:
    fill(shelf, 30)
    call_command("rebuild_search", LABEL, stdout=StringIO())
    index.remove(LABEL, [4])
    index.index_documents(LABEL, [Document(7, words=["旧名"])])
    errors = StringIO()
    with pytest.raises(CommandError, match="rebuild_search"):
        call_command("check_search", LABEL, terms=5, stdout=StringIO(), stderr=errors)
    assert "auth.group: documents beyond records: -1" in errors.getvalue()
    assert "auth.group: outdated records [4, 7]" in errors.getvalue()


def test_check_finds_a_broken_index(shelf: Shelf, backend: Backend) -> None:
    fill(shelf, 30)
    call_command("rebuild_search", LABEL, stdout=StringIO())
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"INSERT INTO {TABLE}_fts ({TABLE}_fts) VALUES ('delete-all')")
        else:
            cursor.execute(f"UPDATE {TABLE} SET grams = '{{}}'")
    errors = StringIO()
    with pytest.raises(CommandError):
        call_command("check_search", LABEL, terms=10, stdout=StringIO(), stderr=errors)
    assert "terms with a wrong count ['" in errors.getvalue()


@pytest.mark.parametrize("command", ["rebuild_search", "check_search"])
def test_commands_refuse_unknown_models(shelf: Shelf, command: str) -> None:
    with pytest.raises(CommandError, match="auth.Permission is not searchable"):
        call_command(command, "auth.Permission")


def test_registry_refuses_a_second_and_a_late_entity(shelf: Shelf) -> None:
    entity = registry.SearchEntity("auth.Group", shelf.build, shelf.all_ids)
    with pytest.raises(ValueError, match="searchable already"):
        registry.register(entity)
    with pytest.raises(ValueError, match="AppConfig.ready"):
        registry.register(registry.SearchEntity("auth.User", shelf.build, shelf.all_ids))
    assert registry.entity_for("auth.GROUP").label == "auth.Group"
