"""What is said of a target that cannot be spoken to as its scenario says."""

from __future__ import annotations


class TargetNotUsableError(ValueError):
    """A secret, certificate or log-on without which nothing can be sent; nothing was."""
