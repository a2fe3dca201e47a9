"""What must be known before an answer is believed, and on what it rests."""

from __future__ import annotations

from collections.abc import Iterator

from experiments.sizes.candidates import larger_that_do_worse
from experiments.sizes.sequential import Decision, least_launches
from experiments.sizes.size import SizeFinding
from experiments.sizes.wording import of_100, of_number
from readiness.judging.evidence import of_launches
from recordings.evidence import Verdict
from scenarios.text.phrases import listed, several, share_words


def cautions(found: SizeFinding) -> Iterator[str]:
    """What must be known before the answer is believed."""
    for small, large, launches in larger_that_do_worse(found.tried):
        yield (
            f"More did worse: {found.grid.words(large)} misses in {launches} of the launches in which"
            f" {found.grid.brief(small)} holds. That less never does better is what the search builds on, so sizes"
            " below one that fails were not all tried."
        )
    for each in found.undecided:
        words = found.grid.words(each.combination)
        yield f"Not decided: {words}, good in {of_number(each)}, which is all that was allowed."
    for check in found.checks:
        for each in check.below:
            if each.decision is Decision.HOLDS:
                yield (
                    f"On the fresh seed {found.grid.words(each.combination)} holds, too: the edge lies within what"
                    " launches differ by."
                )
    yield from _means_missed(found)
    yield from _unmeasured(found)
    asked = found.question
    if asked.in_launches < 0.95:
        least = least_launches(asked.in_launches, asked.confidence)
        yield (
            f"Up to {of_100(1 - asked.in_launches)} launches may fail by this answer: {share_words(asked.in_launches)}"
            f" were asked for, which {least} good launches of {least} show at one look."
        )


def _means_missed(found: SizeFinding) -> Iterator[str]:
    """Objectives that `rehearse simulate` would not call met, for it asks of their mean over the launches."""
    for name, verdict in verdicts_over_all(found).items():
        if verdict is not Verdict.MET:
            yield (
                f"Over all {len(found.answer_outcomes)} launches together “{name}” is {verdict}: `rehearse simulate`"
                " judges it by its mean."
            )


def verdicts_over_all(found: SizeFinding) -> dict[str, Verdict]:
    """What `rehearse simulate` would say of the answer's launches, objective by objective."""
    return {
        name: of_launches(objective, [each.bounds(name) for each in found.answer_outcomes]).verdict
        for name, objective in found.objectives.items()
        if found.answer_outcomes and objective.in_launches is None
    }


def _unmeasured(found: SizeFinding) -> Iterator[str]:
    if found.answer is None:
        return
    for name in found.objectives:
        if all(name in each.unmeasured for each in found.answer.launches):
            yield f"“{name}” has nothing to measure in any launch, so that nothing is known of it."


def basis(found: SizeFinding) -> str:
    """What was simulated, and by what it was decided."""
    asked, sizes = found.question, len(found.tried) or 1
    test = found.asked[0].test if found.asked else None
    looks = "" if test is None else f", after {listed([str(look) for look in test.looks])} launches"
    below, dearer = found.ruled_out
    ruled = (
        f" Ruled out without simulating: {below:,} nowhere larger than one that fails or is not decided, and"
        f" {dearer:,} no cheaper than what holds."
        if below or dearer
        else ""
    )
    return (
        f"{found.launches:,} launches in all. {several(sizes, 'combination')} of {found.grid.costs.size:,}"
        f" tried, on the same draws.{ruled} Each is decided by exact binomial bounds that"
        f" allow for looking again{looks}; the error of saying “enough” is at most {share_words(1 - asked.confidence)}."
    )
