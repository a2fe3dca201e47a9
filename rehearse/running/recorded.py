"""The recordings of a finished run, also of one that an earlier version made."""

from __future__ import annotations

from pathlib import Path

from recordings.files import read_recording
from recordings.phases import PhaseName
from recordings.recording import Recording
from recordings.run_folder import DamagedFileError, RunFolder
from recordings.summary import Summary
from scenarios.language.outcomes import OUTCOMES


def recording_files(folder: RunFolder, summary: Summary | None) -> dict[PhaseName, Path]:
    """Where the recordings lie that a run with this summary has left."""
    paths: dict[PhaseName, Path] = {
        "forecast": folder.forecast,
        "forecast_of_window": folder.twin,
        "measured": folder.measured,
    }
    return {name: path for name, path in paths.items() if summary is not None and name in summary.phases}


def finished_recording(path: Path) -> Recording:
    """A recording with every outcome that there is now; an earlier version knew fewer.

    Raises `OSError` when it cannot be read, `DamagedFileError` when it is none, or a later version's.
    """
    recording = read_recording(path)
    try:
        return recording.with_outcomes(OUTCOMES)
    except ValueError as error:
        raise DamagedFileError(path, f"cannot be read by this version: {error}") from None
