"""A replay on a terminal: outcomes, response times and faults of the last seconds, in the report's words."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from rich.text import Text

from rehearse.shown.replay_view import ReplayView
from rehearse.shown.terminal import Terminal
from scenarios.descriptions.outcomes import OUTCOME_LOOKS
from scenarios.protocol.process_messages import RESPONSE_BOUNDS_S, ReplayRequests, RequestTally


def tally(outcome: str, *within: tuple[float, int], operation: str = "log-on") -> RequestTally:
    """So many within each bound, in seconds."""
    buckets = [0] * (len(RESPONSE_BOUNDS_S) + 1)
    for bound_s, count in within:
        buckets[RESPONSE_BOUNDS_S.index(bound_s)] = count
    return RequestTally(operation, outcome, sum(buckets), 0.0, buckets)


def plain(lines: list[Text]) -> list[str]:
    return [line.plain for line in lines]


def test_the_last_seconds_are_told_in_the_words_of_the_report() -> None:
    view = ReplayView(lambda: ["identity is slow", "red\x1b[31m"])
    assert plain(view.lines()) == ["2 faults active: identity is slow, red\\x1b[31m"]
    view.take(ReplayRequests(100.0, [tally("good", (60.0, 5000))]))
    view.take(ReplayRequests(101.0, [tally("good", (60.0, 5000), (0.1, 100))]))
    later = [
        tally("good", (60.0, 5000), (0.1, 1100), (1.5, 60)),
        tally("good", (0.1, 1000), operation="book"),
        tally("timeout", (5.0, 25)),
        tally("rate_limited", (0.005, 3000)),
    ]
    view.take(ReplayRequests(111.0, later))
    lines = view.lines()
    assert plain(lines)[:2] == [
        "last 10 s, a second: ■ 206 answered well, ■ 2.5 timed out, ■ 300 rate limited (429)",
        "response time: median within 100 ms, 95 % within 100 ms, 99 % within 5 s",
    ], "a quick refusal is no quick answer, and what was before the ten seconds counts no more"
    colours = [span.style for span in lines[0].spans]
    assert colours == [OUTCOME_LOOKS[name].dark for name in ("good", "timeout", "rate_limited")]


def test_when_nothing_ends_that_is_said() -> None:
    view = ReplayView()
    for at_s in (1.0, 2.0):
        view.take(ReplayRequests(at_s, []))
    assert plain(view.lines()) == ["last 1 s, a second: nothing has ended"]


@pytest.mark.parametrize("is_drawn", [True, False])
def test_lines_stand_below_the_bar_on_a_terminal_and_nowhere_else(*, is_drawn: bool) -> None:
    terminal = Terminal()
    terminal.err = Console(file=io.StringIO(), force_terminal=is_drawn, width=100, _environ={"TERM": "xterm"})  # type: ignore[assignment]
    with terminal.step("replay over HTTP", 90) as step:
        step.at(42, "42 s of 90 s, session 1,626 of 3,449")
        step.below([Text("last 10 s, a second: 231 answered well")])
        assert step.is_drawn is is_drawn
    assert isinstance(terminal.err.file, io.StringIO)
    assert ("231 answered well" in terminal.err.file.getvalue()) is is_drawn
