"""Days, opening hours and clock changes: what is written is read, shown and read back, and every hour really passes."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.calendar.calendar import Calendar
from scenarios.calendar.open_times import OpenTimes
from scenarios.calendar.opening import read_opening
from scenarios.calendar.periods import calendar_of
from scenarios.calendar.written import CalendarError, read_date, read_moment

HOUR, DAY = 3600.0, 86400.0
WEEK = "2015-06-15 07:00 to 2015-06-19 19:00"
SPRING = "2015-03-28 00:00 to 2015-03-31 00:00"  # the clocks of London are put forward on the second day
AUTUMN = "2015-10-24 00:00 to 2015-10-27 00:00"  # and back on the second day of this one
ZONES = ("Europe/London", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Beirut", "UTC")


def calendar(period: str, *openings: str, zone: str | None = None, holidays: str = "") -> Calendar:
    found = calendar_of(
        period, zone, [read_opening(one) for one in openings], [read_date(day) for day in holidays.split()]
    )
    assert found is not None
    return found


def seconds(days: Calendar, text: str) -> float:
    written = read_moment(text)
    assert written is not None
    return days.seconds_of(written)


# ---- what is written, and what it is


@pytest.mark.parametrize(
    ("period", "text", "elapsed_h"),
    [
        ("Mon 07:00 to Fri 19:00", "Mon 08:00", 8),
        ("Mon 07:00 to Fri 19:00", "Wed 08:00", 56),
        ("Mon 07:00 to Fri 19:00", "wednesday 08:00", 56),
        ("Mon 07:00 to Fri 19:00", "Wed 24:00", 72),
        ("Fri 19:00 to Mon 07:00", "Sun 12:00", 60),
        ("Mon 07:00 to 19:00", "08:00", 8),
        ("Mon 07:00 to 24:00", "25:00", 25),
        (WEEK, "2015-06-17 08:00", 56),
        (WEEK, "2015-06-17T08:00", 56),
        (WEEK, "Wed 08:00", 56),
        (WEEK, "Sat 01:00", 121),
        ("2015-06-15 07:00 to 2015-06-22 06:00", "Mon 08:00", 8),
        ("2015-06-15 07:00 to 2015-06-22 06:00", "Mon 05:00", 173),
    ],
)
def test_a_moment_with_its_day_is_so_long_after_the_first_midnight(period: str, text: str, elapsed_h: float) -> None:
    assert seconds(calendar(period), text) == elapsed_h * HOUR


@pytest.mark.parametrize(
    ("period", "elapsed_h", "text"),
    [
        ("Mon 07:00 to 19:00", 8, "08:00"),
        ("Mon 07:00 to 24:00", 25.5, "25:30"),
        ("Mon 07:00 to Fri 19:00", 32, "Tue 08:00"),
        ("Mon 07:00 to Fri 19:00", 24, "Tue 00:00"),
        (WEEK, 32, "Tue 08:00"),
        ("2015-06-15 07:00 to 2015-06-26 19:00", 32, "2015-06-16 08:00"),
        ("2015-06-15 07:00 to 2015-06-22 07:00", 175, "2015-06-22 07:00"),
    ],
)
def test_a_moment_is_shown_with_its_day_where_there_are_several(period: str, elapsed_h: float, text: str) -> None:
    assert calendar(period).text(elapsed_h * HOUR) == text


def test_a_span_is_shown_as_it_would_be_written() -> None:
    days = calendar(WEEK)
    assert days.span_text(56 * HOUR, 63.7 * HOUR) == "Wed 08:00 to 15:42"
    assert days.span_text(56 * HOUR, 72 * HOUR) == "Wed 08:00 to 24:00"
    assert days.span_text(*days.period) == "Mon 07:00 to Fri 19:00"
    assert days.span_text(0, 48 * HOUR) == "Mon 00:00 to Tue 24:00"
    assert calendar("Mon 07:00 to 19:00").span_text(7 * HOUR, 19 * HOUR) == "07:00 to 19:00"


def test_to_the_second_every_moment_has_its_seconds() -> None:
    assert calendar(WEEK).text(32 * HOUR, to_the_second=True) == "Tue 08:00:00"
    assert calendar(WEEK).text(32 * HOUR + 7, to_the_second=True) == "Tue 08:00:07"


def test_days_have_names() -> None:
    assert calendar(WEEK).days() == ["Mon 15 June", "Tue 16 June", "Wed 17 June", "Thu 18 June", "Fri 19 June"]
    assert calendar("Fri 19:00 to Mon 00:00").days() == ["Fri", "Sat", "Sun"]
    assert Calendar().days((22 * HOUR, 26 * HOUR)) == ["day 1", "day 2"]


# ---- the days on which clocks change


def test_a_day_on_which_clocks_are_put_forward_has_23_hours_and_one_on_which_they_are_put_back_25() -> None:
    for period, hours in ((SPRING, [24, 23, 24]), (AUTUMN, [24, 25, 24])):
        days = calendar(period, zone="Europe/London")
        spans = [days.day_span(day) for day in days.days_within()]
        assert [(end_s - start_s) / HOUR for start_s, end_s in spans] == hours
        assert days.period[1] == sum(hours) * HOUR


def test_clocks_show_the_right_time_across_a_change() -> None:
    spring, autumn = calendar(SPRING, zone="Europe/London"), calendar(AUTUMN, zone="Europe/London")
    assert [spring.text(hour * HOUR) for hour in (24.5, 25, 26)] == ["Sun 00:30", "Sun 02:00", "Sun 03:00"]
    assert [autumn.text(hour * HOUR) for hour in (24, 25.5, 26.5, 27)] == [
        "Sun 00:00",
        "Sun 01:30 BST",
        "Sun 01:30 GMT",
        "Sun 02:00",
    ]
    assert seconds(spring, "Mon 08:00") == 55 * HOUR
    assert seconds(autumn, "Mon 08:00") == 57 * HOUR


@pytest.mark.parametrize(
    ("period", "text", "words"),
    [
        (
            SPRING,
            "Sun 01:30",
            "found 'Sun 01:30', which is left out in Europe/London: on Sun 29 March clocks are put forward from 01:00"
            " to 02:00; allowed are times before 01:00, and from 02:00 on",
        ),
        (
            AUTUMN,
            "2015-10-25 01:00",
            "found '2015-10-25 01:00', which comes twice in Europe/London: on Sun 25 October clocks are put back from"
            " 02:00 to 01:00; allowed are times before 01:00, and from 02:00 on",
        ),
    ],
)
def test_a_time_that_clocks_never_show_or_show_twice_is_refused(period: str, text: str, words: str) -> None:
    with pytest.raises(CalendarError) as error:
        seconds(calendar(period, zone="Europe/London"), text)
    assert str(error.value) == words


def test_the_edges_of_a_change_are_times_like_others() -> None:
    spring, autumn = calendar(SPRING, zone="Europe/London"), calendar(AUTUMN, zone="Europe/London")
    assert (seconds(spring, "Sun 00:59"), seconds(spring, "Sun 02:00")) == (24 * HOUR + 3540, 25 * HOUR)
    assert (seconds(autumn, "Sun 00:59"), seconds(autumn, "Sun 02:00")) == (24 * HOUR + 3540, 27 * HOUR)


def test_a_day_begins_late_where_clocks_leap_over_its_midnight() -> None:
    days = calendar("2017-10-14 12:00 to 2017-10-16 12:00", zone="America/Sao_Paulo")
    assert [(end - start) / HOUR for start, end in map(days.day_span, range(3))] == [24, 23, 24]
    assert days.text(24 * HOUR) == "Sun 01:00"
    assert calendar("2017-10-15 08:00 to 12:00", zone="America/Sao_Paulo").text(0) == "01:00"


@st.composite
def dated(draw: st.DrawFn) -> Calendar:
    """Up to a fortnight of some year in some zone."""
    first = draw(st.dates(date(1975, 1, 1), date(2036, 12, 1)))
    last = first + timedelta(days=draw(st.integers(1, 14)))
    return calendar(f"{first} 12:00 to {last} 12:00", zone=draw(st.sampled_from(ZONES)))


@given(dated(), st.data())
def test_what_is_shown_is_read_back(days: Calendar, data: st.DataObject) -> None:
    at_s = data.draw(st.integers(int(days.period[0]), int(days.period[1])))
    text = days.text(at_s)
    if text[-1].isdigit():
        assert seconds(days, text) == at_s
        assert days.text(seconds(days, text)) == text
    else:  # the clocks show it twice
        with pytest.raises(CalendarError, match="comes twice"):
            seconds(days, text.rpartition(" ")[0])


@given(dated(), st.data())
def test_clocks_show_what_they_show_in_the_zone(days: Calendar, data: st.DataObject) -> None:
    at_s = data.draw(st.integers(0, int(days.period[1])))
    assert isinstance(days.first_day, date) and days.zone is not None
    midnight = datetime(days.first_day.year, days.first_day.month, days.first_day.day, tzinfo=ZoneInfo(days.zone))
    begins_s = midnight.timestamp() if midnight == _there_and_back(midnight) else None
    if begins_s is not None:
        real = datetime.fromtimestamp(begins_s + at_s, midnight.tzinfo)
        day, clock_s = divmod(days.local.wall(at_s), DAY)
        assert (days.date_of(int(day)), clock_s) == (
            real.date(),
            real.hour * 3600 + real.minute * 60 + real.second,
        )


def _there_and_back(moment: datetime) -> datetime:
    return datetime.fromtimestamp(moment.timestamp(), moment.tzinfo).replace(fold=0)


@given(dated())
def test_days_follow_each_other_without_a_gap(days: Calendar) -> None:
    spans = [days.day_span(day) for day in range(16)]
    assert spans[0][0] == 0
    assert all(earlier[1] == later[0] for earlier, later in pairwise(spans))
    assert all(DAY - 2 * HOUR <= end_s - start_s <= DAY + 2 * HOUR for start_s, end_s in spans)
    for day, (start_s, end_s) in enumerate(spans):
        assert days.day_of(start_s) == days.day_of(math.nextafter(end_s, 0)) == day


@given(dated(), st.data())
def test_a_later_time_of_the_clocks_is_a_later_moment(days: Calendar, data: st.DataObject) -> None:
    first, second = sorted(data.draw(st.tuples(st.integers(0, 15 * 86400), st.integers(0, 15 * 86400))))
    assert days.local.first(first) <= days.local.first(second)
    assert days.local.first(first) <= days.local.last(first)


# ---- opening hours


PRACTICE = ("Mon to Fri 08:00 to 18:30", "Sat 09:00 to 12:00")


@pytest.mark.parametrize(
    ("elapsed_h", "is_open", "next_open_h"),
    [(7.5, False, 8), (8, True, 8), (18.5, False, 32), (130, True, 130), (132, False, 176), (150, False, 176)],
)
def test_it_is_open_in_its_hours(elapsed_h: float, is_open: bool, next_open_h: float) -> None:
    days = calendar(WEEK, *PRACTICE)
    assert days.is_open(elapsed_h * HOUR) is is_open
    assert days.next_open(elapsed_h * HOUR) == next_open_h * HOUR


def test_without_hours_it_is_always_open() -> None:
    days = calendar(WEEK)
    assert days.is_open(3 * HOUR)
    assert (days.next_open(3 * HOUR), days.open_after(3 * HOUR, 50 * HOUR)) == (3 * HOUR, 53 * HOUR)
    assert days.open_spans(3 * HOUR, 90 * HOUR) == [(3 * HOUR, 90 * HOUR)]


def test_open_seconds_pass_only_while_it_is_open() -> None:
    days = calendar(WEEK, *PRACTICE)
    assert days.open_after(17 * HOUR, 1 * HOUR) == 18 * HOUR
    assert days.open_after(17 * HOUR, 1.5 * HOUR) == 18.5 * HOUR  # just as it closes
    assert days.open_after(17 * HOUR, 2 * HOUR) == 32.5 * HOUR
    assert days.open_after(3 * HOUR, 0) == 3 * HOUR
    assert days.open_after(114.5 * HOUR, 4 * HOUR) == 177 * HOUR  # Saturday's three hours, and Monday's first


def test_a_holiday_is_as_a_sunday() -> None:
    closed = calendar(WEEK, *PRACTICE, holidays="2015-06-17")
    assert closed.next_open(48 * HOUR) == 80 * HOUR
    assert closed.weekday_of(2) == 6
    assert calendar(WEEK, *PRACTICE, "Sun 10:00 to 11:00", holidays="2015-06-17").next_open(48 * HOUR) == 58 * HOUR


def test_holidays_in_a_row_are_waited_for() -> None:
    fortnight = " ".join(f"2015-12-{day}" for day in range(18, 32))
    days = calendar("2015-12-17 08:00 to 2016-01-08 18:00", "Mon to Fri 08:00 to 18:00", holidays=fortnight)
    assert days.text(days.next_open(20 * HOUR)) == "2016-01-01 08:00"


def test_hours_that_meet_at_midnight_are_one_span() -> None:
    days = calendar("Mon 00:00 to Sun 24:00", "Fri 20:00 to 24:00", "Sat 00:00 to 06:00", "Sat 06:00 to 08:00")
    assert days.open_spans(*days.period) == [(116 * HOUR, 128 * HOUR)]


def test_hours_are_those_of_the_clocks_on_every_day() -> None:
    spring = calendar(SPRING, "daily 01:30 to 08:00", zone="Europe/London")
    assert spring.open_spans(*spring.period) == [
        (1.5 * HOUR, 8 * HOUR),
        (25 * HOUR, 31 * HOUR),  # half past one is left out
        (48.5 * HOUR, 55 * HOUR),
    ]
    autumn = calendar(AUTUMN, "Sun 01:30 to 08:00", zone="Europe/London")
    assert autumn.open_spans(*autumn.period) == [(25.5 * HOUR, 33 * HOUR)]


@given(dated(), st.data())
def test_the_next_open_moment_is_open_and_nothing_before_it_is(days: Calendar, data: st.DataObject) -> None:
    hours = data.draw(st.sampled_from([PRACTICE, ("daily 01:30 to 02:30",), ("Sun 00:00 to 24:00",)]))
    open_days = calendar(f"{days.first_day} 12:00 to {days.date_of(5)} 12:00", *hours, zone=days.zone)
    at_s = data.draw(st.floats(0, 10 * DAY))
    opens_s = open_days.next_open(at_s)
    assert open_days.next_open(opens_s) == opens_s >= at_s
    assert open_days.is_open(opens_s)
    assert open_days.open_spans(at_s, opens_s) == []


@given(dated(), st.floats(0, 5 * DAY), st.floats(1, 3 * DAY))
def test_so_many_open_seconds_have_passed(days: Calendar, at_s: float, open_for_s: float) -> None:
    open_days = calendar(f"{days.first_day} 12:00 to {days.date_of(5)} 12:00", *PRACTICE, zone=days.zone)
    spans = open_days.open_spans(at_s, open_days.open_after(at_s, open_for_s))
    assert sum(closes_s - opens_s for opens_s, closes_s in spans) == pytest.approx(open_for_s)


@given(dated(), st.lists(st.floats(0, 10 * DAY), min_size=1, max_size=20), st.floats(0, 2 * DAY))
def test_many_moments_are_answered_as_one_is(days: Calendar, at_s: list[float], open_for_s: float) -> None:
    open_days = calendar(f"{days.first_day} 12:00 to {days.date_of(5)} 12:00", *PRACTICE, zone=days.zone)
    many = OpenTimes(open_days, 0.0, 40 * DAY)
    moments_s = np.array(at_s)
    assert many.is_open(moments_s).tolist() == [open_days.is_open(one) for one in at_s]
    assert many.next_open(moments_s).tolist() == [open_days.next_open(one) for one in at_s]
    assert many.open_after(moments_s, open_for_s) == pytest.approx(
        [open_days.open_after(one, open_for_s) for one in at_s]
    )


def test_what_would_come_after_the_known_times_never_comes() -> None:
    many = OpenTimes(calendar(WEEK, *PRACTICE), 0.0, DAY)
    assert many.next_open(np.array([7 * HOUR, 8 * HOUR, 20 * HOUR])).tolist() == [8 * HOUR, 8 * HOUR, math.inf]
    assert many.open_after(np.array([8 * HOUR]), 11 * HOUR).tolist() == [math.inf]
    assert not many.is_open(np.array([20 * HOUR])).any()


@pytest.mark.parametrize("width_s", [0.1, 0.2, 0.5, 7.0])
def test_pieces_are_as_many_as_fit(width_s: float) -> None:
    for days in (calendar(WEEK), calendar(WEEK, zone="Europe/London")):
        pieces = days.local.pieces(56 * HOUR, 56 * HOUR + 70, width_s)
        assert len(pieces) == 70 / width_s
        assert [begins_s for begins_s, _ in pieces] == pytest.approx([number * width_s for _, number in pieces])
