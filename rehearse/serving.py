"""`rehearse serve`: the mock server in this process, until it is interrupted."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import typer

from mock_server.process.server import AddressTakenError, FolderTakenError, Settings
from mock_server.process.server import serve as serve_scenario
from mock_server.storage.sqlite_file import DataUnusableError
from rehearse.ending.exit_status import ExitStatus
from rehearse.shown.interruption import interrupt_work
from rehearse.shown.terminal import Terminal
from scenarios.protocol.process_messages import Listening, ProcessMessage, is_asked_for_json, message_line, message_text


def serve_until_interrupted(settings: Settings) -> int:
    """Serve, and say where: the exit status of the server. Raises `typer.Exit` when it cannot begin."""
    interrupt_work()
    terminal = Terminal()
    worded = message_line if is_asked_for_json() else message_text
    try:
        with contextlib.suppress(KeyboardInterrupt):  # how a server is meant to end
            return serve_scenario(settings, _announcement(settings.control_token, worded), terminal.note)
    except (ValueError, ImportError, ConnectionError) as error:
        terminal.note(f"cannot use that database: {error}")
        raise typer.Exit(ExitStatus.BAD_CONFIGURATION) from None
    except (AddressTakenError, FolderTakenError, DataUnusableError) as error:
        terminal.note(str(error))
        raise typer.Exit(ExitStatus.BAD_CONFIGURATION) from None
    return 0


def _announcement(token: str, worded: Callable[[ProcessMessage], str]) -> Callable[[str, str], None]:
    """Says where the server listens, on standard output, and to people where to direct it."""

    def listening(url: str, control_url: str) -> None:
        print(worded(Listening(url, control_url)), flush=True)
        Terminal().note(f"game day at {control_url}/game-day#token={token}")

    return listening


def requests_per_s(text: str) -> float | None:
    """The rate limit as a number; None for `off`. Raises `typer.BadParameter` when it is neither."""
    if text == "off":
        return None
    try:
        limit = float(text)
    except ValueError:
        limit = 0.0
    if not 0.0 < limit < float("inf"):
        raise typer.BadParameter("a number of requests a second above 0, or off", param_hint="--rate-limit")
    return limit
