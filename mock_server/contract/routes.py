"""From a method and a path to an operation: a tree of path segments.

A lookup walks the tree once, so its cost is the path's depth and not the table's length. A fixed
segment wins over a parameter: `$ers.createReferral` is never taken for a UBRN.
"""

from collections.abc import Iterable
from typing import Final

from mock_server.contract.operation import ApiOperation
from mock_server.errors import Refusal, not_found

_PARAMETER: Final = "{}"


class _Node:
    __slots__ = ("children", "operations")

    def __init__(self) -> None:
        self.children: dict[str, _Node] = {}
        self.operations: dict[str, ApiOperation] = {}


class Routes:
    """Where each operation is found."""

    def __init__(self, operations: Iterable[ApiOperation]) -> None:
        self._root = _Node()
        for operation in operations:
            self._add(operation)

    def find(self, method: str, path: str) -> tuple[ApiOperation, tuple[str, ...]]:
        """The operation at this address, and the path's parameters. Raises `Refusal` when there is none."""
        if "\0" in path:  # not every database could look for it
            raise not_found("nothing is served at this address")
        node, values = self._root, []
        for segment in path.split("/"):
            child = node.children.get(segment)
            if child is None:
                child = node.children.get(_PARAMETER)
                if child is None or not segment:
                    raise not_found("nothing is served at this address")
                values.append(segment)
            node = child
        operation = node.operations.get(method)
        if operation is None:
            raise self._refusal(node)
        return operation, tuple(values)

    def _add(self, operation: ApiOperation) -> None:
        node = self._root
        for segment in operation.path.split("/"):
            name = _PARAMETER if segment.startswith("{") else segment
            node = node.children.setdefault(name, _Node())
        node.operations[operation.method] = operation

    @staticmethod
    def _refusal(node: _Node) -> Refusal:
        if not node.operations:
            return not_found("nothing is served at this address")
        return Refusal(405, "METHOD_NOT_ALLOWED", f"allowed: {', '.join(sorted(node.operations))}")
