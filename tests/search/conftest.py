"""A searchable model for tests of the index: groups stand in for companies."""

from collections.abc import Callable, Iterable, Iterator, Sequence

import pytest
from django.contrib.auth.models import Group
from django.db import connection

from crm.search import index, registry
from crm.search.backends import backend_for
from crm.search.backends.base import Backend
from crm.search.documents import Document
from crm.search.memory import forget_all
from crm.search.query import table_of

LABEL = "auth.Group"
TABLE = table_of(LABEL)


@pytest.fixture(autouse=True)
def fresh_memory() -> Iterator[None]:
    """What one test remembers of its index is not true in the next."""
    forget_all()
    yield
    forget_all()


@pytest.fixture
def backend(db: None) -> Backend:
    """The index on the test database, with empty tables for groups."""
    found = backend_for("default")
    with connection.cursor() as cursor:
        for sql in found.create_statements(TABLE):
            cursor.execute(sql)
    return found


@pytest.fixture
def company(backend: Backend) -> Callable[..., Document]:
    """Index a document and make the group of the same key."""

    def make(key: int, *names: str, **values: object) -> Document:
        document = Document(key, words=names, **values)
        Group.objects.get_or_create(pk=key, defaults={"name": f"{key:05d} {names[0]:.99}"})
        index.index_documents(LABEL, [document])
        return document

    return make


class Shelf:
    """The records behind the index in tests of rebuilding: documents by key."""

    def __init__(self) -> None:
        self.documents: dict[int, Document] = {}

    def build(self, ids: Sequence[int]) -> Iterable[Document]:
        """Documents of those of the keys that stand here."""
        return [self.documents[key] for key in ids if key in self.documents]

    def all_ids(self) -> Iterable[int]:
        """All keys, ascending."""
        return sorted(self.documents)


@pytest.fixture
def shelf(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """An empty shelf, registered as the searchable model."""
    found = Shelf()
    entity = registry.SearchEntity(LABEL, found.build, found.all_ids)
    monkeypatch.setitem(registry.ENTITIES, entity.key, entity)
    return found
