"""Writing the index, and that it finds what the reference finds."""

from collections.abc import Callable
from random import Random

import pytest
from django.db import IntegrityError, connection, transaction

from crm.search import index, registry
from crm.search.backends.base import Backend
from crm.search.documents import Document, entry_of
from crm.search.normalise import split_terms
from crm.search.plan import candidate_ids, find_whole, search
from crm.search.reference import matches
from tests.bench.names import documents
from tests.search.conftest import LABEL, TABLE, Shelf


def found(text: str, **limits: object) -> list[int]:
    """Sorted keys of everything a search finds."""
    return sorted(search(LABEL, text, **limits).ids)


def check_index(backend: Backend) -> None:
    """SQLite checks its own lists; PostgreSQL needs no such question."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {TABLE}_fts ({TABLE}_fts) VALUES ('integrity-check')")


def test_finds_by_every_kind_of_text(company: Callable[..., Document]) -> None:
    company(
        1,
        "重庆长安粉末（集团）有限公司",
        "张三",
        pinyin=[("chongqingchanganfenmo", "cqcafm"), ("zhangsan", "zs")],
        numbers=["HK2026-001"],
        phones=["13800138000", "023-88886666"],
        emails=["Zhang.San@example.com"],
    )
    company(2, "上海蓝天贸易有限公司", pinyin=[("shanghailantianmaoyi", "shltmy")])
    for text in (
        *(
            "庆",
            "粉末",
            "末集团",
            "长安粉末",
            "张三",
            "c",
            "fm",
            "cqca",
            "zs",
            "zhangsan",
            "qingch",
        ),
        *("ch", "hk2026", "HK2026-001", "8000", "13800138000", "138 0013 8000", "zhang.san@"),
        *("重庆 张三", "粉末 8000", "example", "ＨＫ２０２６"),
    ):
        assert found(text) == [1], text
    assert found("有限公司") == [1, 2]
    for text in ("粉沫", "三张", "ongq x", "hongc", "800", "13800138001", "重庆 蓝天"):
        assert found(text) == [], text


def test_masked_user_finds_phones_and_mail_only_in_full(company: Callable[..., Document]) -> None:
    company(1, "甲", numbers=["HK2026-001"], phones=["13800138000"], emails=["a.b@example.com"])
    assert found("8000") == [1]
    for text in ("8000", "1380013800", "example", "b@example.com"):
        assert found(text, partial_phones=False) == []
    for text in ("13800138000", "+86 138 0013 8000", "A.B@Example.com", "2026", "HK2026-001"):
        assert found(text, partial_phones=False) == [1]


def test_finds_whole_numbers(company: Callable[..., Document]) -> None:
    company(1, "甲", numbers=["HK2026-001"], phones=["13800138000"], owner_id=3)
    company(2, "乙", numbers=["HK2026-0010"], phones=["138001380001"], owner_id=4)
    assert find_whole(LABEL, "hk2026-001") == [1]
    assert find_whole(LABEL, "138 0013 8000") == [1]
    assert find_whole(LABEL, "13800138000", owner_ids=[4]) == []
    assert find_whole(LABEL, "13800") == []
    assert find_whole(LABEL, "甲") == []
    assert find_whole(LABEL, "") == []


def test_replaces_removes_and_gives_another_owner(
    backend: Backend, company: Callable[..., Document]
) -> None:
    company(1, "重庆粉末", owner_id=5)
    company(2, "重庆蓝天", owner_id=5)
    company(1, "上海粉末", owner_id=5)
    assert (found("重庆"), found("上海"), found("粉末")) == ([2], [1], [1])
    index.set_owner(LABEL, [1, 99], 6)
    assert found("粉末", owner_ids=[5]) == []
    assert found("粉末", owner_ids=[6]) == [1]
    assert found("粉末", owner_ids=[1, 2, 3, 4, 5, 6, 7]) == [1]
    index.set_owner(LABEL, [1], None)
    assert found("粉末", owner_ids=[6]) == []
    assert found("粉末") == [1]
    index.remove(LABEL, [1, 99])
    assert (found("粉末"), found("重庆")) == ([], [2])
    index.clear(LABEL)
    assert found("重庆") == []
    check_index(backend)


def test_shared_records_are_found_besides_the_own(company: Callable[..., Document]) -> None:
    for key, owner in ((1, 5), (2, 6), (3, None), (4, 6)):
        company(key, "粉末", owner_id=owner)
    assert found("粉末", owner_ids=[5], shared_ids=[2, 3, 99]) == [1, 2, 3]
    assert found("粉末", owner_ids=[], shared_ids=[2]) == [2]
    assert found("蓝天", owner_ids=[5], shared_ids=[2]) == []
    assert found("粉末", owner_ids=[], shared_ids=[]) == []
    assert found("粉末", owner_ids=[5, 6], shared_ids=[2]) == [1, 2, 4]


def test_candidates_stop_at_the_limit(company: Callable[..., Document]) -> None:
    for key in range(1, 6):
        company(key, "重庆粉末", owner_id=key)
    assert len(candidate_ids(LABEL, "粉末", limit=3)) == 3
    assert candidate_ids(LABEL, "粉末", limit=9, owner_ids=[2, 4]) == [2, 4]
    assert candidate_ids(LABEL, "（）", limit=9) == []
    assert candidate_ids(LABEL, "粉末", limit=9, owner_ids=[]) == []


def test_an_unchanged_document_is_not_written_again(
    backend: Backend, company: Callable[..., Document]
) -> None:
    document = company(1, "粉末")
    with connection.cursor() as cursor:
        sql = (
            f"SELECT count(*), max(id) FROM {TABLE}_fts_data"
            if connection.vendor == "sqlite"
            else f"SELECT xmin::text, ctid::text FROM {TABLE}"
        )
        cursor.execute(sql)
        before = cursor.fetchall()
        index.index_documents(LABEL, [document])
        cursor.execute(sql)
        assert cursor.fetchall() == before


@pytest.mark.parametrize("number", [0, 1, 4, 5, 60])
def test_new_records_are_indexed_like_others(backend: Backend, number: int) -> None:
    stock = list(documents(number, seed=3))
    index.index_new(LABEL, iter(stock))
    keys = [document.object_id for document in stock]
    assert backend.read(TABLE, keys) == [entry_of(document) for document in stock]
    terms = {line[1:4] for each in stock for line in entry_of(each).words.split()}
    for term in terms:
        assert found(term) == [each.object_id for each in stock if matches(each, [term])]
    index.remove(LABEL, keys)
    assert backend.size(TABLE) == 0
    assert not any(map(found, terms))


@pytest.mark.parametrize("number", [1, 60])
def test_a_record_is_new_once(backend: Backend, number: int) -> None:
    stock = list(documents(number, seed=3))
    index.index_new(LABEL, stock)
    with pytest.raises(IntegrityError), transaction.atomic():
        index.index_new(LABEL, stock)


def test_index_follows_the_records(backend: Backend, shelf: Shelf) -> None:
    shelf.documents = {key: Document(key, words=["粉末"]) for key in (1, 2, 3)}
    index.index(LABEL, [1, 2, 3, 2])
    assert found("粉末") == [1, 2, 3]
    del shelf.documents[2]
    shelf.documents[3] = Document(3, words=["蓝天"])
    index.index(LABEL, [1, 2, 3])
    assert (found("粉末"), found("蓝天")) == ([1], [3])
    with pytest.raises(KeyError):
        index.index("auth.Permission", [1])


def _random_terms(random: Random, stock: list[Document], number: int) -> list[str]:
    """Terms of one to six characters: pieces of documents, a fifth of them shuffled."""
    terms = []
    while len(terms) < number:
        entry = entry_of(random.choice(stock))
        line = random.choice("".join(entry[2:]).split())
        start, length = random.randrange(len(line)), random.randint(1, 6)
        term = line[start : start + length]
        terms.append("".join(random.sample(term, len(term))) if len(terms) % 5 == 0 else term)
    return terms


def test_equals_a_plain_scan_on_200_random_terms(backend: Backend) -> None:
    random, stock = Random(4), list(documents(600, seed=4))
    index.index_documents(LABEL, stock)
    for number, term in enumerate(_random_terms(random, stock, 200)):
        partial = number % 3 != 0
        owners = random.choice([None, None, [1], list(range(2, 40)), [1, 7, 9]])
        expected = [
            document.object_id
            for document in stock
            if matches(document, split_terms(term), partial_phones=partial)
            and (owners is None or document.owner_id in owners)
        ]
        plan = search(LABEL, term, owner_ids=owners, partial_phones=partial)
        assert plan.total == len(expected), term
        assert plan.mode == "walk" or sorted(plan.ids) == expected, term


def test_stays_right_through_many_changes(backend: Backend) -> None:
    random = Random(8)
    stock = {document.object_id: document for document in documents(150, seed=8)}
    fresh = list(documents(400, seed=9))
    index.index_documents(LABEL, stock.values())
    for _round in range(25):
        changed = random.sample(fresh, 12)
        index.index_documents(LABEL, changed)
        stock.update((document.object_id, document) for document in changed)
        gone = random.sample(sorted(stock), 5)
        index.remove(LABEL, gone)
        for key in gone:
            del stock[key]
    check_index(backend)
    for term in _random_terms(random, list(stock.values()), 60):
        expected = sorted(key for key, doc in stock.items() if matches(doc, split_terms(term)))
        assert found(term) == expected, term


def test_entries_are_locked_before_their_records_are_read(
    backend: Backend, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    build, lock = shelf.build, type(backend).lock
    entity = registry.SearchEntity(
        LABEL, lambda ids: steps.append("build") or build(ids), shelf.all_ids
    )
    monkeypatch.setitem(registry.ENTITIES, entity.key, entity)
    monkeypatch.setattr(
        type(backend), "lock", lambda self, *args: steps.append("lock") or lock(self, *args)
    )
    shelf.documents = {1: Document(1, words=["粉末"])}
    index.index(LABEL, [1])
    assert steps == ["lock", "build"]
    list(index.rebuild(LABEL))
    assert steps == ["lock", "build"] * 2
    index.set_owner(LABEL, [1], 4)
    assert steps == [*["lock", "build"] * 2, "lock"]
    assert found("粉末", owner_ids=[4]) == [1]


def test_takes_any_query(company: Callable[..., Document]) -> None:
    han = "".join(chr(0x4E00 + 7 * place) for place in range(300))
    company(1, han, "粉末", phones=["13800138000"])
    assert found(han[:150]) == [1]
    assert found(" ".join(han[:90])) == [1]
    assert found("abcd " * 40) == []
    assert found(" ".join(f"{number:04}" for number in range(40)), owner_ids=range(900)) == []
    for text in (
        '"',
        "'; DROP TABLE x --",
        "%",
        "_",
        "\x00",
        "\ud800",
        "粉%末",
        "NEAR(",
        "a* OR b",
        "🀄",
    ):
        assert found(text) == ([1] if text == "粉%末" else []), text
