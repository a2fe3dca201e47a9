"""What goes wrong, and when: the `faults` of a scenario.

A fault is exactly one kind and exactly one way to say when. The kinds are those that are registered (`registry`), one
module each in `scenarios/effects/faults`, which says all of it: its values, its wording and what it does to a service.
Where a kind can be aimed, `operations`, `populations`, `regions` and `share` choose the requests it touches; whether a
request is one of the share follows from its key, so that both clocks touch the same ones. On a target that is not the
mock, `on_target` says what to run or to call at its begin and its end.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, model_validator

from scenarios.language.registry import FAULTS, know_kinds
from scenarios.quantities.fields import Moment, Part, PositiveDuration, Short, Span
from scenarios.quantities.units import MOMENT_FORM, SPAN_FORM


class RandomTimes(Part):
    """Drawn times: it is well for an exponential time of mean `to_fail`, then ill for one of mean `to_repair`."""

    to_fail: PositiveDuration
    to_repair: PositiveDuration


def _list(found: Any) -> Any:
    return found if isinstance(found, list) or found is None else [found]


Spans = Annotated[
    list[Span],
    Field(min_length=1),
    BeforeValidator(_list),
    Short({"type": "string", "description": SPAN_FORM}),
]
Moments = Annotated[
    list[Moment],
    Field(min_length=1),
    BeforeValidator(_list),
    Short({"type": ["string", "number"], "description": MOMENT_FORM}),
]
WHEN: Final = ("during", "at", "random")


class TargetCall(Part):
    """One HTTP request."""

    url: str = Field(pattern=r"^https?://")
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "POST"
    headers: dict[str, str] = Field(default_factory=dict)
    body: str = ""


class Action(Part):
    """What to do on a target that is not the mock: run a program, or make an HTTP call."""

    command: list[str] | None = Field(default=None, min_length=1, description="program and arguments; no shell")
    call: TargetCall | None = None

    @model_validator(mode="after")
    def _one(self) -> Action:
        if (self.command is None) == (self.call is None):
            raise ValueError("give exactly one of command and call")
        return self


class OnTarget(Part):
    """How the fault is made on a target that is not the mock."""

    begin: Action
    end: Action | None = None
    timeout: PositiveDuration = Field(default=10.0, description="how long each may take")


class Fault(Part):
    """One thing that goes wrong: exactly one kind, and exactly one of `during`, `at` and `random`."""

    during: Spans | None = Field(default=None, description="from when until when; one span or several")
    at: Moments | None = Field(default=None, description="for kinds that happen at once: when; one moment or several")
    lasting: PositiveDuration | None = Field(
        default=None, alias="for", description="with `at`: for how long it is there"
    )
    random: RandomTimes | None = Field(default=None, description="drawn anew in each launch")
    on_target: OnTarget | None = Field(default=None, description="how to make it on a target that is not the mock")

    @model_validator(mode="after")
    def _whole(self) -> Fault:
        given = [name for name in FAULTS if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"give exactly one kind, one of {', '.join(FAULTS)}; found {given or 'none'}")
        times = [name for name in WHEN if getattr(self, name) is not None]
        if len(times) > 1:
            raise ValueError(f"give exactly one of {', '.join(WHEN)}; found {times}")
        if self.lasting is not None and (self.at is None or self.settings.at_once):
            alone = "happens at once" if self.settings.at_once else "needs `at`, when it begins"
            raise ValueError(f"`for` says how long a fault is there that begins `at` a moment; {self.kind} {alone}")
        if self.at is not None and self.lasting is None and not self.settings.at_once:
            at_once = sorted(name for name, kind in FAULTS.items() if kind.at_once)
            raise ValueError(
                f"`at` goes with {', '.join(at_once)}; {self.kind} lasts: give `during`, or with `for` how long"
            )
        return self

    @property
    def spans(self) -> list[tuple[float, float]]:
        """From when until when it is there, where its times are fixed; what happens at once ends as it begins."""
        return [*(self.during or []), *((begin_s, begin_s + (self.lasting or 0.0)) for begin_s in self.at or [])]

    @property
    def kind(self) -> str:
        """Which kind it is."""
        return next(name for name in FAULTS if getattr(self, name) is not None)

    @property
    def settings(self) -> Any:
        """The kind with its own values: an `EffectKind`."""
        return getattr(self, self.kind)


know_kinds(Fault, FAULTS)
