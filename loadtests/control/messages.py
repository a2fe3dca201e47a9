"""What a load test says on standard error: JSON lines to `rehearse`, text to people. Locust's page has a tab of what
Locust logs; what a person is to hear of is there too."""

from __future__ import annotations

import contextlib
import logging
import sys
from typing import Final

from scenarios.protocol.process_messages import (
    Note,
    ProcessMessage,
    Refused,
    is_asked_for_json,
    message_line,
    message_text,
)
from scenarios.protocol.visible_text import visible

_IS_FOR_A_PROGRAM: Final = is_asked_for_json()
_LOG_OF_PAGE: Final = "log_reader"  # Locust's name for it
_WORDED: Final = message_line if _IS_FOR_A_PROGRAM else message_text


def say(message: ProcessMessage) -> None:
    """Say it now, if anybody listens: who started this may be gone, and faults on the target must be ended still."""
    with contextlib.suppress(OSError):
        print(visible(_WORDED(message)), file=sys.stderr, flush=True)
    if isinstance(message, Note | Refused):
        _put_on_page(visible(message_text(message)))


def say_to_program(message: ProcessMessage) -> None:
    """Say what no person reads, if a program listens."""
    if _IS_FOR_A_PROGRAM:
        say(message)


def note(text: str) -> None:
    """Say something that a person is to hear of."""
    say(Note(text))


def _put_on_page(text: str) -> None:
    for handler in logging.getLogger().handlers:
        if handler.name == _LOG_OF_PAGE:
            handler.handle(logging.LogRecord("rehearsal", logging.WARNING, "", 0, text, None, None))
