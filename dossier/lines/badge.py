"""Line 2: what kind of evidence there is, how much, how old, and how what was tried differs from the live service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from dossier.evidence.evidence import DossierEvidence
from dossier.form.dossier import DossierLine, Statement
from dossier.lines.ages import age_sentence, has_age, made_on
from dossier.lines.saying import (
    NOT_STATED,
    Quoting,
    about_figures,
    asked_figures,
    caution,
    figure_of,
    missing,
    name_of,
    said,
    summary_figures,
    typed,
)
from scenarios.text.phrases import listed, several

_MOCK: Final = (
    "It was also played in real time against a stand-in made of the same model, which shows that the test works, and"
    " nothing of the real service"
)


_LATE: Final = {"generator": "the load was not sent as it was due", "server": "the stand-in did not keep its time"}


def badge_line(evidence: DossierEvidence) -> DossierLine:
    """The line."""
    return DossierLine(
        "evidence", "Evidence", [*_kind(evidence), *_age(evidence), *_environment(evidence), *_mixed(evidence)]
    )


def _kind(evidence: DossierEvidence) -> Iterator[Statement]:
    run, quoting = evidence.launch, summary_figures(evidence)
    if run.summary.forecast is not None:
        number, span = quoting("forecast", "launches", show=_launches), quoting("forecast", "span")
        yield said("Forecast: {} simulated, each {}.", number, span)
    else:
        yield missing(
            "No forecast: nothing says how launches differ. It is made by", f"rehearse simulate {name_of(evidence)}"
        )
    target = run.summary.target
    if run.summary.measured is None or target is None:
        yield missing(
            "Nothing was measured on a service. That is done by", f"rehearse load {name_of(evidence)} --host URL"
        )
    elif run.flaws:
        where = "a service" if run.was_sent_to_service else "a stand-in made of the same model"
        late = listed([words for part, words in _LATE.items() if any(part in path for path in run.flaws)])
        yield caution(f"It was also played in real time against {where}. That does not count: {late}.")
    elif target.kind == "named target":
        url = quoting("target", "url") if target.url else None
        yield said("Measured in one replay on {}.", url) if url else said("Measured in one replay on a named service.")
    else:
        yield _stand_in(evidence)


def _stand_in(evidence: DossierEvidence) -> Statement:
    """Which minutes were played, and how many requests the replay and the forecast of the same sessions completed."""
    gap, quoting = evidence.launch.summary.gap, summary_figures(evidence)
    if not gap:
        return caution(f"{_MOCK}.")
    ends = [[("gap", name, "completed", which) for name in gap] for which in ("measured", "forecast")]
    figures = [quoting("measured", "span"), *(quoting.of(paths, "sum") for paths in ends)]
    return caution(f"{_MOCK}: {{}} alone, {{}} requests completed there, {{}} in the forecast.", *figures)


def _launches(number: float) -> str:
    return several(round(number), "launch").replace("launchs", "launches")


def _age(evidence: DossierEvidence) -> Iterator[Statement]:
    about = about_figures(evidence)
    launch_on = evidence.notes.notes.launch_on
    if not has_age(about):
        yield caution("How old it is, is not stated.")
    elif launch_on is not None and str(made_on(about).value)[:10] > launch_on.isoformat():
        yield caution("It looks back: it was made on {}, after the launch.", made_on(about))
    else:
        yield age_sentence("Made", about)
    asked = [asked_figures(evidence, answer) for answer in evidence.answers]
    if dated := sorted(filter(has_age, asked), key=lambda each: str(made_on(each).value)):
        paths = [each.trace("began_utc") for each in dated]
        number = figure_of(evidence, "number of traces", paths)
        yield age_sentence("Questions asked beside it: {}, the first", dated[0], number)
    if undated := [each for each in asked if not has_age(each)]:
        titles = [Quoting(evidence, each.folder, "answer.json").trace("title") for each in undated]
        number = figure_of(evidence, "number of traces", titles, lambda number: several(number, "answer"))
        yield caution("How old it is, is not stated of {}.", number)


def _environment(evidence: DossierEvidence) -> Iterator[Statement]:
    lines = evidence.notes.notes.environment
    if not lines:
        yield caution(f"How what was tried differs from the live service: {NOT_STATED}.")
    for at in range(len(lines)):
        yield said("Differs from the live service: {}.", typed(evidence)("environment", at))


def _mixed(evidence: DossierEvidence) -> Iterator[Statement]:
    """What runs differ by that should be alike; nothing of it is averaged."""
    seeds = {run.summary.seed: place for place, run in reversed(list(enumerate(evidence.runs)))}
    if len(seeds) > 1:
        figures = [summary_figures(evidence, place)("seed") for place in sorted(seeds.values())]
        listed = ", ".join(["{}"] * len(figures))
        yield caution(f"The runs were drawn from different random numbers ({listed}): they are not averaged.", *figures)
    first = evidence.launch.about.get("versions") or {}
    if any(_differs(first, run.about.get("versions") or {}) for run in evidence.runs):
        yield caution("The runs were made by different versions: they are not averaged.")


def _differs(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether a part that made both was another; engines need different parts, and give the same figures."""
    return any(one[part] != other[part] for part in one.keys() & other.keys())
