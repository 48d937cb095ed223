"""The stored tables of pinyin equal those made in memory, and are left aside when they are old."""

import json
from pathlib import Path

import pytest

from crm.core import pinyin_tables


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the tables are stored in this test."""
    monkeypatch.setattr(pinyin_tables, "FILE", tmp_path / "readings.json")
    return pinyin_tables.FILE


def fresh() -> pinyin_tables.Tables:
    """The tables as another process would find them."""
    return pinyin_tables.tables.__wrapped__()


def test_what_was_stored_is_used(file: Path) -> None:
    pinyin_tables.write(file)
    stored = json.loads(file.read_text("utf-8"))
    assert fresh() == pinyin_tables.build()
    stored["characters"]["重"] = "stored"
    file.write_text(json.dumps(stored), "utf-8")
    assert fresh().characters["重"] == "stored"


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"characters": {}}'])
def test_another_file_is_left_aside(file: Path, content: str) -> None:
    file.write_text(content, "utf-8")
    assert fresh().phrases["重庆"] == "chong qing"


def test_words_of_ours_that_changed_are_left_aside(file: Path) -> None:
    pinyin_tables.write(file)
    stored = json.loads(file.read_text("utf-8")) | {"made_of": "other words", "phrases": {}}
    file.write_text(json.dumps(stored), "utf-8")
    assert fresh().phrases


def test_no_file_is_needed(file: Path) -> None:
    assert fresh().characters["厦"] == "xia"


def test_each_phrase_has_a_syllable_for_each_character() -> None:
    found = pinyin_tables.build().phrases.items()
    assert all(len(phrase) == len(text.split()) for phrase, text in found)
