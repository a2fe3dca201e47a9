"""`limit.html`: the search for the highest demand that holds, with the knee drawn. Needs neither network nor script."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from markupsafe import Markup

from readiness.limit.search import LimitSearch, Trial, TrialVerdict
from readiness.limit.wording import knee_sentence, limit_sentence, rate_at, trial_row
from readiness.report.charts.frame import Frame, element, plot_percent, value_axis
from readiness.report.page_templates import page_templates
from readiness.wording.figures import count

_HERE: Final = Path(__file__).parent
_HEIGHT: Final = 260
_CLASSES: Final = {TrialVerdict.HOLDS: "met", TrialVerdict.MISSED: "missed"}


def limit_page(title: str, search: LimitSearch, target: str) -> str:
    """The page. `title` is the scenario's, `target` what was measured, in words."""
    rows = [(_CLASSES.get(trial.verdict, "open"), trial_row(trial)) for trial in search.trials]
    return (
        page_templates(_HERE)
        .get_template("limit.html.j2")
        .render(
            title=title,
            target=target,
            sentence=limit_sentence(search),
            knee=knee_sentence(search.trials),
            rows=rows,
            chart=knee_chart(search),
        )
    )


def knee_chart(search: LimitSearch) -> Markup | None:
    """Good answers a second against requests offered a second, a dot a trial, with the limit marked."""
    trials = [trial for trial in search.trials if trial.offered_per_s]
    if not trials:
        return None
    most = max(max(trial.offered_per_s, trial.good_per_s) for trial in trials)
    frame = Frame(
        name="knee",
        title="Good answers against requests offered",
        description=f"{len(trials)} trials; {knee_sentence(trials)}",
        unit="good answers a second; along: requests offered a second; the line: everything is answered well",
        x=value_axis(most, 6),
        y=value_axis(most),
        height=_HEIGHT,
    )
    ideal = element("path", d=_line(frame, [(0.0, 0.0), (most, most)]), class_="line in_line")
    ordered = sorted({(trial.offered_per_s, trial.good_per_s) for trial in trials})
    joined = element("path", d=_line(frame, ordered), class_="line measured", vector_effect="non-scaling-stroke")
    dots = [_dot(frame, trial) for trial in trials]
    limit = search.limit
    at = [] if limit is None else [_mark(frame, rate_at(trials, limit))]
    return frame.draw([ideal, joined], at, dots)


def _line(frame: Frame, points: list[tuple[float, float]]) -> str:
    return "M" + " ".join(f"{frame.across(x):.1f},{frame.down(y):.1f}" for x, y in points)


def _dot(frame: Frame, trial: Trial) -> Markup:
    title = element("title", ", ".join(part for part in trial_row(trial) if part))
    return element(
        "circle",
        title,
        cx=plot_percent(frame.x.share(trial.offered_per_s)),
        cy=frame.top + frame.down(trial.good_per_s),
        r="4",
        class_=f"trial {_CLASSES.get(trial.verdict, 'open')}",
    )


def _mark(frame: Frame, rate: float) -> Markup:
    x = plot_percent(frame.x.share(rate))
    line = element("line", x1=x, x2=x, y1=frame.top, y2=frame.top + frame.height, class_="limit")
    text = element("text", f"limit: {count(rate)} / s", x=x, y=frame.top - 6, text_anchor="middle", class_="note")
    return line + text
