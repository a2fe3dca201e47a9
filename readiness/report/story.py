"""The report's sentences: what an objective asks, how far a run is from it, and what happens over time.

Every figure in them comes from the summary or from a recording.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from readiness.judging.expectations import UNITS
from readiness.report.charts.frame import Text
from readiness.report.charts.series import OverTime, longest
from readiness.summarise import INVALID
from readiness.wording.audit import faults_text
from readiness.wording.figures import amount, count, share_text
from readiness.wording.people import people_sentences
from recordings.evidence import Evidence, Verdict
from recordings.phases import PhaseName, PhaseSummary, StationSummary
from recordings.summary import ObjectiveSummary, Summary
from scenarios.behaviour.steps import GONE, INTENDED
from scenarios.language.objectives import Measured, Objective, measure_family, percentile_of
from scenarios.language.outcomes import OUTCOMES, UNFINISHED
from scenarios.quantities.units import duration_text

FULL = 0.95  # a station is called full while this share of its servers is busy, in the mean over launches
_MOST_REASONS = 4
_BEFORE_UNIT = re.compile(r"(?<=\d) (?=(?:%|ms|s|min|h|days|/ s)(?:\W|$))")

_MEASURES = {
    "response mean": "mean response time of {of}",
    "response pNN": "time within which {nn} % of {of} requests end",
    "response max": "longest response time of {of}",
    "good share": "share of {of} requests answered well",
    "failed share": "share of {of} requests that fail",
    "goodput": "good answers a second to {of} requests",
    "offered rate": "{of} requests a second",
    "sent rate": "requests to {of} sent a second",
    "received rate": "requests to {of} a second that reach the service",
    "time to pNN": "time within which {nn} % of the people who want {of} get there",
    "people share": "share of the people who want {of} that get there",
    "time in line pNN": "time in line for {of} that {nn} % of people do not exceed",
    "session time pNN": "time within which {nn} % of sessions of {of} finish",
    "makespan": "time from the first arrival of {of} to the end of the last session",
    "wait mean": "mean wait for {of}",
    "wait pNN": "wait for {of} that {nn} % do not exceed",
    "waited share": "share of requests that wait for {of}",
    "refused share": "share of requests that {of} turns away",
    "hit share": "share of visits to {of} that a cache spares it",
    "left share": "share of requests that leave the queue for {of}",
    "busy share": "share of busy servers of {of}",
    "idle share": "share of the time with no server of {of} busy",
    "full share": "share of the time with every server of {of} busy",
    "queue mean": "mean queue for {of}",
    "queue max": "longest queue for {of}",
    "in system mean": "mean number served by or waiting for {of}",
    "session good share": "share of sessions of {of} that finish",
    "waiting to retry mean": "mean number of people waiting to try again",
    "achieved share": "share of what was intended that becomes {of}",
    "paper share": "share of intended referrals that go on paper",
    "recovery time": "time until the service has recovered after {of}",
    "slot share": "share of the bookings for {of} that find an appointment slot",
    "slots free min": "fewest free appointment slots of {of}",
    "appointment wait mean": "mean wait of {of} for the appointment",
    "appointment wait pNN": "wait for the appointment that {nn} % of {of} do not exceed",
    "seen in time share": "share of the bookings of {of} with an appointment in time",
    "referrals": "number of referrals: {of}",
    "referral share": "share of referrals: {of}",
    "delay mean": "mean delay from consultation to receipt of referrals: {of}",
    "delay pNN": "delay from consultation to receipt that {nn} % of referrals do not exceed: {of}",
    "late share": "share of referrals received more than {later} after the consultation, or never: {of}",
    "staff time": "people's time: {of}",
    "cost": "cost of channels and people's time, in the scenario's currency",
    "practices using share": "share of practices that use the system at the end",
    "practices in share": "share of practices that got in by the end, of those that tried",
    "backlog max": "most referrals that practices hold",
    "backlog at end": "referrals that practices hold at the end",
    "backlog cleared": "time from the highest backlog until no more than 1 % of it is held",
}


def measure_words(objective: Measured) -> str:
    """What an objective measures, of what, and among whom: `share of the people who want log-on that get there, among
    clinicians, receptionists`."""
    nn = f"{percentile_of(objective.measure) or 0:g}"
    everything = {"operations": "all", "stations": "all stations", "populations": "everybody", "places": "all"}
    everything |= {"specialties": "all specialties", "priorities": "all patients", "activities": "whatever they do"}
    later = duration_text(objective.later_than or 0.0)
    quoted = [f"“{name}”" for name in objective.of] if objective.subject == "faults" else objective.of
    of = ", ".join(quoted) or everything.get(objective.subject, "anything")
    among = f", among {', '.join(objective.among)}" if objective.among else ""
    return _MEASURES[measure_family(objective.measure)].format(of=of, nn=nn, later=later) + among


def limit_words(objective: Objective) -> str:
    """The limit in words: `at most 17 s`, and in how many launches."""
    limit = amount(objective.limit, UNITS[objective.kind])
    words = f"at least {limit}" if objective.at_least is not None else f"at most {limit}"
    if objective.in_launches is None:
        return words
    return f"{words}, in at least {amount(objective.in_launches, 'share')} of launches"


def found(objective: ObjectiveSummary, phase: PhaseName) -> str:
    """An objective's value in one phase in words: `2.4 s`, `80 % of launches`, `longer than 3 min`, `never`, and where
    the recording was too short to see it all `0 % seen, up to 97 % possible`."""
    evidence: Evidence = getattr(objective, phase)
    if evidence.value is None and evidence.never:
        return never_words(evidence)
    if evidence.value is None:
        return "nothing to measure"
    unit = objective.unit if phase == "forecast" else objective.measure_unit
    of = " of launches" if unit == "share of launches" else ""
    words = amount(evidence.value, unit)
    if not evidence.is_open:
        return words + of
    if evidence.up_to is None:
        return f"longer than {words}" if unit == "s" else f"at least {words}{of}"
    return f"{words}{of} seen, up to {amount(evidence.up_to, unit)} possible"


def bad_launches(evidence: Evidence) -> str:
    """In how many launches the limit was missed: `bad in 3 of 20 launches`, and in how many more there was nothing to
    measure; nothing of a single launch."""
    nothing_in = len(evidence.values) - evidence.replications
    if not evidence.replications or len(evidence.values) < 2:
        return ""
    bad = f"bad in {evidence.missed_in or 'none'} of {evidence.replications:,} launches"
    return f"{bad}; nothing to measure in {nothing_in:,}" if nothing_in else bad


def never_words(evidence: Evidence) -> str:
    """A time that some or all launches never saw: `never`, `never in 3 of 20 launches`."""
    if evidence.never >= evidence.replications:
        return "never"
    return f"never in {evidence.never:,} of {evidence.replications:,} launches"


def reasons(summary: Summary, asked_for: dict[str, Objective]) -> Iterator[tuple[str, str, str]]:
    """(verdict, name, figures) of what decides: lost writes, missed objectives, then undecided ones.

    Nothing does when the replay is invalid: the verdict's sentence says why it is.
    """
    if summary.verdict == INVALID:
        return
    audit = summary.measured.audit if summary.measured else None
    if audit and audit.did_not_survive:
        yield Verdict.MISSED, "acknowledged writes survive", f"{faults_text(audit)} of {audit.acknowledged:,}"
    if audit and audit.never_read:
        unread = f"{audit.never_read:,} of {audit.acknowledged:,} could not be read back"
        yield Verdict.NOT_ENOUGH_EVIDENCE, "acknowledged writes survive", unread
    undecided = [each for each in summary.objectives if each.verdict != Verdict.MET]
    undecided.sort(key=lambda each: each.verdict != Verdict.MISSED)
    for each in undecided[:_MOST_REASONS]:
        yield each.verdict, each.name, tight(_figures(each, asked_for[each.name]))
    if len(undecided) > _MOST_REASONS:
        yield "", f"and {len(undecided) - _MOST_REASONS} more", "in the table below"


def _figures(result: ObjectiveSummary, objective: Objective) -> str:
    """An objective's value in forecast and replay, and what was wanted."""
    phases: tuple[PhaseName, ...] = ("forecast", "measured")
    known = [phase for phase in phases if (each := getattr(result, phase)) and (each.value is not None or each.never)]
    values = [f"{phase} {found(result, phase)}" for phase in known]
    if result.forecast and (bad := bad_launches(result.forecast)):
        values.insert(1, bad)
    return f"{', '.join(values) or 'nothing to measure'}; {limit_words(objective)} wanted"


def tight(text: str) -> str:
    """No line break between a number and its unit."""
    return _BEFORE_UNIT.sub("\u00a0", text)


def story(seen: OverTime, phase: PhaseSummary, moment: Text) -> Iterator[str]:
    """What happens, in a few sentences: the peak, the worst span, what fills up, people and paper."""
    if not seen.offered.any():
        yield "Nobody asks for anything."
        return
    peak = int(seen.offered.argmax())
    yield f"Requests peak at {count(seen.offered[peak])} a second at {moment(float(seen.edges_s[peak]))}."
    yield _worst(seen, phase.good_share, moment)
    yield from _stations(seen, phase.stations, moment)
    yield from people_sentences(phase)
    yield from _people(phase)


def _worst(seen: OverTime, good_share: float | None, moment: Text) -> str:
    """What became of requests; those still open at the end say nothing yet of the worst span."""
    ended = (seen.offered - seen.rates[OUTCOMES[UNFINISHED]]) * seen.seconds
    good = seen.good * seen.seconds
    bad = longest((good < ended / 2) & (ended > 0))
    if bad is None:
        share = good_share or 0.0
        which = "All requests get" if share == 1 else f"Of all requests, {share_text(share)} get"
        return f"{which} a good answer."
    start, end = seen.span(bad)
    share = good[bad].sum() / ended[bad].sum()
    which = f"only {share_text(share)} of requests get" if share >= 0.0005 else "hardly any request gets"
    return f"From {moment(start)} to {moment(end)} {which} a good answer."


def _stations(seen: OverTime, stations: dict[str, StationSummary], moment: Text) -> Iterator[str]:
    busy = {name: seen.busy[name] for name in stations}  # none of a replay: a client cannot see them
    full = {name: bins for name, share in busy.items() if (bins := longest(share >= FULL))}
    for name, bins in sorted(full.items(), key=lambda item: item[1].start)[:3]:
        station, (start, end) = stations[name], seen.span(bins)
        servers = "1 server" if station.servers == 1 else f"{station.servers:,} servers"
        if (there := float(seen.available[name][bins].min())) < station.servers - 0.5:
            servers += f", {count(there)} of them there at the fewest"
        waiting = f"; up to {count(station.queue_max)} wait for it" if station.queue_max else ""
        yield f"The station {name} ({servers}) is full from {moment(start)} to {moment(end)}{waiting}."
    if busy and not full:
        name = max(busy, key=lambda each: float(busy[each].max()))
        yield f"No station fills up: {name} comes closest, {share_text(busy[name].max())} busy at its height."


def _people(phase: PhaseSummary) -> Iterator[str]:
    started = sum(each.started for each in phase.sessions.values())
    gave_up = sum(each.gave_up for each in phase.sessions.values())
    if gave_up:
        yield f"{_part(gave_up, started)} sessions give up ({share_text(gave_up / started)})."
    intended, paper = (phase.referrals.get(mark.name, 0.0) for mark in (INTENDED, GONE["paper"]))
    if intended and paper:
        yield f"{_part(paper, intended)} referrals go on paper ({share_text(phase.paper_share or 0.0)})."


def _part(part: float, whole: float) -> str:
    """Both in whole numbers, unless a mean is too small for that."""
    return " of ".join(count(round(mean) if mean >= 10 else mean) for mean in (part, whole))
