"""Every promise of the launch, and those that a failure breaks, with their values."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import msgspec

from dossier.annex.promises import promises_line
from dossier.evidence.evidence import DossierEvidence
from recordings.evidence import Evidence, Verdict
from recordings.summary import to_json
from tests.fixtures.dossier.rehearsed import Rehearsed
from tests.fixtures.dossier.replayed import MOCK, SERVICE, replayed
from tests.fixtures.dossier.said import rows, texts


def test_of_the_launch_all_promises_stand_there_and_of_a_failure_those_that_it_breaks(rehearsed: Rehearsed) -> None:
    found = rows(promises_line(rehearsed.whole()))
    of_launch = [row for row in found if row[0] == "Surgeries go live, 3 March"]
    of_drill = [row for row in found if row[0] == "Half of the desk is lost"]
    assert [row[1] for row in of_launch] == ["nobody waits long (wait p95)", "everybody gets in (people share)"]
    assert [row[2] for row in of_launch] == ["at most 8 s", "at least 95 %"]
    assert {row[4] for row in of_launch} == {"0 of 6"} and {row[5] for row in of_launch} == {"met"}
    assert "nobody waits long (wait p95)" in [row[1] for row in of_drill]
    assert "met" not in {row[5] for row in of_drill}


def test_what_a_stand_in_answered_does_not_stand_beside_a_forecast_of_all(launch: DossierEvidence) -> None:
    for target, last, told in (
        (MOCK, ["broken in", "it is"], "was of a stand-in, and of the minutes"),
        (SERVICE, ["broken in", "measured", "it is"], "What was measured is of "),
    ):
        line = promises_line(replayed(launch, target))
        assert line.table is not None and line.table.columns[4:] == last
        assert told in texts(line)[-1]


def said_of(launch: DossierEvidence, found: Evidence) -> str:
    """What is said of the first promise, had its launches come to this."""
    first, *others = launch.launch.summary.objectives
    asked = msgspec.structs.replace(first, verdict=found.verdict, forecast=found)
    summary = msgspec.structs.replace(launch.launch.summary, objectives=[asked, *others])
    run = replace(launch.launch, summary=summary, texts={**launch.launch.texts, "summary.json": to_json(summary)})
    return rows(promises_line(replace(launch, runs=[run])))[0][-1]


def test_a_verdict_that_is_not_the_intervals_says_by_what_it_is(launch: DossierEvidence) -> None:
    """The first promise is that nobody waits longer than 8 s."""
    missed = partial(Evidence, Verdict.MISSED, replications=20)
    assert said_of(launch, missed(9.0, low=8.5, high=9.5, missed_in=20, missed_low=0.83)) == "missed"
    assert said_of(launch, missed(9.0, low=7.5, high=10.5, missed_in=20, missed_low=0.83)) == "missed, by most launches"
    assert (
        said_of(launch, missed(None, never=2, missed_in=2, missed_low=0.01))
        == "missed, for it is beyond any limit in some"
    )
    assert (
        said_of(launch, missed(None, never=20, missed_in=20, missed_low=0.83)) == "missed, for it is beyond any limit"
    )
