"""What people see of faults and defences: words, tables, marks on the charts, and the sentence that matters."""

from __future__ import annotations

import json
import re
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from readiness.report.charts.faults import FaultMark, lanes, marks_within, room
from readiness.report.charts.frame import time_axis
from readiness.report.faults import Run
from readiness.report.recovery import recovery_story
from readiness.report.story import found, measure_words
from readiness.wording.effects import defence_words, fault_words, when_words
from recordings.summary import Recovered, from_json, to_json
from scenarios.calendar.written import clock_text
from scenarios.descriptions.outcomes import ENDING_WORDS
from scenarios.language.defences import Defence
from scenarios.language.faults import Fault
from scenarios.text.phrases import rate_words
from tests.fixtures.readiness.fault_runs import ALONE, STORM, storm
from tests.fixtures.readiness.pages import Page
from tests.fixtures.readiness.report_runs import CLOCKED, forecasts_of, replayed_of, scenario_of, summary_and_page

AXIS = time_axis(0.0, 100.0, str, 5)


def words(kind: str, **settings: object) -> str:
    return fault_words(Fault.model_validate({"during": "0 s to 9 s", kind: settings}))


def guarded(kind: str, **settings: object) -> str:
    return defence_words(Defence.model_validate({kind: settings}))


def test_faults_are_told_with_their_values() -> None:
    assert words("slowdown", station="identity", factor=5) == "slowdown at identity: 5 times as long"
    assert words("slowdown", factor=2, extra="200 ms") == "slowdown: 2 times as long and 200 ms longer"
    assert words("servers_lost", station="app", servers=1) == "servers lost at app: 1 server"
    assert words("leak", station="app", loses="4 / h", least=2) == "leak at app: 4 / h servers until 2 are left"
    assert words("pause", length="200 ms", every="10 s") == "pause: everything stands still for 200 ms every 10 s"
    assert words("region_cut", region="north", how="silent") == "network of north gone: nothing is answered"


def test_where_a_fault_is_aimed_is_told() -> None:
    aimed = words("error_answers", status=502, share="20 %", operations=["a", "b", "c"], regions=["north"])
    assert aimed == "error answers: status 502 at once (20 % of requests to a, b and c in north)"


def test_when_a_fault_is_there_is_told() -> None:
    scenario = scenario_of(STORM)
    every = scenario.faults
    assert when_words(every["the servers are gone"], scenario) == "08:00:20 to 08:00:30"
    assert when_words(every["all are logged off"], scenario) == "at 08:00:32"
    assert when_words(every["a slow while"], scenario) == "08:00:15 to 08:00:25 and 08:01:30 to 08:01:40"
    assert when_words(every["now and then"], scenario).startswith("drawn anew in each launch: well for 30 s")


def test_defences_are_told_with_their_values() -> None:
    assert guarded("bulkhead", operations=["slots"], at_most=20) == "bulkhead: at most 20 of slots at once"
    assert guarded("waiting_room", operations=["log-on"], admits="90 per min").endswith("before log-on: admits 1.5 / s")
    assert rate_words(4 / 3600) == "4 / h"


marks_of_any_kind = st.lists(
    st.tuples(st.floats(-50, 150), st.floats(0, 60), st.sampled_from([None, 0.0, 30.0, float("inf")])), max_size=12
).map(lambda them: [FaultMark("A", s, s + long, None if back is None else s + long + back) for s, long, back in them])


@given(marks_of_any_kind)
def test_bars_and_letters_of_a_lane_never_touch(marks: list[FaultMark]) -> None:
    shown = marks_within(marks, AXIS)
    rows = lanes(shown, AXIS)
    assert sorted(map(id, (mark for row in rows for mark in row))) == sorted(map(id, shown))
    for row in rows:
        for left, right in pairwise(row):
            until = max(left.end_s, left.back_s or left.end_s)
            assert AXIS.share(until) + 0.069 <= AXIS.share(right.start_s)


def test_what_is_not_in_the_window_needs_no_room() -> None:
    assert room([FaultMark("A", 200.0, 210.0), FaultMark("B", -20.0, -10.0)], AXIS) == 0
    assert (
        room([FaultMark("A", 10.0, 20.0), FaultMark("B", 40.0, 50.0)], AXIS)
        == room([FaultMark("A", 10.0, 20.0)], AXIS)
        > 0
    )


def chart(html: str, name: str) -> str:
    """One chart's own SVG source."""
    return html[html.index(f'aria-labelledby="{name}-title') :].split('role="img"', maxsplit=1)[0]


def letters_in(html: str, name: str) -> list[str]:
    return re.findall(r'class="letter">([^<]+)</text>', chart(html, name))


def test_faults_are_marked_on_forecast_and_replay() -> None:
    _, html = storm()
    assert sorted(letters_in(html, "load")) == ["A", "B", "B", "C"]
    for place in range(3):
        replay = letters_in(html, f"replay-{place}")
        assert {"A", "B", "C", "E"} <= set(replay)  # E was done by hand
        assert replay.count("B") == 1  # its second time lies after the replay
    assert "fault-instant" in html
    assert "Fault A: 08:00:20 to 08:00:30." in Page(html).all("desc")[0].text


def test_a_key_says_what_the_letters_stand_for() -> None:
    keys = [each.text for each in Page(storm()[1]).all("ul", class_="key faults")]
    assert "A the servers are gone servers lost at server: 100 % of the servers, 08:00:20 to 08:00:30" in keys[0]
    assert "now and then" not in keys[0]  # drawn anew in each launch of the forecast
    assert "E a hand at it offline, by hand" in keys[1]


def table(html: str, caption: str) -> list[str]:
    body = html[html.index(f'id="{caption}"') :]
    rows = body[: body.index("</table>")].split("<tr>")[1:]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).replace("\u00a0", " ").split()) for row in rows]


def test_the_table_of_faults_has_a_row_for_each_time() -> None:
    summary, html = storm()
    rows = table(html, "faults-caption")[2:]
    assert len(rows) == 1 + 2 + 1 + 1
    (gone,) = (row for row in rows if "the servers are gone" in row)
    hits = summary.faults["the servers are gone"]
    assert f"08:00:20 to 08:00:30 {hits.forecast:g} {hits.forecast_of_window:g} 1 longer than 94 s" in gone
    assert "longer than 94 s (not seen in 3 of 3) longer than 32 s longer than 32 s –" in gone
    assert any(row.startswith("08:01:30 to 08:01:40") and "not in it" in row for row in rows)
    (drawn,) = (row for row in rows if "now and then" in row)
    assert drawn.endswith("– – – –")


def test_a_storm_that_outlives_its_cause_is_named_on_the_first_screen() -> None:
    page = Page(storm(ALONE)[1])
    first = page.one("section", class_="verdict missed").text
    assert re.search(
        r"“the servers are gone” ended at 08:00:30; [\d.]+ (s|min) later the service had still not rec", first
    )
    assert "the overload outlives its cause" in first
    assert "recovered after “the servers are gone”" in page.text


def test_a_service_that_recovers_is_told_with_how_long_it_took() -> None:
    cured = ALONE.replace("objectives:", "defences:\n  go: {queue_limit: {station: server, at_most: 20}}\nobjectives:")
    summary, html = storm(cured)
    assert "the overload outlives" not in html
    gone = summary.faults["the servers are gone"]
    seven = replace(gone, times=[replace(gone.times[0], forecast=Recovered(7.0))])
    recovered = replace(summary, faults={"the servers are gone": seven})
    total = forecasts_of(cured).total
    assert total is not None
    run = Run(recovered, scenario_of(cured), {"forecast": total})
    (line,) = recovery_story(run, "forecast", clock_text)
    assert line == "“the servers are gone” ended at 08:00:30; the service needed 7 s to recover."


def test_a_recovery_that_was_not_seen_is_longer_than_what_was_seen() -> None:
    (objective,) = storm(ALONE)[0].objectives
    assert found(objective, "measured").startswith("longer than ")
    assert measure_words(scenario_of(ALONE).objectives["it comes back"]).endswith("after “the servers are gone”")


def test_defences_and_events_have_tables() -> None:
    summary, html = storm()
    hits = summary.defences["few wait"]
    (defence,) = table(html, "defences-caption")[1:]
    assert defence.startswith("few wait queue of server: at most 500 wait")
    assert defence.endswith(" 512") and hits.forecast
    events = table(html, "events-caption")[1:]
    assert events[3] == "08:00:45 a hand at it offline ends: the page is &lt;b&gt;up&lt;/b&gt; by hand 23"


def test_forty_events_are_shown_and_the_rest_is_counted() -> None:
    page = storm(more_events=60)[1]
    assert len(table(page, "events-caption")[1:]) == 40
    assert "And 25 more" in Page(page).text


def test_a_run_without_faults_says_nothing_of_them() -> None:
    page = Page(summary_and_page(scenario_of(CLOCKED), forecasts_of(CLOCKED), replayed_of(CLOCKED))[1])
    assert not page.all("h2", id="faults")
    assert not page.all("rect", class_="fault-bar")


def test_an_old_summary_still_loads() -> None:
    old = json.loads(to_json(summary_and_page(scenario_of(CLOCKED), forecasts_of(CLOCKED), replayed_of(CLOCKED))[0]))
    for key in ("faults", "defences", "events", "aborted"):
        old.pop(key, None)
    assert from_json(json.dumps(old).encode()).faults == {}


# what a colour looks like to a reader without one kind of cone: Machado, Oliveira and Fernandes, IEEE TVCG 15(6), 2009
SEEN = {
    "all": np.eye(3),
    "no red": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "no green": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "no blue": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}


def linear(colour: str) -> np.ndarray:
    channels = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    return float(linear(colour) @ [0.2126, 0.7152, 0.0722])


def oklab(rgb: np.ndarray) -> np.ndarray:
    """B. Ottosson, A perceptual color space for image processing, 2020; in hundredths."""
    to_cones = [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
    to_lab = [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
    return np.asarray(100 * (to_lab @ np.cbrt(to_cones @ np.clip(rgb, 0, 1))))


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_outcomes_are_told_apart_by_every_eye(scheme: int) -> None:
    style = Page(storm()[1]).one("style").text
    colours = {name: re.findall(rf"--{name}: (#[0-9a-f]{{6}})", style)[scheme] for name in (*ENDING_WORDS, "paper")}
    paper = luminance(colours.pop("paper")) + 0.05
    for name, colour in colours.items():
        contrast = sorted((paper, luminance(colour) + 0.05))
        assert contrast[1] / contrast[0] >= 3, name
    for eye in SEEN.values():
        for one, other in combinations(colours, 2):
            apart = oklab(eye @ linear(colours[one])) - oklab(eye @ linear(colours[other]))
            assert np.linalg.norm(apart) >= 8, (one, other)
