"""What was found, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from experiments.launches.outcome import LaunchOutcome
from experiments.sizes.candidates import Tried
from experiments.sizes.leaning import CHANGED_BY
from experiments.sizes.sequential import Decision
from experiments.sizes.size import Check, SizeFinding
from scenarios.text.phrases import listed, several, share_words

DECISION_WORDS = {Decision.HOLDS: "enough", Decision.FAILS: "too little", Decision.OPEN: "not decided"}
MARKS = {Decision.HOLDS: "met", Decision.FAILS: "missed", Decision.OPEN: "open"}  # of cells and dots
# one step less on a fresh seed gets no more launches than say that it does not hold
_BELOW_WORDS = {**DECISION_WORDS, Decision.OPEN: "not shown to be enough"}
_NAMED_MOST = 3


def first_sentence(found: SizeFinding) -> str:
    """The answer."""
    grid, asked = found.grid, found.question
    if found.answer is None:
        return _none(found)
    words = grid.words(found.answer.combination)
    price = f", at a cost of {grid.cost_words(found.answer.combination)}" if grid.is_priced else ""
    what = "smallest" if len(grid.axes) == 1 else "cheapest"
    claim = f"at least {of_100(asked.in_launches)} launches"
    if any(each.test.share != asked.in_launches for each in found.asked):
        claim = "as many launches as each objective asks for"
    sure = f"{share_words(asked.confidence)} sure"
    kept = f"{_objectives(found)} in {claim} ({sure})"
    confirmed = "" if found.is_confirmed else ", but fresh seeds do not confirm it"
    return f"{words}{price}: the {what} shown to meet {kept}; good in {of_number(found.answer)}{confirmed}."


def _none(found: SizeFinding) -> str:
    top = found.grid.words(found.grid.top)
    if not found.objectives:
        return f"No size in the range is enough: with {top}, {_unmet_counts(found)}."
    return f"Nothing in the range, up to {top}, is shown to be enough for {_objectives(found)}."


def _objectives(found: SizeFinding) -> str:
    kept = list(found.objectives)
    every = len(found.question.objectives) == 0 and not found.unmet
    if len(kept) == 1:
        return f"“{kept[0]}”"
    return f"all {len(kept)} objectives" if every else f"the {len(kept)} objectives {_named(kept)}"


def more_sentences(found: SizeFinding) -> Iterator[str]:
    """What follows the answer: what cannot be met, the cliff, the margin, the check, and what it leans on."""
    yield from _unmet_words(found)
    if found.answer is not None:
        yield from filter(None, [_cliff(found), _margin(found), _first_to_fail(found)])
    yield from (_check_words(found, each) for each in found.checks)
    if found.answer is not None and found.leanings:
        yield _leaning_words(found)


def _unmet_words(found: SizeFinding) -> Iterator[str]:
    if not found.unmet:
        return
    fullest = fullest_words(found, found.top_outcomes)
    if not found.objectives:
        yield fullest
        return
    yield (
        f"No size in the range meets {_named(list(found.unmet))}: with {found.grid.words(found.grid.top)},"
        f" {_unmet_counts(found)}. {fullest}"
    )
    if found.answer is not None:
        yield f"What stands above is therefore of the {several(len(found.objectives), 'other objective')} alone."


def _cliff(found: SizeFinding) -> str:
    """Which size collapses, which fails in some launches, which holds."""
    assert found.answer is not None
    tried = sorted(found.tried.values(), key=lambda each: float(found.grid.costs[each.combination]))
    lower = [each for each in tried if each.decision is not Decision.HOLDS and _is_cheaper(found, each)]
    collapsed = [each for each in lower if each.good == 0]
    sometimes = [each for each in lower if each.good > 0]
    brief = found.grid.brief
    parts = []
    if collapsed:
        parts.append(f"{brief(collapsed[-1].combination)} collapses (good in {of_number(collapsed[-1])})")
    if sometimes:
        last = sometimes[-1]
        parts.append(f"{brief(last.combination)} is not good in {last.number - last.good} of {last.number} launches")
    parts.append(f"{brief(found.answer.combination)} holds in {found.answer.good} of {found.answer.number}")
    return f"The cliff: {', '.join(parts)}." if len(parts) > 1 else _no_cliff(found)


def _no_cliff(found: SizeFinding) -> str:
    assert found.answer is not None
    if max(found.answer.combination) == 0:
        return f"It is the smallest asked about; less than {found.grid.words(found.answer.combination)} may do."
    return ""


def _is_cheaper(found: SizeFinding, each: Tried) -> bool:
    assert found.answer is not None
    return bool(found.grid.costs[each.combination] < found.grid.costs[found.answer.combination])


def _margin(found: SizeFinding) -> str:
    more, margin = found.more, share_words(found.question.margin)
    if more is None:
        return ""
    if more.answer is not None:
        words = found.grid.words(more.answer.combination)
        cost = f", at a cost of {found.grid.cost_words(more.answer.combination)}" if found.grid.is_priced else ""
        return f"For {margin} more demand take {words}{cost}, good in {of_number(more.answer)}."
    top = found.grid.words(found.grid.top)
    if more.top.decision is Decision.FAILS:
        return f"With {margin} more demand nothing in the range holds: even with {top}, {_missed_words(more.top)}."
    return f"With {margin} more demand nothing in the range is shown to hold."


def _first_to_fail(found: SizeFinding) -> str:
    """What gives way one step below."""
    lower = [found.tried[each] for each in _below(found) if each in found.tried]
    if not lower or not lower[0].missed:
        return ""
    return (
        f"With {found.grid.words(lower[0].combination)}, {_missed_words(lower[0])}."
        f" {fullest_words(found, found.below_outcomes)}"
    )


def _below(found: SizeFinding) -> list[tuple[int, ...]]:
    return [] if found.answer is None else found.grid.one_step_less(found.answer.combination)


def _check_words(found: SizeFinding, check: Check) -> str:
    words = found.grid.words(check.answer.combination)
    verdict = DECISION_WORDS[check.answer.decision]
    said = f"On a fresh seed ({check.seed}) {words}: good in {of_number(check.answer)}, {verdict}"
    parts = [
        f"{found.grid.brief(each.combination)}: {of_number(each)}, {_BELOW_WORDS[each.decision]}"
        for each in check.below
    ]
    below = f"; one step less, {'; '.join(parts)}" if parts else ""
    confirmed = "That confirms it." if check.is_confirmed else "That does not confirm it, so more was asked for."
    if check is found.checks[-1] and not check.is_confirmed:
        confirmed = "That does not confirm it."
    return f"{said}{below}. {confirmed}"


def _leaning_words(found: SizeFinding) -> str:
    words = found.grid.words(found.answer.combination) if found.answer else ""
    changing = [each for each in found.leanings if each.changes_something]
    share = share_words(float(CHANGED_BY))
    if not changing:
        number = found.leanings[0].base.number if found.leanings else 0
        return (
            f"None of the {several(len(found.leanings), 'assumption')} that touch it, {share} larger or smaller,"
            f" changes what is met in {number} launches."
        )
    first, alike = changing[0], [each for each in changing if each.effect == changing[0].effect]
    side, became = first.worst
    said = (
        f"It leans most on {first.assumption.words}: with {share} {side}, {words} are good in {of_number(became)}"
        f" rather than {first.base.good}."
    )
    others = [each.assumption.words for each in alike[1:]]
    return said + (f" As much on {listed(others[:_NAMED_MOST])}." if others else "")


def fullest_words(found: SizeFinding, outcomes: Sequence[LaunchOutcome]) -> str:
    """Which stations are full in these launches, the one that is full first before the others; or the fullest."""
    if not outcomes or not outcomes[0].phase.stations:
        return ""
    full: dict[str, list[float]] = {}
    for name in outcomes[0].phase.fullest:
        since = [each.phase.stations[name].full_from_s for each in outcomes]
        if moments := [moment for moment in since if moment is not None]:
            full[name] = moments
    said = [
        f"{name} (in {len(full[name])} of {len(outcomes)} launches, at the earliest from"
        f" {found.scenario.moment_text(min(full[name]))})"
        for name in sorted(full, key=lambda name: min(full[name]))[:_NAMED_MOST]
    ]
    if said:
        return f"Full is then {listed(said)}."
    name = outcomes[0].phase.fullest[0] if outcomes[0].phase.fullest else ""
    busy = max(each.phase.stations[name].busy_share_max for each in outcomes) if name else 0.0
    return f"No station is full then; the fullest is {name}, {share_words(busy)} busy at its height." if name else ""


def _unmet_counts(found: SizeFinding) -> str:
    """In how many launches the most of everything misses what it misses."""
    shown = list(found.unmet.items())[:_NAMED_MOST]
    rest = len(found.unmet) - len(shown)
    said = [f"“{name}” is missed in {missed} of {number} launches" for name, (missed, number) in shown]
    return listed([*said, *([f"{several(rest, 'other')}, too"] if rest else [])])


def _missed_words(tried: Tried) -> str:
    shown = list(tried.missed.items())[:_NAMED_MOST]
    return listed([f"“{name}” is missed in {n} of {tried.number} launches" for name, n in shown]) or of_number(tried)


def of_number(tried: Tried) -> str:
    """`12 of 16 launches`."""
    return f"{tried.good} of {tried.number:,} launches"


def of_100(share: float) -> str:
    """`95 in 100`."""
    return f"{share * 100:.4g} in 100"


def _named(names: Sequence[str]) -> str:
    shown = [f"“{name}”" for name in names[:_NAMED_MOST]]
    rest = len(names) - len(shown)
    return listed([*shown, *([several(rest, "other")] if rest else [])])
