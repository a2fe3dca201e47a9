"""The options promise by promise: the difference from the base in launches with the same people, and its interval."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from dossier.evidence.answer import FoundAnswer
from dossier.evidence.evidence import DossierEvidence
from dossier.form.dossier import DossierLine, Statement, StatementTable
from dossier.form.paths import NothingThereError
from dossier.lines.options import judged_promises, other_numbers
from dossier.lines.saying import Path, Quoting, caution, said, typed
from experiments.comparing.wording import signed
from readiness.wording.figures import count
from scenarios.text.phrases import share_words

_COLUMNS: Final = ("option", "promise", "difference", "interval", "verdict", "launches higher, lower")
_MOST_KEYS: Final = 6
_BEYOND: Final = {  # whether the mean of the base is beyond any limit, and that of the option
    (True, True): "in both beyond any limit in some launch",
    (True, False): "within limits in every launch with it, not as it is",
    (False, True): "within limits in every launch as it is, not with it",
}
VERDICT_MARKS: Final = {"better": "met", "worse": "missed"}


def intervals_line(evidence: DossierEvidence) -> DossierLine | None:
    """The table; None where no options were compared."""
    answer = evidence.answer("compare")
    if answer is None or not answer.said.get("options"):
        return None
    quoting = Quoting(evidence, answer.folder, "answer.json")
    head = said(
        "Each launch of an option is laid beside that of “{}” with the same people: {} such pairs, intervals of {}. A"
        " verdict asks for more, because several promises are judged at once.",
        quoting("base", "name"),
        quoting("launches", show=count),
        quoting("confidence", show=share_words),
    )
    table = StatementTable(list(_COLUMNS), [*_rows(evidence, answer, quoting)])
    cautions = [
        *other_numbers(answer, quoting, "hours and other amounts are of so many more or fewer, and are not judged"),
        *_changes(evidence, answer, quoting),
    ]
    return DossierLine("intervals", "Options, with paired intervals", [head, *cautions], table)


def _changes(evidence: DossierEvidence, answer: FoundAnswer, quoting: Quoting) -> Iterator[Statement]:
    """What each option is, as somebody has typed it, and by which keys of the scenario it differs from the base."""
    noted = evidence.notes.notes.options
    for at, option in enumerate(answer.said["options"]):
        differs = option.get("differs_in") or []
        keys = [quoting("options", at, "differs_in", number) for number in range(min(len(differs), _MOST_KEYS))]
        name, figures = str(option["name"]), [quoting("options", at, "name")]
        words = "“{}”"
        if name in noted and noted[name].what:
            words += ": {}"
            figures.append(typed(evidence)("options", name, "what"))
        if keys:
            more = " and more" if len(differs) > len(keys) else ""
            words += ". Keys that differ: " + ", ".join(["{}"] * len(keys)) + more
        if len(figures) > 1 or keys:
            yield said(f"{words}.", *figures, *keys)


def _rows(evidence: DossierEvidence, answer: FoundAnswer, quoting: Quoting) -> Iterator[list[Statement]]:
    for at, option in enumerate(answer.said["options"]):
        judged = judged_promises(evidence, option, quoting, at)
        for place, figure in enumerate(option["figures"]):
            if figure["kind"] == "objective":
                path = ("options", at, "figures", place)
                cells = _cells(figure, quoting, path, is_judged=place in judged)
                yield [said("{}", quoting("options", at, "name")), *cells]


def _cells(figure: dict[str, Any], quoting: Quoting, path: Path, *, is_judged: bool) -> Iterator[Statement]:
    yield said("{} ({})", quoting(*path, "name"), quoting(*path, "measure"))
    yield from difference_cells(figure, quoting, path)
    if is_judged:
        yield said("{}", quoting(*path, "verdict"), mark=VERDICT_MARKS.get(figure["verdict"], ""))
    else:
        yield caution("of other numbers")
    yield said("{}, {} of {}", *(quoting(*path, key) for key in ("higher_in", "lower_in", "launches")))


def difference_cells(figure: dict[str, Any], quoting: Quoting, path: Path) -> Iterator[Statement]:
    """How far an option's figure is from the base's, and the interval of that."""
    if figure["scale"] == "launches":  # a time of which too few come to the end is longer than any, by no amount
        yield said(
            _BEYOND.get((figure["base"] is None, figure["option"] is None), "no amount: in some beyond any limit")
        )
        yield said("–")
        return
    show = partial(signed, unit=figure["unit"])
    yield _or_none("{}", quoting, [(*path, "difference")], show)
    yield _or_none("{} to {}", quoting, [(*path, "low"), (*path, "high")], show)


def _or_none(words: str, quoting: Quoting, paths: list[Path], show: Any) -> Statement:
    """The figures, or that there is no such value."""
    try:
        return said(words, *(quoting(*path, show=show) for path in paths))
    except NothingThereError:
        return caution("no value")
