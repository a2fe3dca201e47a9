"""The annex for engineers: the scenario of the launch by the reporting guideline STRESS-DES, with what made its run."""

from __future__ import annotations

from pathlib import Path

from dossier.evidence.run import RunEvidence
from readiness.stress.items import Described, MadeWith
from readiness.stress.renderings import stress_markdown
from readiness.stress.rows import stress_des


def described_run(run: RunEvidence) -> str:
    """The description as Markdown."""
    engine, versions = run.about.get("engine") or {}, run.about.get("versions") or {}
    machine = run.about.get("machine")
    made = MadeWith(str(engine.get("name", "")), dict(versions), {"machine": str(machine)} if machine else {})
    name = str(run.about.get("scenario") or Path(run.given).name)
    described = Described(name, run.scenario, run.said["scenario.yaml"], made)
    return stress_markdown(run.scenario.title, stress_des(described))
