"""What may be taken from an answer and sent again: ids, session keys and versions, each in the form that it has.

A service may answer anything. What would not fit into a header, a path or a whole number is as good as not answered.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import Final

_ID: Final = re.compile(r"[A-Za-z0-9.-]{1,64}", re.ASCII)  # FHIR's
_KEY: Final = re.compile(r"[!-~]{1,4096}", re.ASCII)
_ETAG: Final = re.compile(rb'(?:W/)?"?([0-9]{1,9})"?')
_SHORT_MOST: Final = 40


def is_id(text: str) -> bool:
    """Whether this is a FHIR id."""
    return _ID.fullmatch(text) is not None


def is_key(text: str) -> bool:
    """Whether this may stand in an `Authorization` header."""
    return _KEY.fullmatch(text) is not None


def version_in(etag: bytes, otherwise: int) -> int:
    """The version that an ETag such as `W/"2"` names."""
    found = _ETAG.fullmatch(etag)
    return int(found[1]) if found else otherwise


def checksum(content: bytes) -> str:
    """16 hex digits that stand for bytes (BLAKE2b)."""
    return blake2b(content, digest_size=8).hexdigest()


def fingerprint(text: str) -> str:
    """A short text itself, a long one's checksum."""
    return text if len(text) <= _SHORT_MOST else checksum(text.encode("utf-8", "replace"))
