"""What keeps a load test from doing harm: where it may be sent, how hard, and when it ends by its own rule.

A load test goes to loopback unless its scenario (or the command) names the host. `loadtests.safety.targets` holds it to
that, `loadtests.safety.abort` watches the rules.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema, model_validator

from scenarios.language.requests import RequestHeaders, ValueKey
from scenarios.language.target import (
    BasePaths,
    ClientCertificate,
    HttpUrl,
    HttpVersion,
    Secret,
    TargetLogOn,
    without_user,
)
from scenarios.quantities import units
from scenarios.quantities.fields import Part, PositiveDuration, PositiveRate
from scenarios.quantities.units import UnitError, duration_text

RULE_FORM: Final = "a rule such as 'failed share > 50 % for 30 s' or 'response p95 > 20 s for 30 s'"
PROXY_FORM: Final = "the URL of an HTTP proxy, without user or path, such as http://proxy.example:3128"
_PROXY = re.compile(r"http://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):[0-9]{1,5}/?")
_RULE = re.compile(r"^(failed share|response p95)\s*>\s*(.+?)\s+for\s+(.+)$")


def _share_below_1(found: Any) -> float:
    share = units.share(found)
    if share >= 1:
        raise UnitError(found, "a share below 100 %: no share is more than that")
    return share


def _one_or_more(found: Any) -> Any:
    """One alone is a list of one."""
    return [found] if isinstance(found, str | dict) else found


class _OneOrMore:
    """In the JSON Schema: one alone, or a list."""

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: Any) -> dict[str, Any]:
        several = handler(core_schema)
        return {"anyOf": [several, several["items"]]}


def _proxy(found: Any) -> str:
    """Raises `UnitError` for what is no proxy's URL. Credentials have no place in a file that is handed around."""
    if not isinstance(found, str) or not _PROXY.fullmatch(found):
        raise UnitError(without_user(found), PROXY_FORM)
    return found.rstrip("/")


ShareBelow1 = Annotated[
    float,
    BeforeValidator(_share_below_1),
    WithJsonSchema({"type": ["string", "number"], "description": f"{units.SHARE_FORM}, below 100 %"}),
]

ProxyUrl = Annotated[str, BeforeValidator(_proxy), WithJsonSchema({"type": "string", "description": PROXY_FORM})]


class Target(Part):
    """Where a load test may be sent beside loopback, how hard, and how the service there is spoken to."""

    base_url: HttpUrl | None = Field(
        default=None, description="the service's address, taken where a command gives no --host; its host is allowed"
    )

    hosts: Annotated[list[str], BeforeValidator(_one_or_more), _OneOrMore()] = Field(
        default_factory=list, description="host names or addresses, as they stand in the service's URL"
    )
    rate_ceiling: PositiveRate | None = Field(
        default=None, description="most requests in any whole second; more end the load test"
    )
    proxy: ProxyUrl | None = Field(
        default=None,
        description="the HTTP proxy on the way to hosts that are not this machine; none is used without it",
    )
    headers: RequestHeaders = Field(
        default_factory=dict, description="sent with every request that does not say its own"
    )
    http: HttpVersion = Field(default="1.1", description="the version of HTTP")
    verify: bool = Field(default=True, description="false takes any certificate of the service")
    authority: str | None = Field(default=None, description="a PEM file: who signs the service's certificate")
    client_certificate: ClientCertificate | None = None
    log_on: TargetLogOn | None = Field(default=None, description="how the load test itself logs on")
    secrets: dict[ValueKey, Secret] = Field(
        default_factory=dict, description="by name; `{secret.NAME}` stands for one in a request or a header"
    )
    base_paths: BasePaths = Field(
        default_factory=dict,
        description="for a service that has e-RS elsewhere: where a path begins so, it begins like this instead",
    )

    @property
    def allowed_hosts(self) -> tuple[str, ...]:
        """Every host that this file names as one that load may be sent to."""
        named = urlsplit(self.base_url).hostname if self.base_url else None
        return (*self.hosts, *([named] if named else []))


class AbortRule(Part):
    """Ends a load test once its measure has been above the limit in every second for so long."""

    model_config = ConfigDict(extra="forbid", frozen=True, serialize_by_alias=True)

    failed_share: ShareBelow1 | None = Field(
        default=None, description="of the requests that ended in a second, more than this share failed"
    )
    response_p95: PositiveDuration | None = Field(
        default=None, description="of the requests of a second, more than 5 in 100 took or have waited longer than this"
    )
    lasting: PositiveDuration = Field(alias="for", description="how long, second by second")

    @model_validator(mode="after")
    def _one_measure(self) -> AbortRule:
        if (self.failed_share is None) == (self.response_p95 is None):
            raise ValueError("give exactly one of failed_share and response_p95")
        return self

    def __str__(self) -> str:
        """What has happened when it ends a load test."""
        if self.failed_share is not None:
            return f"more than {100 * self.failed_share:.4g} % of requests failed for {duration_text(self.lasting)}"
        assert self.response_p95 is not None
        limit = duration_text(self.response_p95)
        return f"more than 5 % of responses took longer than {limit} for {duration_text(self.lasting)}"


AbortRules = Annotated[list[AbortRule], BeforeValidator(_one_or_more), _OneOrMore()]


def abort_rule(text: str) -> AbortRule:
    """The rule in a text such as `failed share > 50 % for 30 s`. Raises `UnitError`."""
    parts = _RULE.match(text.strip())
    if parts is None:
        raise UnitError(text, RULE_FORM)
    try:
        return AbortRule.model_validate({parts[1].replace(" ", "_"): parts[2], "for": parts[3]})
    except ValidationError:
        raise UnitError(text, RULE_FORM) from None
