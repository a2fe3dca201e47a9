"""How a command fails: a message for people on standard error, or with `--json` one object on standard output.

A program that asked for JSON gets exactly one JSON value on standard output, whatever happens: the result, or
`{"status", "message", "file", "line", "key", "problems"}`. What people read stays on standard error.
"""

from __future__ import annotations

import errno
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import typer

from loadtests.safety.refused import RefusedError
from rehearse.ending.exit_status import ExitStatus
from rehearse.shown.terminal import Terminal
from scenarios.measured.python_files import JourneyFaultError
from scenarios.sources.problems import Problem, ScenarioError

# of a disk that takes nothing more
_DISK_TROUBLES: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO})

# what Typer raises for wrong usage, whichever library it brings for it: the highest class that has a message to show
_UsageFailure: Final[Any] = next(base for base in reversed(typer.BadParameter.__mro__) if hasattr(base, "exit_code"))


def failure(status: int, message: str, problems: Sequence[Problem] = ()) -> dict[str, Any]:
    """An error as a program reads it; `file`, `line` and `key` are the first problem's, null where none is known."""
    first = problems[0] if problems else Problem("", None, "", "")
    return {
        "status": int(status),
        "message": message,
        "file": first.file or None,
        "line": first.line,
        "key": first.key or None,
        "problems": [vars(problem) for problem in problems],
    }


def tell_failure(
    terminal: Terminal, status: int, message: str, problems: Sequence[Problem] = (), *, as_json: bool
) -> None:
    """Say that a command has failed and, with `as_json`, print what it printed instead of a result.

    Raises `OutputLostError` when that cannot be printed.
    """
    terminal.note(message)
    if as_json:
        terminal.json(failure(status, message, problems))


def no_run_folder(runs: Path, error: OSError) -> str:
    """Why no run can begin below `runs`."""
    return f"cannot make a run folder in {runs}: {error.strerror or error}"


def disk_trouble(error: OSError, place: Path | None = None) -> str | None:
    """What keeps a disk from taking a file, or anything in `place`, in one line; None for any other error."""
    if error.errno not in _DISK_TROUBLES:
        return None
    where = error.filename or place
    return f"cannot write {where}: {error.strerror}" if where else f"cannot write: {error.strerror}"


def ended_status(app: typer.Typer) -> Any:
    """Run the command line, and the exit status that it comes to; expected failures have been told."""
    as_json = "--json" in sys.argv[1:]
    try:
        return _run(app, as_json=as_json)
    except (ScenarioError, RefusedError, JourneyFaultError) as error:
        problems = error.problems if isinstance(error, ScenarioError) else ()
        tell_failure(Terminal(), ExitStatus.BAD_CONFIGURATION, str(error), problems, as_json=as_json)
        return ExitStatus.BAD_CONFIGURATION
    except OSError as error:
        if (words := disk_trouble(error)) is None:
            raise
        tell_failure(Terminal(), ExitStatus.OUTPUT_LOST, words, as_json=as_json)
        return ExitStatus.OUTPUT_LOST
    except SystemExit as end:
        return ExitStatus.INTERRUPTED if end.code == 130 else end.code  # 130: Typer was interrupted


def _run(app: typer.Typer, *, as_json: bool) -> Any:
    """People get Typer's own words for wrong usage."""
    if not as_json:
        app(standalone_mode=True)
        return ExitStatus.OBJECTIVES_MET
    try:
        status = app(standalone_mode=False)
    except _UsageFailure as error:
        tell_failure(Terminal(), ExitStatus.USAGE, error.format_message(), as_json=True)
        return ExitStatus.USAGE
    if status == 130:
        tell_failure(Terminal(), ExitStatus.INTERRUPTED, "interrupted", as_json=True)
        return ExitStatus.INTERRUPTED
    return status or ExitStatus.OBJECTIVES_MET
