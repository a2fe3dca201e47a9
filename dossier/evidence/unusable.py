"""What cannot be used as evidence, said as a scenario's mistakes are: where, what, and what makes one that can."""

from __future__ import annotations

from pathlib import Path

from scenarios.sources.problems import Problem, ScenarioError


def unusable(path: Path, why: str) -> ScenarioError:
    """One thing wrong with a file or folder."""
    return ScenarioError([Problem(str(path), None, "", why)])
