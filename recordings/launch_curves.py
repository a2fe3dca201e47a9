"""Each launch of a forecast as itself, thin enough to be kept for all of them: what was offered, and answered well.

A recording of many launches is their sum, and a bad launch is not to be seen in it. The curves are cut to at most
`CURVE_POINTS` bins and kept as 32-bit numbers, about 1 kB a launch, whatever happened in it.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from recordings.archives import write_arrays
from recordings.histogram import FloatArray
from recordings.recording import Recording
from recordings.run_folder import DamagedFileError, written_whole

CURVE_POINTS: Final = 120
Thin = npt.NDArray[np.float32]


@dataclass(frozen=True)
class LaunchCurves:
    """Requests a second by launch and bin of the intended start: `offered` and `good` have shape (launches, bins);
    `edges_s` (bins + 1,) in seconds since midnight."""

    edges_s: FloatArray
    offered: Thin
    good: Thin

    @property
    def launches(self) -> int:
        """How many there are."""
        return len(self.offered)


def curves_of(launch: Recording, ends: Sequence[str], good: str) -> LaunchCurves:
    """The curves of one launch; `ends` are the outcomes that end a request, `good` the one that is a good answer."""
    form = launch.form
    each = -(-form.windows // CURVE_POINTS)
    first = np.arange(0, form.windows, each)
    edges_s = form.start_s + np.append(first, form.windows) * form.window_s
    numbers = np.add.reduceat(launch.response.by_window(), first, axis=1) / np.diff(edges_s)
    ending = [form.outcomes.index(name) for name in ends]
    return LaunchCurves(
        edges_s,
        numbers[ending].sum(axis=0, keepdims=True).astype(np.float32),
        numbers[[form.outcomes.index(good)]].astype(np.float32),
    )


def together_curves(parts: Sequence[LaunchCurves]) -> LaunchCurves | None:
    """The curves of several launches of one scenario, in their order; None of none."""
    if not parts:
        return None
    offered, good = (np.concatenate([getattr(part, name) for part in parts]) for name in ("offered", "good"))
    return LaunchCurves(parts[0].edges_s, offered, good)


def write_curves(curves: LaunchCurves, path: Path) -> None:
    """Write the curves, whole or not at all. Raises `OSError` when they cannot be written."""
    with written_whole(path) as file:
        write_arrays(file, {"edges_s": curves.edges_s, "offered": curves.offered, "good": curves.good})


def read_curves(path: Path) -> LaunchCurves:
    """What `write_curves` wrote. Raises `OSError` when it cannot be read, `DamagedFileError` when it is something
    else."""
    try:
        with path.open("rb") as file, np.load(file) as members:
            found = LaunchCurves(*(members[name] for name in ("edges_s", "offered", "good")))
    except (KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise DamagedFileError(path, f"no curves of launches ({error})") from error
    bins = len(found.edges_s) - 1
    if found.offered.shape != found.good.shape or found.offered.shape[1:] != (bins,):
        raise DamagedFileError(path, "no curves of launches (their lengths differ)")
    return found
