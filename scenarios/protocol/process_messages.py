"""What the processes that `rehearse` starts say to it, one JSON object a line, and the same as text for people.

A mock server says on standard output where it listens; a load test says on standard error when its replay begins, how
it gets on, and what it does to the target. Whoever starts one by hand reads text; `rehearse` asks for JSON through the
environment (`REHEARSE_MESSAGES=json`) and makes the text itself. Other lines on the same stream, a library's warnings
for one, are no messages.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, MutableMapping
from typing import Final

import msgspec

FORM_VARIABLE: Final = "REHEARSE_MESSAGES"
_JSON: Final = "json"
# of live metrics, in seconds
RESPONSE_BOUNDS_S: Final = (
    0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 7.5, 10.0, 20.0, 30.0, 60.0,
)  # fmt: skip


class Listening(msgspec.Struct, frozen=True, tag="listening"):
    """A mock server accepts connections: the URLs of the service and of its control API."""

    url: str
    control_url: str


class ReplayBegins(msgspec.Struct, frozen=True, tag="replay_begins"):
    """When the wall clock shows this, in seconds, the replay begins. Said once, before the first progress."""

    at_epoch_s: float


class ReplayProgress(msgspec.Struct, frozen=True, tag="replay_progress"):
    """What all workers have done `elapsed_s` after the start; sessions start during `span_s`. The lag is that of the
    requests sent since the last message, the highest of the workers'."""

    elapsed_s: float
    span_s: float
    sessions_started: int
    sessions_due: int
    sessions_open: int
    good: int
    failed: int
    lag_p99_s: float

    @property
    def words(self) -> str:
        """For people: `42 s of 90 s, session 1,626 of 3,449, 41 open, 9,120 good, 3 failed, lag p99 2 ms`. Where
        practices try again there may be more sessions than were scheduled."""
        are_more = self.sessions_started > self.sessions_due
        of = f" ({self.sessions_due:,} scheduled)" if are_more else f" of {self.sessions_due:,}"
        return (
            f"{self.elapsed_s:.0f} s of {self.span_s:.0f} s, "
            f"session {self.sessions_started:,}{of}, "
            f"{self.sessions_open:,} open, {self.good:,} good, {self.failed:,} failed, "
            f"lag p99 {self.lag_p99_s * 1000:.0f} ms"
        )


class RequestTally(msgspec.Struct):
    """How many requests of an operation have ended in one way since the start, the sum of their response times, and how
    many took at most each of RESPONSE_BOUNDS_S and more than the one before; the last more than any."""

    operation: str
    outcome: str
    count: int
    total_s: float
    buckets: list[int]


class ReplayRequests(msgspec.Struct, frozen=True, tag="replay_requests"):
    """What has come of all workers' requests by a reading of the wall clock. Only programs are told."""

    at_epoch_s: float
    requests: list[RequestTally]


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """The replay cannot begin, or may not, and why."""

    reason: str


class Note(msgspec.Struct, frozen=True, tag="note"):
    """Something that a person is to hear of at once."""

    text: str


ProcessMessage = Listening | ReplayBegins | ReplayProgress | ReplayRequests | Refused | Note
_ENCODER: Final = msgspec.json.Encoder()
_DECODER: Final[msgspec.json.Decoder[ProcessMessage]] = msgspec.json.Decoder(ProcessMessage)


def message_line(message: ProcessMessage) -> str:
    """The message as a line of JSON, without its end."""
    return _ENCODER.encode(message).decode()


def message_in(line: str) -> ProcessMessage | None:
    """The message that a line holds; None where it holds something else."""
    try:
        return _DECODER.decode(line)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None


def message_text(message: ProcessMessage) -> str:
    """The message for people."""
    match message:
        case Listening(url, control_url):
            return f"listening on {url}\ncontrol at {control_url}"
        case ReplayBegins(at_epoch_s):
            return f"replay begins at {at_epoch_s:.6f}"
        case ReplayProgress():
            return f"replay {message.words}"
        case ReplayRequests():
            return ""
        case Refused(text) | Note(text):
            return text


def asking_for_json(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment for a process that is to say JSON."""
    return {**environment, FORM_VARIABLE: _JSON}


def is_asked_for_json(environment: MutableMapping[str, str] = os.environ) -> bool:
    """Whether whoever started this process wants JSON. Takes the wish away, for it is none to what this one starts."""
    return environment.pop(FORM_VARIABLE, "") == _JSON
