"""Files that a scenario names, as whole paths, and what its files of rows hold.

It works on a scenario's plain data, before that is read, as `fitted` does. A path in a scenario begins at the folder of
the file in which it stands; the scenario that a run keeps stands elsewhere, so there they are whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from scenarios.measured.fitted import DataPlace, with_found
from scenarios.measured.python_files import check_class, check_generator, checksum_of
from scenarios.measured.rows import read_rows

_ANY: Final = None  # any key, or any number of a list
# where the paths of files stand in a scenario
_PATHS: Final[tuple[tuple[str | None, ...], ...]] = (
    ("data", _ANY, "file"),
    ("journeys", _ANY, "python", "file"),
    ("journeys", _ANY, "locust", "file"),
    ("service", "operations", _ANY, "http", "file", "path"),
    ("service", "operations", _ANY, "http", "file", _ANY, "path"),
    ("target", "authority"),
    ("target", "client_certificate", "certificate"),
    ("target", "client_certificate", "key"),
    ("target", "client_certificate", "password", "file"),
    ("target", "secrets", _ANY, "file"),
    ("target", "log_on", _ANY, _ANY, "file"),
)
_CODE: Final = {"python": "function", "locust": "user"}  # of a journey, and what it names of the file


def with_whole_paths(data: Any, folder_of: Callable[[DataPlace], Path]) -> Any:
    """The data with every path whole; `folder_of` is where the one at a place begins."""
    for pattern in _PATHS:
        for place, found in list(_at(data, pattern)):
            if isinstance(found, str) and found and not Path(found).is_absolute():
                data = with_found(data, place, str((folder_of(place) / found).resolve()))
    return data


def unread_feeds(data: Any) -> Iterator[tuple[DataPlace, Path]]:
    """Each file of rows of which is not known yet what it holds: the place of its path, and the path."""
    for place, feed in _at(data, ("data", _ANY)):
        if isinstance(feed, dict) and isinstance(feed.get("file"), str) and feed["file"] and "found" not in feed:
            yield (*place, "file"), Path(feed["file"])


def with_rows(data: Any, place: DataPlace, path: Path) -> Any:
    """The data with what the file of rows at a place holds. Raises `UnusableValuesError`."""
    return with_found(data, (*place[:-1], "found"), read_rows(path).about)


def unseen_code(data: Any) -> Iterator[tuple[DataPlace, Path, str]]:
    """Each function or class that performs a journey and was not looked for yet: the place of its file's path, the
    path, and its name."""
    for kind, key in _CODE.items():
        for place, code in _at(data, ("journeys", _ANY, kind)):
            if not isinstance(code, dict) or "checksum" in code:
                continue
            file, name = code.get("file"), code.get(key)
            if isinstance(file, str) and file and isinstance(name, str):
                yield (*place, "file"), Path(file), name


def with_code(data: Any, place: DataPlace, path: Path, name: str) -> Any:
    """The data with what tells the file at a place from others. Raises `UnusableValuesError` when what is named is not
    there, or cannot perform a journey."""
    check = check_generator if place[-2] == "python" else check_class
    check(path, name)
    return with_found(data, (*place[:-1], "checksum"), checksum_of(path))


def _at(data: Any, pattern: tuple[str | None, ...], place: DataPlace = ()) -> Iterator[tuple[DataPlace, Any]]:
    """What stands at every place of a pattern."""
    if not pattern:
        yield place, data
        return
    wanted, rest = pattern[0], pattern[1:]
    pairs: Any = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in pairs:
        if wanted is _ANY or key == wanted:
            yield from _at(value, rest, (*place, key))
