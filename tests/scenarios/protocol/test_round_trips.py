"""Whatever one end of the protocol writes the other reads; what nobody wrote counts as not said."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.behaviour.callers import NOBODY, PRACTICES, Caller
from scenarios.language.outcomes import BUSY, IN_LINE, OUTCOMES, PRIORITIES, SAID_BY_SERVICE
from scenarios.protocol import headers as names
from scenarios.protocol import requests, responses
from tests.fixtures.places import ROOT

KEYS = st.integers(0, 2**64 - 1)
NAMES = st.text(max_size=20).filter(lambda name: name.isprintable())
CALLERS = st.builds(
    Caller,
    population=NAMES,
    region=NAMES,
    practice=st.integers(0, PRACTICES - 1),
    priority=st.integers(0, len(PRIORITIES) - 1),
    specialty=NAMES,
)
SECONDS = st.floats(0.0, 1e6)
SAID = sorted(SAID_BY_SERVICE)
PACKAGES = ("scenarios", "recordings", "simulations", "mock_server", "loadtests", "readiness", "rehearse", "benchmarks")
PROTOCOL = ROOT / "scenarios" / "protocol"


def received(lines: bytes) -> dict[bytes, bytes]:
    """Header lines as the other end gets them."""
    pairs = (line.split(b": ", 1) for line in lines.split(b"\r\n") if line)
    return {name.lower(): value for name, value in pairs}


@given(st.text("0123456789abcdef%-", max_size=12), KEYS)
def test_the_key_arrives(run: str, key: int) -> None:
    there = received(requests.key_line(run) % key)
    assert requests.key_in(there) == key
    assert requests.correlation_id_in(there) == f"{run}-{key:016x}".encode()


@given(NAMES)
def test_the_operation_arrives(name: str) -> None:
    assert requests.operation_in(received(requests.operation_line(name))) == name


@given(CALLERS)
def test_the_caller_arrives(caller: Caller) -> None:
    assert requests.caller_in(received(requests.caller_line(caller))) == caller


def test_a_caller_of_an_earlier_version_is_read_who_says_no_specialty() -> None:
    value = b"practices;north%20west;7;0"
    assert requests.caller_in({b"x-rehearsal-caller": value}) == Caller("practices", "north west", 7, 0, "")
    assert requests.caller_line(Caller("practices", "north west", 7, 0)) == b"X-Rehearsal-Caller: " + value + b"\r\n"
    assert requests.caller_in({b"x-rehearsal-caller": value + b";heart;more"}) == NOBODY


@given(SECONDS)
def test_the_deadline_arrives_to_the_millisecond(left_s: float) -> None:
    said = requests.timeout_s_in(received(requests.timeout_line(left_s)))
    assert said == pytest.approx(left_s, abs=0.0005001)


def test_a_deadline_that_has_passed_is_no_time() -> None:
    assert requests.timeout_s_in(received(requests.timeout_line(-1.0))) == 0.0


@given(SECONDS, SECONDS)
def test_a_ticket_comes_back_as_it_was_given(after_s: float, turn_s: float) -> None:
    answer = dict(responses.in_line_headers(after_s, turn_s))
    ticket = responses.given_ticket_in(answer)
    assert ticket is not None
    assert requests.ticket_in(received(requests.ticket_line(ticket))) == turn_s
    assert responses.outcome_in(202, answer, b"") == IN_LINE
    assert responses.after_s_in(202, answer, IN_LINE) == pytest.approx(after_s, abs=0.0005001)


@given(st.sampled_from(SAID), SECONDS)
def test_the_outcome_arrives(outcome: str, after_s: float) -> None:
    answer = dict(responses.outcome_headers(outcome, after_s))
    status = responses.status_of(outcome)
    number = OUTCOMES.index(outcome)
    assert responses.outcome_in(status, answer, b"") == number
    waits = outcome == "in_line" or status in (429, 503)
    said_s = responses.after_s_in(status, answer, number)
    expected_s = after_s if outcome == "in_line" else math.ceil(after_s)
    assert said_s == pytest.approx(expected_s, abs=0.0005001) if waits else said_s == 0.0


@pytest.mark.parametrize("outcome", [name for name in SAID if name not in ("left_queue", "in_line")])
def test_a_status_alone_says_the_outcome(outcome: str) -> None:
    body = responses.SLOT_GONE.encode() if outcome == "no_slot" else b""
    assert responses.outcome_in(responses.status_of(outcome), {}, body) == OUTCOMES.index(outcome)


def test_who_wants_to_be_apart_is() -> None:
    there = {name.lower().encode(): value.encode() for name, value in requests.APART.items()}
    assert not requests.is_modelled(there)
    assert requests.is_modelled({})


@given(st.binary(max_size=40))
def test_rubbish_says_nothing_and_breaks_nothing(value: bytes) -> None:
    there = Rubbish(value)
    caller, timeout_s, turn_s = requests.caller_in(there), requests.timeout_s_in(there), requests.ticket_in(there)
    assert caller == NOBODY or value.count(b";") == 3
    assert timeout_s is None or value.isdigit()
    assert turn_s is None or math.isfinite(turn_s)
    assert requests.is_modelled(there) or value == b"no"
    assert responses.outcome_in(503, there, b"") == BUSY or value.decode() in SAID_BY_SERVICE
    assert math.isfinite(responses.after_s_in(503, there, BUSY))


@pytest.mark.parametrize(
    "value",
    [
        b"9" * 400,
        b"9" * 5000,
        b"1e999",
        b"nan",
        b"-5",
        b"",
        b"\xff",
        b";;;",
        b"a;b;1;x",
        b"1_000",
        b"a;b;1_0;0",
        b"a;b;+1;0",
        b"a;b; 1;0",
        b"a;b;-1;0",
        b"a;b;1;1_0",
        b"a;b;" + b"9" * 400 + b";0",
        b"a;b;" + "\u0661".encode() + b";0",
    ],
)
def test_what_is_no_number_is_not_said(value: bytes) -> None:
    there = Rubbish(value)
    assert requests.timeout_s_in(there) is None
    assert requests.caller_in(there) == NOBODY
    assert responses.after_s_in(503, there, BUSY) == 0.0
    assert requests.ticket_in(Rubbish(b"1e999")) is None and requests.ticket_in(Rubbish(b"nan")) is None
    for ticket in (b"1_0", b" 1", b"+1", b"1" * 400, b"infinity", b"0x1", "\u0661".encode(), b"1.5e9999"):
        assert requests.ticket_in(Rubbish(ticket)) is None


@pytest.mark.parametrize("value", [b"", b"abc", b"g" * 16, b"run-0123456789abcde_"])
def test_a_correlation_id_without_a_key_has_none(value: bytes) -> None:
    assert requests.key_in(Rubbish(value)) is None


def test_only_the_protocol_spells_its_headers() -> None:
    ours = re.compile(r"x-(rehearsal|correlation)-", re.IGNORECASE)
    spelled = [
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if path.parent != PROTOCOL and ours.search(path.read_text(encoding="utf-8"))
    ]
    assert spelled == []
    assert names.CALLER == b"X-Rehearsal-Caller"


class Rubbish(dict[bytes, bytes]):
    """Every header has this value."""

    def __init__(self, value: bytes) -> None:
        super().__init__({name.lower(): value for name in _all_names()})


def _all_names() -> list[bytes]:
    return [value for value in vars(names).values() if isinstance(value, bytes)]
