"""A scenario of days is read, kept and shown with its days; what names no single moment is refused in one message."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from readiness.wording.days import calendar_words
from scenarios.behaviour.arrivals import rate_curve
from scenarios.language.reading import frozen_text, read, read_fault, read_text
from scenarios.language.scenario import Scenario
from scenarios.sources.problems import ScenarioError
from tests.fixtures.scenarios.small_scenarios import SHOP, complaint, written

HOUR = 3600.0
DATED, WEEKDAYS = "2015-06-15 07:00 to 2015-06-19 19:00", "Mon 07:00 to Fri 19:00"
FORTNIGHT = "2015-06-15 07:00 to 2015-06-26 19:00"
SPRING = "2015-03-28 07:00 to 2015-03-30 12:00"
LONDON = "calendar: {zone: Europe/London}\n"
PROFILE = [100, *[0] * 23]


def week(period: str = DATED, *, arrivals: str = "{rate: 1 / s}", more: str = "") -> str:
    return SHOP.replace("0 s to 100 s", period).replace("{rate: 1 / s}", arrivals) + more


def storm(around: str, within: str = "10 min") -> str:
    return f"{{storm: {{people: 3, around: {around}, within: {within}}}}}"


# ---- what is read


@pytest.mark.parametrize("period", [DATED, WEEKDAYS])
def test_every_moment_of_a_week_may_name_its_day(period: str) -> None:
    scenario = read_text(
        week(
            period,
            arrivals="{curve: {Mon 07:00: 1 / min, Wed 08:00: 9 / min}}",
            more="""\
replay: {during: Wed 08:00 to 08:10}
faults:
  slow: {during: [Tue 10:00 to 11:30, Wed 22:00 to Thu 02:00], slowdown: {station: till, factor: 3}}
  gone: {at: Thu 09:30, session_loss: {}}
""",
        )
        .replace("at_most: 3 s", "at_most: 3 s, during: Wed 08:00 to 15:42")
        .replace("behaviours:", "  log_on: [buy]\nbehaviours:")
    )
    assert scenario.period == (7 * HOUR, 115 * HOUR)
    assert scenario.replay is not None
    assert scenario.replay.during == (56 * HOUR, 56 * HOUR + 600)
    assert scenario.fault_spans() == [
        ("slow", 34 * HOUR, 35.5 * HOUR),
        ("slow", 70 * HOUR, 74 * HOUR),
        ("gone", 81.5 * HOUR, 81.5 * HOUR),
    ]
    assert scenario.objectives["quick"].during == (56 * HOUR, 63.7 * HOUR)
    assert [point.at for point in scenario.populations["shoppers"].arrivals.curve or []] == [7 * HOUR, 56 * HOUR]
    assert scenario.is_clock


@pytest.mark.parametrize("during", ["2015-06-17 08:00 to 08:10", "2015-06-17 08:00 to Wed 08:10"])
def test_a_date_and_its_weekday_are_the_same_day(during: str) -> None:
    dated = read_text(week(more=f"replay: {{during: {during}}}\n"))
    assert dated.replay == read_text(week(more="replay: {during: Wed 08:00 to 08:10}\n")).replay


def test_a_named_day_alone_is_as_any_day_was() -> None:
    scenario = read_text(week("Wed 07:30 to 10:00", more="replay: {during: 08:00 to 08:10}\n"))
    assert scenario.moment_text(8 * HOUR) == "08:00"
    assert scenario.window_s == read_text(week("07:30 to 10:00")).window_s == 300
    assert scenario.calendar.days() == ["Wed"]


def test_hours_go_on_past_midnight_where_no_day_is_named() -> None:
    night = read_text(week("22:00 to 26:00", more="replay: {during: 24:30 to 25:00}\n"))
    assert night.replay is not None
    assert night.span_text(*night.replay.during) == "24:30 to 25:00"


def test_a_calendar_says_zone_hours_and_holidays() -> None:
    given = "calendar: {zone: Europe/London, open: [Mon to Fri 08:00 to 18:30, Sat 09:00 to 12:00], holidays: [%s]}\n"
    scenario = read_text(week(more=given % "2015-06-17, 2015-05-25"))
    assert [scenario.calendar.is_open(hour * HOUR) for hour in (9, 33, 57, 81)] == [True, True, False, True]
    assert calendar_words(scenario) == (
        "Mon 15 June to Fri 19 June 2015, Europe/London; open Mon to Fri 08:00 to 18:30 and Sat 09:00 to 12:00;"
        " 1 holiday: Wed 17 June"
    )
    assert calendar_words(read_text(SHOP)) == ""


def test_one_opening_is_written_alone() -> None:
    assert read_text(week(more="calendar: {open: daily 08:00 to 20:00}\n")).calendar.open_spans(0, 24 * HOUR) == [
        (8 * HOUR, 20 * HOUR)
    ]


def test_moments_after_a_change_of_the_clocks_are_an_hour_less_away() -> None:
    scenario = read_text(week(SPRING, more=f"{LONDON}replay: {{during: Mon 08:00 to 08:10}}\n"))
    assert scenario.replay is not None
    assert scenario.replay.during == (55 * HOUR, 55 * HOUR + 600)
    assert scenario.moment_text(55 * HOUR) == "Mon 08:00"
    assert scenario.length_s == 52 * HOUR  # from Sat 07:00 to Mon 12:00, less the hour that is left out


# ---- what is kept


@pytest.mark.parametrize(
    "text",
    [
        week(more="calendar: {zone: Europe/London, open: Mon to Fri 08:00 to 18:30, holidays: [2015-05-25]}\n"),
        week(WEEKDAYS, arrivals=storm("08:00"), more="calendar: {open: [Mon to Wed 08:00 to 24:00]}\n"),
        week(arrivals=storm("[Mon 08:00, 2015-06-17 08:00]")),
    ],
)
def test_a_frozen_scenario_of_days_reads_back_to_the_same(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, "week.yaml", text)
    again = read_text(frozen_text(path))
    assert again == read(path)
    assert again.calendar == read(path).calendar


def test_a_variant_may_change_the_days(tmp_path: Path) -> None:
    written(tmp_path, "week.yaml", week(more=f"{LONDON}replay: {{during: Wed 08:00 to 08:10}}\n"))
    later = read(written(tmp_path, "later.yaml", f"title: Later\nextends: week.yaml\nperiod: {SPRING}\nreplay: null\n"))
    assert later.calendar.days() == ["Sat 28 March", "Sun 29 March", "Mon 30 March"]
    assert later.calendar.zone == "Europe/London"
    closed = "title: Shut\nextends: week.yaml\ncalendar: {open: Tue 08:00 to 09:00}\n"
    variant = read(written(tmp_path, "shut.yaml", closed))
    assert variant.calendar.zone == "Europe/London"
    assert not variant.calendar.is_open(8 * HOUR)


def test_a_variant_of_a_day_must_say_which_day_its_moments_are_of(tmp_path: Path) -> None:
    written(tmp_path, "day.yaml", week("07:00 to 19:00", more="replay: {during: 08:00 to 08:10}\n"))
    with pytest.raises(ScenarioError, match=r"day\.yaml:26: replay\.during: found '08:00', which comes on each of"):
        read(written(tmp_path, "week.yaml", f"title: A week\nextends: day.yaml\nperiod: {WEEKDAYS}\n"))


def test_a_scenario_of_days_is_dumped_and_copied_with_its_days() -> None:
    scenario = read_text(week())
    assert scenario.model_dump(mode="json")["period"] == [25200.0, 414000.0]
    assert scenario.model_copy(update={"demand": 2.0}).calendar == scenario.calendar


def test_a_fault_by_hand_names_no_moment_in_a_week_either() -> None:
    scenario = read_text(week())
    found: dict[str, Any] = {"slowdown": {"station": "till", "factor": 3}}
    assert read_fault(found, scenario).kind == "slowdown"
    with pytest.raises(ScenarioError, match="is for a scenario's file"):
        read_fault(found | {"during": "08:00 to 09:00"}, scenario)


# ---- windows


@pytest.mark.parametrize(
    ("period", "drain", "window_s", "windows"),
    [
        (WEEKDAYS, "0", 1800, 216),
        (WEEKDAYS, "30 min", 1800, 217),
        (WEEKDAYS, "10 min", 600, 649),
        ("Mon 07:15 to Fri 19:15", "0", 900, 432),
        ("Mon 00:00 to Sun 24:00", "0", 1800, 336),
        ("Mon 07:01 to Fri 19:01", "0", 1800, 216),
        (FORTNIGHT, "0", 3600, 276),
        ("2015-06-01 00:00 to 2015-07-01 00:00", "0", 10800, 240),
        (WEEKDAYS, "7 s", 388807 / 217, 217),
    ],
)
def test_windows_of_days_are_round_and_begin_at_round_times(
    period: str, drain: str, window_s: float, windows: int
) -> None:
    scenario = read_text(week(period, more=f"drain: {drain}\n"))
    assert scenario.window_s == pytest.approx(window_s)
    assert scenario.length_s / scenario.window_s == pytest.approx(windows)


def test_a_replay_of_a_part_of_a_week_has_windows_of_its_own() -> None:
    scenario = read_text(week(more="replay: {during: Wed 08:00 to 08:30}\n"))
    assert scenario.replay_window_s == 30
    assert read_text(week(more="replay: {during: Wed 08:00 to 08:30}\nwindow: 1 h\n")).replay_window_s == 3600
    day = read_text(week("07:00 to 19:00", more="replay: {during: 08:00 to 08:30}\n"))
    assert day.replay_window_s == day.window_s


# ---- what is refused


def said(text: str) -> str:
    return complaint(text).partition(": ")[2]


NEEDS_DAYS = "allowed are two moments with their days, such as 2015-06-15 07:00 to 2015-06-19 19:00 or Mon 07:00 to"
REFUSED_PERIODS = {
    "Mon 07:00 to 2015-06-19 19:00": "both moments name dates, or both name weekdays",
    "07:00 to Fri 19:00": "name the first moment's day, too",
    "Mon 07:00 to Mon 07:00": "weekdays tell the days of less than a week apart, such as Mon 07:00 to Sun 24:00",
    "Mon 22:00 to 02:00": "after midnight name the next day",
    "Mon 22:00 to 26:00": "the clock of a day goes from 00:00 to 24:00; after that name the day",
    "Mon 25:00 to Fri 19:00": "the clock of a day goes from 00:00 to 24:00; after that name the next day",
    "2015-06-19 07:00 to 2015-06-15 19:00": "the second later than the first",
    "2015-02-30 07:00 to 2015-06-15 19:00": "found '2015-02-30'; there is no such day",
    "1815-06-15 07:00 to 1815-06-18 07:00": "of the years 1900 to 2199",
    "Mon to Fri": "found 'Mon', a day; say when on that day, as in Mon 08:00",
    "Mn 07:00 to Fri 19:00": "found 'Mn 07:00'; allowed as its day is a day of the week such as Wed, or a date such as"
    " 2015-06-17; did you mean 'Mon'?",
    "15/06/2015 07:00 to 16/06/2015 08:00": "a date such as 2015-06-17",
    "Mon 07:00 to 100 s": NEEDS_DAYS,
    "2015-06-15T07:00:00+01:00 to 2015-06-16 07:00": NEEDS_DAYS,
}


@pytest.mark.parametrize("period", REFUSED_PERIODS)
def test_a_period_that_is_none_is_told_with_its_line_and_nothing_else_is(period: str) -> None:
    problem = complaint(week(period, arrivals=storm("Wed 08:00")))
    assert problem.startswith("shop.yaml:2: period: ")
    assert REFUSED_PERIODS[period] in problem
    assert "\n" not in problem


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("{zone: Europe/Londn}", "zone: found 'Europe/Londn'; allowed is a time zone such as Europe/London; did you"),
        ("{zone: localtime}", "zone: found 'localtime'; allowed is a time zone"),
        ("{zone: ../etc/passwd}", "zone: found '../etc/passwd'; allowed is a time zone"),
        ("{zone: 5}", "zone: found 5; allowed is a time zone"),
        ("{open: Mon to Fri 18:30 to 08:00}", "it closes later than it opens; hours through a night are two"),
        ("{open: Mon 08:00 to 08:00}", "it closes later than it opens"),
        ("{open: [Mon to Fri 08:00 to 18:30, Fri 12:00 to 14:00]}", "open: gives the same hours of Fri more than once"),
        ("{open: [daily 08:00 to 18:30, Sun 08:00 to 18:30]}", "open: gives the same hours of Sun more than once"),
        ("{open: Mon to Fir 08:00 to 18:30}", "a range such as Mon to Fri, or daily; did you mean 'Fri'?"),
        ("{open: Mon to Mon 08:00 to 18:30}", "one day is written once, and all seven are daily"),
        ("{open: Mon to Fri 08:00 to 24:30}", "a day ends at 24:00; what is open longer is open on the next day, too"),
        ("{open: Mon to Fri}", "allowed are opening hours such as Mon to Fri 08:00 to 18:30"),
        ("{open: 8}", "open: found 8; allowed is a list"),
        ("{open: []}", "open: found a list"),
        ("{holidays: [2015-05-25, 2015-05-25]}", "holidays: 2015-05-25 stands twice"),
        ("{holidays: [2015-13-25]}", "holidays.0: found '2015-13-25'; there is no such day"),
        ("{holidays: [25 May]}", "holidays.0: found '25 May'; allowed is a date such as 2015-06-15"),
        ("{opne: Mon 08:00 to 09:00}", "opne: no such key; allowed is one of zone, open, holidays"),
        ("Europe/London", "found 'Europe/London'; allowed is a mapping of keys"),
    ],
)
def test_a_calendar_that_is_none_is_told_with_its_line_and_nothing_else_is(given: str, words: str) -> None:
    problem = complaint(week(arrivals=storm("Wed 08:00"), more=f"calendar: {given}\n"))
    assert problem.startswith("shop.yaml:26: calendar")
    assert words in problem
    assert "\n" not in problem


@pytest.mark.parametrize(
    ("period", "given", "words"),
    [
        (WEEKDAYS, LONDON, "calendar.zone: a time zone needs dates, and the period 'Mon 07:00 to Fri 19:00' has"),
        (WEEKDAYS, "calendar: {holidays: [2015-05-25]}\n", "calendar.holidays: holidays need dates"),
        ("07:00 to 09:00", LONDON, "calendar: needs a period that names its days, not '07:00 to 09:00'"),
        ("0 s to 90 s", "calendar: {open: daily 08:00 to 09:00}\n", "calendar: needs a period that names its days"),
    ],
)
def test_a_calendar_needs_the_days_it_speaks_of(period: str, given: str, words: str) -> None:
    assert words in complaint(week(period, more=given))


ELSEWHERE = {
    (DATED, "08:00 to 09:00"): "found '08:00', which comes on each of the 5 days of the period; name the day, as in Mon"
    " 08:00",
    (FORTNIGHT, "08:00 to 09:00"): "each of the 12 days of the period; name the day, as in 2015-06-15 08:00",
    (FORTNIGHT, "Wed 08:00 to 09:00"): "found 'Wed 08:00'; the period has several such days, 2015-06-17 and 2015-06-24;"
    " write the date, as in 2015-06-17 08:00",
    (WEEKDAYS, "2015-06-17 08:00 to 09:00"): "but the period has weekdays and no dates; write a weekday",
    (WEEKDAYS, "Wed 22:00 to 02:00"): "the second later than the first; after midnight name the next day",
    (WEEKDAYS, "Wed 08:00 to 90 s"): "allowed is two moments with their day, such as Mon 07:00 to 24:00",
    (WEEKDAYS, "half past eight"): "allowed is two moments with their day, such as Mon 07:00 to 24:00",
    (WEEKDAYS, "90 s to 100 s"): "a moment is a clock time such as Mon 07:00",
    (WEEKDAYS, "Sat 08:00 to 09:00"): "lies outside the period, which is Mon 07:00 to Fri 19:00, with its drain until"
    " Fri 19:10",
    ("Mon 07:00 to 12:00", "Wed 08:00 to 09:00"): "lies outside the period, which is on Mon, 07:00 to 12:00",
    ("07:00 to 12:00", "Wed 08:00 to 09:00"): "found 'Wed 08:00', but the period names no days",
    ("0 s to 100 s", "Wed 08:00 to 09:00"): "found 'Wed 08:00', but the period names no days",
}


@pytest.mark.parametrize(("period", "during"), ELSEWHERE)
def test_a_span_that_is_none_of_these_days_says_how_to_write_it(period: str, during: str) -> None:
    problem = complaint(week(period, more=f"drain: 10 min\nreplay: {{during: {during}}}\n"))
    assert "shop.yaml:27: replay.during: " in problem
    assert ELSEWHERE[(period, during)] in problem


@pytest.mark.parametrize(
    ("arrivals", "key", "words"),
    [
        ("{curve: {08:00: 1 / min}}", "curve.0.at", "comes on each of the 3 days of the period; name the day"),
        ("{stepped: {08:00: 1 / min}}", "stepped.0.at", "comes on each of the 3 days of the period; name the day"),
        (storm("[Sun 08:00, 09:00]"), "storm.around", "found '09:00', which comes on each"),
        (storm("[Sun 08:00, Sat 08:00]"), "storm.around", "each later than the one before"),
        (storm("[]"), "storm.around", "give one moment or several"),
        (storm("24:00"), "storm.around", "on each day a clock time from 00:00 to 23:59:59"),
        (storm("01:30"), "storm.around", "which is left out in Europe/London: on Sun 29 March clocks are put forward"),
        (storm("Sun 01:30"), "storm.around", "allowed are times before 01:00, and from 02:00 on"),
    ],
)
def test_arrivals_that_come_at_no_single_moment_are_refused(arrivals: str, key: str, words: str) -> None:
    problem = complaint(week(SPRING, arrivals=arrivals, more=LONDON))
    assert f"populations.shoppers.arrivals.{key}: " in problem
    assert words in problem


def test_a_time_that_comes_twice_in_autumn_is_refused() -> None:
    autumn = week("2015-10-24 07:00 to 2015-10-26 12:00", arrivals=storm("Sun 01:30"), more=LONDON)
    assert "which comes twice in Europe/London: on Sun 25 October clocks are put back from 02:00 to 01:00" in (
        complaint(autumn)
    )


def test_a_storm_of_each_day_needs_a_day_that_is_open() -> None:
    text = week("Sat 07:00 to Sun 19:00", arrivals=storm("08:00"), more="calendar: {open: Mon to Fri 08:00 to 18:00}\n")
    assert "storm.around: is on no day: none of Sat and Sun is open and has 08:00 in the period" in complaint(text)


@pytest.mark.parametrize(
    ("per_cents", "words"),
    [
        ([1, 2], "week: found a list"),
        ([50, 0, 0, 0, 0, 0, 50], "somebody must come from Monday to Friday"),
        ([10, 10, 10, 10, 10, 10, 10], "the 7 per cents must add up to 100 (to 1); they add up to 70.00"),
        ([-10, 30, 30, 20, 10, 10, 10], "the 7 per cents must add up to 100"),
    ],
)
def test_a_week_that_does_not_add_up_is_refused(per_cents: list[int], words: str) -> None:
    assert words in complaint(week(arrivals=f"{{hourly: {{per_day: 9, percent: {PROFILE}, week: {per_cents}}}}}"))


@pytest.mark.parametrize("period", ["07:00 to 19:00", "0 s to 100 s"])
def test_a_profile_of_a_week_needs_to_know_the_day(period: str) -> None:
    arrivals = f"{{hourly: {{per_day: 9, percent: {PROFILE}, week: [3, 19, 20, 19, 19, 17, 3]}}}}"
    assert "hourly.week: nobody knows which day of the week it is" in complaint(week(period, arrivals=arrivals))


@pytest.mark.parametrize(("highest_at", "elapsed_h"), [("Wed 14:00", 62), ("14:00", 14)])
def test_the_highest_moment_of_a_wave_may_be_of_any_day(highest_at: str, elapsed_h: float) -> None:
    sine = f"{{sine: {{mean: 1 / s, swing: 50 %, every: 1 day, highest_at: {highest_at}}}}}"
    scenario = read_text(week(arrivals=sine))
    wave = scenario.populations["shoppers"].arrivals.sine
    assert wave is not None
    assert wave.highest_at == elapsed_h * HOUR
    curve = rate_curve(scenario.populations["shoppers"].arrivals, scenario.period, calendar=scenario.calendar)
    assert curve.cumulative()[-1] == pytest.approx(108 * HOUR, rel=0.05)


def test_the_schema_of_a_scenario_knows_the_calendar() -> None:
    properties = Scenario.model_json_schema()["properties"]
    assert "calendar" in properties and "calendar_rules" not in properties
