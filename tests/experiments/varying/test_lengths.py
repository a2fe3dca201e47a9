"""How long a fault lasts, as a key that experiments vary."""

from __future__ import annotations

import pytest

from experiments.launches.point import Point
from experiments.varying.lengths import as_written, length_of
from experiments.varying.points import accepts, changed_point
from experiments.varying.varied import varied
from scenarios.sources.problems import ScenarioError

TEXT = """\
title: A till
period: {period}
service:
  stations: {{till: {{servers: 2}}}}
  operations: {{buy: {{steps: [{{use: till, time: 1 s}}]}}}}
journeys: {{visit: {{steps: [{{call: buy}}]}}}}
populations: {{people: {{arrivals: 1 / s, journey: visit}}}}
faults:
  it jams: {{during: {during}, dependency_down: {{station: till}}}}
"""


def till(period: str = "0 s to 60 s", during: str = "10 s to 20 s") -> Point:
    return Point(TEXT.format(period=period, during=during))


def test_its_begin_stays_and_its_end_moves() -> None:
    longer = changed_point(till(), ["faults.it jams.for=1.5 s"])
    assert longer.scenario.faults["it jams"].during == [(10.0, 11.5)]
    assert longer.settings == ("faults.it jams.for=1.5 s",)


def test_clock_times_stay_clock_times_to_the_second() -> None:
    point = till("08:00 to 09:00", "08:10 to 08:12")
    assert length_of(point, "faults.it jams.for") == 120
    assert as_written(point, "faults.it jams.for=90.4 s") == "faults.it jams.during=08:10 to 08:11:30"
    assert as_written(point, "faults.it jams.for=1 ms") == "faults.it jams.during=08:10 to 08:10:01"


def test_the_unit_of_the_lower_end_is_that_of_the_range() -> None:
    point = till()
    found = varied("faults.it jams.for=10 s..5 min", lambda setting: accepts(point, setting))
    assert found.low == 10
    assert found.high == 300
    assert found.unit == "s"


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("faults.it jam.for=3 s", "did you mean 'it jams'"),
        ("faults.it jams.for=3", "allowed is a duration"),
        ("faults.it jams.for=0 s", "later than the first"),
    ],
)
def test_what_is_no_length_is_told(setting: str, says: str) -> None:
    with pytest.raises(ScenarioError, match=says):
        changed_point(till(), [setting])


def test_a_fault_that_comes_twice_has_no_length() -> None:
    with pytest.raises(ScenarioError, match="'it jams' is there 2 times"):
        length_of(till(during="[1 s to 2 s, 5 s to 6 s]"), "faults.it jams.for")
