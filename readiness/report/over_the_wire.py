"""What went over the wire, for the report: endings, times of the parts, volumes, and the load generator's processor."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from markupsafe import Markup

from readiness.report.charts.frame import Frame, Text, share_axis, time_axis
from readiness.report.charts.over_time import curve
from readiness.report.charts.series import bins
from readiness.wording.figures import amount, count
from recordings.exchanges import STATUSES, Exchanges
from recordings.phases import ReplaySummary

_POINTS: Final = 80
_TICKS: Final = 5
_KB: Final = 1000


def over_the_wire(replay: ReplaySummary, exchanges: Exchanges | None, moment: Text) -> dict[str, Any]:
    """Rows of a table, and a chart where there is a recording of it."""
    return {
        "operations": [(name, each, endings_text(each.endings)) for name, each in replay.exchanges.items()],
        "processor": _processor_chart(exchanges, moment) if exchanges is not None and exchanges.cpu_s.size else None,
    }


def endings_text(endings: dict[str, int]) -> str:
    """`200: 1,204 · 503: 7 · refused: 2`, statuses in their order, then causes."""
    codes = sorted(name for name in endings if name in STATUSES)
    causes = [name for name in endings if name not in STATUSES]
    return " · ".join(f"{name.replace('_', ' ')}: {count(endings[name])}" for name in (*codes, *causes))


def size_text(number: float) -> str:
    """`12.3 MB` of bytes, in powers of a thousand."""
    for unit in ("B", "kB", "MB", "GB"):
        if number < _KB:
            return f"{number:.4g} {unit}"
        number /= _KB
    return f"{number:,.4g} TB"


def _processor_chart(exchanges: Exchanges, moment: Text) -> Markup:
    """How busy the busiest worker was with its one processor."""
    form = exchanges.form
    first, ends = bins(form.windows, _POINTS)
    busy = np.add.reduceat(exchanges.cpu_s, first, axis=1).max(axis=0) / ((ends - first) * form.window_s)
    frame = Frame(
        name="processor",
        title="Processor time of the load generator",
        description=f"The busiest worker used {amount(float(busy.max()), 'share')} of a processor at its height.",
        unit="share of one processor, the busiest worker's",
        x=time_axis(form.start_s, form.end_s, moment, _TICKS),
        y=share_axis(),
        height=90,
        head=26,
    )
    return frame.draw([curve(frame, form.start_s + np.append(first, form.windows) * form.window_s, busy, "measured")])
