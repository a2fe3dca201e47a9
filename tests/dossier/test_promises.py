"""Every promise of the launch, and those that a failure breaks, with their values."""

from __future__ import annotations

from dossier.annex.promises import promises_line
from tests.fixtures.dossier.rehearsed import Rehearsed
from tests.fixtures.dossier.said import rows


def test_of_the_launch_all_promises_stand_there_and_of_a_failure_those_that_it_breaks(rehearsed: Rehearsed) -> None:
    found = rows(promises_line(rehearsed.whole()))
    of_launch = [row for row in found if row[0] == "Surgeries go live, 3 March"]
    of_drill = [row for row in found if row[0] == "Half of the desk is lost"]
    assert [row[1] for row in of_launch] == ["nobody waits long (wait p95)", "everybody gets in (people share)"]
    assert [row[2] for row in of_launch] == ["at most 8 s", "at least 95 %"]
    assert {row[4] for row in of_launch} == {"0 of 6"} and {row[6] for row in of_launch} == {"met"}
    assert "nobody waits long (wait p95)" in [row[1] for row in of_drill]
    assert "met" not in {row[6] for row in of_drill}
    assert {row[5] for row in found} == {"–"}, "nothing was replayed"
