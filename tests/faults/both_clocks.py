"""One scenario on both clocks: simulated, and replayed against a real mock server; and the table of what came of it."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path

import yaml
from fault_scenarios import NAME, PLAIN, Case

from readiness.recovery import recovery_s
from recordings.recording import Recording
from recordings.summary import Audit
from rehearse.rehearsal import Rehearsal
from rehearse.terminal import Terminal
from scenarios import defences
from scenarios.outcomes import GOOD, HELD_BACK, OUTCOMES
from scenarios.reading import read_text
from scenarios.sessions import schedule

THROUGHPUT_WITHIN, RECOVERY_WITHIN = 0.05, 0.15
WINDOW_S = 1.0
_NOT_FAILED = {"good", "in_line"}


@dataclass(frozen=True)
class Seen:
    """What one clock saw: hits, good answers in all and while it lasted, failures by outcome, time to recover."""

    hits: int
    good: int
    good_during: int
    failed: dict[str, int]
    p95_s: float
    recovered_s: float


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    section: str
    kind: str
    name: str
    changes: str
    forecast: Seen
    replay: Seen
    audit: Audit | None
    lag_p99_ms: float

    @property
    def more(self) -> str:
        """What tells it from another of its kind."""
        return self.name.removeprefix(self.kind)

    @property
    def throughput_gap(self) -> float:
        """How far apart the good answers are, relative to the forecast."""
        return abs(self.replay.good - self.forecast.good) / self.forecast.good

    @property
    def recovery_gap_s(self) -> float:
        """How far apart the times to recover are, beyond what the width of a window leaves open."""
        forecast, replay = self.forecast.recovered_s, self.replay.recovered_s
        if forecast == replay or (math.isnan(forecast) and math.isnan(replay)):
            return 0.0
        return max(0.0, abs(replay - forecast) - WINDOW_S)

    def line(self) -> str:
        """As a row of Markdown."""
        forecast, replay = self.forecast, self.replay
        cells = [
            f"`{self.kind}`{self.more}",
            self.changes,
            f"{forecast.hits:,} / {replay.hits:,}",
            f"{forecast.good:,} / {replay.good:,} ({100 * (replay.good / forecast.good - 1):+.1f} %)",
            f"{_failures(forecast)} / {_failures(replay)}",
            f"{_seconds(forecast.recovered_s)} / {_seconds(replay.recovered_s)}",
        ]
        return "| " + " | ".join(cells) + " |"


HEAD = (
    "| kind | what changes | touched | good answers | failures | recovered after |\n"
    "|---|---|---|---|---|---|"
)


def rehearsed(case: Case, section: str, folder: Path) -> Row:
    """The case on both clocks, replayed for real below `folder`."""
    rehearsal = Rehearsal.begin(case.kind, case.text(section), None, folder, Terminal())
    rehearsal.serve_and_replay(1, False)
    summary = rehearsal.finish()
    assert summary.measured is not None and rehearsal.replayed is not None
    told = (summary.faults or summary.defences)[NAME]
    twin, measured = rehearsal.replayed.twin, rehearsal.replayed.measured
    hits = [
        _touched(case, section, recording, seen)
        for recording, seen in ((twin, told.forecast_of_window), (measured, told.measured))
    ]
    lag_ms = summary.measured.generator.lag_ms.p99 or 0.0
    return Row(
        section=section,
        kind=case.kind,
        name=case.name,
        changes=case.changes,
        forecast=_seen(case, twin, hits[0]),
        replay=_seen(case, measured, hits[1]),
        audit=summary.measured.audit,
        lag_p99_ms=lag_ms,
    )


def _touched(case: Case, section: str, recording: Recording, told: float | None) -> int:
    """How often it acted: as the service says, or seen from the client, or by who did not come."""
    if section == "precautions":
        if case.kind == "hedging":
            return int(recording.marks[recording.form.marks.index("hedged")].sum())
        if case.kind == "back_off":  # every request beyond the two of each session is a retry
            return int(recording.response.numbers().sum() - 2 * recording.sessions.sum())
        return int(recording.response.numbers()[:, HELD_BACK].sum())
    if case.kind in defences.OF_DEMAND:
        plain = read_text(yaml.safe_dump(PLAIN))
        return len(schedule(plain, plain.seed)) - int(recording.sessions.sum())
    return int(told or 0)


def keep(row: Row, folder: Path) -> None:
    """A row as a file, for the table is made from all of them."""
    folder.mkdir(parents=True, exist_ok=True)
    told = asdict(row) | {"line": row.line(), "audit": None}
    (folder / f"{row.section}-{file_name(row.name)}.json").write_text(json.dumps(told, indent=2, default=str))


def file_name(name: str) -> str:
    """A name without what file systems dislike."""
    return name.replace(": ", "-")


def _seen(case: Case, recording: Recording, hits: int) -> Seen:
    numbers = recording.response.numbers().sum(axis=0)
    during = recording.form.windows_between((case.begin_s, case.end_s))
    end_s = case.begin_s if case.at else case.end_s
    by_outcome = numbers.sum(axis=1)
    return Seen(
        hits=hits,
        good=int(by_outcome[GOOD]),
        good_during=int(numbers[GOOD, during].sum()),
        failed={name: int(by_outcome[n]) for n, name in enumerate(OUTCOMES) if name != "good" and by_outcome[n]},
        p95_s=recording.responses(windows=during).quantile(0.95),
        recovered_s=recovery_s(recording, case.begin_s, end_s),
    )


def _failures(seen: Seen) -> str:
    return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in seen.failed.items()) or "none"


def _seconds(value: float) -> str:
    return "–" if math.isnan(value) else "not within the run" if math.isinf(value) else f"{value:g} s"
