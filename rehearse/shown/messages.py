"""What a load test says of itself, on the terminal."""

from __future__ import annotations

from collections.abc import Callable

from rehearse.shown.replay_view import ReplayView
from rehearse.shown.terminal import ProgressStep, Terminal
from scenarios.protocol.process_messages import Note, ProcessMessage, ReplayProgress, ReplayRequests

Meter = Callable[[ProcessMessage], None]


def show_message(
    terminal: Terminal, step: ProgressStep, view: ReplayView, meter: Meter, message: ProcessMessage
) -> None:
    """What the load test says of its progress, or of what it did to the target; live metrics hear of it, too."""
    if isinstance(message, Note):
        terminal.note(message.text)
    elif isinstance(message, ReplayProgress):
        step.at(round(message.elapsed_s), message.words)
    elif isinstance(message, ReplayRequests) and step.is_drawn:
        view.take(message)
        step.below(view.lines())
    meter(message)
