"""Lines that lie on each other are said to."""

from __future__ import annotations

import numpy as np

from readiness.wording.overlaps import difference_words, largest_difference, overlaps


def test_lines_that_cannot_be_told_apart_are_named_with_their_difference() -> None:
    lines = {
        "Median": np.array([1.0, 2.0, np.nan]),
        "95 %": np.array([1.0, 2.1, 9.0]),
        "99 %": np.array([5.0, 9.0, 9.5]),
    }
    assert list(overlaps(lines, 10.0)) == [
        "Median and 95 % differ by at most 1\N{NO-BREAK SPACE}% of the scale: they lie on each other."
    ]
    assert list(overlaps(lines, 1.0)) == []


def test_a_difference_is_a_share_of_the_highest_value() -> None:
    one, other = np.array([1.0, 4.0]), np.array([1.2, 4.0])
    assert largest_difference(one, other)[0] == 0
    assert difference_words(one, other, 10.0) == "differ by at most 2\N{NO-BREAK SPACE}% of the scale"
    assert difference_words(one, one, 10.0) == "do not differ"
    assert difference_words(one, one, 0.0) == "do not differ"
