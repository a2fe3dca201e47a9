"""`rehearse report`: a run's summary shown, and its report made anew from its files, as far as they are whole.

What is damaged is named, what is whole is shown, and a report that was made when all was whole is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from readiness.report.page import report_page
from readiness.summary_files import read_summary
from recordings.exchanges import Exchanges, read_exchanges
from recordings.launch_curves import LaunchCurves, read_curves
from recordings.phases import PhaseName
from recordings.recording import Recording
from recordings.run_folder import DamagedFileError, RunFolder, read_json, write_whole
from recordings.summary import Summary
from rehearse.ending.exit_status import ExitStatus, of_summary
from rehearse.ending.failing import failure, tell_failure
from rehearse.running.performing import show_summary
from rehearse.running.recorded import finished_recording, recording_files
from rehearse.shown.terminal import Terminal
from scenarios.language.reading import read_text
from scenarios.language.scenario import Scenario
from scenarios.sources.problems import ScenarioError


@dataclass
class _Files:
    """What could be read of a run folder, and a sentence about everything that could not."""

    summary: Summary | None = None
    scenario: Scenario | None = None
    about: dict[str, Any] = field(default_factory=dict)
    recordings: dict[PhaseName, Recording] = field(default_factory=dict)
    exchanges: Exchanges | None = None
    curves: LaunchCurves | None = None
    damage: list[str] = field(default_factory=list)


def report_anew(folder: RunFolder, terminal: Terminal, *, as_json: bool) -> ExitStatus:
    """Make the report of a run anew and show its summary: the run's own status, or that of bad configuration when
    something of it is damaged or the report cannot be written."""
    if not folder.summary.exists() and not folder.about.exists():
        words = f"{folder.path} is not a finished run: it has no {folder.summary.name}"
        tell_failure(terminal, ExitStatus.BAD_CONFIGURATION, words, as_json=as_json)
        return ExitStatus.BAD_CONFIGURATION
    files = _read(folder)
    damage = list(files.damage)
    if files.summary is not None and files.scenario is not None:
        damage += _write(folder, files, files.summary, files.scenario)
    for sentence in damage:
        terminal.note(sentence)
    if files.summary is None:
        if as_json:
            terminal.json(failure(ExitStatus.BAD_CONFIGURATION, "\n".join(damage)))
        elif files.about:
            terminal.print("Run {id} of {scenario}, begun {began_utc}, seed {seed}".format_map(_Known(files.about)))
        return ExitStatus.BAD_CONFIGURATION
    show_summary(terminal, folder, files.summary, as_json=as_json)
    return ExitStatus.BAD_CONFIGURATION if damage else of_summary(files.summary)


class _Known(dict[str, Any]):
    """What is known, and a dash for the rest."""

    def __missing__(self, key: str) -> str:
        return "–"


def _read(folder: RunFolder) -> _Files:
    files = _Files()
    try:
        files.summary = read_summary(folder.summary)
    except (OSError, ValueError) as error:
        files.damage.append(_damage_text(folder.summary, error))
    try:
        files.scenario = read_text(folder.scenario.read_text(encoding="utf-8"), str(folder.scenario))
    except (OSError, ValueError, ScenarioError) as error:
        files.damage.append(_damage_text(folder.scenario, error))
    try:
        about = read_json(folder.about)
        if not isinstance(about, dict):
            raise DamagedFileError(folder.about, "no JSON object")
        files.about = about
    except (OSError, ValueError, RecursionError) as error:
        files.damage.append(_damage_text(folder.about, error))
    for name, path in recording_files(folder, files.summary).items():
        try:
            files.recordings[name] = finished_recording(path)
        except (OSError, ValueError) as error:
            files.damage.append(_damage_text(path, error))
    if files.summary is not None and files.summary.measured is not None and files.summary.measured.exchanges:
        try:
            files.exchanges = read_exchanges(folder.exchanges)
        except (OSError, ValueError) as error:
            files.damage.append(_damage_text(folder.exchanges, error))
    if folder.launches.exists():  # a run of an earlier version has none
        try:
            files.curves = read_curves(folder.launches)
        except (OSError, ValueError) as error:
            files.damage.append(_damage_text(folder.launches, error))
    return files


def _damage_text(path: Path, error: Exception) -> str:
    """What is wrong with a file, naming it once."""
    if isinstance(error, OSError):
        return f"{path}: cannot be read ({error.strerror or error})"
    return str(error) if str(path) in str(error) else f"{path}: {error}"


def _write(folder: RunFolder, files: _Files, summary: Summary, scenario: Scenario) -> list[str]:
    """Write the report, if it is not a poorer one than is there; what hindered it."""
    if files.damage and folder.report.is_file() and not folder.report.is_symlink():
        return [f"{folder.report} is left as it is: a new one would show less"]
    parts = files.recordings
    try:
        page = report_page(
            summary,
            scenario,
            parts.get("forecast"),
            parts.get("forecast_of_window"),
            parts.get("measured"),
            files.about,
            files.exchanges,
            files.curves,
        )
        write_whole(folder.report, page.encode())
    except OSError as error:
        return [f"{folder.report}: cannot be written ({error.strerror or error})"]
    except Exception as error:  # files of different runs can contradict each other in any way
        return [f"{folder.report}: cannot be made, its files do not belong together ({type(error).__name__}: {error})"]
    return []
