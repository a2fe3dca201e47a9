"""`rehearse export`, and `--export` at the end of a run: a finished run as files, and as annotations of a pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, Self, get_args

from readiness.exports.github import github_annotations
from readiness.exports.junit import junit
from readiness.exports.markdown import markdown
from readiness.exports.tables import tables
from readiness.summary_files import read_summary
from recordings.phases import PhaseName
from recordings.recording import Recording
from recordings.run_folder import RunFolder, write_whole
from recordings.summary import Summary
from rehearse.ending.exit_status import ExitStatus
from rehearse.ending.failing import tell_failure
from rehearse.running.recorded import finished_recording, recording_files
from rehearse.shown.terminal import Terminal

Export = Literal["junit", "csv", "markdown", "github"]
EXPORT_FORM: Final = "junit=FILE, csv=FOLDER, markdown=FILE or github"
STANDARD_OUTPUT: Final = Path("-")


@dataclass(frozen=True)
class Wanted:
    """Where each export goes; `-` is standard output, and annotations go nowhere else."""

    files: dict[Export, Path] = field(default_factory=dict)
    github: bool = False

    @classmethod
    def of(cls, texts: Sequence[str]) -> Self:
        """From `junit=FILE` and its like. Raises `ValueError` for what is none, or is said twice."""
        files: dict[Export, Path] = {}
        for text in texts:
            kind, _, place = text.partition("=")
            known = next((each for each in get_args(Export) if each == kind), None)
            if known is None or bool(place) == (known == "github") or known in files:
                raise ValueError(f"found {text!r}; allowed is {EXPORT_FORM}, each once")
            files[known] = Path(place)
        github = files.pop("github", None)
        return cls(files, github is not None)

    def check(self) -> None:
        """Raises `OSError` when an export could not be written, before a run is begun for it."""
        for kind, path in self.files.items():
            folder = path if kind == "csv" else path.parent
            if path != STANDARD_OUTPUT:
                folder.mkdir(parents=True, exist_ok=True)
            if kind != "csv" and path.is_dir():
                raise IsADirectoryError(21, "is a folder", str(path))


def export(wanted: Wanted, folder: RunFolder, summary: Summary, terminal: Terminal, *, as_json: bool = False) -> None:
    """Write what was wanted. With `as_json` standard output is taken, and annotations go to standard error, where a
    pipeline reads them as well.

    Raises `OSError` when a file cannot be written, `ValueError` when a recording of the run is damaged.
    """
    wanted.check()
    texts = {"junit": junit, "markdown": markdown}
    for kind, path in wanted.files.items():
        if kind == "csv":
            for name, text in tables(summary, _recordings(folder, summary)).items():
                write_whole(path / name, text.encode())
        elif path == STANDARD_OUTPUT:
            terminal.text(texts[kind](summary))
        else:
            write_whole(path, texts[kind](summary).encode())
    for line in github_annotations(summary) if wanted.github else ():
        if as_json:
            terminal.note(line)
        else:
            terminal.text(f"{line}\n")


def export_run(wanted: Wanted, folder: RunFolder) -> ExitStatus:
    """Export a finished run: 0 when everything was written, whatever the run's verdict."""
    terminal = Terminal()
    try:
        export(wanted, folder, read_summary(folder.summary), terminal)
    except (OSError, ValueError) as error:
        tell_failure(terminal, ExitStatus.BAD_CONFIGURATION, export_failure(error), as_json=False)
        return ExitStatus.BAD_CONFIGURATION
    return ExitStatus.OBJECTIVES_MET


def export_failure(error: OSError | ValueError) -> str:
    """Why an export was not made, naming the file."""
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror or error}"
    return str(error)


def _recordings(folder: RunFolder, summary: Summary) -> dict[PhaseName, Recording]:
    """Those of the phases that the run has."""
    return {name: finished_recording(path) for name, path in recording_files(folder, summary).items()}
