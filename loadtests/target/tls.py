"""How certificates are checked and shown on the way to a target: the one place where a TLS context is made."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import Any

import msgspec

from loadtests.target.refusal import TargetNotUsableError
from loadtests.target.secrets import secret_text
from scenarios.language.safety import Target
from scenarios.language.target import SecretReference


class TlsSettings(msgspec.Struct, frozen=True):
    """Whether the service's certificate is checked, by whose authority, and with which certificate this side shows who
    it is; `password_env` and `password_file` say where that one's password is."""

    verify: bool = True
    authority: str = ""
    certificate: str = ""
    key: str = ""
    password_env: str = ""
    password_file: str = ""

    @classmethod
    def of(cls, target: Target) -> TlsSettings:
        """As a scenario says."""
        own = target.client_certificate
        password = own.password if own else None
        return cls(
            verify=target.verify,
            authority=target.authority or "",
            certificate=own.certificate if own else "",
            key=(own.key or "") if own else "",
            password_env=(password.env or "") if password else "",
            password_file=(password.file or "") if password else "",
        )

    def context(self, create: Callable[[], Any] = ssl.create_default_context) -> Any:
        """A context made by `create`, which checks and shows what it should.

        Raises `TargetNotUsableError` when a file cannot be used.
        """
        context = create()
        if self.authority:
            try:
                context.load_verify_locations(self.authority)
            except (OSError, ssl.SSLError) as error:
                raise TargetNotUsableError(
                    f"target.authority {self.authority} cannot be used: {_reason(error)}"
                ) from None
        if not self.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        if self.certificate:
            try:
                context.load_cert_chain(self.certificate, self.key or None, self._password)
            except (OSError, ssl.SSLError) as error:
                where = f"target.client_certificate {self.certificate}"
                raise TargetNotUsableError(f"{where} cannot be used: {_reason(error)}") from None
        return context

    def _password(self) -> str:
        """The password of the key; asked for only where the key has one, and never of a person."""
        if not (self.password_env or self.password_file):
            raise TargetNotUsableError("the client certificate's key has a password: say where it is (`password`)")
        return secret_text(SecretReference(env=self.password_env or None, file=self.password_file or None))


def _reason(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return f"it is no PEM file of that kind, or its password is wrong ({error.reason or 'unreadable'})"
    return error.strerror or "it cannot be read"
