"""How the mock kept its time, in a sentence."""

from __future__ import annotations

from recordings.server_result import ServerResult
from scenarios.quantities.units import duration_text


def server_words(server: ServerResult | None) -> str:
    """The mock's lag and what its processor had left; or that the target says nothing of itself."""
    if server is None:
        return "How the target kept its own time is not known: it is no mock that could be asked."
    if server.lag_ms.p99 is None:
        return "The mock had no modelled request to be late with."
    kept = "The mock kept its time" if server.valid else "The mock did not keep its time"
    left = server.processor_left_least
    idle = "" if left is None else f", its processor had {100 * left:.0f} % left in its busiest second"
    return f"{kept}: lag p99 {duration_text(server.lag_ms.p99 / 1000)}{idle}."
