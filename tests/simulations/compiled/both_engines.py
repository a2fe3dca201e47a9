"""One launch by either engine, and where what they recorded differs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import numpy as np

from readiness.summarise import Forecasts, summarise
from recordings.axes import RecordingSpan, form_of
from recordings.recording import Recording
from recordings.summary import to_json
from recordings.tally import Tally
from scenarios.behaviour.schedule import schedule
from scenarios.behaviour.steps import WORDS
from scenarios.language.scenario import Scenario
from simulations.compiled.launch import CompiledLaunch
from simulations.launch import simulate_launch


def compiled_launch(scenario: Scenario, seed: int, replication: int = 0) -> Recording:
    """The whole period, once, in machine code."""
    whole = RecordingSpan(scenario.period, scenario.drain, scenario.window_s)
    launch = CompiledLaunch(scenario, form_of(scenario, whole, WORDS), schedule(scenario, seed, replication))
    launch.perform(whole.end_s)
    return launch.conclude(whole.end_s)


def both(scenario: Scenario, seed: int, replication: int = 0) -> tuple[Recording, Recording]:
    """The same launch by the reference and in machine code."""
    return simulate_launch(scenario, seed, replication), compiled_launch(scenario, seed, replication)


def difference(reference: Recording, compiled: Recording) -> str | None:
    """The first array, and the first of its cells, in which two recordings are not the same to the byte."""
    return next(_differences(reference, compiled), None)


def summary_bytes(scenario: Scenario, recording: Recording) -> bytes:
    """`summary.json` of a forecast of this one launch."""
    forecasts = Forecasts(scenario, 1)
    forecasts.add(recording)
    return to_json(summarise("made up", scenario, scenario.seed, forecasts, None))


def differ(scenario: Scenario, seed: int) -> str | None:
    """In what the engines differ over a scenario, in words; None where in nothing."""
    reference, compiled = both(scenario, seed)
    if (found := difference(reference, compiled)) is not None:
        return found
    if summary_bytes(scenario, reference) != summary_bytes(scenario, compiled):
        return "the same recordings, and not the same summary.json"
    return None


def _differences(reference: Any, compiled: Any, name: str = "") -> Iterator[str]:
    for field in fields(reference):
        one, other = getattr(reference, field.name), getattr(compiled, field.name)
        place = f"{name}{field.name}"
        if isinstance(one, Tally):
            yield from _differences(one, other, f"{place}.")
        elif not isinstance(one, np.ndarray):
            if one != other:
                yield f"{place}: {one} by the reference, {other} in machine code"
        elif (one.dtype, one.shape) != (other.dtype, other.shape):
            yield f"{place}: {one.dtype}{one.shape} by the reference, {other.dtype}{other.shape} in machine code"
        elif one.tobytes() != other.tobytes():
            yield _cell(place, one, other)


def _cell(place: str, one: Any, other: Any) -> str:
    width = one.dtype.itemsize
    bytes_of = (np.frombuffer(array.tobytes(), dtype=np.uint8).reshape(-1, width) for array in (one, other))
    where = np.flatnonzero((next(bytes_of) != next(bytes_of)).any(axis=1))
    cell = tuple(int(part) for part in np.unravel_index(where[0], one.shape))
    found, instead = one[cell].item(), other[cell].item()
    more = f" (and {len(where) - 1} more cells of {one.size})" if len(where) > 1 else ""
    return f"{place}{list(cell)}: {found!r} by the reference, {instead!r} in machine code{more}"
