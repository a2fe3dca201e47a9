"""Line 8: the options side by side, on the same people and the same luck, with what each costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from dossier.evidence.answer import FoundAnswer
from dossier.evidence.evidence import DossierEvidence
from dossier.form.dossier import DossierLine, Statement, StatementTable, TracedFigure
from dossier.form.paths import NothingThereError
from dossier.lines.breaking import UNIT, held_up_to, in_short, of_another
from dossier.lines.saying import NOT_MODELLED, NOT_STATED, Path, Quoting, caution, missing, name_of, said, typed
from dossier.notes.lead_times import is_on_the_day, is_too_late
from dossier.notes.notes import OptionNotes
from scenarios.language.reading import read
from scenarios.quantities.units import duration_text
from scenarios.sources.catalogue import catalogue
from scenarios.text.nearest import unknown_name
from scenarios.text.phrases import share_words

_TITLE: Final = "Options"
_AMOUNTS: Final = ("count", "rate", "working time")  # kinds of measures that grow with the number of people
_OTHER_NUMBER: Final = 0.01  # chance alone makes less, for people are the same
_AS_IT_IS: Final = "as it is"  # what an experiment's file calls it
_COLUMNS: Final = (
    "option", "bad launches", "on paper", "lost", "late", "wait", "holds up to", "price", "ready in",
)  # fmt: skip
_READING: Final = (
    "On paper, lost: of all referrals; late: of two-week waits; typical launch. Wait: in any line, of ninety-nine in a"
    " hundred at most, worst launch. Holds up to: the multiple of the expected demand that keeps every promise."
)
_BEHIND: Final = Statement("What each changes, and promise by promise: behind this page.", link="#intervals")


def options_line(evidence: DossierEvidence) -> DossierLine:
    """The line. Raises `ScenarioError` where the notes price an option that the comparison has not."""
    answer = evidence.answer("compare")
    if answer is None or "options" not in answer.said or not answer.said["options"]:
        words = "What each option would buy, nobody has asked yet. Options are laid side by side by"
        name = name_of(evidence)  # a run's own copy has no variants
        options = "--variants all" if name in catalogue() and read(name).variants else "--option 'NAME: KEY=VALUE'"
        return DossierLine("options", _TITLE, [missing(words, f"rehearse compare {name} {options}")])
    _check_names(evidence, answer)
    quoting = Quoting(evidence, answer.folder, "answer.json")
    head = said(
        "Beside “{}”, {} launches of each, with the same people and luck, where they come.",
        quoting("base", "name"),
        quoting("launches"),
    )
    statements = [
        *of_another(evidence, answer, quoting),
        head,
        said(_READING),
        *other_numbers(answer, quoting, "amounts of those are not compared"),
        *_worse(evidence, answer, quoting),
        _BEHIND,
    ]
    return DossierLine(
        "options", _TITLE, statements, StatementTable(list(_COLUMNS), [*_rows(evidence, answer, quoting)])
    )


def _check_names(evidence: DossierEvidence, answer: FoundAnswer) -> None:
    known = [option["name"] for option in (answer.said["base"], *answer.said["options"])]
    named = [name for name in evidence.notes.notes.options if name not in known]
    evidence.notes.refuse([(("options", name), unknown_name(name, known)) for name in named])


def _rows(evidence: DossierEvidence, answer: FoundAnswer, quoting: Quoting) -> Iterator[list[Statement]]:
    """What the others stand beside, and then each option."""
    places: list[Path] = [("base",), *(("options", at) for at in range(len(answer.said["options"])))]
    for path in places:
        name = quoting(*path, "name")
        yield [
            said("{}, as it is" if path == ("base",) and name.text != _AS_IT_IS else "{}", name),
            *_counted(answer, quoting, (*path, "by_launch")),
            _held(evidence, quoting, path),
            *_typed(evidence, str(name.value)),
        ]


def _counted(answer: FoundAnswer, quoting: Quoting, launches: Path) -> list[Statement]:
    """What its launches came to; an earlier version did not count that."""
    if not quoting.has(*launches):
        return [said("not counted")] * 5
    return [
        _bad(answer, quoting, launches),
        _share(quoting, launches, "on_paper", "referrals"),
        _share(quoting, launches, "lost", "referrals"),
        _share(quoting, launches, "late", "two_week_waits"),
        _wait(quoting, launches),
    ]


def _bad(answer: FoundAnswer, quoting: Quoting, launches: Path) -> Statement:
    figures = [figure for option in answer.said["options"] for figure in option["figures"]]
    if not any(figure["kind"] == "objective" for figure in figures):
        return said("no promise to break")
    missed = (*launches, "missed")
    bad, number = quoting(*missed, how="launches that missed any"), quoting(*missed, how="number")
    mark = "met" if not bad.value else "missed" if bad.value == number.value else "open"
    return said("{} of {}", bad, number, mark=mark)


def _share(quoting: Quoting, launches: Path, part: str, whole: str) -> Statement:
    """Of all in a typical launch; a version before this one did not count all of them."""
    paths: list[Path] = [(*launches, part), (*launches, whole)]
    if not all(quoting.has(*path) for path in paths):
        return said("not counted")
    try:
        return said("{}", quoting.of(paths, "typical share", show=share_words))
    except NothingThereError:
        return Statement(NOT_MODELLED, kind="not modelled")


def other_numbers(answer: FoundAnswer, quoting: Quoting, what_follows: str) -> Iterator[Statement]:
    """Which options have another number of referrals than the base, whose shares alone can be laid beside its own."""
    figures = []
    for at in range(len(answer.said["options"])):
        if (ratio := _other_number(quoting, at)) is not None:
            figures += [quoting("options", at, "name"), ratio]
    if figures:
        listed = ", ".join(["“{}” has {}"] * (len(figures) // 2))
        yield caution(f"Of the referrals of “{{}}” {listed}: {what_follows}.", _base(quoting), *figures)


def _other_number(quoting: Quoting, at: int) -> TracedFigure | None:
    """The referrals of an option as a share of the base's; None where it has as many, but for chance."""
    paths: list[Path] = [(*one, "by_launch", "referrals") for one in (("options", at), ("base",))]
    if not all(quoting.has(*path) for path in paths):
        return None
    try:
        ratio = quoting.of(paths, "typical share", show=share_words)
    except NothingThereError:
        return None
    return ratio if abs(float(ratio.value or 0.0) - 1) >= _OTHER_NUMBER else None


def _base(quoting: Quoting) -> TracedFigure:
    return quoting("base", "name")


def _wait(quoting: Quoting, launches: Path) -> Statement:
    longest = quoting(*launches, "longest_wait_s", how="longest", show=duration_text, unit="s")
    was_longer = quoting(*launches, "was_longer", how="any")
    return said("longer than {}" if was_longer.value and longest.value is not None else "{}", longest)


def _held(evidence: DossierEvidence, quoting: Quoting, path: Path) -> Statement:
    """Of the question how much more demand this very option bears, if anybody has asked it; else what its launches
    say, which are of the expected demand."""
    content = quoting(*path, "content").value if quoting.has(*path, "content") else None
    asked = [each for each in evidence.answers_of("headroom", against="demand") if each.content == content]
    if not asked:
        return _at_expected_demand(quoting, path)
    return held_up_to(Quoting(evidence, asked[0].folder, "answer.json"), asked[0])


def _at_expected_demand(quoting: Quoting, path: Path) -> Statement:
    try:
        times = quoting(
            *path, "by_launch", "missed", how="as it came, if every launch is bad", show=in_short, unit=UNIT
        )
    except NothingThereError:
        return said("not asked")
    return said("not at {}", times)


def _worse(evidence: DossierEvidence, answer: FoundAnswer, quoting: Quoting) -> Iterator[Statement]:
    """Which options surely keep a promise worse than nothing done does: how many promises, and how many better."""
    figures = []
    for at, option in enumerate(answer.said["options"]):
        promises = judged_promises(evidence, option, quoting, at)
        verdicts: list[Path] = [("options", at, "figures", place, "verdict") for place in promises]
        if any(option["figures"][place]["verdict"] == "worse" for place in promises):
            counts = [quoting.of(verdicts, how, str) for how in ("number that are worse", "number that are better")]
            figures += [quoting("options", at, "name"), *counts, quoting.of(verdicts, "number of traces", str)]
    if figures:
        listed = ", ".join(["“{}” in {} (and better in {}) of {} promises"] * (len(figures) // 4))
        yield caution(f"Surely worse than “{{}}”: {listed}.", _base(quoting), *figures)


def judged_promises(evidence: DossierEvidence, option: Mapping[str, Any], quoting: Quoting, at: int) -> list[int]:
    """The places, among an option's figures, of the promises that can be laid beside the base's. Of one with another
    number of referrals those that are amounts cannot: more people take more hours."""
    left_out = _AMOUNTS if _other_number(quoting, at) is not None else ()
    objectives = evidence.launch.scenario.objectives
    amounts = [name for name, each in objectives.items() if each.kind in left_out]
    return [
        place
        for place, figure in enumerate(option["figures"])
        if figure["kind"] == "objective" and figure["name"] not in amounts
    ]


def _typed(evidence: DossierEvidence, name: str) -> list[Statement]:
    noted = evidence.notes.notes.options.get(name, OptionNotes())
    quoting, notes, is_late = typed(evidence), evidence.notes.notes, is_too_late(evidence.notes.notes, noted)
    ends = "{}: too late" if is_late else "{}: last day" if is_on_the_day(notes, noted) else "{}"
    return [
        said("{}", quoting("options", name, "price")) if noted.price else said(NOT_STATED),
        said(ends, quoting("options", name, "lead_time"), mark="missed" * is_late)
        if noted.lead_time
        else said(NOT_STATED),
    ]
