"""How a line says something: figures from where they stand, and sentences of them.

A figure is only made of what is found at its traces, so that no number can be said that stands nowhere.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dossier.evidence.answer import FoundAnswer
from dossier.evidence.evidence import A_KEY, DossierEvidence
from dossier.evidence.run import LAUNCHES
from dossier.form.dossier import Statement, Trace, TracedFigure
from dossier.form.paths import NothingThereError
from experiments.answers.writing import ASKED
from readiness.wording.figures import count
from scenarios.sources.catalogue import catalogue

Show = Callable[[Any], str]
Path = Sequence[str | int]
NOT_STATED: Final = "not stated"
NOT_MODELLED: Final = "NOT MODELLED"


@dataclass(frozen=True)
class Quoting:
    """Makes figures of what stands in one file of one folder."""

    evidence: DossierEvidence
    folder: str
    file: str

    def trace(self, *path: str | int) -> Trace:
        """Where something stands in it."""
        return Trace(self.folder, self.file, list(path))

    def __call__(self, *path: str | int, how: str = "said", show: Show = str, unit: str = "") -> TracedFigure:
        """The figure at a path. Raises `NothingThereError`."""
        return figure_of(self.evidence, how, [self.trace(*path)], show, unit)

    def of(self, paths: Sequence[Path], how: str, show: Show = count, unit: str = "") -> TracedFigure:
        """The figure that follows from several paths. Raises `NothingThereError`."""
        return figure_of(self.evidence, how, [self.trace(*path) for path in paths], show, unit)

    def key(self, *path: str | int) -> TracedFigure:
        """A name that somebody chose: the last key of a path. Raises `NothingThereError`."""
        return figure_of(self.evidence, A_KEY, [self.trace(*path)])

    def has(self, *path: str | int) -> bool:
        """Whether anything stands there."""
        try:
            found = self.evidence.find(self.trace(*path))
        except NothingThereError:
            return False
        return self.file != LAUNCHES or any(value is not None for value in found)


def figure_of(
    evidence: DossierEvidence, how: str, traces: list[Trace], show: Show = str, unit: str = ""
) -> TracedFigure:
    """A figure from what stands at traces. Raises `NothingThereError`."""
    value = evidence.follow(TracedFigure("", None, how, traces))
    is_never = isinstance(value, float) and math.isinf(value)
    plain = None if is_never else value if isinstance(value, str | int | float | bool) else str(value)
    return TracedFigure("never" if is_never else show(value), plain, how, traces, unit)


def said(words: str, *figures: TracedFigure, mark: str = "") -> Statement:
    """What was found. A sentence that ends in what somebody has typed ends as that does."""
    if words.endswith("{}.") and figures and figures[-1].text.endswith((".", "!", "?")):
        words = words[:-1]
    return Statement(words, list(figures), mark=mark)


def caution(words: str, *figures: TracedFigure) -> Statement:
    """What must be known beside it."""
    return Statement(words, list(figures), "caution")


def missing(words: str, command: str, *figures: TracedFigure) -> Statement:
    """What nobody has simulated or measured yet, and the command that would."""
    return Statement(words, list(figures), "missing", command)


def not_modelled(words: str, *figures: TracedFigure) -> Statement:
    """What the scenario knows nothing of."""
    return Statement(f"{NOT_MODELLED}: {words}", list(figures), "not modelled")


def summary_figures(evidence: DossierEvidence, run: int = 0) -> Quoting:
    """Figures of a run's summary."""
    return Quoting(evidence, evidence.runs[run].folder, "summary.json")


def launch_figures(evidence: DossierEvidence, run: int = 0) -> Quoting:
    """Figures of a run's launches."""
    return Quoting(evidence, evidence.runs[run].folder, LAUNCHES)


def about_figures(evidence: DossierEvidence, run: int = 0) -> Quoting:
    """Figures of a run's `run.json`."""
    return Quoting(evidence, evidence.runs[run].folder, "run.json")


def asked_figures(evidence: DossierEvidence, answer: FoundAnswer) -> Quoting:
    """Figures of when an answer was asked, and with what."""
    return Quoting(evidence, answer.folder, ASKED)


def scenario_figures(evidence: DossierEvidence, run: int = 0) -> Quoting:
    """Figures of a run's scenario."""
    return Quoting(evidence, evidence.runs[run].folder, "scenario.yaml")


def typed(evidence: DossierEvidence) -> Quoting:
    """Figures of the notes."""
    return Quoting(evidence, evidence.notes.folder, evidence.notes.file)


def name_of(evidence: DossierEvidence) -> str:
    """How commands call the scenario of the launch: its name in the catalogue, or else the run's own copy of it, as a
    changed one is called, too."""
    found, summary = str(evidence.launch.about.get("scenario")), evidence.launch.summary
    return found if found in catalogue() and not summary.changed else f"{evidence.launch.folder}/scenario.yaml"


def no_launches(evidence: DossierEvidence) -> Statement:
    """That there is no launch of the run to speak of."""
    command = f"rehearse simulate {name_of(evidence)}"
    return missing("Launches of the forecast are not to be had; they are made by", command)


def typical_and_worst(
    quoting: Quoting, paths: Sequence[Path], show: Show = count, unit: str = ""
) -> list[TracedFigure]:
    """The typical and the worst launch."""
    return [quoting.of(paths, how, show, unit) for how in ("typical launch", "worst launch")]
