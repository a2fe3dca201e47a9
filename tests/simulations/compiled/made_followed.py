"""Practices, what becomes of referrals without the system, and appointment slots, of scenarios that are made up."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st

from scenarios.language.outcomes import PRIORITIES
from tests.simulations.compiled.made_effects import AT_ONCE
from tests.simulations.compiled.made_parts import TIME, Data, sometimes

_SHARE: Final = st.sampled_from(["0 %", "30 %", "100 %"])
_HABIT: Final = st.fixed_dictionaries(
    {"start": st.sampled_from(["50 %", "100 %"])},
    optional={"spread": _SHARE, "failure": _SHARE, "success": _SHARE, "floor": st.just("20 %")},
)
_RESPONSE: Final = st.sampled_from([{"wait": "100 %"}, {"wait": "40 %", "try_anyway": "30 %", "paper": "30 %"}])
_CHANNELS: Final[Data] = {
    "fax": {"takes": "1 s", "lost": "20 %", "work": {"clinician": "1 s"}, "rekeying": {"receptionist": "2 s"}},
    "post": {"takes": {"exponential": "2 s"}, "price": 1},
}


def beyond_one_session(draw: st.DrawFn, features: frozenset[str], made: Data) -> Data:
    """What follows people and referrals from one session to the next, and slots, where they are asked for."""
    found: Data = {}
    if "practices" in features:
        _work_at_practices(draw, made)
        found["practices"] = _practices(draw, made)
        if "fallback" in features and _carry(made):
            found["fallback"] = _fallback(draw)
    if "supply" in features:
        found["supply"] = _supply(draw, made)
    return found


def _work_at_practices(draw: st.DrawFn, made: Data) -> None:
    people = next(iter(made["populations"].values()))
    people["role"] = draw(st.sampled_from(["clinician", "receptionist"]))


def _practices(draw: st.DrawFn, made: Data) -> Data:
    known = [name for name, one in made["faults"].items() if "during" in one or next(iter(one)) in AT_ONCE]
    source: Data = {"reaches": draw(_SHARE), "after": draw(TIME | st.just("0 s"))}
    source |= {"faults": known[:1]} if draw(st.booleans()) and known else {"neighbours": True}
    news = {
        "sources": {"talk": source},
        "response": draw(_RESPONSE),
        "believed_for": draw(st.sampled_from(["2 s", "5 s"])),
    }
    made_up: Data = {
        "number": draw(st.integers(1, 6)),
        "neighbours": draw(st.integers(1, 3)),
        "works_off": draw(st.sampled_from(["1 / s", "4 / s"])),
        "tries_again": draw(st.sampled_from(["1 s", "2500 ms"])),
        "habit": draw(_HABIT),
    }
    return made_up | sometimes(draw, "news", st.just(news))


def _carry(made: Data) -> bool:
    """Whether some carry referrals; they then come from practices, and have priorities and no other rule."""
    carriers = [people for people in made["populations"].values() if "carries" in made["journeys"][people["journey"]]]
    for people in carriers:
        people["role"] = "clinician"
        people["priorities"] = {"urgent": "40 %", "routine": "60 %"}
    for behaviour in made["behaviours"].values():
        behaviour.pop("gives_up_to", None)
        behaviour.pop("comes_back", None)
    return bool(carriers)


def _fallback(draw: st.DrawFn) -> Data:
    rule = st.fixed_dictionaries(
        {
            "hold": st.sampled_from(["0 s", "2 s", "10 s"]),
            "forgotten": _SHARE,
            "then": st.sampled_from(["fax", {"fax": "50 %", "post": "50 %"}]),
        }
    )
    return {"channels": _CHANNELS, "rules": {priority: draw(rule) for priority in PRIORITIES}}


def _supply(draw: st.DrawFn, made: Data) -> Data:
    """Slots that whoever makes the first call of a journey takes."""
    journey: Any = next(iter(made["populations"].values()))["journey"]
    steps = made["journeys"][journey]["steps"]
    steps = steps[0]["repeat"]["steps"] if "repeat" in steps[0] else steps
    operations = [step["call"] for step in steps if "call" in step]
    general = {"at_start": draw(st.sampled_from([0, 10, 40])), "ahead": draw(st.sampled_from(["1 day to 3 days"]))}
    within = draw(st.sampled_from([{}, {"routine": "2 days", "urgent": "1 day"}]))
    return {"operations": operations[:1], "specialties": {"general": general}, "within": within}
