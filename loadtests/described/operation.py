"""An operation whose scenario says its request, what a good answer is, and what is taken from one."""

from __future__ import annotations

from typing import Protocol

from loadtests.described.answers import AnswerExpectation, AnswerExtraction, ReadAnswer
from loadtests.described.asides import aside
from loadtests.described.reasons import Reasons
from loadtests.described.requests import RequestTemplate
from loadtests.described.values import NotMadeError, SessionValues, ValueSources
from loadtests.http.answers import outcome_of
from loadtests.http.connections import Reply
from loadtests.target.wire import Wire
from scenarios.behaviour.python_journeys import PythonSession
from scenarios.behaviour.steps import Call
from scenarios.language.outcomes import ERROR, GOOD
from scenarios.language.requests import NO_PARTS, Expectation
from scenarios.language.service import OperationSpecification
from scenarios.protocol.requests import operation_line
from scenarios.protocol.responses import is_outcome_named
from scenarios.text.templates import ValueName


class DescribedSession(Protocol):
    """A session that asks: its place in the whole schedule and its key, and its values, once it has any. `said` are
    header lines that go with each of its requests, `asked_path` is the path of the last."""

    number: int
    said: bytes
    values: SessionValues | None
    asked_path: str
    python: PythonSession | None  # where a function performs it

    @property
    def key(self) -> int: ...


class DescribedOperation:
    """One such operation. Raises `TargetNotUsableError` when a file that it uploads cannot be read."""

    def __init__(
        self, name: str, operation: OperationSpecification, wire: Wire, sources: ValueSources, reasons: Reasons
    ) -> None:
        assert operation.http is not None
        self._name, self._sources, self._reasons, self._wire = name, sources, reasons, wire
        self._request, self._named = RequestTemplate(operation.http, wire), operation_line(name)
        self.method = self._request.method
        sources.prepare(ValueName(value) for _, value in operation.http.values())
        self._expected = AnswerExpectation(operation.expect or Expectation())
        self._extractions = [AnswerExtraction(value, rule) for value, rule in operation.extract.items()]

    def message(self, asking: DescribedSession, key: int) -> bytes:
        """The whole request. Raises `NotMadeError` when the session lacks a value for it."""
        try:
            parts = NO_PARTS if asking.python is None else asking.python.parts_of(self._name)
            said = asking.said if parts is NO_PARTS else asking.said + self._named  # its address may be another's
            made = self._request.made(self._values_of(asking), said, key, parts)
        except NotMadeError as error:
            self._reasons.note(self._name, str(error))
            raise
        asking.asked_path = made.path
        return made.message

    def answered(self, asking: DescribedSession, call: Call, reply: Reply, now_s: float) -> int:
        """The outcome of an answered request; its cookies, and what was to be taken from it, are the session's now."""
        values = self._values_of(asking)
        if reply.cookies:
            values.jar.take(reply.cookies, asking.asked_path)
        if is_outcome_named(reply.headers):  # the mock, which knows nothing of a service's words
            if asking.python is not None:
                asking.python.content = None
            return self._by_name(reply, values)
        answer = ReadAnswer(reply)
        fault = self._fault(answer, values)
        if not fault:
            return GOOD
        self._reasons.note(self._name, fault + aside(reply, self._wire))
        if self._expected.has_status(reply):
            return ERROR
        outcome = outcome_of(reply)
        return ERROR if outcome == GOOD else outcome

    def unanswered(self, asking: DescribedSession, call: Call, now_s: float) -> None:
        """What nobody answered leaves nothing behind."""

    def _fault(self, answer: ReadAnswer, values: SessionValues) -> str:
        try:
            fault = self._expected.fault(answer, values)
            faults = [] if fault else [extraction.take(answer, values) for extraction in self._extractions]
        except NotMadeError as error:
            return str(error)
        except Exception as error:  # whatever a library makes of somebody else's answer
            return f"the answer cannot be read: {type(error).__name__}"
        return fault or next(filter(None, faults), "")

    def _by_name(self, reply: Reply, values: SessionValues) -> int:
        outcome = outcome_of(reply)
        if outcome == GOOD:
            for extraction in self._extractions:
                extraction.take_or_make_up(ReadAnswer(reply), values)
        return outcome

    def _values_of(self, asking: DescribedSession) -> SessionValues:
        if asking.values is None:
            asking.values = SessionValues(self._sources, asking.number, asking.key)
            if asking.python is not None:
                asking.values.extracted = asking.python.values
        return asking.values
