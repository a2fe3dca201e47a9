"""Line 11: the failures that were rehearsed, what mended each, and how long it took."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dossier.evidence.evidence import DossierEvidence
from dossier.evidence.run import RunEvidence
from dossier.form.dossier import DossierLine, Statement, StatementTable, TracedFigure
from dossier.form.paths import NothingThereError
from dossier.lines.losing_servers import least_servers
from dossier.lines.open_conditions import failures_to_accept, open_conditions
from dossier.lines.own_scenario import differing, servers_of
from dossier.lines.saying import Quoting, caution, missing, said, scenario_figures, summary_figures, typed
from readiness.wording.figures import count
from recordings.evidence import Verdict
from recordings.summary import Recovery
from scenarios.quantities.units import duration_text, in_two_units

_ITS_END: Final = "its own end"
_AS_BEFORE: Final = (
    "Recovers: from then until nine in ten answers are as good as before; the backlog ends later. In brackets: the"
    " condition."
)
_MENDED: Final = 2  # the column
_OPEN: Final = ("open", "not enough evidence")


def drills_line(evidence: DossierEvidence) -> DossierLine:
    """The line."""
    found = [place for place, run in enumerate(evidence.runs) if run.is_drill]
    if not found:
        command = "rehearse list faults"
        return DossierLine(
            "failures", "Failures rehearsed", [missing("No failure was rehearsed: what may fail is listed by", command)]
        )
    rows = [row for place in found for row in _rows(evidence, place)]
    columns = ["failure", "it", "mended by", "recovers", "at worst", "recovered"]
    alike = []
    if all(row[_MENDED] == said(_ITS_END) for row in rows):
        alike = [said(f"Each ends by itself, and no repair was rehearsed. {_AS_BEFORE}")]
        columns.pop(_MENDED)
        rows = [[*row[:_MENDED], *row[_MENDED + 1 :]] for row in rows]
    table = StatementTable(columns, rows)
    statements = [
        said("Withstands: every promise judged there is kept all the same; it is never called ready."),
        *(alike or [said(_AS_BEFORE)]),
        *_of_its_own(evidence, [place for place in found if place]),  # the first run is the launch itself
    ]
    return DossierLine("failures", "Failures rehearsed", statements, table)


def _rows(evidence: DossierEvidence, place: int) -> Iterator[list[Statement]]:
    run = evidence.runs[place]
    quoting, scenario = summary_figures(evidence, place), scenario_figures(evidence, place)
    verdict = _verdict(evidence, place)
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


def _verdict(evidence: DossierEvidence, place: int) -> Statement:
    """Whether every promise is kept although it happens, and what comes of it where not. What fails in the launch
    itself is nothing to accept: the launch is judged as it is."""
    run = evidence.runs[place]
    if not place:
        # what each of several does is not told apart
        breaks = "; together they break promises" if len(run.scenario.faults) > 1 else ", which breaks promises"
        of_launch = {"met": ", which keeps every promise", "missed": breaks}
        return Statement("part of the launch" + of_launch.get(run.summary.verdict, "; not enough evidence"))
    if run.withstands:
        words, figures = with_more_servers(evidence, place)
        return Statement(f"withstands{words}", figures, mark="open" if figures else "met")
    mark, words = ("missed", "does not withstand") if run.summary.verdict == Verdict.MISSED else _OPEN
    for condition in open_conditions(evidence):
        if condition.run == place:
            return Statement(f"{words} ({{}})", [condition.number], mark=mark, link="#conditions")
    noted_as = next(failure.noted_as for failure in failures_to_accept(evidence) if failure.run == place)
    return Statement(f"{words}, {{}}", [typed(evidence)("failures", noted_as, "state")], mark=mark, link="#conditions")


def with_more_servers(evidence: DossierEvidence, place: int) -> tuple[str, list[TracedFigure]]:
    """Of which stations it had more servers than the launch has at its least, for then the launch may not."""
    words, figures = list[str](), list[TracedFigure]()
    for name in evidence.launch.scenario.service.stations if place else ():
        servers, least = servers_of(evidence, place, name), least_servers(evidence, name)
        if servers is not None and servers > float(least.value or 0):
            quoting, path = scenario_figures(evidence, place), ("service", "stations", name)
            words.append("{} “{}” (launch: {})")
            figures += [quoting(*path, "servers", show=count), quoting.key(*path), least]
    return (f", but with {' and '.join(words)}" if words else ""), figures


def _of_its_own(evidence: DossierEvidence, drills: list[int]) -> Iterator[Statement]:
    """In what the scenarios of some runs differ from the launch's."""
    if drills:
        words, figures = differing(evidence, drills)
        differs = f": {', '.join(words)}" if words else ", which may differ from the launch in more than that"
        others = "Each" if len(drills) == sum(run.is_drill for run in evidence.runs) else "The others each"
        yield Statement(f"{others} in a scenario of its own{differs}.", figures, kind="caution", link="#coverage")


def _soon(seconds: float) -> str:
    return duration_text(seconds) if seconds else "at once"


def _length(seconds: float) -> str:
    return in_two_units(seconds) or duration_text(seconds)


def _mended(run: RunEvidence, scenario: Quoting) -> Statement:
    """Its end; and the defences that the scenario has."""
    names = list(run.scenario.defences)
    if not names:
        return said(_ITS_END)
    defences = [scenario.key("defences", name) for name in names]
    return said(f"{_ITS_END}, and " + ", ".join(["{}"] * len(names)), *defences)


def _unknown(run: RunEvidence, time: Recovery) -> str:
    """Why nobody knows how long it took: of what fails from the beginning there is no before to come back to."""
    return "cannot be told" if time.start_s <= run.scenario.period[0] else "not measured"


def _recovery(run: RunEvidence, quoting: Quoting, name: str, at: int, time: Recovery) -> list[Statement]:
    which = "forecast" if time.forecast is not None else "measured"
    path = ("faults", name, "times", at, which, "took_s")
    if getattr(time, which) is None or not quoting.has(*path):
        return [caution(_unknown(run, time)), *[caution("–")] * 2]
    of = getattr(time, which).launches
    figures = []
    for how in ("middle", "latest"):
        try:
            figures.append(said("{}", quoting(*path, how=how, show=_soon, unit="s")))
        except NothingThereError:
            figures.append(said("never seen", mark="missed"))
    never = quoting(*path, how="launches in which it was not", show=str)
    seen = quoting(*path, how="launches in which it was", show=str)
    if never.value:
        figures[1] = said("not seen", mark="missed")
    all_ = quoting(*path, how="number", show=str)
    return [*figures, said("{} of {}" if of else "", seen, all_, mark="missed" if never.value else "")]
