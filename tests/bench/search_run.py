"""Measures of the search index on one database, for `tests.bench.search`."""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from random import Random

from django.db import connection, models

from crm.search import index, plan
from crm.search.backends import backend_for
from crm.search.documents import Document, entry_of
from crm.search.memory import COMMON_QUERIES
from tests.bench.names import documents

LABEL = "bench.Item"
ROUNDS = 15
PAGE = 50
TEAM = list(range(2, 52))
CASES: list[tuple[str, str, list[int] | None]] = [
    ("1 character, rare", "涂", None),
    ("1 character, in every name", "公", None),
    ("1 letter", "z", None),
    ("2 characters, rare", "庆粉", None),
    ("2 characters, 0.4 %", "模具", [*range(2, 42)]),
    ("2 characters, 1 %", "涂料", None),
    ("2 characters, 2 %", "模具", None),
    ("3 characters, rare", "庆粉末", None),
    ("4 characters, rare", "重庆粉末", None),
    ("4 characters, 6 %", "信息技术", None),
    ("common, 15 %", "科技", None),
    ("common, owner with 10 %", "科技", [1]),
    ("common, owner with 0.45 %", "科技", [57]),
    ("common, team of 50", "科技", TEAM),
    ("rare, owner with 10 %", "庆粉", [1]),
    ("rare, team of 50", "庆粉", TEAM),
    ("1 %, team of 50", "涂料", TEAM),
    ("every name", "有限公司", None),
    ("every name, owner with 10 %", "有限公司", [1]),
    ("every name, owner with 0.45 %", "有限公司", [57]),
    ("long name", "重庆蓝天科技有限公司", None),
    ("phone in full", "PHONE", None),
    ("phone, last four", "7223", None),
    ("number", "HK2026-000777", None),
    ("number, common part", "2026", None),
    ("pinyin of a company", "chongqinglantian", None),
    ("pinyin of a person", "zhangyiyi", None),
    ("pinyin, common", "keji", None),
    ("initials, 4", "cqlt", None),
    ("initials, 2", "cq", None),
    ("two words", "重庆 粉末", None),
    ("no hit", "龘龘", None),
]


class Item(models.Model):
    """A record as a list shows it."""

    owner_id = models.IntegerField(null=True)
    updated_at = models.IntegerField()
    name = models.TextField()
    rest = models.TextField()

    class Meta:
        app_label = "bench"
        managed = False

    def __str__(self) -> str:
        return self.name


class Bench:
    """One run on one database."""

    def __init__(self, size: int) -> None:
        self.size, self.connection = size, connection
        self.backend = backend_for("default")
        self.table = "search_bench_item"

    def run(self, *, keep: bool) -> None:
        """Load what is missing, measure, drop."""
        self.connection.ensure_connection()
        if self.table not in self.connection.introspection.table_names():
            self.load()
        print(f"{self.connection.vendor}, {self.size} documents")
        print(f"{'what':32}{'plan':6}{'total':>8}{'cpu ms':>9}{'best':>8}", end="")
        print(f"{'median':>8}{'worst':>8}{'first':>8}{'again':>8}")
        for name, text, owners in CASES:
            self.measure(name, self.phone() if text == "PHONE" else text, owners)
        self.measure_writing()
        if not keep:
            self.drop()

    # --- data ------------------------------------------------------------------------------------
    def load(self) -> None:
        """Tables, items, index."""
        with self.connection.cursor() as cursor:
            cursor.execute(
                "CREATE TABLE bench_item (id bigint PRIMARY KEY, owner_id integer, "
                "updated_at integer NOT NULL, name text NOT NULL, rest text NOT NULL)"
            )
            for sql in self.backend.create_statements(self.table):
                cursor.execute(sql)
        random, rest = Random(3), "x" * 300
        started = time.perf_counter()
        for part in _batches(documents(self.size), 5_000):
            Item.objects.bulk_create(
                Item(
                    id=doc.object_id,
                    owner_id=doc.owner_id,
                    updated_at=random.randrange(10**9),
                    name=doc.words[0],
                    rest=rest,
                )
                for doc in part
            )
        print(f"items: {time.perf_counter() - started:.1f} s")
        with self.connection.cursor() as cursor:
            for columns in ("updated_at DESC, id DESC", "owner_id, updated_at DESC, id DESC"):
                name = columns.split()[0].strip(",")
                cursor.execute(f"CREATE INDEX bench_item_{name} ON bench_item ({columns})")
            cursor.execute("ANALYZE bench_item")
        started = time.perf_counter()
        batches = _batches(documents(self.size), 2_000)
        self.backend.fill(self.table, ([entry_of(doc) for doc in part] for part in batches))
        seconds = time.perf_counter() - started
        print(f"index in bulk: {seconds:.1f} s, {seconds / self.size * 1e6:.0f} µs a document")
        if self.connection.vendor == "postgresql":
            with self.connection.cursor() as cursor:
                cursor.execute("VACUUM")

    def drop(self) -> None:
        """Remove what `load` made."""
        with self.connection.cursor() as cursor:
            cursor.execute("DROP TABLE bench_item")
            for sql in self.backend.drop_statements(self.table):
                cursor.execute(sql)

    def phone(self) -> str:
        """The phone of some record."""
        return self.backend.read(self.table, [self.size // 2])[0].phones.strip()

    # --- measures --------------------------------------------------------------------------------
    def measure(self, name: str, text: str, owners: list[int] | None) -> None:
        """Print the time of plan, total and first page; "again" uses what is remembered."""
        times, busy = [], self.cpu_seconds()
        for _round in range(ROUNDS):
            COMMON_QUERIES.forget()
            started = time.perf_counter()
            mode, total = self.page(text, owners)
            times.append((time.perf_counter() - started) * 1e3)
        cpu = (self.cpu_seconds() - busy) / ROUNDS * 1e3
        started = time.perf_counter()
        self.page(text, owners)
        again = (time.perf_counter() - started) * 1e3
        print(
            f"{name:32}{mode:6}{total:>8}{cpu:>9.2f}{min(times):>8.2f}"
            f"{statistics.median(times):>8.2f}{max(times[1:]):>8.2f}{times[0]:>8.2f}{again:>8.2f}"
        )

    def cpu_seconds(self) -> float:
        """Processor time of this process and of a PostgreSQL backend on the same machine."""
        backend = 0.0
        if self.connection.vendor == "postgresql":
            pid = self.connection.connection.info.backend_pid
            stat = Path(f"/proc/{pid}/stat")
            if stat.exists():
                user, system = stat.read_text().rsplit(")", 1)[1].split()[11:13]
                backend = (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
        return time.process_time() + backend

    def page(self, text: str, owners: list[int] | None) -> tuple[str, str]:
        """What a list does with a search."""
        rows = Item.objects.order_by("-updated_at", "-id")
        if owners is not None:
            rows = (
                rows.filter(owner_id=owners[0])
                if len(owners) == 1
                else rows.filter(owner_id__in=owners)
            )
        found = plan.search(LABEL, text, owner_ids=owners)
        list(found.apply(rows).values_list("updated_at", "pk")[:PAGE])
        return found.mode, found.total_label

    def measure_writing(self) -> None:
        """Print the time of new documents, of changed ones and of new owners, 200 at a time."""
        fresh = list(documents(4_000, seed=99))
        first = 10_000_000
        keyed = [_moved(document, first + place) for place, document in enumerate(fresh)]
        changed = [_moved(document, first + place) for place, document in enumerate(fresh[::-1])]
        keys = [document.object_id for document in keyed]
        self.timed("new", keyed, lambda part: index.index_documents(LABEL, part))
        self.timed("changed", changed, lambda part: index.index_documents(LABEL, part))
        self.timed("unchanged", changed, lambda part: index.index_documents(LABEL, part))
        self.timed("owner", keys, lambda part: index.set_owner(LABEL, part, 7))
        self.timed("removed", keys, lambda part: index.remove(LABEL, part))

    def timed(self, name: str, items: list, write: Callable[[list], None]) -> None:
        """Print mean and worst time per row over chunks of 200."""
        times, busy = [], self.cpu_seconds()
        for part in _batches(iter(items), 200):
            started = time.perf_counter()
            write(part)
            times.append((time.perf_counter() - started) / len(part) * 1e6)
        cpu = (self.cpu_seconds() - busy) / len(items) * 1e6
        print(
            f"write, {name:10} cpu {cpu:6.0f} µs/row, mean {statistics.mean(times):6.0f}, "
            f"worst {max(times):.0f}"
        )


def _moved(document: Document, key: int) -> Document:
    return replace(document, object_id=key)


def _batches(source: Iterator, size: int) -> Iterator[list]:
    while part := list(islice(source, size)):
        yield part
