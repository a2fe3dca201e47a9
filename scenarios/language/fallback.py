"""What becomes of a referral that does not leave electronically: the `fallback` of a scenario.

By priority, how long it is held and by which channel it goes then; by channel, how long it is under way, how many are
lost, what it costs in staff time and money. `scenarios.practices` does what is written here.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from scenarios.language.people import whole_shares
from scenarios.quantities.fields import Duration, Name, Part, Share, Short
from scenarios.quantities.times import AnyTime

Priority = Literal["two_week_wait", "urgent", "routine"]


class StaffTime(Part):
    """How long it takes the people of each role."""

    clinician: Duration = 0.0
    receptionist: Duration = 0.0
    provider: Duration = 0.0

    @property
    def by_role(self) -> tuple[float, ...]:
        """In seconds, in the order of ROLES."""
        return self.clinician, self.receptionist, self.provider


class Wages(Part):
    """What an hour of each role costs."""

    clinician: float = Field(default=0.0, ge=0)
    receptionist: float = Field(default=0.0, ge=0)
    provider: float = Field(default=0.0, ge=0)

    @property
    def by_role(self) -> tuple[float, ...]:
        """In the order of ROLES."""
        return self.clinician, self.receptionist, self.provider


class Channel(Part):
    """A way by which a referral goes that does not go electronically: e-mail, fax, internal mail, post."""

    takes: AnyTime = Field(description="from sending to receipt, in elapsed time")
    lost: Share = Field(default=0.0, description="how many never arrive")
    work: StaffTime = Field(default=StaffTime(), description="to write and send one, by role")
    rekeying: StaffTime = Field(default=StaffTime(), description="to enter one into the system on receipt, by role")
    price: float = Field(default=0.0, ge=0, description="of one, beside the staff's time, in the scenario's currency")


def _one_channel(found: Any) -> Any:
    return {found: 1.0} if isinstance(found, str) else found


AnyChannels = Annotated[
    dict[Name, Share],
    BeforeValidator(_one_channel),
    AfterValidator(whole_shares),
    Short({"type": "string", "description": "one channel for all"}),
]


class Rule(Part):
    """What becomes of referrals of one priority that could not be made."""

    hold: Duration = Field(description="how long after the consultation they are tried again; 0 s: not at all")
    forgotten: Share = Field(default=0.0, description="of those that are held, how many nobody thinks of again")
    then: AnyChannels = Field(description="the channel by which they go then, or several in shares")

    @model_validator(mode="after")
    def _goes_somewhere(self) -> Rule:
        if not self.then:
            raise ValueError("`then` needs a channel")
        return self


class Fallback(Part):
    """What practices do when the system does not take a referral."""

    channels: dict[Name, Channel] = Field(min_length=1)
    rules: dict[Priority, Rule] = Field(min_length=1)
    half_made: StaffTime = Field(
        default=StaffTime(), description="to put right one that was made in part: created, without a place or a letter"
    )
    wages: Wages = Wages()
    currency: str = Field(default="£", max_length=8)

    @property
    def is_priced(self) -> bool:
        """Whether anything has a price or a wage."""
        prices = any("price" in channel.model_fields_set for channel in self.channels.values())
        return prices or bool(self.wages.model_fields_set)
