"""A think time from the pauses that were measured: a distribution that fits, or else their quantiles."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from scenarios.imported.draft import seconds_text
from scenarios.measured.fits import LEAST_VALUES, Fit, fits
from scenarios.text.phrases import several

_GOOD_FIT: Final = 0.05  # a Kolmogorov–Smirnov distance up to which the family stands for the values
_QUANTILES: Final = 21
_NUMBERS: Final = {"scv", "shape"}  # the other parameters are durations


def think_time(pauses_s: list[float], compress: float) -> tuple[Any, str]:
    """A `time` of the scenario language, `compress` times as short as was measured, and how it was found; no pauses
    are no time."""
    if not pauses_s:
        return seconds_text(0), "There were no pauses."
    values = np.asarray(pauses_s) / compress
    about = f"Think times are the {several(len(values), 'pause')} between the requests of a session"
    about += f" (mean {seconds_text(float(values.mean()))})"
    if values.max() <= 0 or values.min() == values.max():
        return seconds_text(float(values[0])), f"{about}: always the same."
    nearest = fits(values)[0] if len(values) >= LEAST_VALUES else None
    if nearest is not None and nearest.distance <= _GOOD_FIT:
        words = f"{about}: {nearest.family} fits with a Kolmogorov–Smirnov distance of {nearest.distance:.3f}."
        return {nearest.family: _written(nearest)}, words
    quantiles = np.quantile(values, np.linspace(0, 1, min(_QUANTILES, len(values))))
    return {"empirical": [seconds_text(float(one)) for one in quantiles]}, f"{about}, by their quantiles."


def _written(fit: Fit) -> Any:
    if fit.family == "exponential":
        return seconds_text(fit.parameters["mean"])
    return {
        name: float(f"{value:.6g}") if name in _NUMBERS else f"{value:.6g} s" for name, value in fit.parameters.items()
    }
