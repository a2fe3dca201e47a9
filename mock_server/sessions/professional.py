"""Professional sessions: who is logged on, for how long, and in which roles they may act.

The 2015 log-on hands in a smartcard token and gets a session; choosing a role makes it
usable. Sessions live in memory only, as they did on the servers of the time: a restart logs
everybody off, and the log-on storm that follows is one of the things to rehearse.

A synthetic smartcard token says who holds it: `<role>-<ODS code>-<anything>`, such as
`clinician-A81001-17`. The role decides the business functions; a token of any other shape belongs
to a user with the four that may change something. Nothing about a user is stored: the same token
is always the same user. Source: nhsconnect/digital-referrals, A001 to A003.
"""

import hashlib
import math
import time
import uuid
from collections.abc import Callable
from typing import Final

import msgspec

from mock_server.domain.synthetic_directory import SyntheticDirectory

REFERRING_CLINICIAN: Final = "REFERRING_CLINICIAN"
REFERRING_CLINICIAN_ADMIN: Final = "REFERRING_CLINICIAN_ADMIN"
PROVIDER_CLINICIAN: Final = "SERVICE_PROVIDER_CLINICIAN"
PROVIDER_CLINICIAN_ADMIN: Final = "SERVICE_PROVIDER_CLINICIAN_ADMIN"
# They find work on the worklists and hand it on; the contract lets them do nothing else.
REFERRING_ADMIN: Final = "REFERRING_ADMIN"
PROVIDER_ADMIN: Final = "SERVICE_PROVIDER_ADMIN"

REFERRERS: Final = frozenset({REFERRING_CLINICIAN, REFERRING_CLINICIAN_ADMIN})
PROVIDERS: Final = frozenset({PROVIDER_CLINICIAN, PROVIDER_CLINICIAN_ADMIN})
EVERY_ROLE: Final = REFERRERS | PROVIDERS
AT_PRACTICES: Final = REFERRERS | {REFERRING_ADMIN}
AT_PROVIDERS: Final = PROVIDERS | {PROVIDER_ADMIN}

_SWEEP_EVERY_S: Final = 5.0
_FUNCTIONS: Final = {
    "clinician": (REFERRING_CLINICIAN, REFERRING_CLINICIAN_ADMIN),
    "receptionist": (REFERRING_CLINICIAN_ADMIN,),
    "provider": (PROVIDER_CLINICIAN, PROVIDER_CLINICIAN_ADMIN),
    "clerk": (PROVIDER_CLINICIAN_ADMIN, PROVIDER_CLINICIAN),
    "secretary": (REFERRING_ADMIN,),
    "booking": (PROVIDER_ADMIN,),
}
_ALL_FUNCTIONS: Final = tuple(sorted(EVERY_ROLE))


class Permission(msgspec.Struct, frozen=True, rename="camel"):
    """One business function that a user has at one organisation."""

    business_function: str
    org_identifier: str
    org_name: str = ""


class User(msgspec.Struct, frozen=True, rename="camel"):
    """A synthetic professional, worked out from the smartcard token."""

    identifier: str
    first_name: str
    last_name: str
    permissions: tuple[Permission, ...]
    middle_name: str | None = None

    def may_act_as(self, role: str, organisation: str) -> bool:
        """Whether the user has this business function at this organisation."""
        return any(p.business_function == role and p.org_identifier == organisation for p in self.permissions)


class ProfessionalSession(msgspec.Struct, frozen=True):
    """A log-on that has not ended; without a permission it can only choose one."""

    key: str
    token: str
    user: User
    ends_at_s: float
    permission: Permission | None = None
    application: str = ""


class Sessions:
    """Everybody who is logged on."""

    def __init__(
        self,
        directory: SyntheticDirectory,
        lifetime_s: float = 8 * 3600.0,
        now_s: Callable[[], float] = time.monotonic,
        idle_s: float = math.inf,
    ) -> None:
        self._world = directory
        self._lifetime_s = lifetime_s
        self._now_s = now_s
        self._idle_s = idle_s
        self._by_key: dict[str, ProfessionalSession] = {}
        self._used_s: dict[str, float] = {}
        self._sweep_at_s = -math.inf

    def __len__(self) -> int:
        return len(self._by_key)

    def open(self, token: str, lifetime_s: float | None = None, application: str = "") -> ProfessionalSession:
        """Log a user on, for as long as sessions last or for a lifetime of its own."""
        now_s = self._now_s()
        self._drop_ended(now_s)
        key = f"pro-xapi-session_{uuid.uuid4()}"
        ends_at_s = now_s + (self._lifetime_s if lifetime_s is None else lifetime_s)
        session = ProfessionalSession(key, token, user_of(token, self._world), ends_at_s, application=application)
        self._by_key[key] = session
        self._used_s[key] = now_s
        return session

    def find(self, key: str) -> ProfessionalSession | None:
        """The session with this key, while it lasts."""
        session, now_s = self._by_key.get(key), self._now_s()
        if session is None or now_s >= session.ends_at_s or now_s - self._used_s[key] >= self._idle_s:
            return None
        self._used_s[key] = now_s
        return session

    def choose(self, session: ProfessionalSession, permission: Permission) -> ProfessionalSession:
        """Act from now on with this permission."""
        chosen = msgspec.structs.replace(session, permission=permission)
        self._by_key[session.key] = chosen
        return chosen

    def close(self, key: str) -> None:
        """Log off."""
        self._by_key.pop(key, None)
        self._used_s.pop(key, None)

    def flush(self) -> int:
        """Log everybody off; how many that were."""
        ended = len(self._by_key)
        self._by_key.clear()
        self._used_s.clear()
        return ended

    def _drop_ended(self, now_s: float) -> None:
        # Walking all of them at every log-on would make a log-on storm quadratic.
        if now_s < self._sweep_at_s:
            return
        self._sweep_at_s = now_s + _SWEEP_EVERY_S
        for session in list(self._by_key.values()):
            if session.ends_at_s <= now_s or now_s - self._used_s[session.key] >= self._idle_s:
                self.close(session.key)


def user_of(token: str, directory: SyntheticDirectory) -> User:
    """The user who holds this smartcard token."""
    population, organisation, *_ = [*token.split("-"), ""]
    draw = int.from_bytes(hashlib.blake2b(token.encode(), digest_size=8).digest())
    functions = _FUNCTIONS.get(population, _ALL_FUNCTIONS)
    at_provider = all(function in AT_PROVIDERS for function in functions)
    code = directory.provider_at(organisation, draw) if at_provider else directory.practice_at(organisation, draw)
    name = directory.organisation_name(code)
    first_name, last_name = directory.name_of(draw)
    return User(
        identifier=f"{draw % 10**12:012d}",
        first_name=first_name,
        last_name=last_name,
        permissions=tuple(Permission(function, code, name) for function in functions),
    )
