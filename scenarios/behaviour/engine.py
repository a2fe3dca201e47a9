"""What the runner of user sessions asks of a clock and of a recorder: the seam between it and its two engines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from scenarios.behaviour.schedule import Draws
from scenarios.behaviour.steps import Call, Pause, Site
from scenarios.behaviour.user_session import ClientRequest, HedgedCall, PopulationContext, UserSession

S = TypeVar("S", bound=UserSession)
R = TypeVar("R", bound=ClientRequest)


class SessionClock(Protocol):
    """Seconds since the scenario's midnight."""

    @property
    def now_s(self) -> float:
        """The present."""


class Engine(Protocol[S, R]):
    """Virtual time or HTTP. Moments are seconds since the scenario's midnight."""

    @property
    def clock(self) -> SessionClock:
        """The engine's time."""

    def session(self, context: PopulationContext, draws: Draws, row: int, number: int, start_s: float, /) -> S:
        """A session that is to start."""

    def request(self, session: S, call: Call, done: Callable[[R], None], /) -> R:
        """The request with which a call begins, not sent yet. `done` is to be called with it when it has ended."""

    def hedge(self, hedged: HedgedCall, number: int, done: Callable[[R], None], /) -> R:
        """The same for request `number` (from 0) of a hedged call."""

    def send(self, request: R, /) -> None:
        """Let the service have a request. It may end before this returns."""

    def let_go(self, request: R, /) -> None:
        """Nobody waits for a request any more. Whatever becomes of it, `done` need not be called."""

    def wake_at(self, moment_s: float, callback: Callable[[Any], object], argument: Any, /) -> None:
        """Call `callback(argument)` at a moment."""

    def wake_last_at(self, moment_s: float, callback: Callable[[Any], object], argument: Any, /) -> None:
        """The same, after everything else that happens at this moment, as far as there is such a thing."""


class Cells(Protocol):
    """Where durations are noted: `cells[operation][outcome] += (moment_s, duration_s)`."""

    @property
    def cells(self) -> list[list[list[float]]]: ...


class SparseCells(Protocol):
    """The same where few rows are ever used."""

    @property
    def cells(self) -> dict[int, list[list[float]]]: ...


class SessionRecorder(Protocol):
    """As much of `recordings.recorder.Recorder` as the runner fills."""

    @property
    def responses(self) -> Cells: ...
    @property
    def sessions(self) -> Cells: ...
    @property
    def wishes(self) -> SparseCells: ...
    @property
    def in_line(self) -> SparseCells: ...
    @property
    def hedges(self) -> Sequence[list[float]]: ...
    @property
    def marks(self) -> Mapping[str, list[float]]: ...


class PeopleRecorder(Protocol):
    """As much of `recordings.recorder.Recorder` as is filled where people are followed beyond one session."""

    @property
    def referrals(self) -> Cells: ...
    @property
    def staff(self) -> Cells: ...
    @property
    def firsts(self) -> Sequence[list[float]]: ...
    @property
    def marks(self) -> Mapping[str, list[float]]: ...


class Performing(Protocol):
    """As much of a runner as somebody needs who has people come back."""

    @property
    def contexts(self) -> Sequence[PopulationContext]:
        """What the sessions of each population have in common."""

    @property
    def wake_at(self) -> Callable[..., None]:
        """As an engine's."""

    def session(self, context: PopulationContext, draws: Draws, row: int, number: int, start_s: float, /) -> Any:
        """A session that is to start."""

    def start(self, session: Any) -> None:
        """Start it now."""

    def end_wishes(self, session: Any, ending: int, end_s: float) -> None:
        """What was wanted in a session that ended before is wanted no more."""


class Turnout(Protocol):
    """Who decides whether a session that is due begins, and what becomes of its person afterwards."""

    def begin(self, runner: Performing, now_s: float, /) -> None:
        """The runner is about to start."""

    def comes(self, session: Any) -> bool:
        """Whether a session of the schedule that is due begins now."""

    def paused(self, session: Any, pause: Pause) -> None:
        """A session pauses."""

    def takes(self, session: Any, mark: str, now_s: float) -> bool:
        """Whether a mark is noted by the turnout, and not as it was made."""

    def ended(self, session: Any, ending: int, end_s: float) -> bool:
        """A session has ended. True when its person will come back, who wants the same still."""

    def close(self, end_s: float) -> None:
        """The run is over, and every session has ended."""

    def gauges(self) -> list[float]:
        """The present values of `recordings.recording.PRACTICE_GAUGES`; nothing where there are no practices."""


class Observer(Protocol):
    """Who hears of what was recorded, where anybody wants to."""

    def ended(self, waited: Any, due_s: float, took_s: float) -> None:
        """A call (`ClientRequest` or `HedgedCall`) that was due at `due_s` has its outcome after `took_s`."""

    def held_back(self, session: Any, site: Site) -> None:
        """A call was due now and its own software did not send it."""

    def unfinished(self, waited: Any, end_s: float) -> None:
        """A call was sent and the run ended before it did."""
