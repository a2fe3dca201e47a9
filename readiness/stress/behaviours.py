"""What people and their software do when an answer is late or bad, in words with every value in force."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.wording.assumed import drawn_words
from scenarios.language.behaviours import BackOff, Behaviour
from scenarios.quantities.units import duration_text
from scenarios.text.phrases import only, several, share_words

_JITTERS = {
    "none": "just so long",
    "full": "uniform from 0 to that",
    "equal": "uniform from its half to that",
    "exponential": "exponential with that mean",
    "decorrelated": "uniform from the first to three times the wait before",
}


def behaviour_in_full(behaviour: Behaviour) -> str:
    """One behaviour, such as `waits 30 s for an answer; up to 4 further tries, …; then gives up`."""
    return "; ".join(_parts(behaviour))


def _parts(behaviour: Behaviour) -> Iterator[str]:
    timeout, patience = behaviour.timeout, behaviour.patience
    yield f"waits {drawn_words(timeout)} for an answer" if timeout is not None else "waits for an answer for ever"
    if behaviour.retries == 0:
        yield "does not try again"
    else:
        yield "tries again for ever" if behaviour.retries == "unlimited" else f"up to {_tries(behaviour.retries)}"
    if behaviour.back_off is not None:
        yield _back_off(behaviour.back_off)
    if behaviour.honours_retry_after:
        yield "waits no less than the answer asked for"
    if patience is not None:
        yield f"no further try begins {drawn_words(patience)} after the first"
    ends = {"paper": "what is given up goes on paper", "later": "what is given up is put off", "nothing": ""}
    if ends[behaviour.gives_up_to]:
        yield ends[behaviour.gives_up_to]
    if (back := behaviour.comes_back) is not None:
        most = several(back.times, "time")
        yield f"{share_words(back.share)} come back {drawn_words(back.after)} later, {most} at most"
    yield from _precautions(behaviour)


def _tries(retries: int | str) -> str:
    return "1 further try" if retries == 1 else f"{retries:,} further tries"


def _back_off(back_off: BackOff) -> str:
    longest = f", {duration_text(back_off.longest)} at most" if back_off.longest is not None else ""
    wait = f"{duration_text(back_off.first)} · {back_off.factor:g}^(try − 1){longest}"
    return f"the wait before a try is {_JITTERS[back_off.jitter]}, from {wait}"


def _precautions(behaviour: Behaviour) -> Iterator[str]:
    if (breaker := behaviour.circuit_breaker) is not None:
        yield (
            f"a circuit breaker stops {breaker.stops} when {share_words(breaker.failures)} of at least "
            f"{several(breaker.of_at_least, 'call')} within {duration_text(breaker.within)} failed, "
            f"for {duration_text(breaker.opens_for)}, and then tries {several(breaker.trial_calls, 'call')}"
        )
    if (budget := behaviour.retry_budget) is not None:
        yield f"each first try earns {budget.per_request:g} of a retry, of which {budget.burst:g} are kept at most"
    if (throttling := behaviour.adaptive_throttling) is not None:
        yield (
            f"of the calls of the last {duration_text(throttling.over)} a share "
            f"max(0, (requests − {throttling.k:g} · accepts) / (requests + 1)) is held back"
        )
    if (hedging := behaviour.hedging) is not None:
        more = only(hedging.operations, ", of ")
        yield (
            f"without an answer for {duration_text(hedging.after)} another request of the same call is sent, "
            f"{several(hedging.most, 'time')} at most{more}"
        )
