"""Published figures and what was simulated of them, as people read them."""

from __future__ import annotations

from readiness.wording.figures import amount, interval
from recordings.summary import ExpectationSummary, MissingFigure
from scenarios.quantities.units import duration_text


def simulated_words(figure: ExpectationSummary) -> str:
    """The mean of the launches: `25,120`, `never in 3 of 20 launches`, `0 % seen, up to 97 % possible`."""
    if figure.value is None and figure.never:
        is_all = figure.never >= figure.replications
        return "never" if is_all else f"never in {figure.never:,} of {figure.replications:,} launches"
    if figure.value is None:
        return "nothing to measure"
    words = amount(figure.value, figure.unit)
    if not figure.is_open:
        return words
    if figure.up_to is not None:
        return f"{words} seen, up to {amount(figure.up_to, figure.unit)} possible"
    return f"longer than {words}" if figure.unit == "s" else f"at least {words}"


def simulated_interval(figure: ExpectationSummary) -> str:
    """The mean's 95 % interval; nothing of one that is only known to be longer than what was seen."""
    is_cut_off = figure.is_open and figure.up_to is None
    return "" if is_cut_off else interval(figure.low, figure.high, figure.unit)


def inside_words(figure: ExpectationSummary) -> str:
    """In how many launches it lies within the range: `inside in 17 of 20 launches`; nothing of a single one."""
    if figure.replications < 2:
        return ""
    return f"inside in {figure.inside_in or 'none'} of {figure.replications:,} launches"


def tuned_words(figure: ExpectationSummary) -> str:
    """`tuned: practices.habit.failure`, or that nothing was."""
    return f"tuned: {', '.join(figure.tuned)}" if figure.tuned else "not tuned"


def figure_words(figure: ExpectationSummary) -> str:
    """What is measured: `referrals of other channels, among routine, Wed 08:00 to 15:42`."""
    words = f"{figure.measure} of {', '.join(figure.of)}" if figure.of else figure.measure
    if figure.later_than_s is not None:
        words += f", later than {duration_text(figure.later_than_s)}"
    among = f", among {', '.join(figure.among)}" if figure.among else ""
    return words + among + (f", {figure.during}" if figure.during else "")


def missing_words(missing: MissingFigure) -> str:
    """`a page took 4 minutes: 4 min (The Register, 13 July), because …`."""
    return f"{missing.name}: {missing.published} ({missing.source}), because {missing.because.strip().rstrip('.')}"
