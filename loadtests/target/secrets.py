"""Secrets, read where a scenario says that they are, by the process that needs them and at no other time.

They are never written, printed or put into an exception: what is said of one is where it should have been.
"""

from __future__ import annotations

import os
from pathlib import Path

from loadtests.target.refusal import TargetNotUsableError
from scenarios.language.target import SecretReference


def secret_text(reference: SecretReference) -> str:
    """The secret, without the line's end of its file. Raises `TargetNotUsableError` when it is not there."""
    if reference.env is not None:
        found = os.environ.get(reference.env)
        if not found:
            raise TargetNotUsableError(f"a secret is missing: {reference} is not set")
        return found
    path = Path(reference.file or "")
    try:
        text = path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise TargetNotUsableError(f"a secret is missing: {reference} cannot be read: {reason}") from None
    if not text:
        raise TargetNotUsableError(f"a secret is missing: {reference} is empty")
    return text
