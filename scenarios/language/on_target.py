"""How a fault is made on a target that is not the mock: what to run or to call at its begin and its end."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from scenarios.language.fields import Part, PositiveDuration


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
