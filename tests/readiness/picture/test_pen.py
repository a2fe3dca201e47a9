"""TextLines are broken so that they fit, and none of them is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from readiness.picture.pen import BOLD_FACE, PLAIN_FACE, SMALL_FACE, Column, Face, TextLines, width_of

FACES = st.sampled_from([PLAIN_FACE, BOLD_FACE, SMALL_FACE])


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"])), st.floats(30, 400), FACES)
def test_every_line_fits_and_no_letter_is_lost(text: str, width: float, face: Face) -> None:
    words = TextLines.fit(text, width, face)
    assert all(width_of(line, face) <= width for line in words.lines)
    assert "".join("".join(words.lines).split()) == "".join(text.split())


def test_a_word_is_broken_only_where_it_is_longer_than_a_line() -> None:
    assert TextLines.fit("the launch morning", 90).lines == ("the launch", "morning")
    broken = TextLines.fit("a Verfügbarkeitsüberprüfung", 90).lines
    assert broken[0] == "a"
    assert "".join(broken[1:]) == "Verfügbarkeitsüberprüfung"


def test_words_below_each_other_are_as_high_as_all_of_them() -> None:
    one, other = TextLines.fit("one", 90), TextLines.fit("the other one of both", 60, SMALL_FACE)
    column = Column((one, other), gap=4)
    assert column.height == one.height + 4 + other.height
    tops = [part.partition('y="')[2].partition('"')[0] for part in column.at(0, 0)]
    assert sorted(map(float, tops)) == [float(top) for top in tops]
