"""The limit in words and on a page: what was found, how sure, what broke first, and whose limit it is."""

from __future__ import annotations

import msgspec
import pytest

from readiness.limit.page import limit_page
from readiness.limit.search import LimitSearch, SearchBounds, Trial, TrialVerdict
from readiness.limit.trial import trial_of
from readiness.limit.wording import knee_sentence, limit_sentence
from readiness.summarise import Replayed
from recordings.evidence import Evidence, Verdict
from recordings.generator_result import GeneratorResult, Lag
from simulations.launch import simulate_replay
from tests.fixtures.readiness.pages import Page
from tests.fixtures.readiness.report_runs import CLOCKED, GENERATOR, scenario_of, summary_and_page

HOLDS, MISSED = TrialVerdict.HOLDS, TrialVerdict.MISSED


def search(*trials: Trial, confirmations: int = 0) -> LimitSearch:
    return LimitSearch(SearchBounds(precision=0.5, confirmations=confirmations), list(trials))


FOUND = search(
    Trial(1.0, HOLDS, 10.0, 10.0),
    Trial(3.0, MISSED, 30.0, 4.0, ("quick", "fair <b>")),
    Trial(2.0, HOLDS, 20.0, 20.0),
)


def test_a_limit_says_demand_rate_and_what_broke_first() -> None:
    assert limit_sentence(FOUND) == (
        "Holds up to demand 2 ×, 20 requests a second (held 1 of 1 times); 3 × broke first: “quick”, “fair <b>”."
    )
    assert knee_sentence(FOUND.trials) == (
        "At most 20 good answers a second, at demand 2 × (20 requests a second offered)."
    )


@pytest.mark.parametrize(
    ("last", "words"),
    [
        (Trial(1.5, TrialVerdict.GENERATOR, why="late"), "more than the load generator or the mock could do (late)"),
        (Trial(1.5, TrialVerdict.CEILING, why="50 / s"), "1.5 × is over the rate ceiling."),
        (Trial(1.5, TrialVerdict.UNDECIDED, missed=("quick",)), "1.5 × left undecided: “quick”."),
        (Trial(1.5, MISSED, why="failed share > 50 %, at 3 s"), "1.5 × broke first: failed share > 50 %, at 3 s."),
    ],
)
def test_whose_limit_it_is_is_said(last: Trial, words: str) -> None:
    assert words in limit_sentence(search(Trial(1.0, HOLDS, 10.0, 10.0), last))


def test_where_nothing_held_or_everything_did_it_says_so() -> None:
    nothing = search(Trial(1.0, MISSED, 10.0, 0.0, ("quick",)))
    assert limit_sentence(nothing) == "Nothing held: even demand 1 × broke first: “quick”."
    assert knee_sentence(nothing.trials) == "No request got a good answer."
    every = LimitSearch(SearchBounds(most=1.0, confirmations=0), [Trial(1.0, HOLDS, 10.0, 10.0)])
    assert limit_sentence(every).endswith("(held 1 of 1 times), the most that was tried.")
    assert limit_sentence(search()) == "Nothing was tried."
    again = search(Trial(1.0, HOLDS, 10.0, 10.0), Trial(1.2, MISSED, 12.0, 1.0), confirmations=2)
    assert "(not confirmed)" in limit_sentence(again)


def test_the_page_draws_each_trial_and_escapes_names() -> None:
    text = limit_page("A <i>till", FOUND, "a mock")
    page = Page(text)
    assert limit_sentence(FOUND) in page.text
    assert text.count('class="trial met"') == 2
    assert text.count('class="trial missed"') == 1
    assert "fair <b>" not in text and "A <i>till" not in text
    assert "limit: 20 / s" in page.text


def replayed_summary(generator: GeneratorResult = GENERATOR) -> tuple[Trial, list[str]]:
    twin = simulate_replay(scenario_of(CLOCKED), 1)
    summary, _ = summary_and_page(scenario_of(CLOCKED), None, Replayed(twin, twin, None, generator))
    return trial_of(2.0, summary, 10.0), [each.name for each in summary.objectives if each.verdict == "missed"]


def test_a_trial_counts_what_was_offered_and_answered_well_and_names_what_was_missed() -> None:
    trial, missed = replayed_summary()
    assert trial.verdict == MISSED and list(trial.missed) == missed
    assert 0 < trial.good_per_s < trial.offered_per_s


def test_a_trial_whose_generator_was_late_says_nothing_of_the_service() -> None:
    late = GeneratorResult(Lag(1.0, 50.0, 90.0), 1.0, valid=False, why=["too late"])
    trial, _ = replayed_summary(late)
    assert (trial.verdict, trial.missed, trial.why) == (TrialVerdict.GENERATOR, (), "too late")


def test_an_objective_that_a_client_cannot_see_is_not_judged() -> None:
    twin = simulate_replay(scenario_of(CLOCKED), 1)
    summary, _ = summary_and_page(scenario_of(CLOCKED), None, Replayed(twin, twin, None, GENERATOR))
    unseen = Evidence(Verdict.NOT_ENOUGH_EVIDENCE, None)
    only = [msgspec.structs.replace(summary.objectives[0], measured=unseen)]
    assert trial_of(1.0, msgspec.structs.replace(summary, objectives=only), 10.0).verdict == HOLDS
