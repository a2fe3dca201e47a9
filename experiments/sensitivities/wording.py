"""At which value of an assumption the verdict changes, in words."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from experiments.headrooms.courses import State
from experiments.sensitivities.assumptions import Assumption
from experiments.sensitivities.following import Followed

VERDICTS: Final = {State.HOLDS: "ready", State.BROKEN: "not ready", State.OPEN: "not enough evidence"}


def followed_words(assumption: Assumption, found: Followed, state: State) -> str:
    """`ready at 7, not ready at 6 (it stands at 8)`, or that every value which was tried comes to the same. `state` is
    what it comes to as it stands."""
    text, verdict = assumption.text, VERDICTS[state]
    if found.after is None:
        is_unsure = state is not State.OPEN and State.OPEN in found.states.values()
        said = f"{verdict} or {VERDICTS[State.OPEN]}" if is_unsure else verdict
        return f"{said} at every value tried, from {text()} to {text(found.reached)}"
    after = f"{VERDICTS[found.states[found.after]]} at {text(found.after)}"
    if found.before == Decimal(1):
        return f"{verdict} as it stands, at {text()}, and {after}"
    return f"{verdict} at {text(found.before)}, {after} (it stands at {text()})"
