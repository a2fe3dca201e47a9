"""Where load may be sent: this machine, or a host that was named, with a ceiling on the rate and a person's word.

The one place in which that is decided. Every process that sends asks `cleared` before it opens a connection, whoever
started it, and connects to the very addresses that were looked at, so that a name cannot mean one thing when it is
checked and another when it is used. Nothing here needs gevent.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv6Address, ip_address
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

import msgspec

from loadtests.safety.refused import RefusedError
from loadtests.schedule.send_rate import Outlook
from loadtests.target.tls import TlsSettings
from scenarios.language.safety import AbortRule, abort_rule
from scenarios.language.scenario import Scenario
from scenarios.quantities.fields import positive_rate
from scenarios.quantities.units import duration_text

_BASE_URL: Final = "allowed is a base URL such as http://127.0.0.1:8080"

_USUAL_TLS: Final = TlsSettings()


class Terms(msgspec.Struct, frozen=True):
    """On what terms load is sent. Without a word only loopback is open, at any rate."""

    hosts: tuple[str, ...] = ()
    rate_ceiling: float | None = None
    confirmed: bool = False
    proxy: str = ""  # the way to a target that is not this machine
    tls: TlsSettings = _USUAL_TLS


@dataclass(frozen=True)
class Consent:
    """What a command adds to what its scenario says about safety, as it was written."""

    hosts: tuple[str, ...] = ()
    rate_ceiling: str = ""
    abort: tuple[str, ...] = ()
    yes: bool = False
    run_hooks: bool = False

    @classmethod
    def of(cls, options: Any) -> Consent:
        """From the options of `add_options`."""
        return cls(
            tuple(options.allow_host),
            options.rate_ceiling,
            tuple(options.abort),
            options.yes,
            options.run_hooks,
        )

    def words(self) -> list[str]:
        """The same for another command line."""
        pairs = [("--allow-host", host) for host in self.hosts] + [("--abort", rule) for rule in self.abort]
        pairs += [("--rate-ceiling", self.rate_ceiling)] if self.rate_ceiling else []
        flags = [("--yes", self.yes), ("--run-hooks", self.run_hooks)]
        return [word for pair in pairs for word in pair] + [flag for flag, is_set in flags if is_set]

    def terms(self, scenario: Scenario) -> Terms:
        """With what the scenario says: the hosts of both, the lower of two ceilings. Raises `UnitError`."""
        ceilings = [scenario.target.rate_ceiling, positive_rate(self.rate_ceiling) if self.rate_ceiling else None]
        given = [ceiling for ceiling in ceilings if ceiling is not None]
        target = scenario.target
        hosts, proxy = (*target.allowed_hosts, *self.hosts), target.proxy or ""
        return Terms(hosts, min(given, default=None), self.yes, proxy, TlsSettings.of(target))

    def rules(self, scenario: Scenario) -> list[AbortRule]:
        """The abort rules of both. Raises `UnitError`."""
        return [*scenario.abort, *map(abort_rule, self.abort)]


NOTHING_SAID: Final = Consent()


def add_options(add: Callable[..., Any]) -> None:
    """The options that make a `Consent`; `add` is an argument parser's `add_argument`."""
    add("--allow-host", action="append", default=[], metavar="NAME", help="Another host that load may be sent to.")
    add("--rate-ceiling", default="", metavar="RATE", help="Most requests in any whole second, such as '50 / s'.")
    add("--abort", action="append", default=[], metavar="RULE", help="Such as 'failed share > 50 %% for 30 s'.")
    add("--yes", action="store_true", help="Send to an allowed host without being asked.")
    add("--run-hooks", action="store_true", help="Run what the scenario's faults do on the target.")


class Address(NamedTuple):
    """One way to a host, as `socket` wants it."""

    family: int
    where: tuple[Any, ...]

    @property
    def ip(self) -> str:
        return str(self.where[0])

    @property
    def is_loopback(self) -> bool:
        ip = ip_address(self.ip.partition("%")[0])
        inner = ip.ipv4_mapped if isinstance(ip, IPv6Address) else None
        return (inner or ip).is_loopback


@dataclass(frozen=True)
class FoundHost:
    """A host that a URL names, every address that the name has here, the proxy on the way to it, if any, and how
    certificates are checked there."""

    name: str
    addresses: tuple[Address, ...]
    proxy: FoundHost | None = None
    proxy_url: str | None = None
    tls: TlsSettings = _USUAL_TLS

    @property
    def way(self) -> tuple[Address, ...]:
        """The addresses that connections are opened to."""
        return self.addresses if self.proxy is None else self.proxy.addresses

    @property
    def is_loopback(self) -> bool:
        """Whether it is this machine, whichever address is taken."""
        return bool(self.addresses) and all(address.is_loopback for address in self.addresses)

    def __str__(self) -> str:
        ips = ", ".join(dict.fromkeys(address.ip for address in self.addresses))
        named = self.name if ips in ("", self.name) else f"{self.name} ({ips})"
        return named if self.proxy is None else f"{named} through the proxy {self.proxy}"


def place(url: str) -> FoundHost:
    """Where a URL leads. A name that nobody knows has no address. Raises `RefusedError` for what is no base URL."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise RefusedError(f"{url}: {error}") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise RefusedError(f"{url}: {_BASE_URL}")
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):  # a name may be no name at all
        found = []
    return FoundHost(parts.hostname, tuple(Address(family, where) for family, _, _, _, where in found))


def address_of(host: str | None, scenario: Scenario) -> str:
    """The service's address: the one given, or the scenario's own. Raises `RefusedError` where there is neither."""
    found = host or scenario.target.base_url
    if found is None:
        raise RefusedError("where is the service? Give --host URL, or say target.base_url in the scenario")
    return found.rstrip("/")


def is_named(name: str, hosts: Iterable[str]) -> bool:
    """Whether a host is one of those named: the same name, or the same address however it is written."""
    return _plain(name) in {_plain(host) for host in hosts}


def cleared(url: str, terms: Terms) -> FoundHost:
    """The place that a URL leads to, if load may be sent there on these terms. Raises `RefusedError`."""
    found = replace(_by_proxy(place(url), terms), tls=terms.tls)
    if found.is_loopback:
        return found
    if missing := lacking(found, terms):
        raise RefusedError(
            f"{found} is not this machine, and a load test can bring down what it is sent to. "
            f"Missing: {'; '.join(missing)}. Nothing was sent."
        )
    if not found.way:
        raise RefusedError(
            f"cannot reach {url}: no address is known for {(found.proxy or found).name}: "
            "look at its spelling, or at what your name server and /etc/hosts say"
        )
    return found


def _by_proxy(found: FoundHost, terms: Terms) -> FoundHost:
    """The same place through the proxy of its terms; this machine is reached by none."""
    if not terms.proxy or found.is_loopback:
        return found
    return replace(found, proxy=place(terms.proxy), proxy_url=terms.proxy)


def lacking(found: FoundHost, terms: Terms) -> list[str]:
    """What is still needed before load is sent to a place that is not this machine; the confirmation comes last."""
    needs = (
        (is_named(found.name, terms.hosts), f"the host in an allow list (target.hosts, or --allow-host {found.name})"),
        (terms.rate_ceiling is not None, "a rate ceiling (target.rate_ceiling, or --rate-ceiling '50 / s')"),
        (terms.confirmed, "your confirmation on a terminal, or --yes"),
    )
    return [need for met, need in needs if not met]


def within_ceiling(terms: Terms, ahead: Outlook) -> None:
    """Raises `RefusedError` when the schedule itself asks for more than the ceiling."""
    if terms.rate_ceiling is not None and ahead.peak_per_s > terms.rate_ceiling:
        raise RefusedError(
            f"the schedule alone sends {ahead.peak_per_s} requests in the second from {ahead.peak_at}, "
            f"more than the rate ceiling of {terms.rate_ceiling:g} / s. Nothing was sent."
        )


def confirmed_terms(url: str, terms: Terms, ahead: Callable[[], Outlook], warnings: Sequence[str] = ()) -> Terms:
    """The terms, confirmed by the person at the terminal where that is all that is missing, and there is one."""
    found = _by_proxy(place(url), terms)
    if found.is_loopback or len(lacking(found, terms)) != 1 or terms.confirmed or not _has_terminal():
        return terms
    expected = ahead()
    warning = (
        f"This sends load to {found}, which is not this machine.",
        f"Expected: at most {expected.peak_per_s} requests / s, at {expected.peak_at}, if all are answered at once; "
        f"ceiling {terms.rate_ceiling:g} / s; {duration_text(expected.seconds)} long.",
        *warnings,
        "Type the host's name to go on: ",
    )
    print("\n".join(warning), end="", file=sys.stderr, flush=True)
    return msgspec.structs.replace(terms, confirmed=_plain(sys.stdin.readline()) == _plain(found.name))


def _plain(host: str) -> str:
    """A host's name or address in one spelling."""
    name = host.strip().rstrip(".").lower().removeprefix("[").removesuffix("]")
    try:
        return str(ip_address(name))
    except ValueError:
        return name


def _has_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()
