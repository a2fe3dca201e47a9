"""All that a dossier is made of: runs, answers, what people typed, and the day of which it speaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from dossier.evidence.answer import FoundAnswer
from dossier.evidence.deriving import derived
from dossier.evidence.last_dossier import LastDossier
from dossier.evidence.run import RunEvidence
from dossier.form.dossier import Trace, TracedFigure
from dossier.form.paths import NothingThereError
from dossier.notes.reading import PlacedNotes
from experiments.launches.point import Point
from scenarios.sources.problems import dotted

A_KEY: Final = "a key"  # the name itself is what was found
A_PLACE: Final = "a place"  # and here all keys of the path, dotted
TODAY: Final = Trace("", "dossier.json", ["made_on"])


@dataclass(frozen=True)
class DossierEvidence:
    """The first of the runs is of the launch that is decided about; `last` is the dossier before this one, if it is to
    be compared with one."""

    runs: Sequence[RunEvidence]
    answers: Sequence[FoundAnswer]
    notes: PlacedNotes
    today: date
    last: LastDossier | None = None

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
        """The first answer of a kind that says so: of those about the very scenario of the launch, or else of all."""
        found = self.answers_of(kind, **having)
        return next(filter(self.is_of_launch, found), next(iter(found), None))

    def answers_of(self, kind: str, **having: Any) -> list[FoundAnswer]:
        """All answers of a kind that say so."""
        return [
            answer
            for answer in self.answers
            if answer.kind == kind and all(answer.said.get(key) == value for key, value in having.items())
        ]

    @property
    def scenario_names(self) -> list[str]:
        """The names of scenarios by which a run may be called: those of which there is one run alone."""
        names = [str(run.about.get("scenario", "")) for run in self.runs]
        return [name for name in names if name and names.count(name) == 1]

    def run_named(self, named: str) -> int | None:
        """The place of a run among the runs: by its folder as it was given, by that folder's own name, or by the name
        of its scenario, where one run alone is of that."""
        folders = [run.path for run in self.runs]
        found = [place for place, path in enumerate(folders) if Path(named) in (path, Path(path.name))]
        if not found and named in self.scenario_names:
            found = [place for place, run in enumerate(self.runs) if run.about.get("scenario") == named]
        return found[0] if found else None

    def is_of_launch(self, answer: FoundAnswer) -> bool:
        """Whether it was asked about the very scenario of the launch."""
        run = self.launch
        return Point(run.texts["scenario.yaml"].decode(), run.given).content == answer.content

    def option_of(self, answer: FoundAnswer) -> tuple[FoundAnswer, int] | None:
        """The comparison, and the place in it, of the option about whose scenario an answer was asked."""
        for compared in self.answers_of("compare"):
            for at, option in enumerate(compared.said.get("options") or []):
                if option.get("content") == answer.content:
                    return compared, at
        return None

    def follow(self, figure: TracedFigure) -> Any:
        """A figure's value, found again at its traces. Raises `NothingThereError`."""
        found = [self.find(trace) for trace in figure.traces]
        if figure.how in (A_KEY, A_PLACE):
            path = figure.traces[0].path
            return path[-1] if figure.how == A_KEY else dotted(tuple(path))
        return derived(figure.how, found)

    def find(self, trace: Trace) -> Any:
        """What stands at a trace. Raises `NothingThereError`."""
        if trace == TODAY:
            return self.today.isoformat()
        if self.notes.source is not None and (trace.folder, trace.file) == (self.notes.folder, self.notes.file):
            return self.notes.find(trace)
        if self.last is not None and (trace.folder, trace.file) == (self.last.folder, self.last.file):
            return self.last.find(trace)
        for source in self.sources:
            if source.folder == trace.folder:
                return source.find(trace)
        raise NothingThereError(trace.folder)


def files_of(source: RunEvidence | FoundAnswer) -> list[Trace]:
    """The files that were read of a run or an answer, in the order of their names, as they are signed for."""
    return [Trace(source.folder, file, []) for file in sorted(source.texts)]
