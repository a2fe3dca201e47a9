"""Clinical hazards as people type them: cause, effect, how severe and how likely, what controls each, what remains.

The words of both scales, and the matrix in `dossier.evidence.risk`, are those of the guidance to the clinical risk
management standards DCB0129 and DCB0160.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, get_args

from pydantic import BeforeValidator, Field, model_validator

from scenarios.quantities.fields import Name, Part, PositiveDuration, Share
from scenarios.quantities.units import UnitError
from scenarios.text.nearest import nearest

ConsequenceWord = Literal["minor", "significant", "considerable", "major", "catastrophic"]
LikelihoodWord = Literal["very low", "low", "medium", "high", "very high"]
CONSEQUENCES: Final[tuple[ConsequenceWord, ...]] = get_args(ConsequenceWord)
LIKELIHOODS: Final[tuple[LikelihoodWord, ...]] = get_args(LikelihoodWord)


def _of_scale(words: tuple[str, ...]) -> BeforeValidator:
    """Reads a word of a scale, or its number from 1 on."""

    def read(found: Any) -> Any:
        if isinstance(found, int) and not isinstance(found, bool) and 0 < found <= len(words):
            return words[found - 1]
        if isinstance(found, str) and (word := " ".join(found.casefold().split())) in words:
            return word
        named = ", ".join(f"{word} ({number})" for number, word in enumerate(words, start=1))
        raise UnitError(found, f"a word of the scale or its number: {named}{nearest(str(found), words)}")

    return BeforeValidator(read)


Consequence = Annotated[ConsequenceWord, _of_scale(CONSEQUENCES)]
LikelihoodClass = Annotated[LikelihoodWord, _of_scale(LIKELIHOODS)]


class Likelihood(Part):
    """How likely a hazard is: as somebody typed it, or as often as something is seen in the launches of a run."""

    typed: LikelihoodClass | None = None
    promise: Name | None = Field(default=None, description="a launch breaks this promise")
    not_answered_well: Share | None = Field(default=None, description="more than this share of requests fails")
    busy: Name | None = Field(default=None, description="all of this station is busy")
    lasts: PositiveDuration = Field(default=60.0, description="for so long, of what is seen over time")
    run: str = Field(
        default="", description="the run in which it is seen, by folder or scenario; that of the launch without it"
    )

    @model_validator(mode="before")
    @classmethod
    def _short(cls, found: Any) -> Any:
        """A word or a number is a typed one."""
        return found if isinstance(found, dict) else {"typed": found}

    @model_validator(mode="after")
    def _exactly_one(self) -> Likelihood:
        given = [name for name in _EXACTLY_ONE if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"give exactly one of {', '.join(_EXACTLY_ONE)}; found {given or 'none'}")
        return self


_EXACTLY_ONE: Final = ("typed", "promise", "not_answered_well", "busy")


class Hazard(Part):
    """One way in which a launch may harm patients. What is left blank reads *to be filled in*."""

    hazard: str = Field(min_length=1)
    cause: str = ""
    effect: str = Field(default="", description="on patients")
    severity: Consequence
    likelihood: Likelihood | None = None
    control: str = Field(default="", description="what prevents it, or lessens its effect")
    shown_by: str = Field(
        default="", description="the run (by folder or scenario) or the option that shows that the control works"
    )
    residual: str = Field(default="", description="the risk that remains, as somebody has judged it")
    owner: str = ""
