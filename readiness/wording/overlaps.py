"""What is to be said of lines that lie on each other: by how much they differ at most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Final

import numpy as np

from readiness.wording.figures import share_text
from recordings.histogram import FloatArray

OVERLAP: Final = 0.02  # of a chart's height: nearer lines are one line to the eye


def largest_difference(one: FloatArray, other: FloatArray) -> tuple[int, float]:
    """Where two lines are farthest apart, and by how much; 0 where they have no moment in common."""
    apart = np.nan_to_num(np.abs(one - other))
    return (int(apart.argmax()), float(apart.max())) if len(apart) else (0, 0.0)


def difference_words(one: FloatArray, other: FloatArray, highest: float) -> str:
    """By how much two lines differ, as a share of what the chart's scale ends with: `differ by at most 2 % of the
    scale`."""
    share = largest_difference(one, other)[1] / highest if highest > 0 else 0.0
    return "do not differ" if share < 0.0005 else f"differ by at most {share_text(share)} of the scale"


def overlaps(lines: Mapping[str, FloatArray], highest: float) -> Iterator[str]:
    """A sentence for each two lines that cannot be told apart on a scale that ends here: `Median and 95 % differ by at
    most 1.3 % of the scale: they lie on each other.`"""
    for (name, one), (other, its) in combinations(lines.items(), 2):
        both = np.isfinite(one) & np.isfinite(its)
        if both.any() and largest_difference(one[both], its[both])[1] <= OVERLAP * highest:
            words = difference_words(one[both], its[both], highest)
            yield f"{name} and {other} {words}: they lie on each other."
