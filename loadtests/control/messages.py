"""What a load test says on standard error: JSON lines to `rehearse`, text to people."""

from __future__ import annotations

import contextlib
import sys
from typing import Final

from scenarios.protocol.process_messages import Note, ProcessMessage, is_asked_for_json, message_line, message_text
from scenarios.protocol.visible_text import visible

_IS_FOR_A_PROGRAM: Final = is_asked_for_json()
_WORDED: Final = message_line if _IS_FOR_A_PROGRAM else message_text


def say(message: ProcessMessage) -> None:
    """Say it now, if anybody listens: who started this may be gone, and faults on the target must be ended still."""
    with contextlib.suppress(OSError):
        print(visible(_WORDED(message)), file=sys.stderr, flush=True)


def say_to_program(message: ProcessMessage) -> None:
    """Say what no person reads, if a program listens."""
    if _IS_FOR_A_PROGRAM:
        say(message)


def note(text: str) -> None:
    """Say something that a person is to hear of."""
    say(Note(text))
