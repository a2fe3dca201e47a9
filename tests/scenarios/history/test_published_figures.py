"""History as a test of the model: what was published of four launches beside what their scenarios simulate.

Which figures agree, and which do not, is part of what the catalogue says (docs/catalogue.md). So both are held here.
Tests that simulate a country, or two years, take half a minute of processor time each.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from statistics import fmean
from typing import Any

import pytest
import yaml

from readiness.judging.bounds import bounds
from readiness.judging.expectations import compared
from readiness.judging.measures import measure
from recordings.recording import Recording
from recordings.summary import ExpectationSummary
from scenarios.language.objectives import Objective
from scenarios.language.reading import frozen_text, read, read_text
from scenarios.language.scenario import Scenario
from simulations.launch import simulate_launch

# by scenario: how many launches are simulated here, and which published figures their mean is not within
HISTORY: dict[str, tuple[int, set[str]]] = {
    "voter-registration-2016": (4, set()),
    "voter-registration-2016-not-extended": (4, set()),
    "census-2016": (2, {"forms in the days afterwards"}),
    "healthcare-gov-2013": (2, {"who got an account", "pages that were answered"}),
    "choose-and-book": (4, set()),
    "choose-and-book-taken-up": (2, {"electronic referrals in March 2007"}),
}
TOO_RARE = {"who enrolled"}  # for so few launches


def simulated(scenario: Scenario, number: int) -> list[Recording]:
    return [simulate_launch(scenario, scenario.seed, launch) for launch in range(number)]


@cache
def retold(name: str) -> dict[str, ExpectationSummary]:
    """Every published figure of a scenario beside its launches."""
    scenario = read(name)
    found = simulated(scenario, HISTORY[name][0])
    return {
        figure: compared(figure, one, scenario, [bounds(one, launch, scenario) for launch in found])
        for figure, one in scenario.expect.items()
    }


def is_near(figure: ExpectationSummary) -> bool:
    """Whether the launches' mean is within the published range."""
    return figure.value is not None and figure.published_low <= figure.value <= figure.published_high


@pytest.mark.parametrize("name", HISTORY)
def test_every_published_figure_says_where_it_stands(name: str) -> None:
    scenario = read(name)
    assert scenario.expect and scenario.sources and scenario.assumptions
    assert all(one.source.strip() for one in scenario.expect.values())
    assert all(one.source.strip() and one.because.strip() for one in scenario.not_reproduced.values())


@pytest.mark.parametrize("name", HISTORY)
def test_some_figure_is_left_out_of_the_tuning(name: str) -> None:
    assert [figure for figure, one in read(name).expect.items() if not one.tuned]


@pytest.mark.parametrize("name", HISTORY)
def test_what_was_tuned_is_named_among_the_assumptions(name: str) -> None:
    """Of a variant among those of the scenario that it extends."""
    scenario = read(name)
    assert any(one.tuned for one in scenario.expect.values()) == ("tuned" in frozen_text(name))
    if name in ("voter-registration-2016", "healthcare-gov-2013", "choose-and-book", "census-2016"):
        assert "tuned" in " ".join(scenario.assumptions)


def test_choose_and_book_is_a_little_short_of_what_march_2007_had() -> None:
    figure = retold("choose-and-book-taken-up")["electronic referrals in March 2007"]
    assert figure.value == pytest.approx(0.365, abs=0.015)
    assert not figure.tuned


@pytest.mark.long
@pytest.mark.parametrize("name", HISTORY)
def test_published_figures_are_met_but_for_those_that_are_named(name: str) -> None:
    found = {figure: one for figure, one in retold(name).items() if figure not in TOO_RARE}
    assert {figure for figure, one in found.items() if not is_near(one)} == HISTORY[name][1]


@pytest.mark.long
def test_next_to_nobody_enrols_on_the_first_day() -> None:
    """Six of 1.84 million did; two samples of one in fifty cannot tell six from none, but from a hundred."""
    share = retold("healthcare-gov-2013")["who enrolled"].value
    assert share is not None and share * 1_840_000 <= 100


@pytest.mark.long
def test_on_the_last_evening_the_service_is_down_for_as_long_as_was_published() -> None:
    """Nothing of this was tuned: nobody fails before, nearly all for an hour and a half, few after midnight."""
    figures = retold("voter-registration-2016")
    before, down, after = (
        figures[f"failures {when}"].value for when in ("before the trouble", "while it was down", "past midnight")
    )
    assert before is not None and before < 0.01
    assert down is not None and down > 0.85
    assert after is not None and after < 0.25


@pytest.mark.long
def test_two_days_more_give_back_two_in_three_of_those_whom_midnight_would_have_kept_out() -> None:
    extended, not_extended = (
        measure(read(name).objectives["nearly everybody who wants to registers"], simulated(read(name), 1)[0])
        for name in ("voter-registration-2016", "voter-registration-2016-not-extended")
    )
    assert 1 - not_extended == pytest.approx(0.12, abs=0.02)
    assert 1 - extended == pytest.approx(0.043, abs=0.01)


@pytest.mark.long
@pytest.mark.parametrize("sample", [20, 5])
def test_the_size_of_the_sample_is_not_what_brings_it_down(sample: int) -> None:
    """A tenth of the country and a twentieth, or a fifth, of it fail alike."""

    def other(found: dict[str, Any]) -> None:
        found |= {"period": "2016-06-07 20:00 to 2016-06-07 24:00", "drain": "0 s", "demand": 10 / sample}
        found["replay"] = None
        found["expect"] = {}
        applications = found["service"]["stations"]["applications"]
        applications |= {"servers": 6 * 10 // sample, "queue": 60 * 10 // sample}

    def as_it_is(found: dict[str, Any]) -> None:
        other(found)
        found["demand"] = 1
        found["service"]["stations"]["applications"] = {"servers": 6, "queue": 60}

    asked = {"measure": "people share", "of": "application", "at_least": "0 %"}
    objective = Objective.model_validate(asked)
    shares = [
        fmean(
            measure(objective, launch)
            for launch in simulated(changed("voter-registration-2016-not-extended", change), 4)
        )
        for change in (as_it_is, other)
    ]
    assert shares[1] == pytest.approx(shares[0], abs=0.05)


@pytest.mark.long
def test_without_the_router_the_census_would_have_gone_well() -> None:
    """As the inquiries found: those who filled it in were not too many."""

    def whole(found: dict[str, Any]) -> None:
        found |= {"faults": {}, "expect": {}, "replay": None}

    scenario = changed("census-2016", whole)
    (on_the_night,) = (one for one in scenario.objectives.values() if one.measure == "people share")
    assert measure(on_the_night, simulated(scenario, 1)[0]) > 0.99


@pytest.mark.long
def test_where_use_ends_does_not_depend_on_where_it_began() -> None:
    """Choose and Book settles at the same share from 90 % and from 21 %: reliability says where, and not the target."""
    asked = {"measure": "referral share", "of": "electronic", "during": "399 days to 501 days", "at_least": "50 %"}
    shares = []
    for start in ("90 %", "21 %"):

        def begun(found: dict[str, Any], start: str = start) -> None:
            found["practices"]["habit"]["start"] = start

        scenario = changed("choose-and-book", begun)
        objective = scenario.meant(Objective.model_validate(asked))
        shares.append(measure(objective, simulated(scenario, 1)[0]))
    assert shares[0] == pytest.approx(shares[1], abs=0.03)


def changed(name: str, change: Callable[[dict[str, Any]], None]) -> Scenario:
    """A scenario of the catalogue, changed."""
    found = yaml.safe_load(frozen_text(name))
    change(found)
    return read_text(yaml.safe_dump({key: value for key, value in found.items() if value is not None}, sort_keys=False))
