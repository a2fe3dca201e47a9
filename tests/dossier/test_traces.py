"""Every number that stands on page 1 can be followed to a run, an answer or what somebody typed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from dossier.evidence.deriving import derived
from dossier.form.dossier import Dossier, Statement, TracedFigure, dossier_json, read_dossier
from dossier.form.paths import NothingThereError
from dossier.making import make_dossier
from tests.fixtures.dossier.rehearsed import Rehearsed

READERS: dict[str, Callable[[str], Any]] = {".json": json.loads, ".yaml": yaml.safe_load}


def statements(dossier: Dossier) -> list[Statement]:
    return [statement for line in (*dossier.lines, *dossier.annex) for statement in line.every_statement()]


def figures(dossier: Dossier) -> Iterator[TracedFigure]:
    yield from (figure for statement in statements(dossier) for figure in statement.figures)
    yield from (line.dots.limit for line in dossier.lines if line.dots is not None)


@pytest.fixture(scope="module")
def made(rehearsed: Rehearsed) -> Dossier:
    """The whole of it, as it stands in dossier.json."""
    return read_dossier(dossier_json(make_dossier(rehearsed.whole())))


def test_no_sentence_has_a_number_that_is_not_a_figure(made: Dossier) -> None:
    assert [each.words for each in statements(made) if re.search(r"\d", each.words.replace("{}", ""))] == []
    assert sum(len(each.figures) for each in statements(made)) > 80


def test_every_figure_is_found_again_where_it_is_said_to_stand(made: Dossier, rehearsed: Rehearsed) -> None:
    """By whoever reads the runs, the answers and the notes anew."""
    evidence = rehearsed.whole()
    for figure in figures(made):
        value = evidence.follow(figure)
        shown = value if isinstance(value, str | int | float | bool) else str(value)
        assert figure.value == shown or figure.text == "never", figure


def test_what_stands_in_a_file_is_found_with_nothing_but_the_file(made: Dossier) -> None:
    """JSON and YAML read as they are, and keys followed by hand: nothing of the product is asked."""
    followed = 0
    for figure in figures(made):
        (trace, *more) = figure.traces
        if figure.how != "said" or more or trace.file == "dossier.yaml" or not trace.path:
            continue
        if trace.file not in ("launches", "launches.npz"):
            found: Any = READERS[Path(trace.file).suffix]((Path(trace.folder) / trace.file).read_text())
            for key in trace.path:
                found = found[key]
            assert found == figure.value
            followed += 1
    assert followed > 30


def test_a_figure_that_was_altered_is_found_out(made: Dossier, rehearsed: Rehearsed) -> None:
    figure = next(each for each in figures(made) if each.how == "worst launch")
    assert rehearsed.whole().follow(figure) != (figure.value or 0) + 1  # type: ignore[operator]


def test_launches_and_means_of_the_summary_are_one(rehearsed: Rehearsed) -> None:
    run = rehearsed.evidence(rehearsed.launch).launch
    started = [record["phase"]["sessions"]["doctors"]["started"] for record in run.records]
    assert len(started) == 6
    assert run.summary.forecast is not None
    assert sum(started) / 6 == pytest.approx(run.summary.forecast.sessions["doctors"].started, abs=1e-3)


def test_the_typical_launch_is_the_middle_one_and_the_worst_the_highest() -> None:
    assert derived("typical launch", [[3.0, 1.0, None], [1.0, 1.0, 9.0]]) == 4.0
    assert derived("worst launch", [[3.0, 1.0, None], [1.0, 1.0, 9.0]]) == 9.0
    with pytest.raises(NothingThereError):
        derived("worst launch", [[None, None]])


@pytest.mark.parametrize(("kept", "least"), [(20, 83), (6, 54), (0, 0)])
def test_how_many_in_a_hundred_is_the_exact_interval_rounded_to_the_careful_side(kept: int, least: int) -> None:
    launches = max(kept, 20)
    assert derived("in a hundred at least", [[True] * kept + [False] * (0 if kept else launches)]) == least
    assert derived("in a hundred at most", [[[]] * kept + [["x"]] * (0 if kept else launches)]) == 100 - least


def test_the_same_evidence_gives_the_same_bytes(rehearsed: Rehearsed) -> None:
    assert dossier_json(make_dossier(rehearsed.whole())) == dossier_json(make_dossier(rehearsed.whole()))
