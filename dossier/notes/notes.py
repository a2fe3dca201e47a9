"""What people type for a dossier, `dossier.yaml`: who owns what, dates, prices, known issues, conditions.

A blank is nothing: what is not typed reads "not stated".
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from dossier.notes.hazards import Hazard
from dossier.notes.wanted import WantedEvidence
from scenarios.quantities.fields import Name, Part, PositiveDuration, Share

Severity = Literal["low", "medium", "high", "critical"]
ConditionState = Literal["open", "met", "failed"]
AcceptanceState = Literal["open", "accepted", "refused"]


class KnownIssue(Part):
    """Something that is known to be wrong."""

    what: str = Field(min_length=1)
    severity: Severity
    blocks: bool = Field(default=False, description="whether the launch waits for it")
    owner: str = ""
    state: Literal["open", "closed"] = "open"


class Owned(Part):
    """What somebody has to see to, until a day."""

    owner: str = ""
    by: date | None = Field(default=None, description="the day until which it has to be so")


class Condition(Owned):
    """What has to be so before the launch."""

    criterion: str = Field(min_length=1)
    evidence: str = Field(default="", description="by what anybody can see that it is met")
    state: ConditionState = "open"
    no_go: bool = Field(default=False, description="there is no launch for as long as it is not met")


class Acceptance(Owned):
    """Whether somebody accepts that the launch does not withstand a failure which was rehearsed."""

    state: AcceptanceState = "open"


class OptionNotes(Part):
    """What an option is, in words, what it costs, and how long it takes to have it."""

    what: str = ""
    price: str = ""
    lead_time: str = ""


class Trigger(Part):
    """What stops a launch, or rolls it back: one thing that is seen, for so long."""

    then: Literal["stop", "roll back"]
    not_answered_well: Share | None = Field(default=None, description="more than this share of requests fails")
    busy: Name | None = Field(default=None, description="all of this station is busy")
    lasts: PositiveDuration = 60.0
    owner: str = ""
    action: str = Field(default="", description="what is done then: what to go back to, whom to tell")


class Signature(Part):
    """Who signs."""

    role: str = Field(min_length=1)
    name: str = ""


class Notes(Part):
    """A whole file."""

    launch: str = Field(default="", description="which launch is decided about, where that is not the scenario's title")
    launch_on: date | None = Field(default=None, description="the day of the launch")
    decision_on: date | None = Field(default=None, description="the day of the decision")
    evidence: WantedEvidence | None = Field(default=None, description="the runs to make and the questions to ask")
    environment: list[str] = Field(default_factory=list, description="how what was measured differs from live")
    known_issues: list[KnownIssue] = Field(default_factory=list)
    conditions: list[Condition] = Field(default_factory=list)
    failures: dict[str, Acceptance] = Field(
        default_factory=dict, description="who accepts a failure that is not withstood, by its run: folder or scenario"
    )
    options: dict[str, OptionNotes] = Field(
        default_factory=dict, description="by the name of an option of a comparison"
    )
    sources: dict[str, str] = Field(default_factory=dict, description="where an assumption comes from, by its key")
    not_tested: list[str] = Field(default_factory=list)
    triggers: dict[Name, Trigger] = Field(default_factory=dict)
    hazards: list[Hazard] = Field(default_factory=list, description="how the launch may harm patients")
    sign_off: list[Signature] = Field(default_factory=list)
