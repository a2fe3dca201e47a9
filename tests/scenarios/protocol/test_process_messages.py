"""What a child process says arrives as it was said; any other line is none of ours; people read text."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.protocol.process_messages import (
    FORM_VARIABLE,
    Listening,
    Note,
    ProcessMessage,
    Refused,
    ReplayBegins,
    ReplayProgress,
    ReplayRequests,
    RequestTally,
    asking_for_json,
    is_asked_for_json,
    message_in,
    message_line,
    message_text,
)

PROGRESS = ReplayProgress(42.4, 90.0, 12, 40, 3, 30, 2, 0.0041)
WORDS = st.text(st.characters(exclude_categories=["Cs"]))
NUMBERS = st.integers(0, 10**9)
SECONDS = st.floats(0.0, 1e10)
TALLIES = st.builds(RequestTally, WORDS, WORDS, NUMBERS, SECONDS, st.lists(NUMBERS, max_size=3))
MESSAGES = st.one_of(
    st.builds(Listening, WORDS, WORDS),
    st.builds(ReplayBegins, SECONDS),
    st.builds(ReplayProgress, SECONDS, SECONDS, NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS, SECONDS),
    st.builds(ReplayRequests, SECONDS, st.lists(TALLIES, max_size=2)),
    st.builds(Refused, WORDS),
    st.builds(Note, WORDS),
)


@given(MESSAGES)
def test_a_message_is_one_line_and_arrives(message: ProcessMessage) -> None:
    line = message_line(message)
    assert "\n" not in line
    assert message_in(line + "\n") == message


@pytest.mark.parametrize(
    "line",
    [
        "",
        "\n",
        "Traceback (most recent call last):",
        "listening on http://127.0.0.1:8080",
        "{}",
        "[]",
        '{"type": "listening"}',
        '{"type": "listening", "url": 7, "control_url": ""}',
        '{"type": "something new", "text": "x"}',
        "[" * 5000,
        "\ud800",
    ],
)
def test_another_line_is_no_message(line: str) -> None:
    assert message_in(line) is None


@given(st.text(st.characters()))
def test_no_line_breaks_the_reader(line: str) -> None:
    message_in(line)


def test_a_newer_sender_may_say_more() -> None:
    assert message_in('{"type": "note", "text": "x", "since": 3}') == Note("x")


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (
            Listening("http://127.0.0.1:1", "http://[::1]:2"),
            "listening on http://127.0.0.1:1\ncontrol at http://[::1]:2",
        ),
        (ReplayBegins(1434355200.25), "replay begins at 1434355200.250000"),
        (PROGRESS, "replay 42 s of 90 s, session 12 of 40, 3 open, 30 good, 2 failed, lag p99 4 ms"),
        (Refused("no such host"), "no such host"),
        (Note("stopped by its own rule"), "stopped by its own rule"),
    ],
)
def test_people_read_text(message: ProcessMessage, text: str) -> None:
    assert message_text(message) == text


def test_json_is_said_to_who_asked_and_not_by_its_own_children() -> None:
    environment = asking_for_json({"PATH": "/bin"})
    assert environment["PATH"] == "/bin"
    assert is_asked_for_json(environment)
    assert FORM_VARIABLE not in environment
    assert not is_asked_for_json(environment)


def test_sessions_that_follow_from_others_are_not_said_to_be_more_than_there_are() -> None:
    assert ", session 12 of 40, " in PROGRESS.words
    more = msgspec.structs.replace(PROGRESS, sessions_started=1_086, sessions_due=69)
    assert ", session 1,086 (69 scheduled), " in more.words
