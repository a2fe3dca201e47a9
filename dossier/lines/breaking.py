"""Line 7: what breaks first, at which multiple of the expected demand, and what next when that is mended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from dossier.evidence.answer import FoundAnswer
from dossier.evidence.evidence import DossierEvidence
from dossier.form.dossier import DossierLine, Statement
from dossier.form.paths import NothingThereError
from dossier.lines.saying import Quoting, caution, missing, name_of, said

_TITLE: Final = "What breaks first"
_STATIONS: Final = "every part of the service has room to spare"
_OBJECTIVES: Final = "every promise is kept"


def breaking_line(evidence: DossierEvidence) -> DossierLine:
    """The line."""
    answer = evidence.answer("headroom", against="demand")
    if answer is None:
        words = "How much more demand it bears, and what breaks first, nobody has asked yet. It is asked by"
        return DossierLine("breaking", _TITLE, [missing(words, f"rehearse headroom {name_of(evidence)}")])
    quoting = Quoting(evidence, answer.folder, "answer.json")
    statements = [said for at in range(len(answer.said["looks"])) for said in _look(answer, quoting, at)]
    return DossierLine("breaking", _TITLE, [*of_another(evidence, answer, quoting), *statements])


def of_another(evidence: DossierEvidence, answer: FoundAnswer, quoting: Quoting) -> Iterator[Statement]:
    """That an answer was asked of another scenario than the launch's, if it was."""
    if not evidence.is_of_launch(answer):
        yield caution("Asked of another scenario, or of this one before a change: {}.", quoting("title"))


def _look(answer: FoundAnswer, quoting: Quoting, at: int) -> Iterator[Statement]:
    look = answer.said["looks"][at]
    if at:
        raised = [quoting("looks", at, "raised", each) for each in range(len(look["raised"]))]
        names = " and ".join(["“{}”"] * len(raised))
        yield from _course(look, quoting, at, f"With {names} as large as could be wanted, ", _OBJECTIVES, raised)
    else:
        yield from _course(look, quoting, at, "", _OBJECTIVES, [])
        yield from _first_objective(look, quoting)
    if look["full_first"]:
        first = quoting("looks", at, "full_first", 0)
        course = _place_of(look, "station", str(first.value) if not at else "")
        yield (
            said(
                "The part that is full first: “{}”, {}.",
                first,
                quoting(*_points(at, course), how="first value that is broken", show=_times),
            )
            if _breaks(look, course)
            else said("The part that is full first: “{}”.", first)
        )


def _course(
    look: dict[str, Any], quoting: Quoting, at: int, before: str, what: str, figures: list[Any]
) -> Iterator[Statement]:
    place = _place_of(look, "objective", "")
    if place is None:
        return
    points = _points(at, place)
    ends: list[tuple[str, Any]] = []
    for words, how in (
        ("{0} up to {{}}", "last value that holds"),
        ("surely no more at {{}}", "first value that is broken"),
    ):
        try:
            ends.append(
                (words.format(what).replace("{{}}", "{}"), quoting(*points, how=how, show=_times, unit="× demand"))
            )
        except NothingThereError:
            continue
    tried = look["courses"][place]["points"]
    if len(ends) == 1 and all(point["state"] == "broken" for point in tried):
        ends = [("not even at {}, the least that was tried", ends[0][1])]
    open_end = _open_end(tried)
    if not ends:
        highest = quoting(*points, how="highest value tried", show=_times, unit="× demand")
        ends = [("it stays open up to {}, the highest that was tried, whether {what}".replace("{what}", what), highest)]
    text = f"{before}{', '.join(words for words, _ in ends)}{open_end}."
    yield said(text[:1].upper() + text[1:], *figures, *(figure for _, figure in ends))


def _open_end(points: list[dict[str, Any]]) -> str:
    """What is to be said where nothing surely breaks: that this is all that was tried, or that the rest is open."""
    ordered = sorted(points, key=lambda point: float(point["at"]))
    if any(point["state"] == "broken" for point in ordered):
        return ""
    if ordered[-1]["state"] == "holds":
        return ", the most that was tried"
    return "; beyond that there is not enough evidence" if any(p["state"] == "holds" for p in ordered) else ""


def _first_objective(look: dict[str, Any], quoting: Quoting) -> Iterator[Statement]:
    """The promise that is surely broken at the least demand."""
    found = []
    for place, course in enumerate(look["courses"]):
        broken = [float(point["at"]) for point in course["points"] if point["state"] == "broken"]
        if course["kind"] == "objective" and course["name"] and broken:
            found.append((min(broken), place))
    if found:
        _, place = min(found)
        points = quoting(*_points(0, place), how="first value that is broken", show=_times, unit="× demand")
        yield said("The promise that breaks first: “{}”, {}.", quoting("looks", 0, "courses", place, "name"), points)


def _place_of(look: dict[str, Any], kind: str, name: str) -> int | None:
    courses = enumerate(look["courses"])
    return next((place for place, each in courses if (each["kind"], each["name"]) == (kind, name)), None)


def _breaks(look: dict[str, Any], place: int | None) -> bool:
    return place is not None and any(point["state"] == "broken" for point in look["courses"][place]["points"])


def _points(at: int, place: int | None) -> tuple[str | int, ...]:
    return ("looks", at, "courses", place if place is not None else 0, "points")


def _times(value: float) -> str:
    return f"{float(value):.3g} times the expected demand"
