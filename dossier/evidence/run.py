"""A run folder as evidence: what stands in its files, and what its launches came to, by the path of keys."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml

from dossier.evidence.launches import Record, bad_shares, first_moment, launch_records
from dossier.evidence.over_time import mean_gauge
from dossier.evidence.unusable import unusable
from dossier.form.dossier import Trace
from dossier.form.paths import NothingThereError, at_path
from experiments.launches.launches import Launches
from readiness.judging.stations import STATION_FULL
from readiness.summary_files import read_summary
from recordings.evidence import Verdict
from recordings.files import read_recording
from recordings.launch_curves import LaunchCurves, read_curves
from recordings.recording import Recording
from recordings.run_folder import RunFolder
from recordings.summary import Summary
from scenarios.language.reading import read_text
from scenarios.language.scenario import Scenario

LAUNCHES: Final = "launches"
CURVES: Final = "launches.npz"
FORECAST: Final = "forecast.npz"
NEARLY_ALL: Final = f"{STATION_FULL:g}"  # the share of a station's servers, as the trace of what is full names it
_READ: Final = ("summary.json", "scenario.yaml", "run.json")
AskedLaunches = Callable[[int], Launches]  # by the seed of the run


@dataclass(frozen=True)
class RunEvidence:
    """A finished run. `given` is its folder as it was named, `texts` the files that were read, `ask` who simulates its
    launches."""

    given: str
    path: Path
    texts: Mapping[str, bytes]
    summary: Summary
    scenario: Scenario
    ask: AskedLaunches = field(repr=False, compare=False)

    @property
    def folder(self) -> str:
        """What its traces name."""
        return self.given

    @property
    def is_drill(self) -> bool:
        """Whether something fails in it."""
        return bool(self.scenario.faults)

    @property
    def withstands(self) -> bool:
        """Whether it surely keeps every promise, although something may fail in it."""
        return self.summary.verdict == Verdict.MET

    @property
    def was_sent_to_service(self) -> bool:
        """Whether its replay went to a service by its address, and not to a stand-in made of the same model."""
        summary = self.summary
        return summary.measured is not None and summary.target is not None and summary.target.kind == "named target"

    @property
    def is_measured_on_service(self) -> bool:
        """Whether that replay counts, too."""
        return self.was_sent_to_service and not self.flaws

    @property
    def flaws(self) -> list[tuple[str | int, ...]]:
        """Where in the summary stands why its replay does not count; nowhere of one that does, or of none."""
        measured = self.summary.measured
        parts = {"generator": measured.generator, "server": measured.server} if measured is not None else {}
        return [
            ("measured", name, "why", at)
            for name, part in parts.items()
            if part is not None and not part.valid
            for at in range(len(part.why))
        ]

    @cached_property
    def about(self) -> dict[str, Any]:
        """What `run.json` says."""
        found = json.loads(self.texts["run.json"])
        return found if isinstance(found, dict) else {}

    @cached_property
    def said(self) -> dict[str, Any]:
        """The files' contents."""
        scenario: Any = yaml.safe_load(self.texts["scenario.yaml"])
        return {
            "summary.json": json.loads(self.texts["summary.json"]),
            "run.json": self.about,
            "scenario.yaml": scenario,
        }

    @cached_property
    def records(self) -> list[Record]:
        """What each launch came to; none where nothing was forecast, or where another version made the run."""
        text = self.texts["scenario.yaml"].decode()
        return launch_records(self.ask(self.summary.seed), text, self.given, self.summary)

    @cached_property
    def curves(self) -> LaunchCurves | None:
        """Each launch over time; None of a run that has none."""
        path = RunFolder(self.path).launches
        return read_curves(path) if path.exists() else None

    @cached_property
    def recording(self) -> Recording | None:
        """All launches of the forecast, added up; None of a run that has none."""
        path = RunFolder(self.path).forecast
        return read_recording(path) if path.exists() else None

    @property
    def has_report(self) -> bool:
        """Whether its technical report is there."""
        return RunFolder(self.path).report.is_file()

    def busy_trace(self, station: str, lasts_s: float) -> Trace:
        """From when on all of a station is busy for so long, launch by launch."""
        return Trace(self.folder, LAUNCHES, ["busy", station, "above", NEARLY_ALL, "for", f"{lasts_s:g}"])

    def failing_trace(self, share: float, lasts_s: float) -> Trace:
        """From when on more than a share of requests is not answered well for so long, launch by launch."""
        return Trace(self.folder, CURVES, ["not answered well", "above", f"{share:g}", "for", f"{lasts_s:g}"])

    def find(self, trace: Trace) -> Any:
        """What stands at a trace. Raises `NothingThereError`."""
        if trace.file == LAUNCHES:
            return self._of_launches(trace.path)
        if trace.file == FORECAST:
            return self._over_time(trace.path)
        if trace.file == CURVES:
            return self._bad_from(trace.path)
        if not trace.path and trace.file in self.texts:
            return self.texts[trace.file]
        return at_path(self.said.get(trace.file), trace.path)

    def _of_launches(self, path: Sequence[str | int]) -> list[Any]:
        if not self.records:
            raise NothingThereError(LAUNCHES)
        if path[0] in ("busy", "busy until"):
            return [self._busy(record["busy"], path) for record in self.records]
        return [_or_none(record, path) for record in self.records]

    def _busy(self, busy: Mapping[str, Sequence[float]], path: Sequence[str | int]) -> float | None:
        """`busy STATION above SHARE for SECONDS`: from when on it was so; `busy until STATION above SHARE`: the end of
        the last window in which it was."""
        what, station, _, above, *more = path
        shares = busy[str(station)]
        edges = self.edges_s(len(shares))
        if what == "busy":
            return first_moment(shares, edges, float(above), float(more[-1]))
        return max((edges[place + 1] for place, share in enumerate(shares) if share > float(above)), default=None)

    def edges_s(self, windows: int) -> list[float]:
        """The edges of windows of a launch."""
        return [self.scenario.period[0] + number * self.scenario.window_s for number in range(windows + 1)]

    def _over_time(self, path: Sequence[str | int]) -> list[float]:
        """`gauges NAME`: how many, by bin."""
        if self.recording is None:
            raise NothingThereError(FORECAST)
        return mean_gauge(self.recording, str(path[-1]))

    def _bad_from(self, path: Sequence[str | int]) -> list[float | None]:
        """From when on more than a share of requests was not answered well for so long, by launch; `good LAUNCH`: good
        answers a second in one launch, by bin."""
        if self.curves is None:
            raise NothingThereError(CURVES)
        if path[0] == "good":
            return [float(value) for value in self.curves.good[int(path[-1])]]
        _, _, above, _, for_s = path
        edges = self.curves.edges_s.tolist()
        return [
            first_moment(bad_shares(offered, good).tolist(), edges, float(above), float(for_s))
            for offered, good in zip(self.curves.offered, self.curves.good, strict=True)
        ]


def read_run(given: Path, ask: AskedLaunches) -> RunEvidence:
    """The run in a folder. Raises `ScenarioError` where there is none, or one that cannot be used."""
    texts = read_texts(given, _READ, "run", "rehearse simulate SCENARIO")
    try:
        summary = read_summary(given / "summary.json")
        json.loads(texts["summary.json"])
    except (OSError, ValueError) as error:
        raise unusable(given, str(error)) from None
    try:
        msgspec.json.decode(texts["run.json"], type=_About)
        json.loads(texts["run.json"])
    except (ValueError, RecursionError) as error:
        raise unusable(given / "run.json", f"does not say what made a run ({error})") from None
    try:
        scenario = texts["scenario.yaml"].decode()
    except UnicodeDecodeError as error:
        raise unusable(given / "scenario.yaml", str(error)) from None
    return RunEvidence(str(given), given, texts, summary, read_text(scenario, str(given / "scenario.yaml")), ask)


class _About(msgspec.Struct):
    """What a dossier asks of `run.json`, each in its form where it is there."""

    id: str = ""
    scenario: str = ""
    began_utc: datetime | None = None
    seed: int = 0
    machine: str = ""
    versions: dict[str, str] = {}


def read_texts(given: Path, names: Sequence[str], kind: str, command: str) -> dict[str, bytes]:
    """Files of a folder. Raises `ScenarioError` for one that is not there: it is no such folder."""
    found = {}
    for name in names:
        try:
            found[name] = (given / name).read_bytes()
        except OSError as error:
            why = f"no {kind}: {name} cannot be read ({error.strerror or error}); `{command}` makes one"
            raise unusable(given, why) from None
    return found


def _or_none(record: Record, path: Sequence[str | int]) -> Any:
    try:
        return at_path(record, path)
    except NothingThereError:
        return None
