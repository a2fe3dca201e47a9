"""What people and their software do when an answer is late or bad, in words: patience, tries, precautions."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.wording.assumed import drawn_words
from readiness.wording.followed import long_words
from scenarios.language.behaviours import BackOff, Behaviour
from scenarios.text.phrases import listed, share_words

_GIVEN_UP = {"paper": "goes to paper", "later": "is left for later", "nothing": ""}


def behaviour_words(behaviour: Behaviour | None) -> list[str]:
    """Each thing that is done, a phrase; of a population without a behaviour that it waits for ever."""
    if behaviour is None:
        return ["waits for ever, and never tries again"]
    return [*_patience(behaviour), *_precautions(behaviour)]


def _patience(behaviour: Behaviour) -> Iterator[str]:
    waits = "for ever" if behaviour.timeout is None else drawn_words(behaviour.timeout)
    yield f"waits for an answer: {waits}"
    if behaviour.retries == 0 or behaviour.back_off is None:
        yield "does not try again"
    else:
        often = "without end" if behaviour.retries == "unlimited" else f"{behaviour.retries:,} times at most"
        if behaviour.retries == 1:
            often = "once"
        asked = ", and as long as a failed answer says" if behaviour.honours_retry_after else ""
        yield f"tries again {often}, {_back_off(behaviour.back_off)}{asked}"
    if behaviour.patience is not None:
        yield f"patience: no new try after {drawn_words(behaviour.patience)}"
    if given_up := _GIVEN_UP[behaviour.gives_up_to]:
        yield f"who gives up: the referral {given_up}"
    if (back := behaviour.comes_back) is not None and back.share:
        times = "once" if back.times == 1 else f"up to {back.times:,} times"
        yield f"{share_words(back.share)} of those who give up come back {times}, after {drawn_words(back.after)}"


def _back_off(wait: BackOff) -> str:
    longer = f", each wait {wait.factor:g} times as long" if wait.factor != 1 else ""
    longest = f", {long_words(wait.longest)} at most" if wait.longest else ""
    first = long_words(wait.first)
    later = {
        "none": f"{first} later",
        "full": f"up to {first} later",
        "equal": f"{long_words(wait.first / 2)} to {first} later",
        "exponential": f"{first} later in the mean (exponential)",
        "decorrelated": f"{first} later or up to three times the wait before",
    }
    return f"{later[wait.jitter]}{longer}{longest}"


def _precautions(behaviour: Behaviour) -> Iterator[str]:
    """What the software does to protect the service."""
    if (breaker := behaviour.circuit_breaker) is not None:
        what = "nothing is sent" if breaker.stops == "everything" else "nothing is tried again"
        of = f"{share_words(breaker.failures)} of at least {breaker.of_at_least:,} calls"
        pause = f" for {long_words(breaker.opens_for)}" if breaker.stops == "everything" else ""
        yield f"circuit breaker: {what}{pause} when {of} within {long_words(breaker.within)} failed"
    if (budget := behaviour.retry_budget) is not None:
        yield f"retry budget: {budget.per_request:g} of a try more for each first one, {budget.burst:g} in store"
    if (throttle := behaviour.adaptive_throttling) is not None:
        yield f"throttling: {throttle.k:g} calls for each that was accepted over {long_words(throttle.over)}"
    if (hedge := behaviour.hedging) is not None:
        of = f" of {listed(hedge.operations)}" if hedge.operations else ""
        yield f"hedging{of}: up to {hedge.most} more after {long_words(hedge.after)} without an answer"
