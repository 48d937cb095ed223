"""Credit codes: the vectors of market 2.16."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.core import uscc

VALID = [
    "91350100M000100Y43",
    "91110000600037341L",
    "91440300708461136T",
    "91330100799655058B",
    "9144030071526726XG",
]


def codes(value):
    return [note.code for note in uscc.clean_uscc(value).notes]


@pytest.mark.parametrize("code", VALID)
def test_valid(code):
    assert uscc.is_valid(code)
    assert uscc.clean_uscc(code) == uscc.Cleaned(code)
    assert uscc.clean_uscc(f" {code[:9].lower()} {code[9:]}\u00a0").value == code


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("91350100M000100Y4Z", "uscc_characters"),
        ("91350100M000100Y44", "uscc_check"),
        ("91350100M000100Y4", "uscc_length"),
        ("440301103097413", "uscc_old"),
        (440301103097413, "uscc_old"),
        ("无", "blank_word"),
    ],
)
def test_warnings_do_not_block(raw, code):
    assert codes(raw)[-1] == code
    assert not uscc.clean_uscc(raw).dropped


def test_too_long():
    assert uscc.clean_uscc("9" * 5000).dropped


@given(st.text(alphabet=uscc.ALPHABET, min_size=17, max_size=17), st.integers(0, 16))
def test_one_wrong_character_is_found(body, position):
    code = body + uscc.check_character(body)
    assert uscc.is_valid(code)
    other = "1" if code[position] == "0" else "0"
    assert not uscc.is_valid(code[:position] + other + code[position + 1 :])


@given(st.text(max_size=50))
def test_never_raises(value):
    uscc.clean_uscc(value)


def test_lost_digits_are_never_stored():
    cleaned = uscc.clean_uscc(913501000001000043.0)
    assert cleaned.value is None
    assert [note.code for note in cleaned.notes] == ["precision"]


def test_check_character_needs_seventeen():
    with pytest.raises(ValueError, match="17 characters"):
        uscc.check_character("1")
