"""`soak.html`: every figure of a soak over time with its trend line. Needs neither network nor script."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from markupsafe import Markup

from readiness.drift.judge import ALWAYS_SHOWN, DriftFigure
from readiness.drift.soak import SoakSummary
from readiness.drift.wording import (
    DRIFT_COLUMNS,
    by_how_much,
    cautions_of,
    drift_row,
    limit_sentences,
    soak_sentence,
)
from readiness.report.charts.broken_curves import broken_curve
from readiness.report.charts.frame import Axis, Frame, element, time_axis, value_axis
from readiness.report.page_templates import page_templates
from recordings.histogram import FloatArray
from scenarios.quantities.units import duration_text

_HERE: Final = Path(__file__).parent
_HEIGHT: Final = 150
_CHARTS_MOST: Final = 24
_HEADINGS: Final = {"users": "What users met with", "target": "What the target said", "generator": "The load generator"}
_UNITS: Final = {"s": (1000.0, "ms"), "share": (100.0, "%"), "per s": (1.0, "a second"), "bytes": (2.0**-20, "MiB")}


def soak_page(title: str, soak: SoakSummary) -> str:
    """The page. `title` is the scenario's."""
    sources = [
        (heading, source, [figure for figure in soak.figures if figure.source == source])
        for source, heading in _HEADINGS.items()
    ]
    return (
        page_templates(_HERE)
        .get_template("soak.html.j2")
        .render(
            title=title,
            soak=soak,
            sentence=soak_sentence(soak),
            cautions=cautions_of(soak),
            limits=list(zip(soak.limits, limit_sentences(soak.limits), strict=True)),
            columns=DRIFT_COLUMNS,
            sections=[
                (source, heading, [(_tone(figure), drift_row(figure)) for figure in figures], _charts(figures, soak))
                for heading, source, figures in sources
                if figures
            ],
            judged=f"{duration_text(soak.from_s)} to {duration_text(soak.to_s)}",
            window=duration_text(soak.window_s),
        )
    )


def drift_chart(figure: DriftFigure, soak: SoakSummary, name: str) -> Markup | None:
    """A figure's windows, and its trend line; nothing where no window has a value."""
    values: FloatArray = np.array([np.nan if value is None else value for value in figure.values], dtype=np.float64)
    if not np.isfinite(values).any() or soak.windows < 2:
        return None
    scale, unit = _UNITS.get(figure.unit, (1.0, ""))
    values = np.asarray(values * scale, dtype=np.float64)
    edges_s: FloatArray = np.asarray(soak.from_s + np.arange(soak.windows + 1) * soak.window_s, dtype=np.float64)
    trend = None
    if figure.level is not None and figure.change is not None:
        trend = (figure.level * scale, (figure.level + figure.change) * scale)
    seen, lowest = [*values[np.isfinite(values)], *(trend or ())], float(np.nanmin(values))
    frame = Frame(
        name=name,
        title=f"{figure.name} over the soak",
        description=f"{figure.name} {figure.verdict} {by_how_much(figure)}".strip(),
        unit=", ".join(part for part in (figure.name, unit) if part),
        x=time_axis(float(edges_s[0]), float(edges_s[-1]), duration_text, 5),
        y=_axis(min(seen) if lowest < 0 else max(min(seen), 0.0), max(seen)),
        height=_HEIGHT,
        head=24,
    )
    curves = [*broken_curve(frame, edges_s, values, "measured")]
    if trend is not None:
        half = soak.window_s / 2
        ends = zip((edges_s[0] + half, edges_s[-1] - half), trend, strict=True)
        path = "M" + " ".join(f"{frame.across(float(at_s)):.1f},{frame.down(value):.1f}" for at_s, value in ends)
        drifted = " drifted" if figure.has_drifted else ""
        curves.append(element("path", d=path, class_=f"line trend{drifted}", vector_effect="non-scaling-stroke"))
    return frame.draw(curves)


def _axis(lowest: float, highest: float) -> Axis:
    """From zero, or from nearer where everything is far from it and a drift would not be seen; from below where values
    are."""
    if lowest >= 0 and (lowest == 0 or highest - lowest > highest / 4):
        return value_axis(highest, 3)
    above = value_axis((highest - lowest) or abs(highest) / 100, 3)
    step = above.ticks[1][0]
    first = np.floor(lowest / step) * step
    ticks = tuple(float(first + place * step) for place in range(int(np.ceil((highest - first) / step - 1e-9)) + 1))
    ticks = ticks if len(ticks) > 1 else (*ticks, ticks[0] + step)
    return Axis(ticks[0], ticks[-1], tuple((tick, f"{tick:,.10g}") for tick in ticks))


def _charts(figures: list[DriftFigure], soak: SoakSummary) -> list[Markup]:
    """Of what is always asked about, then of what drifts, in the figures' order."""
    shown = [figure for figure in figures if figure.has_drifted or figure.name in ALWAYS_SHOWN] or figures[:4]
    shown.sort(key=lambda figure: ALWAYS_SHOWN.index(figure.name) if figure.name in ALWAYS_SHOWN else len(ALWAYS_SHOWN))
    drawn = [
        drift_chart(figure, soak, f"drift-{figure.source}-{place}") for place, figure in enumerate(shown[:_CHARTS_MOST])
    ]
    return [chart for chart in drawn if chart is not None]


def _tone(figure: DriftFigure) -> str:
    if not figure.has_drifted:
        return "open"
    return "missed" if figure.is_worse else "met"
