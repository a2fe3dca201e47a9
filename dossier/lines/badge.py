"""Line 2: what kind of evidence there is, how much, how old, and how what was tried differs from the live service."""

from __future__ import annotations

from collections.abc import Iterator

from dossier.evidence.evidence import TODAY, Evidence
from dossier.form.dossier import Figure, Line, Statement
from dossier.lines.saying import NOT_STATED, about_of, caution, figure_of, missing, name_of, said, summary_of, typed
from scenarios.text.phrases import several

_MOCK = (
    "It was also played in real time against a mock made of the same model: that shows that the load test works, and"
    " nothing of the real service."
)


def badge_line(evidence: Evidence) -> Line:
    """The line."""
    return Line("evidence", "Evidence", [*_kind(evidence), *_age(evidence), *_environment(evidence), *_mixed(evidence)])


def _kind(evidence: Evidence) -> Iterator[Statement]:
    run, quoting = evidence.launch, summary_of(evidence)
    if run.summary.forecast is not None:
        yield said("Forecast: {} simulated.", quoting("forecast", "launches", show=_launches))
    else:
        yield missing(
            "No forecast: nothing says how launches differ. It is made by", f"rehearse simulate {name_of(evidence)}"
        )
    target = run.summary.target
    if run.summary.measured is None or target is None:
        yield missing(
            "Nothing was measured on a service. That is done by", f"rehearse load {name_of(evidence)} --host URL"
        )
    elif target.kind == "named target":
        url = quoting("target", "url") if target.url else None
        yield said("Measured in one replay on {}.", url) if url else said("Measured in one replay on a named service.")
    else:
        yield caution(_MOCK)


def _launches(number: float) -> str:
    return several(round(number), "launch").replace("launchs", "launches")


def _age(evidence: Evidence) -> Iterator[Statement]:
    about = about_of(evidence)
    if not about.has("began_utc"):
        yield caution("How old it is, is not stated.")
        return
    days = figure_of(evidence, "days until", [about.trace("began_utc"), TODAY], _days)
    yield said("Made on {}, {} before this page.", about("began_utc", show=lambda text: text[:10]), days)


def _days(number: int) -> str:
    return several(number, "day")


def _environment(evidence: Evidence) -> Iterator[Statement]:
    lines = evidence.notes.notes.environment
    if not lines:
        yield caution(f"How what was tried differs from the live service: {NOT_STATED}.")
    for at in range(len(lines)):
        yield said("Differs from the live service: {}.", typed(evidence)("environment", at))


def _mixed(evidence: Evidence) -> Iterator[Statement]:
    """What runs differ by that should be alike; nothing of it is averaged."""
    for of, path in (("seeds", ("seed",)), ("versions", ("versions",))):
        told: dict[str, Figure] = {}
        for place in range(len(evidence.runs)):
            quoting = about_of(evidence, place)
            if quoting.has(*path):
                figure = quoting(*path, show=lambda value: str(value) if not isinstance(value, dict) else "others")
                told.setdefault(str(figure.value), figure)
        if len(told) > 1 and of == "seeds":
            listed = ", ".join(["{}"] * len(told))
            yield caution(f"The runs have different seeds ({listed}): they are not averaged.", *told.values())
        elif len(told) > 1:
            yield caution("The runs were made by different versions: they are not averaged.")
