"""What the runner of user sessions asks of a clock and of a recorder: the seam between it and its two engines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from scenarios.behaviour.schedule import Draws
from scenarios.behaviour.steps import Call, Site
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


class Observer(Protocol):
    """Who hears of what was recorded, where anybody wants to."""

    def ended(self, waited: Any, due_s: float, took_s: float) -> None:
        """A call (`ClientRequest` or `HedgedCall`) that was due at `due_s` has its outcome after `took_s`."""

    def held_back(self, session: Any, site: Site) -> None:
        """A call was due now and its own software did not send it."""

    def unfinished(self, waited: Any, end_s: float) -> None:
        """A call was sent and the run ended before it did."""
