"""Looks for a made-up scenario over which the engines differ: `python -m tests.simulations.compiled.search 150 supply`.

Says in what they differ and ends with status 1, or says that they do not.
"""

from __future__ import annotations

import sys

from hypothesis import HealthCheck, Phase, given, settings

from tests.simulations.compiled.both_engines import differ
from tests.simulations.compiled.made_scenarios import MadeScenario, made_scenarios

SEED = 7
NONE_FOUND = "no difference"


class DifferenceError(AssertionError):
    """The engines have recorded different things of a scenario."""


def search(examples: int, features: tuple[str, ...] = ()) -> str:
    """In what they differ, of the first of so many scenarios over which they do. The same ones every time, of what
    every scenario has: journeys, persistence, stations; and of some of these features."""

    @given(made_scenarios(features=features))
    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def compare(made: MadeScenario) -> None:
        if (found := differ(made.scenario, SEED)) is not None:
            raise DifferenceError(found)

    try:
        compare()
    except DifferenceError as found:
        return str(found)
    return NONE_FOUND


if __name__ == "__main__":
    said = search(int(sys.argv[1]), tuple(sys.argv[2:]))
    print(said)
    sys.exit(said != NONE_FOUND)
