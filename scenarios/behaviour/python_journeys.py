"""A session that a Python function performs: a generator that yields what the session asks for.

    def buying(session):
        page = yield session.call("home page")
        yield session.think(exponential="5 s")
        if session.choose(buy=0.3, leave=0.7) == "buy":
            yield session.call("order", json={"article": page.match(r'data-sku="(\\w+)"', otherwise="A1")})

It asks for the same calls and pauses as `behave` does, through the same persistence, from the same draws, on both
clocks: its n-th call of an operation has the draws of the n-th round of a loop around it, and so each think and choice.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Generator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Protocol

from pydantic import TypeAdapter, ValidationError

from scenarios.behaviour.distributions import Distribution, distribution_of
from scenarios.behaviour.draws import name_key
from scenarios.behaviour.guards import Guards
from scenarios.behaviour.journeys import SHARE, Plan
from scenarios.behaviour.persistence import Persistence
from scenarios.behaviour.schedule import Draws
from scenarios.behaviour.steps import GONE, INTENDED, Call, Pause, Session, Site
from scenarios.language.outcomes import ANSWERED, FINISHED, GAVE_UP, GOOD, OUTCOMES
from scenarios.language.requests import NO_PARTS, RequestParts
from scenarios.measured.python_files import JourneyFaultError, failed_in
from scenarios.quantities.times import AnyTime
from scenarios.text.nearest import nearest

_STEPS_MOST: Final = 10_000  # of a function that goes on for ever
_FAULTS: Final = (Exception, SystemExit)  # a journey ends no process
_TIME: Final[TypeAdapter[Any]] = TypeAdapter(AnyTime)


class AnswerContent(Protocol):
    """What an answer held, where it came over the wire."""

    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def body(self) -> bytes: ...
    @property
    def text(self) -> str: ...
    def json_or(self, otherwise: Any) -> Any: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """A call that a function asks for; `session.call` makes it."""

    site: Site
    parts: RequestParts
    optional: bool


@dataclass(frozen=True, slots=True)
class GivingUp:
    """The session ends here as one that gave up; `session.give_up` makes it."""


@dataclass(frozen=True, slots=True)
class JourneyAnswer:
    """What came of a call, its retries included. `took_s` is the last try's; in a forecast there is no content."""

    outcome: str
    took_s: float
    content: AnswerContent | None

    @property
    def good(self) -> bool:
        """Whether it came to what its operation calls good."""
        return self.outcome == OUTCOMES[GOOD]

    @property
    def is_simulated(self) -> bool:
        """Whether no service has said anything: in a forecast, of the mock, or because nobody answered."""
        return self.content is None

    @property
    def status(self) -> int:
        """The status code; 0 without content."""
        return 0 if self.content is None else self.content.status

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers by name in lower case."""
        return {} if self.content is None else self.content.headers

    @property
    def body(self) -> bytes:
        """The body without its content encoding."""
        return b"" if self.content is None else self.content.body

    @property
    def text(self) -> str:
        """The body as text."""
        return "" if self.content is None else self.content.text

    def json(self, otherwise: Any = None) -> Any:
        """The body as JSON, or `otherwise` where there is none."""
        return otherwise if self.content is None else self.content.json_or(otherwise)

    def match(self, pattern: str, otherwise: str = "") -> str:
        """The first group of a regular expression's first match (all of it where it has none), or `otherwise`."""
        found = re.search(pattern, self.text)
        group = None if found is None else found[1 if found.re.groups else 0]
        return otherwise if group is None else group


class PythonSession:
    """The session as its function sees it. `number` is its place in the whole schedule, `key` 16 hex digits of its own;
    `values` are what `{name}` in the requests of operations stands for: what answers gave (`extract`) and what the
    function puts there. `asked` is the call under way, `content` of its last answer."""

    def __init__(self, plan: Plan, draws: Draws, row: int, number: int) -> None:
        self._plan, self._draws, self._row = plan, draws, row
        self.number, self.key = number, f"{int(draws.keys[row]):016x}"
        self.values: dict[str, Any] = {}
        self.asked: Asked | None = None
        self.content: AnswerContent | None = None
        self._after, self._seen = "start", Counter[int]()

    def call(self, operation: str, *, optional: bool = False, **parts: Any) -> Asked:
        """Call an operation of the journey's `steps`; yield it, and what comes back is a `JourneyAnswer`.

        A call that fails for good ends the session as one that gave up, unless it is `optional` here or in `steps`.
        `parts` (method, path, query, headers, json, form, body) stand in place of what the operation's `http` says.
        Raises `ValueError` or `TypeError` for an operation that is not among the steps, and for what can be no part.
        """
        sites = self._plan.sites
        if operation not in sites:
            known = ", ".join(sites)
            raise ValueError(f"the steps have no call of {operation!r}, only of {known}{nearest(operation, sites)}")
        if parts and operation not in self._plan.described:
            raise ValueError(f"{operation!r} says nothing of its request (`http`), so no part of that can be given")
        self._after = operation
        return Asked(sites[operation], RequestParts.of(parts) if parts else NO_PARTS, optional)

    def think(self, time: Any = None, **distribution: Any) -> Pause:
        """A think time to yield: `session.think("5 s")`, or a distribution as in a scenario:
        `session.think(exponential="5 s")`. Raises `ValueError` for what is none."""
        return Pause(self._drawn(f"think after {self._after} 1", _distribution(time, distribution)))

    def choose(self, **shares: float) -> str:
        """One of several names with these shares, which add up to 1. Raises `ValueError` when they do not."""
        if not shares or min(shares.values()) < 0 or abs(sum(shares.values()) - 1) > 1e-9:
            raise ValueError(f"the shares must add up to 1; found {shares}")
        drawn, until = self._drawn(f"either after {self._after} 1", SHARE), 0.0
        for name, share in shares.items():
            until += share
            if drawn < until:
                return name
        return name

    def random(self, name: str = "random") -> float:
        """A number between 0 and 1, drawn for this session and this name: the same in each run with the same seed."""
        return self._drawn(f"random {name}", SHARE)

    def give_up(self) -> GivingUp:
        """Yield it to end the session as one that gave up."""
        return GivingUp()

    def parts_of(self, operation: str) -> RequestParts:
        """What was given of the request of an operation; of one that logs on again in between, nothing."""
        asked = self.asked
        return NO_PARTS if asked is None or asked.site.operation != operation else asked.parts

    def next_visit(self, key: int) -> int:
        """How often this place was visited before."""
        visit = self._seen[key]
        self._seen[key] += 1
        return visit

    def _drawn(self, label: str, distribution: Distribution) -> float:
        key = name_key(label)
        return self._draws.value_of_one(self._row, key, self.next_visit(key), distribution)


def performed_in_python(mine: PythonSession, plan: Plan, draws: Draws, row: int, guards: Guards | None) -> Session:
    """One session, performed by the function of its journey. Raises `JourneyFaultError` for whatever that raises."""
    persistence = Persistence(plan, draws, row, guards)
    delivered = plan.carries is None
    if not delivered:
        yield INTENDED
    function = _Function(plan, mine)
    step = function.next_step(None)
    while step is not None:
        answer = None
        if isinstance(step, Pause):
            yield step
        elif isinstance(step, Asked):
            call = Call(step.site, mine.next_visit(step.site.key), 0)
            mine.asked, mine.content = step, None
            outcome = yield from persistence.made(call)
            if outcome[0] != GOOD and not (step.optional or step.site.skips is not None):
                break
            achieved = step.site.achieved
            if achieved is not None and outcome[0] == GOOD:
                yield achieved
                delivered = delivered or achieved.name == plan.delivered_by
            said = OUTCOMES[outcome[0]]
            answer = JourneyAnswer(said, outcome[1], mine.content if said in ANSWERED else None)
        else:
            break
        step = function.next_step(answer)
    else:
        return FINISHED
    function.close()
    if not delivered:
        yield GONE[plan.behaviour.gives_up_to]
    return GAVE_UP


def achieved_if_well(plan: Plan, draws: Draws, row: int, number: int) -> set[str]:
    """What a session achieves when every call goes well, as `journeys.achieved_on_the_way` has it: its function is
    asked once more, with good answers that hold nothing, for as long as it may achieve more. One that cannot do with
    these has achieved what it had till then."""
    assert plan.function is not None
    left, found = {site.achieved.name for site in plan.sites.values() if site.achieved is not None}, set[str]()
    steps, answer = plan.function(PythonSession(plan, draws, row, number)), None
    with suppress(*_FAULTS):
        for _ in range(_STEPS_MOST if left else 0):
            step = steps.send(answer)
            answer = JourneyAnswer(OUTCOMES[GOOD], 0.0, None) if isinstance(step, Asked) else None
            if isinstance(step, Asked) and step.site.achieved is not None:
                found.add(step.site.achieved.name)
            if isinstance(step, GivingUp) or found == left:
                break
        steps.close()
    return found


class _Function:
    """A journey's function under way."""

    def __init__(self, plan: Plan, mine: PythonSession) -> None:
        assert plan.python is not None and plan.function is not None
        self._file, self._name, self._population = plan.python.file, plan.python.function, plan.population
        try:
            self._steps: Generator[Any, Any, Any] = plan.function(mine)
        except _FAULTS as error:  # a decorator may have made anything of it
            raise self._fault(failed_in(self._file, error)) from error
        if not isinstance(self._steps, Generator):
            raise self._fault(
                f"{self._file}: {self._name} gave {type(self._steps).__name__}, and no generator of steps"
            )

    def next_step(self, answer: JourneyAnswer | None) -> Asked | Pause | GivingUp | None:
        """What it asks for next; None at its end. Raises `JourneyFaultError`."""
        try:
            step = self._steps.send(answer)
        except StopIteration:
            return None
        except _FAULTS as error:
            raise self._fault(failed_in(self._file, error)) from error
        if not isinstance(step, Asked | Pause | GivingUp):
            raise self._fault(
                f"{self._file}: {self._name} yielded {type(step).__name__}; what it yields comes from session.call,"
                " session.think or session.give_up"
            )
        return step

    def close(self) -> None:
        """Let its `finally` run. Raises `JourneyFaultError`."""
        try:
            self._steps.throw(GeneratorExit)
        except (GeneratorExit, StopIteration):
            return
        except _FAULTS as error:
            raise self._fault(failed_in(self._file, error)) from error
        raise self._fault(f"{self._file}: {self._name} yields a step when it is to end, as in its `finally`")

    def _fault(self, words: str) -> JourneyFaultError:
        return JourneyFaultError(f"populations.{self._population}: {words}")


def _distribution(time: Any, named: Mapping[str, Any]) -> Distribution:
    if (time is None) == (not named):
        raise ValueError('a think time is a duration such as "5 s", or one distribution such as exponential="5 s"')
    return _read_time(json.dumps(named or time))


@lru_cache(maxsize=1024)
def _read_time(text: str) -> Distribution:
    try:
        return distribution_of(_TIME.validate_python(json.loads(text)))
    except (ValidationError, AssertionError) as error:  # the latter of a fit
        why = error.errors()[0]["msg"] if isinstance(error, ValidationError) else "it cannot be of a file"
        raise ValueError(f"a think time: {why}; given was {text}") from None
