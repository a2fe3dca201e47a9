"""The evidence that a dossier's notes ask for: runs to be made, and questions to be asked."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from experiments.files.asked_scenario import AskedScenario
from experiments.varying.written import Names
from scenarios.quantities.fields import Part, Short


class WantedRun(AskedScenario):
    """A run: how many launches are simulated (as many as the scenario says, when None), and whether its window is
    replayed against the mock server, too."""

    launches: int | None = Field(default=None, ge=2, le=10_000, description="how many launches are simulated")
    replayed: bool = Field(default=False, description="its window is replayed against the mock server, too")


def _named(found: Any) -> Any:
    """A name by itself is the scenario as it is."""
    return {"scenario": found} if isinstance(found, str) else found


class WantedEvidence(Part):
    """All of it; the first run is of the launch that is decided about."""

    runs: list[Annotated[WantedRun, BeforeValidator(_named), Short({"type": "string"})]] = Field(
        min_length=1, description="scenarios to run, the launch that is decided about first"
    )
    questions: Names = Field(
        default_factory=list, description="experiments to ask: catalogue names, or files beside this one"
    )
