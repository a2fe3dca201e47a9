"""What was done to the service is a line each, which may say more than is read back."""

from __future__ import annotations

from pathlib import Path

import pytest

from recordings.events import Event, add_event_lines, add_events, read_events

BEGAN = Event(28820.0, "the page is “up”", "offline", "began", "by hand")
ENDED = Event(28830.0, "the page is “up”", "offline", "ended", "by hand", 23, "two lines\nof a note")


def test_events_are_read_back_in_the_order_in_which_they_were_added(tmp_path: Path) -> None:
    path = tmp_path / "run" / "events.jsonl"
    add_events([BEGAN], path)
    add_events([ENDED], path)
    assert read_events(path) == [BEGAN, ENDED]
    assert len(path.read_text(encoding="utf-8").splitlines()) == 2


def test_a_run_in_which_nothing_was_done_has_no_file_and_no_events(tmp_path: Path) -> None:
    assert read_events(tmp_path / "events.jsonl") == []


def test_what_a_line_says_besides_is_left_out(tmp_path: Path) -> None:
    line = {"at_s": 5.0, "name": "a", "kind": "crash", "event": "began", "by": "scenario", "output": "stopped"}
    add_event_lines([line], tmp_path / "events.jsonl")
    assert read_events(tmp_path / "events.jsonl") == [Event(5.0, "a", "crash", "began", "scenario")]


@pytest.mark.parametrize("line", ['{"at_s": 5.0}', '{"at_s": "soon", "name": "a"}', "not JSON"])
def test_a_line_that_is_no_event_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / "events.jsonl").write_text(line + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"missing required field|Expected `float`|Expecting value"):
        read_events(tmp_path / "events.jsonl")
