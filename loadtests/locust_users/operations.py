"""Operations that Locust users call: their code writes the request, and may say what it thinks of the answer."""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar

from loadtests.described.reasons import Reasons
from loadtests.described.values import NotMadeError
from loadtests.http.answers import outcome_of
from loadtests.http.replies import Reply
from loadtests.locust_users.asked import LocustAnswering
from loadtests.target.headers import header_line
from loadtests.target.refusal import TargetNotUsableError
from loadtests.target.wire import Wire
from scenarios.behaviour.steps import Call
from scenarios.language.outcomes import ERROR, GOOD

_REASON_LONGEST = 80


class LocustAsking(Protocol):
    """Asker session that asks; `locust` where a Locust user performs it. `said` are header lines of its own."""

    said: bytes
    asked_path: str
    locust: LocustAnswering | None


Asker_contra = TypeVar("Asker_contra", bound=LocustAsking, contravariant=True)


class OperationOfSteps(Protocol[Asker_contra]):
    """The operation as other sessions call it."""

    method: str

    def message(self, asking: Asker_contra, key: int) -> bytes: ...
    def answered(self, asking: Asker_contra, call: Call, reply: Reply, now_s: float) -> int: ...
    def unanswered(self, asking: Asker_contra, call: Call, now_s: float) -> None: ...


class LocustOperation(Generic[Asker_contra]):
    """Args: its name, the operation as it is otherwise, the wire, and who hears why answers were not good."""

    def __init__(self, name: str, operation: OperationOfSteps[Asker_contra], wire: Wire, reasons: Reasons) -> None:
        self.method, self._name, self._operation = operation.method, name, operation
        self._wire, self._reasons = wire, reasons

    def message(self, asking: Asker_contra, key: int) -> bytes:
        """The whole request. Raises `NotMadeError` when it cannot be one."""
        if asking.locust is None:
            return self._operation.message(asking, key)
        asked = asking.locust.asking
        assert asked is not None
        asking.asked_path = asked.place.partition("?")[0]
        try:
            lines = b"".join(header_line(name, value) for name, value in asked.headers)
        except TargetNotUsableError as error:
            self._reasons.note(self._name, str(error))
            raise NotMadeError(str(error)) from None
        return self._wire.message(
            asked.method,
            asked.place,
            lines + asking.said,
            asked.body,
            key,
            from_root=True,
            names_agent=any(name.lower() == "user-agent" for name, _ in asked.headers),
        )

    def answered(self, asking: Asker_contra, call: Call, reply: Reply, now_s: float) -> int:
        """The outcome: as the user's code says, or else as the operation expects."""
        said = None if asking.locust is None else asking.locust.answered(reply)
        if said is True:
            return GOOD
        if said is None:
            return self._operation.answered(asking, call, reply, now_s)
        self._reasons.note(self._name, f"failure: {said}"[:_REASON_LONGEST])
        outcome = outcome_of(reply)
        return ERROR if outcome == GOOD else outcome

    def unanswered(self, asking: Asker_contra, call: Call, now_s: float) -> None:
        """Asker request that was sent and got no answer."""
        if asking.locust is None:
            self._operation.unanswered(asking, call, now_s)
