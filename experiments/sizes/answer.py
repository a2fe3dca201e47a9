"""The answer to how much is enough: sentences, tables, the chart of risk, and data for programs."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from experiments.answers.answer import Answer, Cell, Column, Table, Value
from experiments.sizes.candidates import Tried
from experiments.sizes.cautions import basis, cautions, verdicts_over_all
from experiments.sizes.leaning import CHANGED_BY, Leaning
from experiments.sizes.risk_chart import risk_chart
from experiments.sizes.sequential import Decision
from experiments.sizes.size import Check, SizeFinding
from experiments.sizes.wording import DECISION_WORDS, MARKS, first_sentence, more_sentences
from readiness.wording.figures import share_text
from scenarios.text.phrases import share_words


def size_answer(found: SizeFinding, title: str) -> Answer:
    """The answer; `title` is the scenario's."""
    return Answer(
        kind="size",
        title=title,
        sentences=[first_sentence(found), *more_sentences(found)],
        status=_status(found),
        basis=basis(found),
        tables=[_sizes(found), *([_leanings(found)] if found.leanings else [])],
        charts=[risk_chart(found)] if found.tried else [],
        cautions=list(cautions(found)),
        data=_data(found),
    )


def _status(found: SizeFinding) -> str:
    if found.unmet or (found.answer is None and not found.undecided and not found.checks):
        return "missed"
    return "met" if found.is_confirmed and found.answer is not None else "no verdict"


def by_cost(found: SizeFinding) -> list[Tried]:
    """What was simulated, from little to much; the most of everything where nothing else was."""
    tried = list(found.tried.values()) or [found.top]
    return sorted(tried, key=lambda each: (float(found.grid.costs[each.combination]), each.combination))


def _sizes(found: SizeFinding) -> Table:
    axes = found.grid.axes
    columns = [
        *(Column(axis.key.replace(".", "_").replace(" ", "_"), axis.name) for axis in axes),
        *([Column("cost", "cost")] if found.grid.is_priced or len(axes) > 1 else []),
        Column("verdict", "verdict", is_words=True),
        Column("launches", "launches"),
        Column("good_launches", "good"),
        Column("good_share_low", "good at least"),
        Column("good_share_high", "good at most"),
        Column("missed", "what was missed, in how many launches", is_words=True),
    ]
    note = (
        f"Good launches meet every objective that is judged. “At least” and “at most”: in all launches, each with"
        f" {share_words(found.question.confidence)} confidence, from that many launches looked at once."
    )
    return Table("sizes", "Sizes that were simulated", columns, [_row(found, each) for each in by_cost(found)], note)


def _numbers(texts: Sequence[str]) -> Sequence[Value]:
    """The values of a key as files have them: whole numbers or numbers where all are, else as they are written."""
    with suppress(ValueError):
        return [int(text) for text in texts]
    with suppress(ValueError):
        return [float(text) for text in texts]
    return texts


def _row(found: SizeFinding, tried: Tried) -> list[Cell]:
    low, high = tried.share_interval
    grid, missed = found.grid, tried.missed
    values = [
        Cell(_numbers(axis.texts)[at], axis.texts[at]) for axis, at in zip(grid.axes, tried.combination, strict=True)
    ]
    is_costly = grid.is_priced or len(grid.axes) > 1
    return [
        *values,
        *([Cell(float(grid.costs[tried.combination]), grid.cost_words(tried.combination))] if is_costly else []),
        Cell(_verdict(found, tried), _verdict(found, tried), MARKS[tried.decision]),
        Cell(tried.number, f"{tried.number:,}"),
        Cell(tried.good, f"{tried.good:,}"),
        Cell(low, share_text(low)),
        Cell(high, share_text(high)),
        Cell(
            ", ".join(f"{name}: {n}" for name, n in missed.items()), ", ".join(f"{k} ({n})" for k, n in missed.items())
        ),
    ]


def _verdict(found: SizeFinding, tried: Tried) -> str:
    """What is decided; of a size that got no more launches because a smaller one may do, that it may be enough."""
    is_passed_over = tried.decision is Decision.OPEN and tried not in found.undecided
    return "may be enough" if is_passed_over else DECISION_WORDS[tried.decision]


def _leanings(found: SizeFinding) -> Table:
    share = share_words(float(CHANGED_BY))
    columns = [
        Column("assumption", "assumption", is_words=True),
        Column("keys", "keys", is_words=True),
        Column("launches", "launches each"),
        Column("good_as_it_stands", "good as it stands"),
        Column("good_with_less", f"{share} less"),
        Column("good_with_more", f"{share} more"),
    ]
    note = "On the very draws of the answer, so that each difference is the assumption’s. The first matters most."
    rows = [_leaning_row(each) for each in found.leanings]
    return Table("assumptions", "What the answer leans on", columns, rows, note)


def _leaning_row(leaning: Leaning) -> list[Cell]:
    keys = leaning.assumption.keys
    shown = keys[0] if len(keys) == 1 else f"{keys[0]} and {len(keys) - 1} more"
    return [
        Cell(leaning.assumption.words, leaning.assumption.words),
        Cell(" ".join(keys), shown),
        Cell(leaning.base.number, f"{leaning.base.number:,}"),
        *(_good(each) for each in (leaning.base, leaning.less, leaning.more)),
    ]


def _good(tried: Tried | None) -> Cell:
    return Cell(None, "–") if tried is None else Cell(tried.good, f"{tried.good:,}")


def _data(found: SizeFinding) -> dict[str, Any]:
    asked = found.question
    return {
        "in_launches": asked.in_launches,
        "confidence": asked.confidence,
        "margin": asked.margin,
        "objectives": list(found.objectives),
        "unmet_at_the_top": {name: {"missed_in": n, "launches": of} for name, (n, of) in found.unmet.items()},
        "answer": _size_data(found, found.answer),
        "is_confirmed": found.is_confirmed,
        "with_margin": None if found.more is None else _size_data(found, found.more.answer),
        "checks": [_check_data(found, each) for each in found.checks],
        "sizes": [_size_data(found, each) for each in by_cost(found)],
        "combinations": found.grid.costs.size,
        "ruled_out": {"below_one_that_fails": found.ruled_out[0], "dearer_than_the_answer": found.ruled_out[1]},
        "assumptions": [_leaning_data(each) for each in found.leanings],
        "over_all_launches": {name: str(verdict) for name, verdict in verdicts_over_all(found).items()},
        "launches": found.launches,
    }


def _size_data(found: SizeFinding, tried: Tried | None) -> dict[str, Any] | None:
    if tried is None:
        return None
    low, high = tried.share_interval
    return {
        "settings": {axis.key: axis.texts[at] for axis, at in zip(found.grid.axes, tried.combination, strict=True)},
        "cost": float(found.grid.costs[tried.combination]) if found.grid.is_priced else None,
        "decision": str(tried.decision),
        "launches": tried.number,
        "good_launches": tried.good,
        "good_share_low": low,
        "good_share_high": high,
        "missed_in": dict(tried.missed),
    }


def _check_data(found: SizeFinding, check: Check) -> dict[str, Any]:
    return {
        "seed": check.seed,
        "is_confirmed": check.is_confirmed,
        "answer": _size_data(found, check.answer),
        "one_step_less": _each(found, check.below),
    }


def _each(found: SizeFinding, tried: Sequence[Tried]) -> list[dict[str, Any] | None]:
    return [_size_data(found, each) for each in tried]


def _leaning_data(leaning: Leaning) -> dict[str, Any]:
    return {
        "assumption": leaning.assumption.words,
        "keys": leaning.assumption.keys,
        "launches": leaning.base.number,
        "good_as_it_stands": leaning.base.good,
        "good_with_less": None if leaning.less is None else leaning.less.good,
        "good_with_more": None if leaning.more is None else leaning.more.good,
    }
