"""Lines over time, on the chart's frame of the report."""

from __future__ import annotations

from typing import Final

import numpy as np
from markupsafe import Markup

from dossier.form.dossier import DossierLine
from readiness.report.charts.frame import Axis, Frame, value_axis
from readiness.report.charts.over_time import curve

_HIGH: Final = 180


def curves_drawing(line: DossierLine) -> Markup:
    """The drawing of a line that has curves."""
    drawn = line.curves
    assert drawn is not None
    edges_s = np.asarray(drawn.edges_s)
    frame = Frame(
        name=f"{line.name}-drawn",
        title=line.title,
        description=" ".join(each.text for each in line.statements),
        unit=drawn.unit,
        x=Axis(float(edges_s[0]), float(edges_s[-1]), tuple((tick.at_s, tick.text) for tick in drawn.ticks)),
        y=value_axis(max(max(each.values) for each in drawn.curves)),
        height=_HIGH,
        head=26,
    )
    return frame.draw(curve(frame, edges_s, np.asarray(each.values), each.mark) for each in drawn.curves)
