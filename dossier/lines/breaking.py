"""Line 7: what breaks first, at which multiple of the expected demand, and what next when that is mended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from dossier.evidence.answer import FoundAnswer
from dossier.evidence.evidence import DossierEvidence
from dossier.form.dossier import DossierLine, Statement, TracedFigure
from dossier.lines.losing_servers import losing_servers
from dossier.lines.saying import Quoting, Show, caution, missing, name_of, said, scenario_figures
from scenarios.language.service import stations_in
from scenarios.text.phrases import only

_TITLE: Final = "What breaks first"
UNIT: Final = "× demand"
_NEVER_FULL: Final = "No part is full up to {}, the most that was tried."
_HELD: Final = "last value that holds"
_BROKEN: Final = "first value that is broken"
_FEW: Final = 3


def _times(value: float) -> str:
    return f"{float(value):.3g} times the expected demand"


def in_short(value: float) -> str:
    """In a cell."""
    return f"{float(value):.3g} ×"


class _Bearing(NamedTuple):
    """How it is said, as a sentence and in a cell, with `{}` for what follows in this way from the points tried."""

    sentence: str
    cell: str
    hows: Sequence[str]


_BEARING: Final = {
    "held, then broken": _Bearing("every promise is kept up to {}, surely no more at {}", "{}", (_HELD, _BROKEN)),
    "held": _Bearing("every promise is kept up to {}, the most that was tried", "{} or more", (_HELD,)),
    "held, then open": _Bearing(
        "every promise is kept up to {}; beyond that there is not enough evidence", "at least {}", (_HELD,)
    ),
    "broken": _Bearing("not every promise is kept even at {}, the least that was tried", "under {}", (_BROKEN,)),
    "open, then broken": _Bearing(
        "not every promise is kept at {}, and below that there is not enough evidence", "under {}", (_BROKEN,)
    ),
    "open": _Bearing(
        "there is not enough evidence whether every promise is kept, up to {}, the most that was tried",
        "not enough evidence",
        ("highest value tried",),
    ),
}


def breaking_line(evidence: DossierEvidence) -> DossierLine:
    """The line."""
    answer = evidence.answer("headroom", against="demand")
    if answer is None:
        words = "How much more demand it bears, and what breaks first, nobody has asked yet. It is asked by"
        return DossierLine("breaking", _TITLE, [missing(words, f"rehearse headroom {name_of(evidence)}")])
    quoting = Quoting(evidence, answer.folder, "answer.json")
    statements = [said for at in range(len(answer.said["looks"])) for said in _look(evidence, answer, quoting, at)]
    full = {station for look in answer.said["looks"] for station in look["full_first"]}
    losing = losing_servers(evidence, full)
    every = [*of_another(evidence, answer, quoting), *statements, *_with_options(evidence, answer), *losing]
    return DossierLine("breaking", _TITLE, every)


def _with_options(evidence: DossierEvidence, of_launch: FoundAnswer) -> Iterator[Statement]:
    """Which promise breaks first, what is full first, and what next, with each option of which that was asked, too."""
    for answer in evidence.answers_of("headroom", against="demand"):
        option = evidence.option_of(answer)
        if option is None or answer is of_launch:
            continue
        compared, at = option
        quoting, looks = Quoting(evidence, answer.folder, "answer.json"), answer.said["looks"]
        words, figures = "With “{}”", [Quoting(evidence, compared.folder, "answer.json")("options", at, "name")]
        course, full = _course(looks[0], quoting, 0, in_short), looks[0]["full_first"]
        if course is not None:
            words += f" {course[0]}"
            figures += course[1]
        if full:
            filling, (demand, *more) = _fills(evidence, looks[0], quoting, 0)
            if course is not None and course[1][-1].value == demand.value:
                words += f", where {filling} full"
            else:
                words += f"{'; ' if course is not None else ' '}from {{}} on {filling} full"
                figures.append(demand)
            figures += more
        if len(looks) > 1 and not set(looks[1]["full_first"]) <= set(full):
            then, more = _fills(evidence, looks[1], quoting, 1)
            words += f"; with “{{}}” larger from {{}} on {then} full"
            figures += [quoting("looks", 1, "raised", 0), *more]
        if len(figures) > 1:
            yield said(f"{words}.", *figures)


def _fills(
    evidence: DossierEvidence, look: dict[str, Any], quoting: Quoting, at: int
) -> tuple[str, list[TracedFigure]]:
    """From which demand on stations are full first, and which; one that is held while another of them is visited waits
    for that one."""
    names = [str(name) for name in look["full_first"]]
    held = {name: waited for name in names for waited in names if waited in _visited_while(evidence, name)}
    quoted = {name: quoting("looks", at, "full_first", number) for number, name in enumerate(names)}
    causes = [name for name in names if name not in held]
    place = _place_of(look, "station", names[0])
    how = _BROKEN if _breaks(look, place) else "highest value tried"
    first = causes or names
    words = " and ".join(["“{}”"] * len(first)) + (" is" if len(names) == 1 else " are")
    figures = [quoting(*_points(at, place), how=how, show=in_short, unit=UNIT), *(quoted[name] for name in first)]
    if causes and held:
        words = (
            " and ".join(["“{}”"] * len(first)) + "".join([", and “{}”, which waits for “{}”,"] * len(held)) + " are"
        )
        figures += [quoted[name] for pair in held.items() for name in pair]
    return words, figures


def _visited_while(evidence: DossierEvidence, station: str) -> set[str]:
    """The stations that some request visits while it holds a server of this one."""
    found, operations = set[str](), evidence.launch.scenario.service.operations.values()
    steps = [(step, False) for operation in operations for step in operation.steps]
    while steps:
        step, is_held = steps.pop()
        visited = step.use or step.hold
        if is_held and visited is not None and visited != station:
            found.add(visited)
        steps += [(inner, is_held or step.hold == station) for inner in step.steps]
    return found


def of_another(evidence: DossierEvidence, answer: FoundAnswer, quoting: Quoting) -> Iterator[Statement]:
    """That an answer was asked of another scenario than the launch's, if it was."""
    if not evidence.is_of_launch(answer):
        yield caution("Asked of another scenario, or of this one before a change: {}.", quoting("title"))


def _look(evidence: DossierEvidence, answer: FoundAnswer, quoting: Quoting, at: int) -> Iterator[Statement]:
    look = answer.said["looks"][at]
    if at:
        raised = [quoting("looks", at, "raised", each) for each in range(len(look["raised"]))]
        names = " and ".join(["“{}”"] * len(raised))
        larger = f"If {names} were never full, "
    else:
        larger, raised = "", []
    course = None if at and _is_as_before(answer, at) else _course(look, quoting, at)
    if course is not None:
        text = f"{larger}{course[0]}."
        yield said(text[:1].upper() + text[1:], *raised, *course[1])
        if not at and evidence.is_of_launch(answer):
            yield from _why_not_demand(evidence, look, quoting)
    if not at:
        yield from _first_objective(look, quoting)
    if look["full_first"]:
        first = quoting("looks", at, "full_first", 0)
        for_what = _for_what(evidence, str(first.value))
        place = _place_of(look, "station", str(first.value) if not at else "")
        yield (
            said(
                f"The part that is full first: “{{}}”{only(['“{}”'] * len(for_what), ', for ')}, {{}}.",
                first,
                *for_what,
                quoting(*_points(at, place), how=_BROKEN, show=_times, unit=UNIT),
            )
            if _breaks(look, place)
            else said("The part that is full first: “{}”.", first)
        )
    elif (every := _place_of(look, "station", "")) is not None and not _breaks(look, every):
        most = quoting(*_points(at, every), how="highest value tried", show=_times, unit=UNIT)
        if at and course is None:
            yield said(f"{larger}no other part would be up to {{}}, and promises are still broken.", *raised, most)
        else:
            yield said("With that no part is full up to {}, the most that was tried." if at else _NEVER_FULL, most)


def _is_as_before(answer: FoundAnswer, at: int) -> bool:
    """Whether promises are broken at the least demand that was tried, as they were with the parts as they are."""
    looks = [answer.said["looks"][0], answer.said["looks"][at]]
    places = [_place_of(look, "objective", "") for look in looks]
    return all(
        place is not None and bearing_of(look["courses"][place]["points"]) == "broken"
        for look, place in zip(looks, places, strict=True)
    )


def _why_not_demand(evidence: DossierEvidence, look: dict[str, Any], quoting: Quoting) -> Iterator[Statement]:
    """Where promises are broken at the least demand that was tried, although no part is full there: that demand is not
    the cause, and what of the launch may be."""
    promises, parts = _place_of(look, "objective", ""), _place_of(look, "station", "")
    if promises is None or parts is None or bearing_of(look["courses"][promises]["points"]) != "broken":
        return
    if _least(look["courses"][parts]["points"])["state"] != "holds":
        return
    happening = evidence.launch.scenario.faults
    # a part that is not full has servers enough, however many were taken
    causes = [name for name, fault in happening.items() if fault.kind != "servers_lost"] or list(happening)
    faults = [scenario_figures(evidence).key("faults", name) for name in causes]
    named = ", ".join(["“{}”"] * len(faults))
    because = f", but what happens in the launch: {named}" if faults else ""
    yield caution(f"No part is full there: what breaks promises is not demand{because}.", *faults)


def _least(points: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return min(points, key=lambda point: float(point["at"]))


def _course(
    look: dict[str, Any], quoting: Quoting, at: int, show: Show = _times
) -> tuple[str, list[TracedFigure]] | None:
    """Up to which demand every promise is kept, with a `{}` for each figure; None where there is none to keep."""
    place = _place_of(look, "objective", "")
    if place is None:
        return None
    path, bearing = _points(at, place), _BEARING[bearing_of(look["courses"][place]["points"])]
    return bearing.sentence, [quoting(*path, how=how, show=show, unit=UNIT) for how in bearing.hows]


def _for_what(evidence: DossierEvidence, station: str) -> list[TracedFigure]:
    """Which operations a part is for, where that says more than its name: they are one or two."""
    operations, quoting = evidence.launch.scenario.service.operations, scenario_figures(evidence)
    visiting = [name for name, each in operations.items() if station in {at for _, at in stations_in(each.steps, ())}]
    return [quoting.key("service", "operations", name) for name in visiting] if len(visiting) < _FEW else []


def bearing_of(points: Sequence[dict[str, Any]]) -> str:
    """What becomes of all promises together from the least demand that was tried to the most."""
    states = [str(point["state"]) for point in sorted(points, key=lambda point: float(point["at"]))]
    if "broken" not in states:
        return "open" if "holds" not in states else "held" if states[-1] == "holds" else "held, then open"
    if "holds" in states[: states.index("broken")]:
        return "held, then broken"
    return "broken" if states[0] == "broken" else "open, then broken"


def held_up_to(quoting: Quoting, answer: FoundAnswer) -> Statement:
    """In a cell: up to which multiple of the expected demand every promise is kept."""
    look = answer.said["looks"][0]
    place = _place_of(look, "objective", "")
    if place is None:
        return said("no promise to break")
    bearing = _BEARING[bearing_of(look["courses"][place]["points"])]
    path = _points(0, place)
    hows = bearing.hows[: bearing.cell.count("{}")]
    return said(bearing.cell, *(quoting(*path, how=how, show=in_short, unit=UNIT) for how in hows))


def _first_objective(look: dict[str, Any], quoting: Quoting) -> Iterator[Statement]:
    """The promise that is surely broken at the least demand, if all are kept at the least that was tried."""
    if (broken := _first_broken(look, quoting)) is not None:
        at, name = broken
        if at.value != min(float(point["at"]) for course in look["courses"] for point in course["points"]):
            yield said("The promise that breaks first: “{}”, {}.", name, at)


def _first_broken(look: dict[str, Any], quoting: Quoting) -> list[TracedFigure] | None:
    """At which demand a promise is surely broken first, and its name; None where none is."""
    found = []
    for place, course in enumerate(look["courses"]):
        broken = [float(point["at"]) for point in course["points"] if point["state"] == "broken"]
        if course["kind"] == "objective" and course["name"] and broken:
            found.append((min(broken), place))
    if not found:
        return None
    _, place = min(found)
    at = quoting(*_points(0, place), how=_BROKEN, show=_times, unit=UNIT)
    return [at, quoting("looks", 0, "courses", place, "name")]


def _place_of(look: dict[str, Any], kind: str, name: str) -> int | None:
    courses = enumerate(look["courses"])
    return next((place for place, each in courses if (each["kind"], each["name"]) == (kind, name)), None)


def _breaks(look: dict[str, Any], place: int | None) -> bool:
    return place is not None and any(point["state"] == "broken" for point in look["courses"][place]["points"])


def _points(at: int, place: int | None) -> tuple[str | int, ...]:
    return ("looks", at, "courses", place if place is not None else 0, "points")
