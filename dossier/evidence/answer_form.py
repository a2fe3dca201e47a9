"""The form of what a dossier reads by key in `answer.json`, by the kind of the answer; whatever else is in it is shown
as it stands."""

from __future__ import annotations

from typing import Any, Final

import msgspec


class TriedPoint(msgspec.Struct):
    """A point that was tried, and what held there."""

    at: float
    state: str


class Course(msgspec.Struct):
    """Of one objective or station, point by point."""

    kind: str
    name: str
    points: list[TriedPoint]


class Look(msgspec.Struct):
    """A headroom, with some stations as large as could be wanted."""

    raised: list[str]
    full_first: list[Any]
    courses: list[Course]


class Headroom(msgspec.Struct):
    """An answer of `rehearse headroom`."""

    title: str
    looks: list[Look]


class FigureBesideBase(msgspec.Struct):
    """A figure of an option beside the base's."""

    kind: str
    verdict: str | None
    scale: str
    unit: str


class ComparedOption(msgspec.Struct):
    """An option of several."""

    name: str
    figures: list[FigureBesideBase]


class ComparedBase(msgspec.Struct):
    """What options are compared with."""

    name: str


class Compared(msgspec.Struct):
    """An answer of `rehearse compare`."""

    title: str
    base: ComparedBase
    options: list[ComparedOption]


class Assumption(msgspec.Struct):
    """What was varied, and the decision along the way where that was followed."""

    key: str
    followed: str | None


class Sensitivity(msgspec.Struct):
    """An answer of `rehearse headroom --sensitivity`."""

    title: str
    by: float
    assumptions: list[Assumption]
    weaker: list[Assumption]
    left_out: list[str]


class Other(msgspec.Struct):
    """Any other answer."""

    title: str


_FORM_OF: Final[dict[str, type[msgspec.Struct]]] = {
    "headroom": Headroom, "compare": Compared, "sensitivity": Sensitivity,
}  # fmt: skip


def wrong_form(said: dict[str, Any]) -> str:
    """What is of another form than an answer of its kind has it; nothing where all is well."""
    try:
        msgspec.convert(said, _FORM_OF.get(str(said.get("kind")), Other))
    except msgspec.ValidationError as error:
        return str(error)
    return ""
