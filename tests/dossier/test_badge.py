"""What kind of evidence there is, whether it counts, and how old it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from dossier.annex.coverage import coverage_line
from dossier.evidence.evidence import DossierEvidence
from dossier.lines.badge import badge_line
from dossier.lines.decision import decision_line
from recordings.summary import ReplayTarget
from tests.fixtures.dossier.replayed import LATE, MOCK, SERVICE, replayed
from tests.fixtures.dossier.said import missing, rows, texts


def test_the_badge_says_what_kind_how_many_how_old_and_what_is_not_stated(
    launch: DossierEvidence, whole: DossierEvidence
) -> None:
    said = texts(badge_line(launch))
    assert said[0] == "Forecast: 6 launches simulated, each 08:00 to 08:10."
    assert said[-1] == "How what was tried differs from the live service: not stated."
    assert missing(badge_line(launch)) == [f"rehearse load {launch.launch.folder}/scenario.yaml --host URL"]
    assert "Differs from the live service: The live service has another database." in texts(badge_line(whole))


@pytest.mark.parametrize(("target", "where"), [(MOCK, "a stand-in made of the same model"), (SERVICE, "a service")])
def test_a_replay_that_does_not_count_is_no_evidence(launch: DossierEvidence, target: ReplayTarget, where: str) -> None:
    told = replayed(launch, target, LATE)
    assert (
        f"It was also played in real time against {where}. That does not count: the load was not sent as it was due."
        in texts(badge_line(told))
    )
    assert "by forecast alone" in decision_line(told).statements[0].text
    assert rows(coverage_line(told))[0][1].endswith(" that does not count (1 in 100 requests was sent 82 ms late)")


def test_a_replay_that_counts_says_on_what(launch: DossierEvidence) -> None:
    mock, service = (replayed(launch, target) for target in (MOCK, SERVICE))
    told = texts(badge_line(mock))[1]
    assert "which shows that the test works, and nothing of the real service: 08:00 to 08:10 alone, " in told
    assert told.endswith(" alone, 18 requests completed there, 20 in the forecast.")
    assert "Measured in one replay on https://service." in texts(badge_line(service))
    assert "by forecast, and as measured" in decision_line(service).statements[0].text


def test_answers_have_an_age_as_runs_have(whole: DossierEvidence) -> None:
    asked: list[dict[str, Any]] = [
        {"began_utc": "2099-12-29T23:59:59+00:00", "seed": 7},
        {"began_utc": "2100-02-01T00:00:00+00:00"},
        {},
    ]
    answers = [replace(answer, asked=each) for answer, each in zip(whole.answers, asked, strict=True)]
    dated = replace(whole, answers=answers)
    said = texts(badge_line(dated))
    assert "Questions asked beside it: 2, the first on 2099-12-29, 3 days before this page." in said
    assert "How old it is, is not stated of 1 answer." in said
    late = texts(badge_line(replace(dated, answers=answers[1:2])))
    assert "Questions asked beside it: 1, the first on 2100-02-01, later than the day of this page." in late
    ages = [row[5] for row in rows(coverage_line(dated))][3:]
    assert ages == ["3 days", "after this page, on 2100-02-01", "not stated"]


def test_a_page_of_a_launch_that_is_over_says_that_it_looks_back(whole: DossierEvidence) -> None:
    made = str(whole.launch.about["began_utc"])[:10]
    back = f"It looks back: it was made on {made}, after the launch."
    for launch_on, is_told in (("2026-03-03", True), (made, False), ("2099-03-03", False)):
        notes = whole.notes.notes.model_copy(update={"launch_on": date.fromisoformat(launch_on)})
        told = replace(whole, notes=replace(whole.notes, notes=notes))
        assert (back in texts(badge_line(told))) == is_told


def test_runs_of_different_seeds_are_flagged(whole: DossierEvidence) -> None:
    (told,) = [each for each in texts(badge_line(whole)) if "random numbers" in each]
    assert told == "The runs were drawn from different random numbers (7, 3): they are not averaged."
