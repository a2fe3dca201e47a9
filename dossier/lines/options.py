"""Line 8: the options side by side, on the same people and the same luck, with what each costs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from dossier.evidence.answer import FoundAnswer
from dossier.evidence.evidence import DossierEvidence
from dossier.form.dossier import DossierLine, Statement, StatementTable, TracedFigure
from dossier.lines.breaking import of_another
from dossier.lines.saying import NOT_STATED, Quoting, missing, name_of, said, typed
from readiness.wording.figures import amount, count
from scenarios.language.reading import read
from scenarios.sources.catalogue import catalogue
from scenarios.text.nearest import unknown_name

_TITLE: Final = "Options"
_NAMED: Final = 2
_VERDICTS: Final = {"better": "met", "worse": "missed"}


def options_line(evidence: DossierEvidence) -> DossierLine:
    """The line. Raises `ScenarioError` where the notes price an option that the comparison has not."""
    answer = evidence.answer("compare")
    if answer is None or "options" not in answer.said or not answer.said["options"]:
        words = "What each option would buy, nobody has asked yet. Options are laid side by side by"
        name = name_of(evidence)  # a run's own copy has no variants
        options = "--variants all" if name in catalogue() and read(name).variants else "--option 'NAME: KEY=VALUE'"
        return DossierLine("options", _TITLE, [missing(words, f"rehearse compare {name} {options}")])
    _check_names(evidence, answer)
    quoting = Quoting(evidence, answer.folder, "answer.json")
    head = said(
        "Beside “{}”, {} launches of each, with the same people and the same luck.",
        quoting("base", "name"),
        quoting("launches"),
    )
    table = StatementTable(["option", "what it changes", "price", "ready in"], [*_rows(evidence, answer, quoting)])
    return DossierLine("options", _TITLE, [*of_another(evidence, answer, quoting), head], table)


def _check_names(evidence: DossierEvidence, answer: FoundAnswer) -> None:
    known = [option["name"] for option in answer.said["options"]]
    named = [name for name in evidence.notes.notes.options if name not in known]
    evidence.notes.refuse([(("options", name), unknown_name(name, known)) for name in named])


def _rows(evidence: DossierEvidence, answer: FoundAnswer, quoting: Quoting) -> Iterator[list[Statement]]:
    for at, option in enumerate(answer.said["options"]):
        yield [
            said("{}", quoting("options", at, "name")),
            _effect(option, quoting, at),
            *_typed(evidence, option["name"]),
        ]


def _effect(option: dict[str, Any], quoting: Quoting, at: int) -> Statement:
    """The promises that differ for sure, and how many do not."""
    objectives = [(place, each) for place, each in enumerate(option["figures"]) if each["kind"] == "objective"]
    differing = [(place, each) for place, each in objectives if each["verdict"] in _VERDICTS]
    differing.sort(key=lambda found: found[1]["verdict"] != "worse")  # what it costs is seen first
    if not differing:
        return said("no promise differs for sure")
    words: list[str] = []
    figures: list[TracedFigure] = []
    for place, each in differing[:_NAMED]:
        path = ("options", at, "figures", place)
        words.append("{}: {} → {} ({})")
        figures.append(quoting(*path, "name"))
        figures += [_end(each, quoting, (*path, end)) for end in ("base", "option")]
        figures.append(quoting(*path, "verdict"))
    if len(differing) > _NAMED:
        words.append("and {} more")
        paths = [("options", at, "figures", place, "name") for place, _ in differing[_NAMED:]]
        figures.append(quoting.of(paths, "number of traces", str))
    worse = any(each["verdict"] == "worse" for _, each in differing)
    return said("; ".join(words), *figures, mark="missed" if worse else "met")


def _end(figure: dict[str, Any], quoting: Quoting, path: tuple[str | int, ...]) -> TracedFigure:
    """The base's or the option's own value; where it has none it is never, or there was nothing to measure."""
    if figure[str(path[-1])] is None:
        return quoting(*path[:-1], "unit", show=lambda _: "no value")
    unit = str(figure["unit"])
    return quoting(*path, show=partial(_level, unit=unit), unit=unit)


def _level(value: float, unit: str) -> str:
    return amount(value, unit) if unit else count(value)


def _typed(evidence: DossierEvidence, name: str) -> list[Statement]:
    quoting, options = typed(evidence), evidence.notes.notes.options
    noted = options.get(name)
    return [
        said("{}", quoting("options", name, key)) if noted is not None and getattr(noted, key) else said(NOT_STATED)
        for key in ("price", "lead_time")
    ]
