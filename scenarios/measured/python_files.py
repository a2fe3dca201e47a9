"""Python files that a scenario names: what is in them, found without running it; and what they define, to run."""

from __future__ import annotations

import ast
import sys
import traceback
from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from scenarios.measured.unusable import UnusableValuesError
from scenarios.text.nearest import nearest

_INNER: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_USER: Final = "HttpUser"  # of Locust's own classes


def checksum_of(path: Path) -> str:
    """What tells a file from another. Raises `UnusableValuesError` when it cannot be read."""
    return blake2b(_bytes_of(path), digest_size=16).hexdigest()


def check_generator(path: Path, function: str) -> None:
    """Raises `UnusableValuesError` unless the file defines a generator function of that name with one argument."""
    defined = {one.name: one for one in _parsed(path).body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}
    found = defined.get(function)
    if found is None:
        raise UnusableValuesError(f"{path} defines no function {function!r}{nearest(function, list(defined))}")
    if isinstance(found, ast.AsyncFunctionDef):
        raise UnusableValuesError(f"{path}: {function} is `async`; a journey is a plain `def` that yields its steps")
    if not any(isinstance(node, ast.Yield | ast.YieldFrom) for node in _own_nodes(found)):
        raise UnusableValuesError(f"{path}: {function} yields nothing; a journey yields session.call(…) and its like")
    given = found.args
    wanted = [*given.posonlyargs, *given.args]
    further = [one for one, default in zip(given.kwonlyargs, given.kw_defaults, strict=True) if default is None]
    if further or len(wanted) - len(given.defaults) > 1 or not (wanted or given.vararg):
        raise UnusableValuesError(f"{path}: {function} is called with the session and nothing else")


def check_class(path: Path, name: str) -> None:
    """Raises `UnusableValuesError` unless the file defines or imports a class of that name, as far as can be seen."""
    body = _parsed(path).body
    classes = {one.name: one for one in body if isinstance(one, ast.ClassDef)}
    froms = [node for node in body if isinstance(node, ast.ImportFrom)]
    if name not in classes and name not in {one.asname or one.name for node in froms for one in node.names}:
        raise UnusableValuesError(f"{path} defines no class {name!r}{nearest(name, list(classes))}")
    others = {one.name for node in froms if (node.module or "").startswith("locust") for one in node.names} - {_USER}
    bases = {ast.unparse(base) for base in classes[name].bases} if name in classes else set()
    if other := sorted(base for base in bases & others if base.endswith("User")):
        raise UnusableValuesError(f"{path}: {name} is a {other[0]}; what can perform a session is an {_USER}")


def _own_nodes(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """All of a function but what is within functions of its own."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, _INNER):
            waiting += ast.iter_child_nodes(node)


def _parsed(path: Path) -> ast.Module:
    try:
        return ast.parse(_bytes_of(path), str(path))
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        where = f", line {line}" if line else ""
        raise UnusableValuesError(f"{path}{where}: {getattr(error, 'msg', error)}") from None


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnusableValuesError(f"{path} cannot be read: {error.strerror}") from None


class JourneyFaultError(ValueError):
    """A journey in Python that cannot go on: which function of which file, on which line, and why."""


@cache
def loaded(path: Path, name: str, checksum: str | None) -> Any:
    """The function or class of a file, which is run to get it, as a script of its folder would be.

    Raises `JourneyFaultError` when the file is not the one of `checksum` any more, or fails.
    """
    try:
        if checksum is not None and checksum_of(path) != checksum:
            raise JourneyFaultError(f"{path} is not the file with which this run began")
    except UnusableValuesError as error:
        raise JourneyFaultError(str(error)) from None
    called = f"journeys_{blake2b(f'{path} {checksum}'.encode(), digest_size=6).hexdigest()}"
    module = sys.modules.get(called) or _run(path, called)
    return getattr(module, name)


def failed_in(path: str, error: BaseException) -> str:
    """Where in a file an exception arose, and which: `shop.py, line 12: KeyError: 'sku'`."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
    line = f", line {lines[-1]}" if lines else ""
    return f"{path}{line}: {''.join(traceback.format_exception_only(error)).strip()}"


def _run(path: Path, name: str) -> ModuleType:
    folder = str(path.parent)
    if folder not in sys.path:
        sys.path.append(folder)  # at the end: a file beside the scenario hides no library
    spec = spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    sys.modules[name] = module = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:  # a script that ends itself, too
        del sys.modules[name]
        raise JourneyFaultError(failed_in(str(path), error)) from None
    return module
