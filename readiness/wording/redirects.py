"""Redirects that were taken for good answers, in words: nobody followed them, and nobody said that they were meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from recordings.exchanges import Exchanges
from scenarios.language.service import OperationSpecification

_NOT_MODIFIED = "304"


def unfollowed(operations: Mapping[str, OperationSpecification], exchanges: Exchanges | None) -> Iterator[str]:
    """A sentence about each described operation that had redirects, says no `expect.status`, and does not extract
    where they lead."""
    if exchanges is None:
        return
    for name, endings in zip(exchanges.form.operations, exchanges.ended(), strict=True):
        count = sum(number for ending, number in endings.items() if ending[0] == "3" and ending != _NOT_MODIFIED)
        if count and not _is_meant(operations[name]):
            yield (
                f"redirects are not followed, and count as good: {name}, {count:,}. Say `expect: {{status: …}}`, or "
                "`extract` the header Location for an operation that goes there"
            )


def _is_meant(operation: OperationSpecification) -> bool:
    expected = operation.expect is not None and "status" in operation.expect.model_fields_set
    followed = any((rule.header or "").lower() == "location" for rule in operation.extract.values())
    return operation.http is None or expected or followed
