"""Shares of a run of any length: nobody is ever further than one record from his (market 2.2)."""

from collections import Counter
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from leads import ratios


def test_two_to_one() -> None:
    run = [ratios.line({"a": 2, "b": 1}, turn)[0] for turn in range(6)]
    assert run == ["a", "b", "a", "a", "b", "a"]


@given(st.lists(st.integers(1, 12), min_size=1, max_size=6), st.integers(1, 150))
def test_nobody_is_ever_further_than_one_from_his_share(shares: list[int], length: int) -> None:
    weights, found = dict(enumerate(shares)), Counter[int]()
    for turn in range(length):
        line = ratios.line(weights, turn)
        assert sorted(line) == sorted(weights)
        found[line[0]] += 1
        for person, weight in weights.items():
            share = Fraction((turn + 1) * weight, sum(shares))
            assert abs(found[person] - share) < 1
