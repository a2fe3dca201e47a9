"""What went over the wire, as the summary and the report have it."""

from __future__ import annotations

import re

import msgspec
import numpy as np

from readiness.judging.exchanges import exchange_summaries
from readiness.report.charts.broken_curves import broken_curve, quantiles_over_time
from readiness.report.charts.frame import Frame, time_axis, value_axis
from readiness.report.over_the_wire import endings_text, size_text
from readiness.summarise import Replayed
from recordings.exchange_recorder import ExchangeRecorder, ending_of
from recordings.exchanges import Exchanges
from recordings.recorder import Recorder
from recordings.recording import Form
from scenarios.language.outcomes import WAITED_FOR
from simulations.launch import simulate_replay
from tests.fixtures.readiness.pages import Page
from tests.fixtures.readiness.report_runs import CLOCKED, GENERATOR, scenario_of, summary_and_page


def exchanges_of(form: Form) -> Exchanges:
    """Two log-ons over one connection, of which the second got a 503, and one that nobody took."""
    into = ExchangeRecorder(form, ["refused"])
    at_s = form.start_s
    into.cells[0] += (at_s, ending_of(200), 0.064, 0.001, 0.003, 0.040, 0.020, 300, 4_000, 1)
    into.cells[0] += (at_s + 1, ending_of(503), 0.040, 0.0, 0.0, 0.040, 0.0, 300, 200, 0)
    into.cells[0] += (at_s + 2, into.cause_places["refused"], 0.001, 0.0, 0.0, 0.0, 0.0, 0, 0, 0)
    into.cpu(at_s, 1.0)
    into.cpu(at_s + 0.5, 1.25)
    return into.exchanges()


def replayed() -> Replayed:
    twin = simulate_replay(scenario_of(CLOCKED), 1)
    return Replayed(twin, twin, None, GENERATOR, exchanges=exchanges_of(twin.form))


def test_the_summary_tells_endings_times_and_volumes_of_what_went_over_the_wire() -> None:
    replay = replayed()
    assert replay.exchanges is not None
    (name, told), *others = exchange_summaries(replay.exchanges).items()
    assert (name, others) == (replay.measured.form.operations[0], [])
    assert told.endings == {"200": 1, "503": 1, "refused": 1}
    assert (told.bytes_sent, told.bytes_received, told.connections) == (600, 4_200, 1)
    assert (told.connect_ms.max, told.tls_ms.max, told.body_ms.max) == (1.0, 3.0, 20.0)
    assert told.first_byte_ms.p50 == told.first_byte_ms.max == 40.0


def test_the_report_shows_it_and_a_forecast_has_nothing_of_it() -> None:
    summary, text = summary_and_page(scenario_of(CLOCKED), None, replayed())
    page = Page(text)
    assert summary.measured is not None
    assert "200: 1 · 503: 1 · refused: 1" in page.text
    assert re.search(r"600 B\s+4\.2 kB\s+1", page.text)
    share = summary.measured.processor_share_max
    assert share == 0.25 / replayed().measured.form.window_s
    assert "Processor time of the load generator" in text
    bare = msgspec.structs.replace(summary.measured, exchanges={}, processor_share_max=None)
    assert bare.exchanges == {}


def test_percentiles_over_time_have_a_gap_where_nothing_was_due() -> None:
    form = simulate_replay(scenario_of(CLOCKED), 1).form
    recorder = Recorder(form)
    for window in (0, 1, 5):
        moment_s = form.start_s + (window + 0.5) * form.window_s
        recorder.responses.cells[0][0] += (moment_s, 1.0 + window)
    edges_s, found = quantiles_over_time(recorder.recording(), list(WAITED_FOR), 50)
    assert len(edges_s) == 7
    assert np.isnan(found["p99"]).tolist() == [False, False, True, True, True, False]
    assert found["p50"][[0, 1, 5]].tolist() == [1.0, 2.0, 6.0]
    frame = Frame("x", "x", "", "s", time_axis(edges_s[0], edges_s[-1], str, 5), value_axis(6.0))
    drawn = list(broken_curve(frame, edges_s, found["p50"], "p50"))
    assert len(drawn) == 2
    assert "nan" not in "".join(drawn)


def test_endings_and_sizes_in_words() -> None:
    assert endings_text({"timeout_body": 2, "503": 7, "200": 1204}) == "200: 1,204 · 503: 7 · timeout body: 2"
    assert [size_text(each) for each in (0, 999, 4_200, 12_300_000, 5e15)] == [
        "0 B",
        "999 B",
        "4.2 kB",
        "12.3 MB",
        "5,000 TB",
    ]
