"""Who has been silent for how long, and what follows of it."""

from __future__ import annotations

from loadtests.control.attendance import WATCH_EVERY_S, Attendance


def looks(attendance: Attendance, seconds: float, among: tuple[str, ...] = ("a", "b")) -> tuple[list[str], list[str]]:
    """Everybody who was found silent or lost within so many seconds of looking."""
    silent: list[str] = []
    lost: list[str] = []
    for _ in range(round(seconds / WATCH_EVERY_S)):
        attendance.heard("a")
        found = attendance.look(WATCH_EVERY_S, among)
        silent += found[0]
        lost += found[1]
    return silent, lost


def test_a_second_of_silence_is_said_once() -> None:
    assert looks(Attendance("ab"), 4.0) == (["b"], [])


def test_who_speaks_again_is_back() -> None:
    attendance = Attendance("ab")
    looks(attendance, 3.0)
    assert attendance.silent() == {"b"}
    back_s = attendance.heard("b")
    assert back_s is not None and abs(back_s - 3.0) < 1e-9
    assert attendance.heard("b") is None and attendance.silent() == set()


def test_five_seconds_of_silence_are_a_loss() -> None:
    _, lost = looks(Attendance("ab"), 5.0)
    assert lost == ["b"]


def test_a_coordinator_that_slept_has_lost_nobody() -> None:
    attendance = Attendance("ab")
    assert attendance.look(3600.0, ("a", "b")) == ([], [])


def test_who_is_not_looked_at_may_be_silent() -> None:
    assert looks(Attendance("ab"), 10.0, ("a",)) == ([], [])


def test_a_stranger_is_not_listened_to() -> None:
    assert Attendance("ab").heard("late") is None
