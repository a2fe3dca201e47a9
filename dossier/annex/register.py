"""The register of assumptions: every number of the launch's scenario and every line typed with it, where it comes from,
and whether anybody has asked what the decision would be with another value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from dossier.evidence.evidence import A_PLACE, DossierEvidence
from dossier.form.dossier import DossierLine, Statement, StatementTable, TracedFigure
from dossier.lines.breaking import of_another
from dossier.lines.saying import Quoting, figure_of, missing, name_of, said, scenario_figures, typed
from experiments.launches.point import Point
from experiments.sensitivities.assumptions import Assumption, assumptions_of
from scenarios.quantities.fields import Place
from scenarios.sources.problems import dotted
from scenarios.text.nearest import unknown_name

_ABOUT: Final = (
    "Every number of the launch's scenario that can be more or less by itself: shares that add up to a whole are not"
    " among them. What has no source in the notes counts as a guess."
)
_COLUMNS: Final = ("assumption", "key", "value", "from", "where the decision turns")
_MOST_SHOWN: Final = 3  # numbers of one assumption, as the sensitivity shows them
_GROUPS: Final = (("assumptions", ""), ("weaker", "varied, and weaker than those that were followed"))


def register_line(evidence: DossierEvidence) -> DossierLine:
    """The register. Raises `ScenarioError` where the notes give a source for what the scenario does not say."""
    run = evidence.launch
    found = assumptions_of(Point(run.texts["scenario.yaml"].decode(), run.given))
    _check_sources(evidence, found)
    answer = evidence.answer("sensitivity")
    head = [said(_ABOUT)]
    if answer is None:
        command = f"rehearse headroom {name_of(evidence)} --sensitivity"
        head.append(missing("Where the decision turns nobody has asked yet. It is asked by", command))
        turns: Mapping[str, Statement] = {}
    else:
        quoting = Quoting(evidence, answer.folder, "answer.json")
        head += of_another(evidence, answer, quoting)
        turns = dict(_turning(answer.said, quoting))
    rows = [_row(evidence, assumption, turns) for assumption in found]
    table = StatementTable(list(_COLUMNS), [*rows, *_typed_rows(evidence)])
    return DossierLine("register", "Register of assumptions", head, table)


def _row(evidence: DossierEvidence, assumption: Assumption, turns: Mapping[str, Statement]) -> list[Statement]:
    quoting = scenario_figures(evidence)
    places = [leaf.place for leaf in assumption.leaves[: assumption.shown] if quoting.has(*leaf.place)]
    source = evidence.notes.notes.sources.get(assumption.key)
    return [
        *_named(evidence, assumption, quoting),
        _value(quoting, places),
        said("{}", typed(evidence)("sources", assumption.key)) if source else said("a guess", mark="open"),
        turns.get(assumption.key, said("not varied")),
    ]


def _named(evidence: DossierEvidence, assumption: Assumption, quoting: Quoting) -> Iterator[Statement]:
    """What people call it, and its key; demand, and how long a fault lasts, the file may say in another way."""
    place = _place_of(assumption)
    if quoting.has(*place):
        for show in (lambda _: assumption.name, str):
            yield said("{}", figure_of(evidence, A_PLACE, [quoting.trace(*place)], show))
        return
    section, *rest = place
    yield said("how long it lasts: {}", quoting.key(section, rest[0])) if rest else said("demand of everybody")
    yield said("–")


def _place_of(assumption: Assumption) -> Place:
    """The place of its key."""
    first = assumption.leaves[0].place
    return next((first[:length] for length in range(1, len(first)) if dotted(first[:length]) == assumption.key), first)


def _value(quoting: Quoting, places: Sequence[Place]) -> Statement:
    """The numbers as they are written, up to three of them."""
    if not places:
        return said("as the scenario stands")
    shown = places[:_MOST_SHOWN]
    figures: list[TracedFigure] = [quoting(*place) for place in shown]
    if len(places) == 1:
        return said("{}", *figures)
    names = [quoting.key(*place) for place in shown]
    more = " and more" if len(places) > len(shown) else ""
    return said(
        ", ".join(["{} {}"] * len(shown)) + more, *(each for pair in zip(names, figures, strict=True) for each in pair)
    )


def _turning(answer: Mapping[str, Any], quoting: Quoting) -> Iterator[tuple[str, Statement]]:
    """What the sensitivity says of each assumption by its key."""
    for group, otherwise in _GROUPS:
        for at, one in enumerate(answer[group]):
            if one["followed"] is not None:
                yield one["key"], said("{}", quoting(group, at, "followed"))
            else:
                yield one["key"], said(otherwise or "varied; the decision does not change within what was tried")
    for key in answer["left_out"]:
        yield key, said("varied, together with others of its sort: they moved no promise much")


def _typed_rows(evidence: DossierEvidence) -> Iterator[list[Statement]]:
    quoting, scenario = scenario_figures(evidence), evidence.launch.scenario
    for at in range(len(scenario.assumptions)):
        line = said("{}", quoting("assumptions", at))
        yield [line, said("–"), said("–"), said("typed with the scenario"), said("–")]
    for name in scenario.sources:
        source = said("{}", quoting("sources", name))
        yield [said("{}", quoting.key("sources", name)), said("–"), said("–"), source, said("–")]


def _check_sources(evidence: DossierEvidence, found: Sequence[Assumption]) -> None:
    """A source is of a key that the scenario has."""
    known = [assumption.key for assumption in found]
    quoting = scenario_figures(evidence)
    wrong: list[tuple[Place, str]] = [
        (("sources", key), unknown_name(key, known))
        for key in evidence.notes.notes.sources
        if key not in known and not quoting.has(*key.split("."))
    ]
    evidence.notes.refuse(wrong)
