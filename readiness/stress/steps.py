"""What a session does and what the service does for a request, step by step, in words."""

from __future__ import annotations

from collections.abc import Sequence

from readiness.wording.assumed import drawn_words
from scenarios.language.people import Journey, JourneyStep
from scenarios.language.service import OperationSpecification, ServiceStep
from scenarios.text.phrases import share_words


def operation_words(operation: OperationSpecification) -> str:
    """What the service does to answer one request; that nobody has said it, where that is so."""
    return _served(operation.steps) if operation.steps else "not modelled: the service itself answers"


def journey_in_full(journey: Journey) -> str:
    """What one session does, in order."""
    if journey.python is not None:
        return f"as the function {journey.python.function} of {journey.python.file} says, among: {_done(journey.steps)}"
    if journey.locust is not None:
        return f"as the Locust user {journey.locust.user} of {journey.locust.file} does, by: {_done(journey.steps)}"
    return _done(journey.steps)


def _served(steps: Sequence[ServiceStep]) -> str:
    return "; ".join(_one_served(step) for step in steps)


def _one_served(step: ServiceStep) -> str:
    times = f", {step.times:,} times" if step.times > 1 else ""
    if step.use is not None and step.time is not None:
        return f"wait for a server of {step.use}, be served for {drawn_words(step.time)}{times}"
    if step.hold is not None:
        return f"wait for a server of {step.hold} and hold it for: ({_served(step.steps)}){times}"
    assert step.work is not None, "a step is exactly one of use, hold and work"
    return f"work for {drawn_words(step.work)} with what is held{times}"


def _done(steps: Sequence[JourneyStep]) -> str:
    return "; ".join(_one_done(step) for step in steps) or "nothing"


def _one_done(step: JourneyStep) -> str:
    if step.think is not None:
        return f"think for {drawn_words(step.think)}"
    if step.either is not None:
        return "; or ".join(f"in {share_words(way.share)}: ({_done(way.steps)})" for way in step.either)
    if step.repeat is not None:
        often = "for ever" if step.repeat.times == "forever" else f"{step.repeat.times:,} times"
        return f"{often}: ({_done(step.repeat.steps)})"
    more = [f"which achieves “{step.achieves}”"] if step.achieves else []
    more += [f"waiting {drawn_words(step.timeout)} at most"] if step.timeout is not None else []
    more += ["going on if it fails"] if step.optional else []
    more += [f"and if it fails: ({_done(step.otherwise)})"] if step.otherwise else []
    return ", ".join([f"call {step.call}", *more])
