"""The refusal to send load."""

from __future__ import annotations


class RefusedError(ValueError):
    """Load that may not be sent; nothing was."""
