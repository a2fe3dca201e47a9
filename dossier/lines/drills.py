"""Line 11: the failures that were rehearsed, what mended each, and how long it took."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dossier.evidence.evidence import DossierEvidence
from dossier.evidence.run import RunEvidence
from dossier.form.dossier import DossierLine, Statement, StatementTable, TracedFigure
from dossier.form.paths import NothingThereError
from dossier.lines.saying import Quoting, caution, missing, said, scenario_figures, summary_figures
from readiness.wording.figures import count
from recordings.evidence import Verdict
from recordings.summary import Recovery
from scenarios.quantities.units import duration_text, in_two_units

_ITS_END: Final = "its own end"
_AS_BEFORE: Final = "As before: nine in ten good answers; the backlog ends later."
_MENDED: Final = 2  # the column


def withstands(run: RunEvidence) -> bool:
    """Whether every promise is kept although something fails."""
    return run.summary.verdict == Verdict.MET


def drills_line(evidence: DossierEvidence) -> DossierLine:
    """The line."""
    found = [place for place, run in enumerate(evidence.runs) if run.is_drill]
    if not found:
        command = "rehearse list faults"
        return DossierLine(
            "failures", "Failures rehearsed", [missing("No failure was rehearsed: what may fail is listed by", command)]
        )
    rows = [row for place in found for row in _rows(evidence, place)]
    columns = ["failure", "it", "mended by", "answers as before, after its end", "at worst", "in"]
    alike = []
    if all(row[_MENDED] == said(_ITS_END) for row in rows):
        alike = [said(f"Each is mended by {_ITS_END}. {_AS_BEFORE}")]
        columns.pop(_MENDED)
        rows = [[*row[:_MENDED], *row[_MENDED + 1 :]] for row in rows]
    table = StatementTable(columns, rows)
    statements = [
        said("Withstands: every promise is kept although it happens. It is never called ready for that."),
        *(alike or [said(_AS_BEFORE)]),
        *_of_its_own(evidence, [place for place in found if place]),  # the first run is the launch itself
        *(_together(evidence, place) for place in found if len(evidence.runs[place].scenario.faults) > 1),
    ]
    return DossierLine("failures", "Failures rehearsed", statements, table)


def _rows(evidence: DossierEvidence, place: int) -> Iterator[list[Statement]]:
    run = evidence.runs[place]
    quoting, scenario = summary_figures(evidence, place), scenario_figures(evidence, place)
    words = "withstands" if withstands(run) else "does not withstand"
    mark = "met" if withstands(run) else "missed" if run.summary.verdict == Verdict.MISSED else "open"
    if mark == "open":
        words = "not enough evidence"
    verdict = Statement(words, mark=mark, link="" if mark == "met" else "#promises")
    for name, effect in run.summary.faults.items():
        title = scenario.key("faults", name)
        times = effect.times or []
        if not times:
            yield [said("{}", title), verdict, _mended(run, scenario), *[caution("not measured")] * 3]
        for at, time in enumerate(times):
            when = quoting("faults", name, "times", at, "start_s", show=run.scenario.moment_text, unit="s")
            span = [("faults", name, "times", at, end) for end in ("start_s", "end_s")]
            lasts = quoting.of(span, "from one to the other", show=_length, unit="s")
            head = said("{} at {}, for {}", title, when, lasts) if lasts.value else said("{} at {}", title, when)
            yield [head, verdict, _mended(run, scenario), *_recovery(run, quoting, name, at, time)]


def _of_its_own(evidence: DossierEvidence, drills: list[int]) -> Iterator[Statement]:
    """In what the scenarios of some runs differ from the launch's."""
    if not drills:
        return
    launch, words, figures = evidence.launch.scenario, [], []
    if any(evidence.runs[place].scenario.period != launch.period for place in drills):
        words.append("at other hours")
    for name, station in launch.service.stations.items():
        differing = {place: servers for place in drills if (servers := _servers(evidence, place, name)) is not None}
        differing = {place: servers for place, servers in differing.items() if servers != station.servers}
        if differing:
            smallest, path = min(differing, key=lambda place: differing[place]), ("service", "stations", name)
            in_some = "" if len(set(differing.values())) == 1 and len(differing) == len(drills) else " in some"
            quoted = (scenario_figures(evidence, place)(*path, "servers", show=count) for place in (smallest, 0))
            taken, taking = _taken_at_the_launch(evidence, name)
            words.append(f"“{{}}” of {{}}{in_some} (launch: {{}}{taken})")
            figures += [scenario_figures(evidence).key(*path), *quoted, *taking]
    differs = f": {', '.join(words)}" if words else ", which may differ from the launch in more than that"
    yield caution(f"Each in a scenario of its own{differs}.", *figures)


def _taken_at_the_launch(evidence: DossierEvidence, station: str) -> tuple[str, list[TracedFigure]]:
    """How many of a station's servers the launch's own faults take."""
    quoting, words, figures = scenario_figures(evidence), "", list[TracedFigure]()
    for name, fault in evidence.launch.scenario.faults.items():
        path, taken_of = ("faults", name, "servers_lost", "servers"), str(getattr(fault.settings, "station", ""))
        if fault.kind == "servers_lost" and taken_of == station and quoting.has(*path):
            words += ", less {} by “{}”"
            figures += [quoting(*path, show=count), quoting.key("faults", name)]
    return words, figures


def _servers(evidence: DossierEvidence, place: int, name: str) -> int | None:
    station = evidence.runs[place].scenario.service.stations.get(name)
    return station.servers if station is not None else None


def _length(seconds: float) -> str:
    return in_two_units(seconds) or duration_text(seconds)


def _together(evidence: DossierEvidence, place: int) -> Statement:
    """That a launch with several failures has one verdict."""
    names = [scenario_figures(evidence, place).key("faults", name) for name in evidence.runs[place].scenario.faults]
    named = ", ".join(["“{}”"] * len(names))
    return caution(f"One launch, one verdict of all: {named}.", *names)


def _mended(run: RunEvidence, scenario: Quoting) -> Statement:
    """Its end; and the defences that the scenario has."""
    names = list(run.scenario.defences)
    if not names:
        return said(_ITS_END)
    defences = [scenario.key("defences", name) for name in names]
    return said(f"{_ITS_END}, and " + ", ".join(["{}"] * len(names)), *defences)


def _unknown(run: RunEvidence, time: Recovery) -> str:
    """Why nobody knows how long it took."""
    return "nothing before it" if time.start_s <= run.scenario.period[0] else "not measured"


def _recovery(run: RunEvidence, quoting: Quoting, name: str, at: int, time: Recovery) -> list[Statement]:
    which = "forecast" if time.forecast is not None else "measured"
    path = ("faults", name, "times", at, which, "took_s")
    if getattr(time, which) is None or not quoting.has(*path):
        return [caution(_unknown(run, time))] * 3
    of = getattr(time, which).launches
    figures = []
    for how in ("middle", "latest"):
        try:
            figures.append(said("{}", quoting(*path, how=how, show=duration_text, unit="s")))
        except NothingThereError:
            figures.append(said("never seen", mark="missed"))
    never = quoting(*path, how="launches in which it was not", show=str)
    seen = quoting(*path, how="launches in which it was", show=str)
    if never.value:
        figures[1] = said("not seen", mark="missed")
    all_ = quoting(*path, how="number", show=str)
    return [*figures, said("{} of {}" if of else "", seen, all_, mark="missed" if never.value else "")]
