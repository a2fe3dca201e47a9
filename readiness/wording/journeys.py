"""What one session does, in words: calls, think times, choices, repetitions, and what is done when a call fails."""

from __future__ import annotations

from readiness.wording.assumed import drawn_words
from readiness.wording.service import mean_words
from scenarios.language.people import Journey, JourneyStep
from scenarios.language.scenario import Scenario
from scenarios.quantities.times import Time
from scenarios.text.phrases import share_words


def followers(scenario: Scenario, journey: str) -> list[str]:
    """The populations that follow a journey."""
    return [name for name, people in scenario.populations.items() if people.journey == journey]


def performed_by(journey: Journey) -> str:
    """The code that performs the session; nothing where its steps do."""
    if journey.python is not None:
        return f"performed by {journey.python.function} of {journey.python.file}; it may call"
    if journey.locust is not None:
        return f"performed by the Locust user {journey.locust.user} of {journey.locust.file}; it may call"
    return ""


def at_stake(journey: Journey) -> str:
    """The referral that each session carries, if it carries one."""
    return f"carries a referral, which is safe once “{journey.delivered_by}”" if journey.carries else ""


def call_notes(step: JourneyStep) -> list[str]:
    """What is to be said of a call beside its operation."""
    found = [f"achieves “{step.achieves}”"] if step.achieves else []
    found += [f"waits for an answer: {drawn_words(step.timeout)}"] if step.timeout else []
    return found + (["may fail: the session goes on"] if step.optional else [])


def think_words(time: Time) -> str:
    """`thinks 5 s`, `thinks 4.67 s in the mean`."""
    return f"thinks {mean_words(time)}{'' if time.constant is not None else ' in the mean'}"


def repeat_words(step: JourneyStep) -> str:
    """`4 times`, `again and again, until the run ends`."""
    assert step.repeat is not None
    forever = step.repeat.times == "forever"
    return "again and again, until the run ends" if forever else f"{step.repeat.times:,} times"


def journey_words(journey: Journey) -> str:
    """A whole session: `log-on; thinks 4.7 s; 4 times (page; thinks 39 s)`."""
    by_code = performed_by(journey)
    return f"{by_code} {_steps(journey.steps)}" if by_code else _steps(journey.steps)


def _steps(steps: list[JourneyStep]) -> str:
    return "; ".join(_step(step) for step in steps) or "nothing"


def _step(step: JourneyStep) -> str:
    if step.call is not None:
        notes = [*call_notes(step), *([f"if it fails: {_steps(step.otherwise)}"] if step.otherwise else [])]
        return step.call + (f" ({', '.join(notes)})" if notes else "")
    if step.think is not None:
        return think_words(step.think)
    if step.repeat is not None:
        return f"{repeat_words(step)} ({_steps(step.repeat.steps)})"
    return " or ".join(f"{share_words(option.share)} ({_steps(option.steps)})" for option in step.either or [])
