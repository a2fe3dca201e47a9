"""A forecast has the same bytes on processors that know fewer instructions.

NumPy and the C library choose among implementations of `exp`, `log` and their like by what the processor can do, and
these differ in the last bit. Both can be told that it can do less.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.fixtures.places import ROOT

EVERY_KIND = """\
title: Every kind of distribution and of arrivals
period: 0 s to 4 s
drain: 2 s
replications: 2
service:
  stations: {till: {servers: 60}, store: {servers: 12, queue: 20}}
  operations:
    constant: {steps: [{use: till, time: 20 ms}]}
    exponential: {steps: [{use: till, time: {exponential: 50 ms}}]}
    uniform: {steps: [{use: till, time: {uniform: {low: 10 ms, high: 90 ms}}}]}
    lognormal: {steps: [{use: till, time: {lognormal: {median: 40 ms, p95: 150 ms}}}]}
    of-moments: {steps: [{use: till, time: {lognormal: {mean: 40 ms, sd: 30 ms}}}]}
    bursty: {steps: [{use: store, time: {gamma: {mean: 30 ms, scv: 4}}}]}
    erlang: {steps: [{use: store, time: {erlang: {mean: 30 ms, phases: 12}}}]}
    weibull: {steps: [{use: store, time: {weibull: {mean: 30 ms, shape: 0.7}}}]}
    normal: {steps: [{use: store, time: {normal: {mean: 30 ms, sd: 20 ms}}}]}
    empirical: {steps: [{use: till, time: {empirical: [10 ms, 30 ms, 31 ms, 200 ms]}}]}
    mixture:
      steps:
        - use: till
          time:
            mixture:
              - {share: 0.7, time: {exponential: 20 ms}}
              - {share: 0.3, time: {weibull: {mean: 90 ms, shape: 2}}}
    fitted-lognormal: {steps: [{use: till, time: {fitted: {file: calls.csv, family: lognormal}}}]}
    fitted-gamma: {steps: [{use: till, time: {fitted: {file: calls.csv, family: gamma}}}]}
    fitted-weibull: {steps: [{use: till, time: {fitted: {file: calls.csv, family: weibull}}}]}
behaviours:
  hasty:
    timeout: {lognormal: {median: 200 ms, p95: 1 s}}
    retries: 3
    back_off: {first: 50 ms, factor: 1.7, jitter: exponential}
    patience: {gamma: {mean: 1 s, scv: 0.3}}
    comes_back: {share: 60 %, after: {weibull: {mean: 300 ms, shape: 1.5}}}
journeys:
  shop:
    steps:
      - {call: constant}
      - {call: exponential}
      - {call: uniform}
      - {call: lognormal}
      - think: {normal: {mean: 200 ms, sd: 100 ms}}
      - {call: of-moments}
      - {call: bursty}
      - think: {lognormal: {median: 100 ms, p95: 400 ms}}
      - {call: erlang}
      - {call: weibull}
      - {call: normal}
      - {call: empirical}
      - {call: mixture}
  fetch: {steps: [{call: fitted-lognormal}, {call: fitted-gamma}, {call: fitted-weibull}]}
populations:
  waves:
    arrivals: {sine: {mean: 60 / s, swing: 80 %, every: 1.1 s, highest_at: 0.3 s}}
    journey: shop
    behaviour: hasty
  bursts: {arrivals: {renewal: {gap: {gamma: {mean: 20 ms, scv: 3}}}}, journey: shop, behaviour: hasty}
  storm: {arrivals: {storm: {people: 200, around: 2 s, within: 1.5 s, shape: bell}}, journey: fetch, behaviour: hasty}
  rising: {arrivals: {curve: {0 s: 10 / s, 2.1 s: 70 / s, 4 s: 5 / s}}, journey: fetch, behaviour: hasty}
objectives:
  quick: {measure: response p95, of: bursty, at_most: 3 s}
  served: {measure: good share, of: normal, at_least: 50 %}
"""
# each as a processor without it would have it: what builds on a set that is left out is left out as well
KNOWN: list[str] = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])  # beyond what NumPy always needs
LESS_FOR_THE_C_LIBRARY = "glibc.cpu.hwcaps=-AVX2,-AVX2_Usable,-FMA,-FMA_Usable,-FMA4,-FMA4_Usable,-AVX512F"
LESS = [
    *({"NPY_DISABLE_CPU_FEATURES": " ".join(KNOWN[first:])} for first in range(len(KNOWN))),
    {"GLIBC_TUNABLES": LESS_FOR_THE_C_LIBRARY},
]
# a last bit of a draw is often lost when it is added to the clock: here is every bit of many draws
DRAWS = """
import sys
from hashlib import sha256

import numpy as np

from scenarios.behaviour.arrivals import starts
from scenarios.behaviour.distributions import distribution_of
from scenarios.behaviour.draws import mix, unit
from scenarios.language.reading import read

scenario = read(sys.argv[1])
draws = unit(mix(np.arange(8192, dtype=np.uint64), 7))
for name, operation in scenario.service.operations.items():
    durations = distribution_of(operation.steps[0].time).quantile(draws)
    print(name, sha256(durations.tobytes()).hexdigest())
for name, population in scenario.populations.items():
    print(name, sha256(starts(population.arrivals, scenario.period, 7, 50.0).tobytes()).hexdigest())
"""


def process(*words: str, **changed: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "NO_COLOR": "1", "PYTHONPATH": str(ROOT), **changed}
    command = [sys.executable, *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=False)


def forecast(scenario: Path, runs: str, **changed: str) -> tuple[bytes, bytes]:
    """The recording and the summary of a forecast in a process of its own."""
    folder = scenario.parent / runs
    ended = process("-m", "rehearse", "simulate", str(scenario), "--processes", "1", "--runs", str(folder), **changed)
    assert ended.returncode in (0, 99), ended.stderr
    (run,) = folder.iterdir()
    return (run / "forecast.npz").read_bytes(), (run / "summary.json").read_bytes()


@pytest.fixture
def every_kind(tmp_path: Path) -> Path:
    durations_ms = np.random.default_rng(5).lognormal(3.0, 0.8, 400)
    (tmp_path / "calls.csv").write_text("\n".join(map(repr, durations_ms.tolist())), encoding="utf-8")
    scenario = tmp_path / "every-kind.yaml"
    scenario.write_text(EVERY_KIND, encoding="utf-8")
    return scenario


def test_draws_starts_and_fits_have_the_same_bits(every_kind: Path) -> None:
    with_all = process("-c", DRAWS, str(every_kind))
    assert len(with_all.stdout.splitlines()) == 18, with_all.stderr
    for less in LESS:
        assert process("-c", DRAWS, str(every_kind), **less).stdout == with_all.stdout, less


def test_a_forecast_and_its_summary_have_the_same_bytes(every_kind: Path) -> None:
    with_all = forecast(every_kind, "all")
    for number, less in enumerate((LESS[0], LESS[-1])):  # those between have the same draws, as the test before shows
        assert forecast(every_kind, f"less-{number}", **less) == with_all, less
