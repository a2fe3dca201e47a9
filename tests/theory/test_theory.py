"""The simulator reproduces exact results of queueing theory, each written as a scenario beside this file.

For each result: the exact value lies within the 99 % interval of independent replications, and that interval is no
wider than stated. Everything is drawn by seed, so a test that passes once passes always. The quick suite has a few
launches of one of most families, the long one all launches of all of them; `make theory` has them three times tighter.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from readiness.judging.evidence import t_interval
from readiness.judging.measures import measure
from scenarios.language.reading import read
from simulations.launch import simulate_launch

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Exact:
    """An exact value, and how wide (relative to it) half the interval may be."""

    scenario: str
    objective: str
    value: float
    within: float

    def __str__(self) -> str:
        return f"{self.scenario}: {self.objective}"


RESULTS = [
    # Erlang B (offered load at 1 % blocking)
    *(Exact(f"erlang-b-{servers}", "blocked", 0.01, 0.08) for servers in (5, 10, 20, 50, 100)),
    # Erlang C
    Exact("mmc", "waited", 0.550769, 0.015),
    Exact("mmc", "wait", 0.275385, 0.06),
    Exact("mmc", "wait p95", 1.1996, 0.06),
    Exact("mmc", "wait p99", 2.0044, 0.14),
    Exact("mmc", "busy", 0.9, 0.005),
    Exact("mmc-10", "waited", 0.409180, 0.025),
    Exact("mmc-100", "waited", 0.216940, 0.06),
    # M/M/1, M/M/c/K
    Exact("mm1", "response", 0.5, 0.04),
    Exact("mm1", "response p99", 2.303, 0.09),
    Exact("mm1", "time to p99", 2.303, 0.09),
    Exact("mmck-7", "idle", 0.255037, 0.015),
    Exact("mmck-7", "response", 0.036517, 0.005),
    Exact("mmck-6", "blocked", 0.293543, 0.01),
    # customers who leave the queue after a fixed time (Barrer 1957)
    Exact("mmc-deadline-18", "lost", 0.036281, 0.05),
    Exact("mmc-deadline-18", "served", 1 - 0.036281, 0.002),
    Exact("mmc-deadline-25", "lost", 0.210438, 0.025),
    # Pollaczek and Khinchine, in seconds at a mean service of 100 ms
    Exact("mg1-constant", "wait", 0.2, 0.04),
    Exact("mg1-exponential", "wait", 0.4, 0.05),
    Exact("mg1-bursty", "wait", 1.0, 0.05),
    # a mixture: E[S] = 100 ms and E[S²] = .9 · 2 · .05² + .1 · 1.5 · .55² s²
    Exact("mg1-mixture", "wait", 0.9975, 0.08),
    # G/M/1 (Kendall 1953): who comes waits with probability σ, the root of σ = A*(μ(1 − σ)), and for σ/μ(1 − σ)
    Exact("e4-m-1", "waited", 0.693945, 0.015),
    Exact("e4-m-1", "wait", 0.226738, 0.08),
    Exact("h2-m-1", "waited", 0.875470, 0.02),
    Exact("h2-m-1", "wait", 0.703019, 0.2),
    # Erlang A (Palm 1946) by its birth and death process; who is served has an answer in time with μ/(μ + θ) = 2/3,
    # for what is left of a patience is as long as a new one
    Exact("erlang-a", "abandoned", 0.146132, 0.05),
    Exact("erlang-a", "answered", 0.569246, 0.02),
    # M/D/c at ρ=.9, in seconds at a service of 100 ms
    Exact("mdc-2", "wait", 0.2146923, 0.05),
    Exact("mdc-5", "wait", 0.0776695, 0.05),
    Exact("mdc-10", "wait", 0.0344582, 0.05),
    Exact("mdc-20", "wait", 0.0144286, 0.06),
    # mean value analysis; the wait is the residence time at a visit less the service
    Exact("closed-network", "throughput", 0.33325, 0.005),
    Exact("closed-network", "response", 56.016, 0.01),
    Exact("closed-network", "wait at the processor", 0.373 - 0.125, 0.04),
    Exact("closed-network", "wait at disk a", 4.854 - 0.3, 0.01),
    Exact("closed-network", "wait at disk b", 0.300 - 0.2, 0.03),
    # retrial queue
    Exact("retrial", "blocked", 0.123896, 0.035),
    Exact("retrial", "orbit", 5.12893, 0.04),
]


BY_SCENARIO = {exact.scenario: [one for one in RESULTS if one.scenario == exact.scenario] for exact in RESULTS}


def launches(scenario: str, replications: int | None = None) -> dict[str, np.ndarray]:
    """Each objective's value in each replication of the scenario."""
    told = read(str(HERE / f"{scenario}.yaml"))
    values: dict[str, list[float]] = {name: [] for name in told.objectives}
    for number in range(replications or told.replications):
        launch = simulate_launch(told, told.seed, number)
        for name, objective in told.objectives.items():
            values[name].append(measure(objective, launch))
    return {name: np.array(seen) for name, seen in values.items()}


def assert_exact(exact: Exact, values: np.ndarray, within: float) -> None:
    mean, low, high = t_interval(values, confidence=0.99)
    assert low <= exact.value <= high, f"{exact}: {low:.6g} to {high:.6g} leaves out {exact.value}"
    assert (high - low) / 2 <= within * exact.value, f"{exact}: half width {(high - low) / 2 / mean:.2%}"


SIBLINGS = {
    *("erlang-b-5", "erlang-b-10", "erlang-b-50", "erlang-b-100", "mmc-10", "mmc-100", "mmc-deadline-25"),
    *("h2-m-1", "mg1-mixture"),
    *("mm1", "mg1-constant", "mg1-exponential", "mdc-5", "mdc-10", "mdc-20", "mmck-7", "closed-network", "retrial"),
}
FAMILIES = [name for name in BY_SCENARIO if name not in SIBLINGS]
FEW = 5  # launches
WIDER = 5.0  # than of 20: √(20/5), Student's factor (4.60 in place of 2.86), and a spread that is known less well


@pytest.mark.parametrize("scenario", FAMILIES)
def test_exact_values_lie_in_intervals_of_a_few_launches(scenario: str) -> None:
    values = launches(scenario, replications=FEW)
    for exact in BY_SCENARIO[scenario]:
        assert_exact(exact, values[exact.objective], exact.within * WIDER)


@pytest.mark.long
@pytest.mark.parametrize("scenario", BY_SCENARIO)
def test_exact_values_lie_in_tight_intervals(scenario: str) -> None:
    values = launches(scenario)
    for exact in BY_SCENARIO[scenario]:
        assert_exact(exact, values[exact.objective], exact.within)


@pytest.mark.exhaustive
@pytest.mark.long
@pytest.mark.parametrize("scenario", BY_SCENARIO)
def test_exact_values_lie_in_intervals_three_times_tighter(scenario: str) -> None:
    """Twelve times the launches make the interval 3.5 times narrower: a bias that the others forgive shows here."""
    values = launches(scenario, replications=12 * read(str(HERE / f"{scenario}.yaml")).replications)
    for exact in BY_SCENARIO[scenario]:
        assert_exact(exact, values[exact.objective], exact.within / 3)


@pytest.mark.parametrize(("launches_of_it", "within"), [(200, 0.14), pytest.param(800, 0.07, marks=pytest.mark.long)])
def test_a_day_that_is_never_in_equilibrium_follows_the_exact_expected_number_in_system(
    launches_of_it: int, within: float
) -> None:
    told = read(str(HERE / "day.yaml"))
    expected = {3: 20.145, 6: 34.511, 9: 46.838, 12: 43.511, 15: 22.572, 18: 7.318, 21: 6.749, 24: 12.569}
    inside = []
    for number in range(launches_of_it):
        launch = simulate_launch(told, told.seed, number)
        inside.append([(launch.busy + launch.queued)[0, round(at / launch.form.sample_s)] for at in expected])
    for place, (at, value) in enumerate(expected.items()):
        mean, low, high = t_interval(np.array(inside)[:, place], confidence=0.99)
        assert low <= value <= high, f"at {at}: {low:.4g} to {high:.4g} leaves out {value}"
        assert (high - low) / 2 <= within * mean, f"at {at}: half width {(high - low) / 2 / mean:.2%}"


@pytest.mark.parametrize(("launches_of_it", "within"), [(20, 0.13), pytest.param(60, 0.07, marks=pytest.mark.long)])
def test_the_number_in_system_follows_a_sine_of_arrivals_later_and_flatter(launches_of_it: int, within: float) -> None:
    """The exact m(t) of M(t)/M/∞ that begins empty, with wave number ω and mean service 1/μ: that of a day without end
    (Eick, Massey and Whitt, *Mt/G/∞ queues with sinusoidal arrival rates*, 1993), less what it would have brought
    along."""
    told = read(str(HERE / "sine.yaml"))
    rate, swing, highest_at, omega, mu = 5.0, 0.8, 50.0, 2 * np.pi / 200, 1 / 20

    def endless(at_s: float) -> float:
        turn = omega * (at_s - highest_at)
        wave = (np.cos(turn) + omega / mu * np.sin(turn)) / (1 + (omega / mu) ** 2)
        return float(rate / mu * (1 + swing * wave))

    at_s = np.array([30, 70, 120, 170, 230, 300, 380])
    expected = [endless(at) - endless(0.0) * np.exp(-mu * at) for at in at_s]
    inside = []
    for number in range(launches_of_it):
        launch = simulate_launch(told, told.seed, number)
        inside.append([launch.busy[0, round(at / launch.form.sample_s)] for at in at_s])
    for place, value in enumerate(expected):
        mean, low, high = t_interval(np.array(inside)[:, place], confidence=0.99)
        assert low <= value <= high, f"at {at_s[place]}: {low:.4g} to {high:.4g} leaves out {value:.4g}"
        assert (high - low) / 2 <= within * mean, f"at {at_s[place]}: half width {(high - low) / 2 / mean:.2%}"


def test_a_full_queue_of_ten_times_the_threads_answers_after_eleven_service_times() -> None:
    values = launches("queue-of-ten-threads", FEW)
    assert np.allclose(values["longest"], 1.1, rtol=1e-4)
    assert np.allclose(values["usual"], 1.1, rtol=0.02)
