"""The sessions of an access log: requests of one client, as far apart as people pause and no farther.

A client is an address with a user agent. Only the sessions that are open are kept, and of those that have ended which
operations they called in which order, counted; so a log of any length is read in bounded memory.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from scenarios.imported.counted_times import CountedMoments, DurationSample
from scenarios.imported.log_lines import Client, LoggedRequest
from scenarios.imported.path_templates import Segments, is_static, segments_of

_TEMPLATES_MOST, _PATHS_MOST, _OPEN_MOST = 20_000, 50_000, 300_000
SESSION_STEPS_MOST: Final = 40  # of a session that is kept as it was; a longer one counts by its operations alone
_SWEEP_EVERY: Final = 50_000
PathTemplate = tuple[str, Segments]


@dataclass(slots=True)
class _Open:
    last_s: float
    calls: list[int]


@dataclass
class LogSummary:
    """What was seen of a log. `paths` counts the sessions that called just these templates, by their numbers in
    `templates`, and `good` the answers below 400; `literal` is the path that each template was first seen as."""

    gap_s: float
    templates: dict[PathTemplate, int] = field(default_factory=dict)
    literal: list[str] = field(default_factory=list)
    calls: list[int] = field(default_factory=list)
    good: list[int] = field(default_factory=list)
    statuses: list[Counter[int]] = field(default_factory=list)
    paths: Counter[tuple[int, ...]] = field(default_factory=Counter)
    starts: CountedMoments = field(default_factory=CountedMoments)
    thinking: DurationSample = field(default_factory=DurationSample)
    requests: int = 0
    sessions: int = 0
    first_s: float = 0.0
    last_s: float = 0.0
    offset_s: int | None = None
    other_offsets: int = 0
    without_offset: int = 0
    backwards: int = 0
    farthest_back_s: float = 0.0
    queries: int = 0
    static: int = 0
    rare: int = 0
    ended_early: int = 0
    forgotten_paths: int = 0


class LogReading:
    """Takes one request after another, and has the summary in the end."""

    def __init__(self, gap_s: float, *, without_static: bool) -> None:
        self.summary = LogSummary(gap_s)
        self._open: dict[Client, _Open] = {}
        self._without_static = without_static

    def add(self, request: LoggedRequest) -> None:
        """The next request of the log."""
        seen = self.summary
        if self._without_static and is_static(request.path):
            seen.static += 1
            return
        place = self._place_of(request)
        if place is None:
            seen.rare += 1
            return
        self._clock(request)
        seen.requests += 1
        seen.queries += request.has_query
        seen.calls[place] += 1
        seen.good[place] += request.status < 400
        seen.statuses[place][request.status] += 1
        self._in_session(request, place)
        if seen.requests % _SWEEP_EVERY == 0:
            self._sweep()

    def finished(self) -> LogSummary:
        """What was seen, with every session ended."""
        for one in self._open.values():
            self._end(one)
        self._open.clear()
        return self.summary

    def _place_of(self, request: LoggedRequest) -> int | None:
        seen, template = self.summary, (request.method, segments_of(request.path))
        place = seen.templates.get(template)
        if place is None and len(seen.templates) < _TEMPLATES_MOST:
            place = seen.templates[template] = len(seen.templates)
            seen.literal.append(request.path)
            seen.calls.append(0)
            seen.good.append(0)
            seen.statuses.append(Counter())
        return place

    def _clock(self, request: LoggedRequest) -> None:
        seen = self.summary
        if not seen.requests:
            seen.first_s = seen.last_s = request.at_s
            seen.offset_s = request.offset_s
        seen.other_offsets += request.offset_s is not None and request.offset_s != seen.offset_s
        seen.without_offset += request.offset_s is None
        if request.at_s < seen.last_s:
            seen.backwards += 1
            seen.farthest_back_s = max(seen.farthest_back_s, seen.last_s - request.at_s)
        seen.first_s, seen.last_s = min(seen.first_s, request.at_s), max(seen.last_s, request.at_s)

    def _in_session(self, request: LoggedRequest, place: int) -> None:
        key = request.client
        session = self._open.get(key)
        if session is not None and request.at_s - session.last_s > self.summary.gap_s:
            self._end(self._open.pop(key))
            session = None
        if session is None:
            if len(self._open) >= _OPEN_MOST:
                self._make_room()
            self.summary.sessions += 1
            self.summary.starts.add(request.at_s)
            self._open[key] = _Open(request.at_s, [place])
            return
        self.summary.thinking.add(max(0.0, request.at_s - session.last_s))
        session.last_s = max(session.last_s, request.at_s)
        if len(session.calls) <= SESSION_STEPS_MOST:
            session.calls.append(place)

    def _end(self, session: _Open) -> None:
        if len(session.calls) > SESSION_STEPS_MOST:
            return
        paths = self.summary.paths
        paths[tuple(session.calls)] += 1
        if len(paths) > _PATHS_MOST:
            kept = paths.most_common(_PATHS_MOST // 2)
            self.summary.forgotten_paths += len(paths) - len(kept)
            self.summary.paths = Counter(dict(kept))

    def _sweep(self) -> None:
        over = [key for key, one in self._open.items() if self.summary.last_s - one.last_s > self.summary.gap_s]
        for key in over:
            self._end(self._open.pop(key))

    def _make_room(self) -> None:
        self._sweep()
        if len(self._open) < _OPEN_MOST:
            return
        oldest = sorted(self._open, key=lambda key: self._open[key].last_s)[: _OPEN_MOST // 10]
        self.summary.ended_early += len(oldest)
        for key in oldest:
            self._end(self._open.pop(key))
