"""The options of `rehearse` that say where load may go and when it ends, and the checks before a run is begun.

The process that sends holds itself to the same terms (`loadtests.safety.targets`); here they are looked at first, so
that a person is asked at once, and a replay that may not begin leaves no run folder behind.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any, Final

import typer

from loadtests.safety.targets import Consent, Place, RefusedError, asked, cleared, within_ceiling
from loadtests.schedule.send_rate import outlook
from scenarios.language.fields import positive_rate
from scenarios.language.safety import abort_rule
from scenarios.language.scenario import Scenario
from scenarios.language.units import UnitError

_CONNECT_WITHIN_S: Final = 5.0


def _readable(read: Callable[[str], Any]) -> Callable[[Any], Any]:
    """A callback that says what is wrong with a value, or with one of several."""

    def check(given: Any) -> Any:
        try:
            for text in [given] if isinstance(given, str) else given or []:
                read(text)
        except UnitError as error:
            raise typer.BadParameter(str(error)) from None
        return given

    return check


AllowHost = Annotated[
    list[str] | None,
    typer.Option("--allow-host", metavar="NAME", help="A host beside loopback that load may be sent to; repeatable."),
]
RateCeiling = Annotated[
    str | None,
    typer.Option(
        "--rate-ceiling",
        metavar="RATE",
        callback=_readable(positive_rate),
        help="Most requests in any whole second, such as `50 / s`; more end the replay.",
    ),
]
Abort = Annotated[
    list[str] | None,
    typer.Option(
        "--abort",
        metavar="RULE",
        callback=_readable(abort_rule),
        help="End the replay by a rule such as `failed share > 50 % for 30 s`; repeatable.",
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="Send to an allowed host without being asked.")]
RunHooks = Annotated[bool, typer.Option("--run-hooks", help="Run what the scenario's faults do on the target.")]


def consent(
    hosts: list[str] | None = None,
    rate_ceiling: str | None = None,
    abort: list[str] | None = None,
    yes: bool = False,
    run_hooks: bool = False,
) -> Consent:
    """What these options permit."""
    return Consent(tuple(hosts or ()), rate_ceiling or "", tuple(abort or ()), yes, run_hooks)


def ready_to_send(url: str, scenario: Scenario, seed: int, given: Consent) -> Consent:
    """The consent with which a replay against `url` may begin, confirmed if it had to be.

    Raises `RefusedError` when it may not begin, before anything is sent, or when nobody is there.
    """
    terms = asked(url, given.terms(scenario), lambda: outlook(scenario, seed))
    found = cleared(url, terms)
    within(scenario, seed, given)
    _somebody_listens(url, found)
    return replace(given, yes=terms.confirmed)


def within(scenario: Scenario, seed: int, given: Consent) -> None:
    """Raises `RefusedError` when the schedule asks for more than the rate ceiling, if there is one."""
    terms = given.terms(scenario)
    if terms.rate_ceiling is not None:
        within_ceiling(terms, outlook(scenario, seed))


def _somebody_listens(url: str, found: Place) -> None:
    try:
        address = found.addresses[0]
        with socket.socket(address.family, socket.SOCK_STREAM) as probe:
            probe.settimeout(_CONNECT_WITHIN_S)
            probe.connect(address.where)
    except OSError as error:
        raise RefusedError(f"cannot reach {url}: {error.strerror or error}") from None
