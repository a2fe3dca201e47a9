"""A study as a file, `*.experiment.yaml`: which scenario, with which changes, and what is asked of it."""

from __future__ import annotations

from pydantic import Field

from experiments.files.asked_scenario import AskedScenario
from scenarios.language.reading import whole_text
from scenarios.quantities.fields import Part


class Experiment(AskedScenario):
    """What every experiment says; the keys of its question stand beside these."""

    title: str = Field(min_length=1)
    about: str = Field(default="", description="what is asked, and why")
    question: str


def frozen_experiment(title: str, about: str, seed: int | None, question: str, values: Part, scenario: str) -> str:
    """The text of an experiment that asks the same of a scenario that has its changes in it already: what an answer's
    folder keeps."""
    head = {"title": title, "about": about, "scenario": scenario, "seed": seed, "question": question}
    data = {**head, **values.model_dump(mode="json", by_alias=True)}
    return whole_text({key: value for key, value in data.items() if value not in (None, "", [], {})})
