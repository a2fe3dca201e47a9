"""How a target is spoken to: TLS, log-on, and secrets, of which a scenario only says where they are."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from scenarios.quantities.fields import Part
from scenarios.quantities.units import UnitError

_SECRET_FORM: Final = "where a secret is: {env: NAME} or {file: PATH}; it never stands in a scenario"
_PREFIX: Final = re.compile(r"/[!-~]*")


def _is_reference(found: Any) -> Any:
    if not isinstance(found, dict):
        raise ValueError(f"found {type(found).__name__}; allowed is {_SECRET_FORM}")  # and never shows what stood there
    return found


class SecretReference(Part):
    """Where a secret is: exactly one of these."""

    env: str | None = Field(default=None, pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", description="an environment variable")
    file: str | None = Field(default=None, min_length=1, description="a file, of which it is the text")

    @model_validator(mode="after")
    def _one(self) -> SecretReference:
        if (self.env is None) == (self.file is None):
            raise ValueError(f"allowed is {_SECRET_FORM}")
        return self

    def __str__(self) -> str:
        """Where it is, for people."""
        return f"the environment variable {self.env}" if self.env else f"the file {self.file}"


Secret = Annotated[SecretReference, BeforeValidator(_is_reference)]
_URL: Final = r"^https?://[^\s?#@]+$"


def without_user(found: object) -> object:
    """An address as a message may show it: what stands before an @ may be a password."""
    return re.sub(r"(?<=://).*@", "…@", found) if isinstance(found, str) else found


def _http_url(found: Any) -> Any:
    if not isinstance(found, str) or not re.match(_URL, found):
        raise UnitError(without_user(found), "an address such as https://staging.example/api, without user, ? and #")
    return found


HttpUrl = Annotated[str, BeforeValidator(_http_url), Field(pattern=_URL)]


class ClientCertificate(Part):
    """With which certificate this side shows who it is."""

    certificate: str = Field(description="a PEM file: the certificate, and those it depends on")
    key: str | None = Field(default=None, description="a PEM file with its key; without it the key is in `certificate`")
    password: Secret | None = Field(default=None, description="of the key")


class ClientCredentials(Part):
    """OAuth 2.0, client credentials (RFC 6749, 4.4)."""

    token_url: HttpUrl
    client_id: str
    client_secret: Secret
    scope: str = ""
    credentials_in: Literal["header", "body"] = Field(default="header", description="where id and secret are sent")


class SignedJwt(Part):
    """OAuth 2.0, client credentials with a signed JWT (RFC 7523), as NHS England's API platform has it."""

    token_url: HttpUrl
    client_id: str = Field(description="the application's key: issuer and subject of the JWT")
    key: Secret = Field(description="the private key, PEM")
    key_id: str = Field(description="`kid`, as the platform knows it")
    algorithm: Literal["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "ES512"] = "RS512"
    audience: str | None = Field(default=None, description="`aud`; without it the token URL")
    scope: str = ""


class AuthorizationCode(Part):
    """OAuth 2.0, authorization code: a person has logged on before, and the tokens were stored."""

    token_url: HttpUrl
    client_id: str
    client_secret: Secret | None = None
    tokens: Secret = Field(description="JSON with `refresh_token`, or with `access_token` (and when it `expires_at`)")


class BasicLogOn(Part):
    """HTTP basic (RFC 7617)."""

    user: Annotated[str, Field(pattern=r"^[^:]*$")]
    password: Secret


class BearerToken(Part):
    """A token that somebody else obtained."""

    token: Secret


class TargetLogOn(Part):
    """How the load test logs on, before it begins and whenever its token runs out: exactly one of these."""

    client_credentials: ClientCredentials | None = None
    signed_jwt: SignedJwt | None = None
    authorization_code: AuthorizationCode | None = None
    basic: BasicLogOn | None = None
    bearer: BearerToken | None = None

    @model_validator(mode="after")
    def _one(self) -> TargetLogOn:
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"give exactly one of {', '.join(type(self).model_fields)}; found {given or 'none'}")
        return self


def _http_version(found: Any) -> str:
    if str(found) in ("2", "2.0"):
        raise UnitError(
            found, "1.1: this load test does not speak HTTP/2 yet, and most services that do also speak 1.1"
        )
    if str(found) != "1.1":
        raise UnitError(found, "1.1")
    return "1.1"


HttpVersion = Annotated[Literal["1.1"], BeforeValidator(_http_version)]


def _prefixes(found: dict[str, str]) -> dict[str, str]:
    for prefix in (*found, *found.values()):
        if not _PREFIX.fullmatch(prefix) or "?" in prefix or "#" in prefix:
            raise UnitError(prefix, "the beginning of a path, such as /referrals/FHIR/STU3")
    return found


BasePaths = Annotated[dict[str, str], AfterValidator(_prefixes)]
