"""What grows with the hours of a soak, and what does not: `python -m benchmarks.soak [--quick]`.

The schedule's memory for each session, and the memory and files of a recording of so many hours, made of requests with
the times that a service has. Nothing is sent.
"""

from __future__ import annotations

import argparse
import io
import tempfile
import time
import tracemalloc
from pathlib import Path

import msgspec
import numpy as np

from loadtests.ers.ledger import LedgerEntry
from recordings.axes import form_of, replayed
from recordings.exchange_recorder import ExchangeRecorder
from recordings.exchanges import write_exchanges
from recordings.files import write_recording
from recordings.recorder import Recorder
from recordings.scrapes import Scrape
from scenarios.behaviour.schedule import replayed_schedule
from scenarios.behaviour.steps import WORDS
from scenarios.language.reading import read_text
from scenarios.protocol.failure_causes import FailureCause

SCENARIO = """
title: A soak of {hours} hours
period: 0 s to 10 min
service:
  stations: {{app: {{servers: 40}}}}
  operations: {{look: {{steps: [{{use: app, time: 50 ms}}]}}, buy: {{steps: [{{use: app, time: 50 ms}}]}}}}
journeys: {{visit: {{steps: [{{call: look}}, {{call: buy}}]}}}}
populations: {{people: {{arrivals: {{rate: {rate} / s}}, journey: visit}}}}
replay: {{during: 0 s to 10 min, drain: 10 s, repeated_for: {hours} h}}
"""
_ALIKE = {f"metric_of_a_service_{number}": 12345.678 for number in range(100)}
_LINE = LedgerEntry("referral", "9990000018", 43210.123, "000000000018", 1, intent="0123456789abcdef", run="0a1b2c3d")


def main() -> None:
    """Print the figures of docs/soak.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one hour at a low rate: a check that it runs")
    options = parser.parse_args()
    for hours in (1,) if options.quick else (1, 8, 24):
        print(_schedule(hours, 2 if options.quick else 20))
        print(_recording(hours, 2 if options.quick else 20))
    print(f"ledger: {len(msgspec.json.encode(_LINE)) + 1} bytes a referral that has no letter")
    print(f"scrapes: {len(msgspec.json.encode(Scrape(43210.123, _ALIKE))) / len(_ALIKE):.0f} bytes a series, 720 times")


def _schedule(hours: int, rate: int) -> str:
    scenario = read_text(SCENARIO.format(hours=hours, rate=rate))
    began_s = time.perf_counter()
    whole = replayed_schedule(scenario, 1)
    took_s = time.perf_counter() - began_s
    tracemalloc.start()
    replayed_schedule(scenario, 2)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    held = sum(part.nbytes for part in (whole.start_s, whole.population, whole.keys, whole.number))
    return (
        f"schedule of {hours} h: {len(whole):,} sessions, {held / len(whole):.0f} bytes each, at most"
        f" {most / len(whole):.0f} while it is drawn, which takes {took_s:.2f} s"
    )


def _recording(hours: int, rate: int) -> str:
    scenario = read_text(SCENARIO.format(hours=hours, rate=rate))
    tracemalloc.start()
    recorder = Recorder(form_of(scenario, replayed(scenario), WORDS))
    exchanges = ExchangeRecorder(recorder.form, list(FailureCause))
    generator = np.random.default_rng(1)
    for minute in range(hours * 60):
        for operation in (0, 1):
            moments_s = 60.0 * (minute + generator.random(60 * rate))
            took_s = generator.lognormal(-3, 0.5, len(moments_s))
            _note(recorder, exchanges, operation, moments_s, took_s)
        recorder.flush()
        exchanges.flush()
    parts = recorder.collected(), exchanges.collected()
    recording, seen = parts[0](), parts[1]()
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    began_s, packed = time.perf_counter(), io.BytesIO()
    write_recording(recording, packed)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "exchanges.npz"
        write_exchanges(seen, path)
        files = len(packed.getvalue()) + path.stat().st_size
    packing_s = time.perf_counter() - began_s
    number = 2 * 3600 * hours * rate
    return (
        f"recording of {hours} h: {number:,} requests in {recording.form.windows} windows, {kept / 2**20:.0f} MiB of"
        f" memory, {files / 2**20:.1f} MiB of files, packed in {packing_s:.1f} s"
    )


def _note(
    recorder: Recorder, exchanges: ExchangeRecorder, operation: int, moments_s: np.ndarray, took_s: np.ndarray
) -> None:
    recorder.responses.cells[operation][0] += np.column_stack([moments_s, took_s]).ravel().tolist()
    recorder.lags.cells[operation][0] += np.column_stack([moments_s, took_s / 100]).ravel().tolist()
    nothing = np.zeros(len(moments_s))
    rows = [moments_s, nothing + 100, took_s, nothing, nothing, took_s * 0.9, took_s * 0.1, nothing + 300]
    exchanges.cells[operation] += np.column_stack([*rows, nothing + 900, nothing]).ravel().tolist()


if __name__ == "__main__":
    main()
