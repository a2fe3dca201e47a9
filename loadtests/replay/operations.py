"""A scenario's operations as HTTP: what to send, and what the answer means to the person who asked.

An operation that describes its request is `loadtests.described`'s. One with neither request nor e-RS code is
`POST /operations/NAME` with an empty JSON object. Every request carries a
correlation id: the run's own prefix and the 16 hex digits of the request's key, the same key from which the simulated
twin draws its service times.

Where the scenario has something that asks for it, a request also says who sends it, how long its client will wait, and
which ticket the waiting room gave (`scenarios.protocol.requests`).

Two kinds of refusal are what the person hoped for, and count as good:
- A provider with an empty worklist asks about UBRN 000000000000 (and, of a referral without a letter, for
  the attachment `none`): the service is right to know of no such thing.
- A change tried again after a try that was never answered, and now refused with 409: the first try was done.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol
from urllib.parse import quote

from loadtests.described.operation import DescribedOperation, DescribedSession
from loadtests.described.reasons import Reasons
from loadtests.described.values import ValueSources
from loadtests.ers.calls import CALLS, ErsCall
from loadtests.ers.ledger import Ledger, LedgerEntry
from loadtests.ers.session import ErsSession
from loadtests.http.answers import is_garbled, is_no_outcome, outcome_of, was_refused
from loadtests.http.replies import Reply
from loadtests.locust_users.asked import LocustAnswering
from loadtests.target.wire import Wire
from scenarios.behaviour.steps import Call
from scenarios.language.outcomes import ERROR, GOOD
from scenarios.language.scenario import Scenario
from scenarios.protocol.responses import outcome_in
from scenarios.text.nhs_numbers import nhs_number

_MISSING: Final = frozenset({400, 404, 422})


class Asking(DescribedSession, Protocol):
    """The session that asks: an e-RS user, what goes with each request (whole header lines), and which of the calls was
    never answered."""

    said: bytes
    unanswered: Call | None
    locust: LocustAnswering | None

    @property
    def user(self) -> ErsSession: ...


class HttpOperation(Protocol):
    """One operation over HTTP."""

    method: str

    def message(self, asking: Asking, key: int) -> bytes:
        """The whole request. Raises `NotMadeError` when the session lacks a value that it needs."""

    def answered(self, asking: Asking, call: Call, reply: Reply, now_s: float) -> int:
        """The outcome of an answered request."""

    def unanswered(self, asking: Asking, call: Call, now_s: float) -> None:
        """A request that was sent and got no answer."""


class PlainOperation:
    """An operation that is nothing but its name."""

    method = "POST"

    def __init__(self, name: str, wire: Wire) -> None:
        json_line = b"Content-Type: application/json\r\n"
        self._start, self._rest = wire.template("POST", f"/operations/{quote(name, safe='')}", json_line, b"{}")
        self._beside = wire.beside

    def message(self, asking: Asking, key: int) -> bytes:
        return self._start + self._beside(asking.said) + asking.said + self._rest % key

    def answered(self, asking: Asking, call: Call, reply: Reply, now_s: float) -> int:
        if asking.python is not None:  # only the mock has plain operations, and says nothing of what a service would
            asking.python.content = None
        outcome = outcome_in(reply.status, reply.headers, reply.body)
        if outcome == GOOD and (not reply.is_readable or is_no_outcome(reply)):
            return ERROR
        return outcome

    def unanswered(self, asking: Asking, call: Call, now_s: float) -> None:
        pass


class ErsOperation:
    """An operation that is an e-RS call."""

    def __init__(self, api: str, ers_call: ErsCall, wire: Wire, ledger: Ledger) -> None:
        self.method = api
        self._call, self._wire, self._ledger = ers_call, wire, ledger
        nhs_number(0)  # makes its table, before the start

    def message(self, asking: Asking, key: int) -> bytes:
        request = self._call.build(asking.user)
        path, headers = self._wire.mapped(request.path), self._wire.ers_lines(request.headers)
        return self._wire.message(request.method, path, headers + asking.said, request.body, key)

    def answered(self, asking: Asking, call: Call, reply: Reply, now_s: float) -> int:
        outcome = outcome_of(reply)
        if outcome == GOOD:
            return self._good(asking, call, reply, now_s)
        if not was_refused(reply):
            self.unanswered(asking, call, now_s)
        user = asking.user
        if reply.status in _MISSING and user.lacks(self._call.about):
            return GOOD
        if reply.status == 409 and call.attempt and _same_step(asking.unanswered, call):
            user.version += 1
            return GOOD
        return outcome

    def unanswered(self, asking: Asking, call: Call, now_s: float) -> None:
        asking.unanswered = call
        if self._call.creates:
            user = asking.user
            self._ledger.add(
                LedgerEntry("unknown", user.patient, now_s, organisation=user.organisation, intent=_intent(call))
            )

    def _good(self, asking: Asking, call: Call, reply: Reply, now_s: float) -> int:
        try:
            entry = self._call.read(asking.user, reply)
        except (ValueError, RecursionError):  # no JSON, not of this form, nested without end, or no id or key in it
            entry, is_an_answer = None, False
        else:
            is_an_answer = not is_garbled(reply)
        if not is_an_answer:
            self.unanswered(asking, call, now_s)
            return ERROR  # 200, and no answer to the question
        if entry is not None:
            entry.at_s, entry.intent = round(now_s, 6), _intent(call) if self._call.creates else ""
            self._ledger.add(entry)
        return GOOD


def operations(
    scenario: Scenario,
    wire: Wire,
    ledger: Ledger,
    sources: ValueSources | None = None,
    reasons: Reasons | None = None,
) -> Sequence[HttpOperation]:
    """The scenario's operations in their order; `sources` are what described ones draw their values from, `reasons`
    hears why their answers were not good.

    Raises `ValueError` for an API code that has no row, or for a file that cannot be uploaded.
    """
    found: list[HttpOperation] = []
    sources, reasons = sources or ValueSources(wire.host, wire.has_tls), reasons or Reasons()
    for name, operation in scenario.service.operations.items():
        if operation.http is not None:
            found.append(DescribedOperation(name, operation, wire, sources, reasons))
            continue
        if operation.api is None:
            found.append(PlainOperation(name, wire))
            continue
        row = f"{operation.api} {operation.action or 'book'}" if operation.api == "A016" else operation.api
        if row not in CALLS:
            allowed = sorted({known.partition(" ")[0] for known in CALLS})
            raise ValueError(f"operation {name!r}: found {row}; allowed is one of {', '.join(allowed)}")
        found.append(ErsOperation(operation.api, CALLS[row], wire, ledger))
    return found


def _intent(call: Call) -> str:
    """What a create and its retries have in common."""
    return f"{call.site.key:016x}.{call.visit}"


def _same_step(earlier: Call | None, call: Call) -> bool:
    return earlier is not None and (earlier.site.key, earlier.visit) == (call.site.key, call.visit)
