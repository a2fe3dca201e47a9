"""What a command permits about where load may go and when it ends, and the checks before a run is begun.

The process that sends holds itself to the same terms (`loadtests.safety.targets`); here they are looked at first, so
that a person is asked at once, and a replay that may not begin leaves no run folder behind.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from loadtests.described.feeds import feeds, short_feeds
from loadtests.described.requests import check_uploads
from loadtests.log_on.tokens import token_source
from loadtests.safety.reach import check_reachable
from loadtests.safety.refused import RefusedError
from loadtests.safety.targets import Consent, Terms, cleared, confirmed_terms, within_ceiling
from loadtests.schedule.send_rate import outlook
from loadtests.target.headers import secrets_of, target_headers
from loadtests.target.refusal import TargetNotUsableError
from loadtests.target.tls import TlsSettings
from rehearse.children.control import ControlClient
from rehearse.shown.terminal import Terminal
from scenarios.behaviour.schedule import replayed_schedule
from scenarios.language.scenario import Scenario
from scenarios.language.target import TargetLogOn


def consent(
    hosts: list[str] | None = None,
    rate_ceiling: str | None = None,
    abort: list[str] | None = None,
    *,
    yes: bool = False,
    run_hooks: bool = False,
) -> Consent:
    """What these options permit."""
    return Consent(tuple(hosts or ()), rate_ceiling or "", tuple(abort or ()), yes, run_hooks)


def ready_to_send(url: str, scenario: Scenario, seed: int, given: Consent) -> Consent:
    """The consent with which a replay against `url` may begin, confirmed if it had to be.

    Raises `RefusedError` when it may not begin, before anything is sent, or when nobody is there who
    can be spoken to.
    """
    terms = confirmed_terms(url, given.terms(scenario), lambda: outlook(scenario, seed))
    found = cleared(url, terms)
    check_ceiling(scenario, seed, given)
    check_preparations(scenario, seed, found.tls if urlsplit(url).scheme == "https" else None)
    check_reachable(url, found)
    if scenario.target.log_on is not None:
        _check_log_on(scenario.target.log_on, terms)
    return replace(given, yes=terms.confirmed)


def check_ceiling(scenario: Scenario, seed: int, given: Consent) -> None:
    """Raises `RefusedError` when the schedule asks for more than the rate ceiling, if there is one."""
    terms = given.terms(scenario)
    if terms.rate_ceiling is not None:
        within_ceiling(terms, outlook(scenario, seed))


def check_control(control: ControlClient, scenario: Scenario, given: Consent) -> None:
    """Raises `RefusedError` when a control API cannot be used. A token leaves this machine only for a host that load
    may be sent to."""
    control.found = cleared(control.url, given.terms(scenario))
    if trouble := control.trouble():
        raise RefusedError(trouble)


def unmade(scenario: Scenario, given: Consent) -> str | None:
    """A word about faults that nobody will make on a target without a control API; None when there are none."""
    names = [name for name, fault in scenario.faults.items() if not (given.run_hooks and fault.on_target)]
    if not names:
        return None
    return (
        f"nobody will make “{names[0]}” on this target: give --control URL of a mock server's control API, or say"
        " `on_target` in the scenario and --run-hooks"
    )


def check_preparations(scenario: Scenario, seed: int, tls: TlsSettings | None) -> None:
    """Raises `RefusedError` when a secret, a certificate or a file that the requests need is not there; says on
    standard error which file of rows is too short."""
    whole = replayed_schedule(scenario, seed)
    try:
        target_headers(scenario.target, secrets_of(scenario.target))
        if tls is not None:
            tls.context()
        feeds(scenario, whole)
        check_uploads(scenario.service.operations)
    except TargetNotUsableError as error:
        raise RefusedError(f"{error}. Nothing was sent.") from None
    for sentence in short_feeds(scenario, whole):
        Terminal().note(sentence)


def _check_log_on(log_on: TargetLogOn, terms: Terms) -> None:
    try:
        token_source(log_on, terms)()
    except TargetNotUsableError as error:
        raise RefusedError(f"{error}. Nothing was sent.") from None
