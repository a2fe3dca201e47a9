"""Reads a target's metrics at even intervals while it is loaded, in a thread of its own.

They are in Prometheus' text format. A scrape that fails is noted and written down as one, and ends nothing: what is
measured is the target, and that it cannot answer belongs to it.
"""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

from loadtests.http.direct import direct_client
from loadtests.safety.refused import RefusedError
from loadtests.safety.targets import place
from loadtests.target.headers import header_line
from loadtests.target.refusal import TargetNotUsableError
from loadtests.target.tls import TlsSettings
from recordings.scrapes import Scrape, add_scrape

SCRAPE_AUTHORIZATION: Final = "REHEARSE_SCRAPE_AUTHORIZATION"  # a header's value, which no process list shows
_SERIES_MOST: Final = 500  # of gauges, and of counters
_BYTES_MOST: Final = 8 * 2**20
_WHY_MOST: Final = 100  # characters
_TIMEOUT_S: Final = 5.0
_LEAST_S, _SCRAPES_MOST = 0.5, 720
_SUMMED: Final = ("histogram", "summary")


def _too_long() -> str:
    return f"it takes longer than {_TIMEOUT_S:g} s"


class Scraper:
    """Reads `url` every `every_s` from `begin` to `close`, into the file `path`. Nothing is kept in memory.

    Raises `RefusedError` when the URL is none, its host has no address, it cannot be read now, or when certificates or
    what is to be sent as `Authorization` cannot be used.
    """

    def __init__(self, url: str, tls: TlsSettings, length_s: float, note: Callable[[str], None]) -> None:
        found = replace(place(url), tls=tls)
        own = _authorization()
        try:
            self._http = direct_client(found, _TIMEOUT_S)
        except TargetNotUsableError as error:
            raise RefusedError(f"{error}. Nothing was sent.") from None
        self._http.headers.update(own)
        self.url, self._note = url, note
        self._shown = _without_password(url)
        self.every_s = scrape_interval_s(length_s)
        self._over, self._thread = threading.Event(), threading.Thread(target=lambda: None)
        self._is_failing = False
        self.first = self._scraped(0.0)
        if self.first.failed:
            self._http.close()
            raise RefusedError(f"the metrics at {self._shown} cannot be read: {self.first.failed}. Nothing was sent.")

    def begin(self, at_epoch_s: float, path: Path) -> None:
        """The replay begins when the wall clock shows this: read from then on."""
        self._thread = threading.Thread(target=self._run, args=(at_epoch_s, path), daemon=True, name="scrapes")
        self._thread.start()

    def close(self) -> None:
        """Read no more."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(2 * _TIMEOUT_S)
        self._http.close()

    def _run(self, at_epoch_s: float, path: Path) -> None:
        began_s = time.monotonic() + at_epoch_s - time.time()
        number = 0
        while not self._over.wait(max(0.0, began_s + number * self.every_s - time.monotonic())):
            scrape = self._scraped(max(0.0, time.monotonic() - began_s))
            self._say(scrape)
            try:
                add_scrape(scrape, path)
            except OSError as error:
                self._note(f"the target's metrics cannot be written down any more: {error}")
                return
            passed = (time.monotonic() - began_s) / self.every_s
            number = max(number + 1, math.ceil(passed))  # one that took long is followed by no haste

    def _scraped(self, at_s: float) -> Scrape:
        try:
            gauges, counters = metrics_in(self._body())
        except httpx.TimeoutException:  # with whichever part of it
            return Scrape(round(at_s, 3), failed=_too_long())
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            return Scrape(round(at_s, 3), failed=str(error) or type(error).__name__)
        return Scrape(round(at_s, 3), gauges, counters)

    def _body(self) -> str:
        end_s = time.monotonic() + _TIMEOUT_S
        with self._http.stream("GET", self.url) as answer:
            if answer.status_code != 200:
                raise ValueError(f"it answered {answer.status_code}")
            body = bytearray()
            for piece in answer.iter_bytes():
                body += piece
                if time.monotonic() > end_s:  # one that comes drop by drop runs into no other time-out
                    raise ValueError(_too_long())
                if len(body) > _BYTES_MOST:
                    raise ValueError(f"it is longer than {_BYTES_MOST // 2**20} MiB")
        return body.decode("utf-8", "replace")

    def _say(self, scrape: Scrape) -> None:
        """Once when it begins to fail, and once when it works again."""
        if bool(scrape.failed) != self._is_failing:
            self._is_failing = bool(scrape.failed)
            words = f"cannot be read: {scrape.failed}; the soak goes on" if scrape.failed else "can be read again"
            self._note(f"the metrics at {self._shown} {words}")


def _authorization() -> httpx.Headers:
    """The header that goes with every scrape, if there is one. Raises `RefusedError`, which does not say it."""
    if not (authorization := os.environ.get(SCRAPE_AUTHORIZATION, "").strip()):
        return httpx.Headers()
    try:
        name, _, value = header_line("Authorization", authorization).rstrip(b"\r\n").partition(b": ")
    except TargetNotUsableError:
        why = f"{SCRAPE_AUTHORIZATION} has characters that no header may have"
        raise RefusedError(f"{why}. Nothing was sent.") from None
    return httpx.Headers([(name, value)])


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def scrape_interval_s(length_s: float) -> float:
    """So long between two scrapes that there are 720 at most, and two a second at most."""
    return max(_LEAST_S, length_s / _SCRAPES_MOST)


def metrics_in(text: str) -> tuple[dict[str, float], dict[str, float]]:
    """Gauges, and what only grows, by series: a counter's total, and of a histogram or summary what it sums and counts.

    Of more than 500 series the first are taken. Raises `ValueError` for what is no such text, or has no series.
    """
    gauges: dict[str, float] = {}
    counters: dict[str, float] = {}
    try:
        families = list(text_string_to_metric_families(text))
    except (ValueError, LookupError) as error:  # the parser does not always say what is wrong
        why = "".join(
            one if one.isprintable() else " " for one in str(error)[:_WHY_MOST]
        )  # it may quote the whole body
        raise ValueError(f"it is no text in Prometheus' format {f'({why})' if why else ''}".rstrip()) from None
    begun = {f"{family.name}_created" for family in families}  # when a series began, which its library adds
    families = [family for family in families if family.name not in begun]
    for kind, name, value in (series for family in families for series in _series(family)):
        found = counters if kind == "counter" else gauges
        if math.isfinite(value) and (name in found or len(found) < _SERIES_MOST):
            found[name] = value
    if not gauges and not counters:
        raise ValueError("there are no metrics in it")
    return gauges, counters


def _series(family: Metric) -> Iterator[tuple[str, str, float]]:
    for sample in family.samples:
        name, kind = sample.name, family.type
        if kind in ("info", "stateset", "gaugehistogram"):
            continue
        if kind in _SUMMED:
            if name.endswith(("_sum", "_count")):
                yield "counter", _named(sample), sample.value
        else:
            is_counter = kind == "counter" or (kind in ("unknown", "untyped") and name.endswith("_total"))
            yield "counter" if is_counter else "gauge", _named(sample), sample.value


def _named(sample: Any) -> str:
    labels = ",".join(f'{key}="{value}"' for key, value in sorted(sample.labels.items()))
    return f"{sample.name}{{{labels}}}" if labels else str(sample.name)
