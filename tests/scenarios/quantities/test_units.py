"""Quantities are read as people write them, and a form that is not allowed is answered with those that are."""

from __future__ import annotations

import pickle
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.calendar.written import clock_text
from scenarios.quantities import units
from scenarios.quantities.fields import positive_rate
from scenarios.quantities.units import UnitError, duration, duration_text, moment, rate, share, span

UNIT_SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1, "min": 60, "h": 3600, "days": 86400}
PLAIN = st.decimals(min_value=0, max_value=10**6, places=3)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("250 ms", 0.25),
        ("3 s", 3),
        ("3s", 3),
        (" 20 min ", 1200),
        ("2 h", 7200),
        ("1 day", 86400),
        ("1,500 ms", 1.5),
        (".5 s", 0.5),
        ("1.5e3 ms", 1.5),
        ("7 µs", 7e-6),
        ("2 Minutes", 120),
        (0, 0),
        ("0 s", 0),
    ],
)
def test_a_duration_is_a_number_with_its_unit(text: Any, seconds: float) -> None:
    assert duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("text", "seconds"), [("1,000 s", 1000), ("1,000,000.5 s", 1_000_000.5), ("12,500 ms", 12.5), ("3\u00a0s", 3)]
)
def test_a_comma_groups_thousands(text: str, seconds: float) -> None:
    assert duration(text) == seconds


BAD_COMMAS = ["1,5", "10,00", "1,0000", ",5", "1,000,00", "1,00,000", "0,5", "1.000,5", "1,000.5,5", "12,34", "1,2,3"]
BAD_COMMAS += ["0,500", "0,010", "00,500", "0,000,001", "012,500"]  # groups of three, and no thousands


@pytest.mark.parametrize("digits", BAD_COMMAS)
@pytest.mark.parametrize(
    ("read", "form"), [(duration, "{} s"), (rate, "{} / s"), (share, "{} %"), (moment, "{} s"), (span, "0 s to {} s")]
)
def test_a_decimal_comma_is_refused_with_the_hint_to_write_a_point(read: Any, form: str, digits: str) -> None:
    with pytest.raises(UnitError, match=r"; a comma only groups thousands, as in 1,000; for decimals write a point"):
        read(form.format(digits))


@pytest.mark.parametrize("digits", ["1 000", "1_000", "1'000", "12 345 678", "1\u202f000"])
def test_other_ways_to_group_thousands_are_answered_with_the_comma(digits: str) -> None:
    with pytest.raises(UnitError, match=r"; thousands are grouped by a comma, as in 1,000, or not at all"):
        duration(f"{digits} s")


@pytest.mark.parametrize(
    "text", ["1.2.3 s", "\u0663 s", "\uff13 s", "0x10 s", "1e s", "nan s", "inf s", "1 000", "+3 s", "1. s"]
)
def test_what_only_looks_like_a_number_is_no_duration(text: str) -> None:
    with pytest.raises(UnitError, match="allowed is a duration such as"):
        duration(text)


@pytest.mark.parametrize(
    ("text", "seconds"), [("0.29 min", 17.4), ("1.1 h", 3960), ("0.7 h", 2520), ("0.1 ms", 1e-4), ("35.1 ms", 0.0351)]
)
def test_a_duration_is_the_float_nearest_to_what_was_written(text: str, seconds: float) -> None:
    """In floats, 35.1 thousandths are a hair more than 0.0351."""
    assert duration(text) == seconds


@pytest.mark.parametrize(
    ("text", "exact"),
    [("40 per min", Fraction(2, 3)), ("0.29 / s", Fraction(29, 100)), ("1 / day", Fraction(1, 86400))],
)
def test_a_rate_knows_the_fraction_that_was_written(text: str, exact: Fraction) -> None:
    assert units.exact_value(rate(text)) == exact
    assert units.exact_value(pickle.loads(pickle.dumps(rate(text)))) == exact


@pytest.mark.parametrize("read", [share, duration])
def test_nothing_has_no_sign(read: Any) -> None:
    assert str(read(-0.0)) == "0.0"


NO_DURATIONS = ["3", 3, "s", "3 fortnights", "-3 s", "", None, True, False, [], "3 s s", "1e400 s", "1e30 h"]


@pytest.mark.parametrize("found", NO_DURATIONS)
def test_a_duration_without_a_known_unit_is_answered_with_examples(found: Any) -> None:
    with pytest.raises(UnitError, match="a duration such as 250 ms, 3 s, 20 min or 2 h"):
        duration(found)


@given(PLAIN, st.sampled_from(list(UNIT_SECONDS)))
def test_every_written_duration_is_read_back(number: Any, unit: str) -> None:
    assert duration(f"{number} {unit}") == pytest.approx(float(number) * UNIT_SECONDS[unit], rel=1e-12)


@pytest.mark.parametrize(
    ("text", "seconds"), [("08:00", 28800), ("7:59:15", 28755), ("23:59:59.5", 86399.5), ("90 s", 90)]
)
def test_a_moment_is_a_clock_time_or_a_duration_since_the_start(text: str, seconds: float) -> None:
    assert moment(text) == seconds


@pytest.mark.parametrize("found", ["8", "08:60", "noon", "8:5", 8, None, "-08:00"])
def test_a_moment_that_is_neither_is_answered_with_both_forms(found: Any) -> None:
    with pytest.raises(UnitError, match="a clock time such as 08:00, or a duration"):
        moment(found)


@given(st.integers(min_value=0, max_value=86399))
def test_every_clock_time_is_read_back(second: int) -> None:
    assert moment(clock_text(second)) == second


@pytest.mark.parametrize(
    ("text", "per_second"), [("18 / s", 18), ("18/s", 18), ("40 per min", 40 / 60), ("1,200 / h", 1 / 3)]
)
def test_a_rate_is_a_number_for_each_unit_of_time(text: str, per_second: float) -> None:
    assert rate(text) == pytest.approx(per_second)


@pytest.mark.parametrize("found", [18, "18", "18 s", "18 / year", "-1 / s", None, True, "1e400 / s"])
def test_a_rate_without_its_unit_of_time_is_answered_with_examples(found: Any) -> None:
    with pytest.raises(UnitError, match="a rate such as 18 / s"):
        rate(found)


@pytest.mark.parametrize(
    ("found", "fraction"), [("20 %", 0.2), ("99.9%", 0.999), (0.2, 0.2), (0, 0), (1, 1), ("0 %", 0)]
)
def test_a_share_is_a_percentage_or_a_fraction(found: Any, fraction: float) -> None:
    assert share(found) == pytest.approx(fraction)


@pytest.mark.parametrize(
    "found", ["101 %", 1.01, -0.1, "0.2", "half", True, None, float("nan"), float("inf"), -(10**400), "1e400 %"]
)
def test_a_share_outside_0_to_100_per_cent_is_refused(found: Any) -> None:
    with pytest.raises(UnitError, match="a share such as 20 %"):
        share(found)


@given(st.integers(min_value=0, max_value=1000))
def test_every_share_is_read_back(per_mille: int) -> None:
    assert share(f"{per_mille / 10} %") == pytest.approx(per_mille / 1000)


def test_a_span_is_two_moments() -> None:
    assert span("07:30 to 10:00") == (27000, 36000)
    assert span("0 s to 90 s") == (0, 90)


@pytest.mark.parametrize("found", ["07:30", "07:30-10:00", "07:30 to", "a to b", 5, None, "1 s to 2 s to 3 s"])
def test_a_span_that_is_not_two_moments_is_answered_with_examples(found: Any) -> None:
    with pytest.raises(UnitError, match="two moments such as 07:30 to 10:00"):
        span(found)


@pytest.mark.parametrize("found", ["10:00 to 07:30", "5 s to 5 s"])
def test_a_span_must_end_after_it_begins(found: str) -> None:
    with pytest.raises(UnitError, match="the second later than the first"):
        span(found)


@given(st.one_of(st.text(), st.integers(), st.floats(), st.none(), st.booleans(), st.lists(st.integers())))
@pytest.mark.parametrize("reader", [duration, moment, rate, share, span])
def test_whatever_is_found_is_read_or_refused_in_words(reader: Any, found: Any) -> None:
    try:
        value = reader(found)
    except UnitError as error:
        assert str(error).startswith("found ")
        assert error.allowed in str(error)
    else:
        assert value is not None


def test_a_long_value_is_cut_short_in_the_message() -> None:
    with pytest.raises(UnitError) as error:
        duration("x" * 5000)
    assert len(str(error.value)) < 200


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.25, "250 ms"),
        (2.4, "2.4 s"),
        (119, "119 s"),
        (180, "3 min"),
        (0, "0 s"),
        (86_400, "24 h"),
        (432_000, "5 days"),
    ],
)
def test_a_duration_is_told_in_the_unit_a_person_would_choose(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


def test_every_known_unit_of_time_is_positive() -> None:
    assert all(units.duration(f"1 {name}") > 0 for name in ("us", "ms", "sec", "second", "minutes", "hour", "days"))


def test_a_rate_that_is_handed_on_is_a_plain_number() -> None:
    """It goes into messages between processes, which know no other."""
    assert type(positive_rate("40 per min")) is float
