"""All that a dossier is made of: runs, answers, what people typed, and the day of which it speaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from dossier.evidence.answer import FoundAnswer
from dossier.evidence.deriving import derived
from dossier.evidence.run import RunEvidence
from dossier.form.dossier import Trace, TracedFigure
from dossier.form.paths import NothingThereError
from dossier.notes.reading import PlacedNotes
from experiments.launches.point import Point

A_KEY: Final = "a key"  # the name itself is what was found
TODAY: Final = Trace("", "dossier.json", ["made_on"])


@dataclass(frozen=True)
class DossierEvidence:
    """The first of the runs is of the launch that is decided about."""

    runs: Sequence[RunEvidence]
    answers: Sequence[FoundAnswer]
    notes: PlacedNotes
    today: date

    @property
    def launch(self) -> RunEvidence:
        """The run of the launch."""
        return self.runs[0]

    @property
    def drills(self) -> list[RunEvidence]:
        """The runs in which something fails."""
        return [run for run in self.runs if run.is_drill]

    @property
    def sources(self) -> list[RunEvidence | FoundAnswer]:
        """The runs, and then the answers."""
        return [*self.runs, *self.answers]

    def answer(self, kind: str, **having: Any) -> FoundAnswer | None:
        """The first answer of a kind that says so."""
        return next(
            (
                answer
                for answer in self.answers
                if answer.kind == kind and all(answer.said.get(key) == value for key, value in having.items())
            ),
            None,
        )

    def is_of_launch(self, answer: FoundAnswer) -> bool:
        """Whether it was asked about the very scenario of the launch."""
        run = self.launch
        return Point(run.texts["scenario.yaml"].decode(), run.given).content == answer.content

    def follow(self, figure: TracedFigure) -> Any:
        """A figure's value, found again at its traces. Raises `NothingThereError`."""
        found = [self.find(trace) for trace in figure.traces]
        return figure.traces[0].path[-1] if figure.how == A_KEY else derived(figure.how, found)

    def find(self, trace: Trace) -> Any:
        """What stands at a trace. Raises `NothingThereError`."""
        if trace == TODAY:
            return self.today.isoformat()
        if self.notes.source is not None and (trace.folder, trace.file) == (self.notes.folder, self.notes.file):
            return self.notes.find(trace)
        for source in self.sources:
            if source.folder == trace.folder:
                return source.find(trace)
        raise NothingThereError(trace.folder)
