"""Faults and defences in plain words: what each does, with its values, and when a fault is there.

A kind has a phrase of its own, such as `slowdown at identity: 5 times as long`. The report, the terminal and
`rehearse show` say it alike.
"""

from __future__ import annotations

from scenarios.effects.kinds import Aimed
from scenarios.language.defences import Defence
from scenarios.language.faults import Action, Fault
from scenarios.language.scenario import Scenario
from scenarios.quantities.units import duration_text
from scenarios.text.phrases import listed


def fault_words(fault: Fault) -> str:
    """What goes wrong: its kind and its values."""
    settings = fault.settings
    aim = settings.aim_words() if isinstance(settings, Aimed) else ""
    return f"{settings.words()}{f' ({aim})' if aim else ''}"


def defence_words(defence: Defence) -> str:
    """What protects the service: its kind and its values."""
    words: str = defence.settings.words()
    return words


def when_words(fault: Fault, scenario: Scenario) -> str:
    """When a fault is there: `08:05 to 08:20`, `at 09:00`, or how its times are drawn."""
    if fault.random is not None:
        well, ill = (duration_text(mean_s) for mean_s in (fault.random.to_fail, fault.random.to_repair))
        return f"drawn anew in each launch: well for {well} and then ill for {ill}, in the mean"
    return listed([span_words(*span, scenario) for span in fault.spans])


def span_words(start_s: float, end_s: float, scenario: Scenario) -> str:
    """`08:05 to 08:20`; `at 09:00` for what happens at once."""
    return f"at {scenario.moment_text(start_s)}" if start_s == end_s else scenario.span_text(start_s, end_s)


def target_words(fault: Fault) -> str:
    """How a fault is made on a target that is not the mock; nothing where it is not."""
    made = fault.on_target
    if made is None:
        return ""
    return f"begins by {_action(made.begin)}" + (f", ends by {_action(made.end)}" if made.end else "")


def _action(action: Action) -> str:
    if action.command is not None:
        return f"running {' '.join(action.command)}"
    assert action.call is not None, "an action is a command or a call"
    return f"calling {action.call.method} {action.call.url}"


def fault_letter(place: int) -> str:
    """The letter of a scenario's fault number `place` in charts and drawings: A to Z, then A2 to Z2, and so on."""
    return chr(ord("A") + place % 26) + (str(place // 26 + 1) if place >= 26 else "")
