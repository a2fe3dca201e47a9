"""A receiver of metrics that fails, refuses or is not there costs a replay nothing, and what it missed is said."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Sequence

import pytest

from loadtests.safety.refused import RefusedError
from rehearse.live.metrics import Reading
from rehearse.live.publishing import Publishing
from rehearse.live.pushing import Pusher
from tests.fixtures.loadtests.metrics_receiver import Receiver, listening_receiver


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening_receiver() as one:
        yield one


def body(readings: Sequence[Reading]) -> bytes:
    return " ".join(f"{reading.at_epoch_s:g}" for reading in readings).encode()


def pushed(url: str, note: Callable[[str], None], readings: int = 5, finish_within_s: float = 10.0) -> None:
    pusher = Pusher(url, body, {}, note, every_s=0.05, finish_within_s=finish_within_s)
    for number in range(readings):
        pusher.add(Reading(float(number)))
    pusher.close()


def test_every_reading_arrives_once_and_in_order(receiver: Receiver) -> None:
    said: list[str] = []
    pushed(f"{receiver.url}/metrics/x", said.append)
    assert b" ".join(receiver.taken("/metrics/x")) == b"0 1 2 3 4"
    assert said == []


@pytest.mark.parametrize("status", [500, 503, 429])
def test_what_was_not_taken_now_is_sent_again(receiver: Receiver, status: int) -> None:
    receiver.statuses += [status]
    said: list[str] = []
    pushed(f"{receiver.url}/metrics/x", said.append)
    assert b" ".join(receiver.taken("/metrics/x")) == b"0 1 2 3 4"
    assert len(said) == 1 and f"answered {status}; the replay goes on" in said[0]


def test_what_is_refused_for_good_is_not_sent_again_and_counted(receiver: Receiver) -> None:
    receiver.statuses += [400] * 50
    said: list[str] = []
    pushed(f"{receiver.url}/metrics/x", said.append)
    assert said[-1] == "5 readings of metrics were not taken by 127.0.0.1: answered 400"
    assert len(said) == 2


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    receiver.statuses += [307] * 50
    said: list[str] = []
    pushed(f"{receiver.url}/metrics/x", said.append)
    assert "answered 307" in said[-1] and receiver.received == []


def test_a_receiver_that_is_not_there_is_said_once_and_costs_what_was_sent_to_it() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/metrics/x"
        said: list[str] = []
        pushed(url, said.append, finish_within_s=4.0)
    assert len(said) == 2 and "cannot be sent" in said[0] and said[1].startswith("5 readings")


def test_a_host_that_nobody_knows_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(RefusedError, match="no address is known"):
        Pusher("http://no-such-host.invalid/x", body, {}, print)


def test_an_address_that_is_taken_is_refused_with_its_name() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        publishing = Publishing(port=port)
        with pytest.raises(RefusedError, match=f"127.0.0.1:{port}"), publishing.published("s", "r", print):
            pass
