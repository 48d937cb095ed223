"""Writing the index. Services call this in the transaction that changes the records.

Here: index, remove, change of owner, rebuild. Not here: who calls (no signals: the service of an
entity does) and reading (`crm.search.plan`).
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from django.db import DEFAULT_DB_ALIAS, transaction

from crm.search.backends import backend_for
from crm.search.backends.base import Backend
from crm.search.documents import Document, Entry, entry_of
from crm.search.memory import forget_all
from crm.search.query import table_of
from crm.search.registry import SearchEntity, entity_for

#: Documents built and written at a time.
BATCH = 2_000


def index(label: str, ids: Iterable[int], *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Bring the documents of these records up to date, as the entity builds them.

    Records that the entity does not build (deleted, in the bin) leave the index. Call it after the
    records are written: it locks their entries before it reads them, so that of two changes to
    one document (two contacts of a customer) the later one sees both. Raises KeyError for a model
    that is not searchable.
    """
    entity, backend, table = entity_for(label), backend_for(using), table_of(label)
    for part in _parts(sorted(set(ids)), BATCH):
        _write_built(entity, backend, table, part)


def index_documents(
    label: str, documents: Iterable[Document], *, using: str = DEFAULT_DB_ALIAS
) -> None:
    """Insert documents of new records; the last of several with one key wins.

    For records that others may be changing at the same time use `index`.
    """
    latest = {document.object_id: entry_of(document) for document in documents}
    if latest:
        backend_for(using).write(table_of(label), list(latest.values()))


def index_new(label: str, documents: Iterable[Document], *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Insert documents of records that were made in this transaction, each key once.

    Nobody else can have indexed such records, so nothing is read or compared. The documents are
    taken one by one while the database stores those before.
    """
    backend_for(using).add(table_of(label), map(entry_of, documents))


def remove(label: str, ids: Iterable[int], *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Take records out of the index: deleted for good or moved to the bin."""
    keys = sorted(set(ids))
    if keys:
        backend_for(using).remove(table_of(label), keys)


def set_owner(
    label: str, ids: Iterable[int], owner_id: int | None, *, using: str = DEFAULT_DB_ALIAS
) -> None:
    """Give records another owner without building their documents again."""
    backend, table = backend_for(using), table_of(label)
    for part in _parts(sorted(set(ids)), BATCH):
        with transaction.atomic(using, savepoint=False):
            backend.lock(table, part)
            entries = backend.read(table, part)
            backend.write(table, [entry._replace(owner_id=owner_id) for entry in entries])


def clear(label: str, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Forget every document of a model."""
    backend_for(using).clear(table_of(label))
    forget_all()


def rebuild(
    label: str, *, from_empty: bool = False, using: str = DEFAULT_DB_ALIAS
) -> Iterator[int]:
    """Build the index of a model anew; yields the number of documents done, batch by batch.

    The usual way compares and corrects in place and may run at any time. `from_empty` clears
    first and loads in bulk, about three times as fast; until it is done searches find too little.
    Runs its own transactions: not to be called inside one.
    """
    entity, backend, table = entity_for(label), backend_for(using), table_of(label)
    if from_empty:
        clear(label, using=using)
        yield from _load(entity, backend, table)
    else:
        yield from _correct(entity, backend, table)
    forget_all()


def _load(entity: SearchEntity, backend: Backend, table: str) -> Iterator[int]:
    done = 0

    def batches() -> Iterator[list[Entry]]:
        nonlocal done
        for part in _parts(entity.all_ids(), BATCH):
            entries = [entry_of(document) for document in entity.build(part)]
            done += len(entries)
            yield entries

    backend.fill(table, batches())
    yield done


def _correct(entity: SearchEntity, backend: Backend, table: str) -> Iterator[int]:
    done, last = 0, -1
    for part in _parts(entity.all_ids(), BATCH):
        indexed = _keys_between(backend, table, last, part[-1])
        done += _write_built(entity, backend, table, sorted({*part, *indexed}))
        last = part[-1]
        yield done
    while rest := backend.keys(table, last, BATCH):
        done += _write_built(entity, backend, table, rest)
        last = rest[-1]
    yield done


def _write_built(entity: SearchEntity, backend: Backend, table: str, ids: Sequence[int]) -> int:
    """Write what the entity builds of `ids`, remove the others; the number of documents built."""
    with transaction.atomic(backend.connection.alias, savepoint=False):
        backend.lock(table, ids)
        entries = {document.object_id: entry_of(document) for document in entity.build(ids)}
        backend.write(table, list(entries.values()))
        gone = sorted(set(ids) - set(entries))
        if gone:
            backend.remove(table, gone)
    return len(entries)


def _keys_between(backend: Backend, table: str, after: int, upto: int) -> Iterator[int]:
    while found := backend.keys(table, after, BATCH):
        for key in found:
            if key > upto:
                return
            yield key
        after = found[-1]


def _parts(keys: Iterable[int], size: int) -> Iterator[Sequence[int]]:
    source = iter(keys)
    while part := list(islice(source, size)):
        yield part
