"""One point of an experiment: a scenario with something changed in it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from typing import Final

from scenarios.language.reading import read_text
from scenarios.language.scenario import Scenario

# what a scenario says to people, and what says how often it is launched: no launch depends on these
_OF_NO_LAUNCH: Final = {"title", "about", "sources", "assumptions", "changed", "variants", "seed", "replications"}


@dataclass(frozen=True)
class Point:
    """A frozen scenario's `text`, which stands for itself: equal texts are equal points. `name` is how people are told
    of it, `settings` what was changed in it, as `KEY=VALUE`."""

    text: str
    name: str = field(default="", compare=False)
    settings: Sequence[str] = field(default=(), compare=False)

    @cached_property
    def scenario(self) -> Scenario:
        """Raises `ScenarioError`."""
        return read_text(self.text, self.name or "scenario.yaml")

    @cached_property
    def content(self) -> str:
        """A digest of everything on which one of its launches depends, but for the seed: two points that differ in
        their titles have the same launches."""
        said = self.scenario.model_dump(mode="json", exclude=_OF_NO_LAUNCH)
        return blake2b(json.dumps(said, sort_keys=True).encode(), digest_size=16).hexdigest()
