"""A target's metrics are read at even intervals, and one that cannot be read ends nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client import generate_latest

from loadtests.safety.refused import RefusedError
from loadtests.target.tls import TlsSettings
from recordings.scrapes import Scrape, add_scrape, read_scrapes
from rehearse.live.metrics import LiveMetrics
from rehearse.live.scraping import SCRAPE_AUTHORIZATION, Scraper, metrics_in, scrape_interval_s
from scenarios.protocol.process_messages import ReplayRequests, RequestTally
from tests.fixtures.loadtests.leaking_server import LeakingServer

TEXT = """\
# TYPE memory_bytes gauge
memory_bytes 1e6
# TYPE queue gauge
queue{name="a b",of="x"} 3
queue{name="c",of="x"} NaN
# TYPE answers_total counter
answers_total{code="200"} 17
answers_created{code="200"} 1.5e9
# TYPE took_seconds histogram
took_seconds_bucket{le="0.1"} 2
took_seconds_bucket{le="+Inf"} 3
took_seconds_sum 0.5
took_seconds_count 3
plain 4
plain_total 5
# TYPE orders_created gauge
orders_created 6
"""


@pytest.fixture
def notes() -> list[str]:
    return []


@pytest.fixture
def server() -> Iterator[LeakingServer]:
    leaking = LeakingServer(scrapes=3)
    yield leaking
    leaking.close()


def test_gauges_and_what_only_grows_are_told_apart() -> None:
    gauges, counters = metrics_in(TEXT)
    assert gauges == {"memory_bytes": 1e6, 'queue{name="a b",of="x"}': 3.0, "plain": 4.0, "orders_created": 6.0}
    assert counters == {
        'answers_total{code="200"}': 17.0,
        "took_seconds_sum": 0.5,
        "took_seconds_count": 3.0,
        "plain_total": 5.0,
    }


def test_our_own_live_metrics_can_be_read() -> None:
    live = LiveMetrics("shop", "run")
    live.take(ReplayRequests(1.0, [RequestTally("buy", "good", 7, 1.5, [0] * 20)]))
    _, counters = metrics_in(generate_latest(live).decode())
    assert counters['rehearse_requests_total{operation="buy",outcome="good",run="run",scenario="shop"}'] == 7.0


def test_what_is_no_metrics_is_an_error() -> None:
    with pytest.raises(ValueError, match="no metrics"):
        metrics_in("")
    with pytest.raises(ValueError, match="no text in Prometheus' format"):
        metrics_in("<html>404</html>")
    with pytest.raises(ValueError, match="no text in Prometheus' format") as error:
        metrics_in("\x1b[31m" + "<" * 10_000)
    assert len(str(error.value)) < 200 and str(error.value).isprintable()


def test_no_more_series_are_taken_than_can_be_kept() -> None:
    gauges, _ = metrics_in("".join(f"one_of_many_{number} 1\n" for number in range(600)))
    assert len(gauges) == 500


@pytest.mark.parametrize(("length_s", "every_s"), [(10.0, 0.5), (3600.0, 5.0), (8 * 3600.0, 40.0)])
def test_there_are_720_scrapes_at_most_and_two_a_second(length_s: float, every_s: float) -> None:
    assert scrape_interval_s(length_s) == every_s


def test_scrapes_that_fail_are_written_down_and_said_once(
    server: LeakingServer, tmp_path: Path, notes: list[str]
) -> None:
    path = tmp_path / "scrapes.jsonl"
    scraper = Scraper(f"{server.url}/metrics", TlsSettings(), 1.0, notes.append)
    scraper.begin(time.time(), path)
    while len(read_scrapes(path)) < 4:
        time.sleep(0.02)
    scraper.close()
    scrapes = read_scrapes(path)
    assert [bool(scrape.failed) for scrape in scrapes[:4]] == [False, False, True, True]
    assert scrapes[0].gauges["kept_bytes"] == 2**20
    assert scrapes[3].failed == "it answered 404"
    assert [scrape.at_s for scrape in scrapes] == sorted(scrape.at_s for scrape in scrapes)
    assert len(notes) == 1 and "cannot be read: it answered 404; the soak goes on" in notes[0]


def test_metrics_that_cannot_be_read_at_first_are_refused(server: LeakingServer, notes: list[str]) -> None:
    with pytest.raises(RefusedError, match="no text in Prometheus' format"):
        Scraper(f"{server.url}/", TlsSettings(), 1.0, notes.append)
    with pytest.raises(RefusedError, match="cannot be read"):
        Scraper("http://127.0.0.1:9/metrics", TlsSettings(), 1.0, notes.append)
    with pytest.raises(RefusedError, match=r"authority nowhere\.pem cannot be used: .*Nothing was sent"):
        Scraper(f"{server.url}/metrics", TlsSettings(authority="nowhere.pem"), 1.0, notes.append)
    with pytest.raises(RefusedError, match="allowed is a base URL"):
        Scraper("metrics", TlsSettings(), 1.0, notes.append)


@pytest.mark.parametrize("secret", ["Bearer s3c\r\nret", "Bearer s3c\N{LATIN SMALL LETTER T WITH STROKE}ret"])
def test_an_authorization_that_no_header_may_have_is_refused_and_not_shown(
    server: LeakingServer, notes: list[str], monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    monkeypatch.setenv(SCRAPE_AUTHORIZATION, secret)
    with pytest.raises(RefusedError, match="REHEARSE_SCRAPE_AUTHORIZATION has characters") as refusal:
        Scraper(f"{server.url}/metrics", TlsSettings(), 1.0, notes.append)
    assert "s3c" not in str(refusal.value)


def test_the_line_end_of_an_authorization_and_a_password_in_the_url_are_not_told(
    server: LeakingServer, notes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SCRAPE_AUTHORIZATION, "Bearer s3cret\n")
    Scraper(f"{server.url}/metrics", TlsSettings(), 1.0, notes.append).close()
    with pytest.raises(RefusedError, match="cannot be read") as refusal:
        Scraper(f"{server.url}/".replace("//", "//me:s3cret@", 1), TlsSettings(), 1.0, notes.append)
    assert "s3cret" not in str(refusal.value)
    assert server.url in str(refusal.value)


@pytest.mark.parametrize("dripping_s", [0.02, 0.5])
def test_metrics_that_come_drop_by_drop_are_given_up(
    server: LeakingServer, notes: list[str], monkeypatch: pytest.MonkeyPatch, dripping_s: float
) -> None:
    """Also where one drop is late by as much as all may take: a busy machine makes the one of the other."""
    monkeypatch.setattr("rehearse.live.scraping._TIMEOUT_S", 0.1)
    server.dripping_s = dripping_s
    with pytest.raises(RefusedError, match=r"cannot be read: it takes longer than 0\.1 s"):
        Scraper(f"{server.url}/metrics", TlsSettings(), 1.0, notes.append)


def test_a_line_that_was_cut_off_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "scrapes.jsonl"
    assert read_scrapes(path) == []
    add_scrape(Scrape(1.0, {"kept": 2.0}), path)
    with path.open("ab") as file:
        file.write(b'{"at_s": 2.0, "gau')
    assert read_scrapes(path) == [Scrape(1.0, {"kept": 2.0})]
