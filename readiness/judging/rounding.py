"""Figures as they are written down: no more digits than they hold."""

from __future__ import annotations

import math


def milliseconds(seconds: float) -> float | None:
    """Milliseconds to the microsecond; None for NaN."""
    return None if math.isnan(seconds) else round(seconds * 1000, 3)


def finite(value: float) -> float | None:
    """The value to nine digits; None for NaN or infinity."""
    return float(f"{value:.9g}") if math.isfinite(value) else None
