"""Texts of others as they may be shown: what would steer a terminal, or turn the direction of writing, is spelt out.

A scenario may come from anybody, and its names and texts are shown on terminals, where an escape sequence could forge
or hide a verdict.
"""

from __future__ import annotations

import re
from typing import Final

# controls but the end of a line, separators of lines and paragraphs, what changes direction, and halves of characters
_UNSEEN: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def visible(text: str) -> str:
    r"""The text with its controls spelt out (`\x1b`, `\u202e`); line ends stay."""
    return _UNSEEN.sub(lambda found: _spelt(ord(found[0])), text)


def visible_line(text: str) -> str:
    r"""The text on one line: its line ends are spelt out too (`\x0a`)."""
    return visible(text).replace("\n", "\\x0a")


def visible_json(text: str) -> str:
    r"""JSON that means the same, with every control in a string as JSON spells it (`\u009b`)."""
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _spelt(code: int) -> str:
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
