"""What a scenario assumes of practices and referrals, in words: every value in force, given or not.

The report and `rehearse show` say it alike. That nobody comes back is an assumption, too, and is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from readiness.wording.followed import PRIORITY_WORDS, long_words, money_words
from scenarios.language.behaviours import ComesBack
from scenarios.language.fallback import Channel, Fallback, Rule, StaffTime
from scenarios.language.outcomes import ROLES
from scenarios.language.practices import Habit, Mandate, News, NewsSource, Practices
from scenarios.language.scenario import Scenario
from scenarios.language.times import Time
from scenarios.text.phrases import listed, rate_words, several, share_words

Assumed = tuple[str, str]  # of what, and what
_Moment = Callable[[float], str]


def assumed_rows(scenario: Scenario) -> list[Assumed]:
    """What is assumed of who comes back, of practices and of referrals that do not leave electronically. Of a scenario
    whose journeys carry no referral, and which has none of these, nothing."""
    is_asked = scenario.is_followed or scenario.fallback is not None or scenario.carriers()
    rows = [*_coming_back(scenario)] if is_asked else []
    if scenario.practices is not None:
        rows += _practices(scenario.practices, scenario.moment_text if scenario.is_clock else long_words)
    if scenario.fallback is not None:
        rows += _fallback(scenario.fallback)
    elif scenario.practices is not None and scenario.carriers():
        rows.append(("fallback", "none: a referral that does not leave electronically goes nowhere"))
    return rows


def _coming_back(scenario: Scenario) -> Iterator[Assumed]:
    """Who gives up and comes back, by behaviour; else that nobody does."""
    back = {name: each.comes_back for name, each in scenario.behaviours.items() if each.comes_back is not None}
    yield from ((f"who gives up ({name})", _back_words(one)) for name, one in back.items() if one.share)
    holding = scenario.fallback is not None and any(rule.hold for rule in scenario.fallback.rules.values())
    if any(one.share for one in back.values()):
        others = [name for name in scenario.behaviours if name not in back or not back[name].share]
        if others:
            yield f"who gives up ({', '.join(others)})", "does not come back"
    elif holding:
        yield "who gives up", "does not come back in person; the practice tries the referral again"
    else:
        yield "who gives up", "nobody comes back"


def _back_words(back: ComesBack) -> str:
    times = "once" if back.times == 1 else f"{back.times:,} times"
    return f"{share_words(back.share)} come back, {drawn_words(back.after)} later, {times} at most"


def _practices(practices: Practices, moment: _Moment) -> Iterator[Assumed]:
    yield "practices", f"{practices.number:,}"
    yield "habit", _habit(practices.habit)
    if training := practices.habit.training:
        yield "trained practices", f"{share_words(training.share)}, which begin at {share_words(training.start)}"
    for name, mandate in practices.habit.mandates.items():
        yield f"mandate {name}", _mandate(mandate, moment)
    yield "working off what is held", f"at {rate_words(practices.works_off)} in each practice"
    yield "tries again", f"{long_words(practices.tries_again)} after a failed try, unless told that the service is back"
    yield from _news(practices.news, practices.neighbours, moment)


def _habit(habit: Habit) -> str:
    spread = f", ± {share_words(habit.spread)} between practices" if habit.spread else ", the same in all practices"
    if not habit.failure and not habit.success:
        return f"tries the system with a probability of {share_words(habit.start)}{spread}; nobody learns"
    return (
        f"tries the system with a probability of {share_words(habit.start)} at the beginning{spread}; a failed try "
        f"takes it {share_words(habit.failure)} of the way down to {share_words(habit.floor)}, a good one "
        f"{share_words(habit.success)} of the way up to 100 %"
    )


def _mandate(mandate: Mandate, moment: _Moment) -> str:
    who = "all practices" if mandate.share == 1 else f"{share_words(mandate.share)} of practices"
    return f"from {moment(mandate.start)} the habit of {who} does not fall below {share_words(mandate.floor)}"


def _news(news: News | None, neighbours: int, moment: _Moment) -> Iterator[Assumed]:
    if news is None:
        yield "news of an outage", "nobody hears that the service is down, or back"
        return
    for name, source in news.sources.items():
        yield f"news by {name}", _source(source, neighbours, moment)
    ways = (
        ("wait", "keep it until the service is back"),
        ("try_anyway", "try all the same"),
        ("paper", "use no system"),
    )
    shares = {words: getattr(news.response, name) for name, words in ways}
    said = [f"{share_words(each)} {words}" for words, each in shares.items() if each]
    yield "who has heard that it is down", listed(said)
    yield "news is believed for", f"{long_words(news.believed_for)}, and then they try again"


def _source(source: NewsSource, neighbours: int, moment: _Moment) -> str:
    of = (
        f"of a failed try among {several(neighbours, 'practice')}"
        if source.neighbours
        else f"of {listed(source.faults)}"
    )
    before = f"announced {long_words(source.before)} before" if source.before else ""
    after = "at once" if source.after.is_zero else f"{drawn_words(source.after)} after it happens"
    down = listed([f"{moment(start_s)} to {moment(end_s)}" for start_s, end_s in source.down])
    parts = [f"{share_words(source.reaches)} hear {of}, {after}", before, f"silent from {down}" if down else ""]
    return "; ".join(filter(None, parts))


def _fallback(fallback: Fallback) -> Iterator[Assumed]:
    for name, rule in fallback.rules.items():
        yield f"{PRIORITY_WORDS[name]} referrals that are not made", _rule(rule)
    missing = [PRIORITY_WORDS[name] for name in PRIORITY_WORDS if name not in fallback.rules]
    if missing:
        yield f"{listed(missing)} referrals that are not made", "no rule"
    for channel, each in fallback.channels.items():
        yield f"by {channel}", _channel(each, fallback.currency)
    yield "half-made referrals", f"{_staff_words(fallback.half_made) or 'no time'} to put one right"
    stated, hourly = fallback.wages.model_fields_set, zip(ROLES, fallback.wages.by_role, strict=True)
    wages = [
        f"{role} {money_words(fallback.currency, wage) if role in stated else 'not stated'}" for role, wage in hourly
    ]
    yield "an hour of staff time costs", listed(wages) if stated else "not stated"


def _rule(rule: Rule) -> str:
    ways = listed(
        [name if share == 1 else f"{share_words(share)} {name}" for name, share in rule.then.items() if share]
    )
    if not rule.hold:
        return f"are not tried again, and go by {ways} at once"
    forgotten = f", {share_words(rule.forgotten)} of them forgotten" if rule.forgotten else ", none forgotten"
    return f"are held and tried again for {long_words(rule.hold)}{forgotten}; then they go by {ways}"


def _channel(channel: Channel, currency: str) -> str:
    lost = f"{share_words(channel.lost)} are lost" if channel.lost else "none is lost"
    price = f"{money_words(currency, channel.price)} each" if "price" in channel.model_fields_set else "no price stated"
    work = f"{_staff_words(channel.work) or 'no staff time'} to send one"
    rekeying = f"{_staff_words(channel.rekeying) or 'no staff time'} to enter it on receipt"
    return f"takes {drawn_words(channel.takes)}; {lost}; {work}, {rekeying}; {price}"


def _staff_words(time: StaffTime) -> str:
    """`clinician 4 min and receptionist 2 min`; nothing where it takes nobody any time."""
    return listed([f"{role} {long_words(each)}" for role, each in zip(ROLES, time.by_role, strict=True) if each])


def drawn_words(time: Time) -> str:
    """How long something takes: `20 min`, or the distribution with its values."""
    (kind,) = (name for name in type(time).model_fields if getattr(time, name) is not None)
    found = getattr(time, kind)
    if kind == "constant":
        return "no time" if not found else long_words(found)
    if kind == "exponential":
        return f"{long_words(found)} in the mean (exponential)"
    if kind == "mixture":
        return listed([f"{share_words(part.share)} {drawn_words(part.time)}" for part in found])
    if kind == "empirical":
        return f"one of {several(len(found), 'measured value')}, {long_words(min(found))} to {long_words(max(found))}"
    if kind == "fitted":
        return f"as measured in {found.file}"
    names = {name: getattr(found, name) for name in type(found).model_fields}
    plain = ("phases", "scv", "shape")
    values = [
        f"{name} {value:g}" if name in plain else f"{name} {long_words(value)}"
        for name, value in names.items()
        if value is not None
    ]
    return f"{', '.join(values)} ({kind})"
