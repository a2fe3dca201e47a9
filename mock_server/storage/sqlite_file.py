"""Whether a SQLite file is this server's and whole: looked at before anything is written.

What is damaged, or is somebody else's, is left as it lies, to the byte: it may be all that there is of something. The
file says whose it is by SQLite's application id, and which form its tables have by its user version; a file from
before there were these has neither, and is known by its tables.
Source: SQLite, "Database File Format", sections 1.3 (header) and 4.1 (write-ahead log, its magic number).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Final
from urllib.parse import quote

APPLICATION_ID: Final = 0x52655253  # "ReRS"
SCHEMA_VERSION: Final = 1
_MAGIC: Final = b"SQLite format 3\0"
_LOG_MAGIC: Final = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
_LOG_HEADER_BYTES: Final = 32
_WALKED_BYTES_MAX: Final = 512 * 1024 * 1024  # of a larger file only its schema is read, or a start would take minutes
_ADVICE: Final = "move it away, or give this server another folder with --data"


class DataUnusableError(Exception):
    """Kept data that this server cannot go on from: which file, what is wrong with it, and what to do."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(f"{path}: {what}; {_ADVICE}")


def check_file(path: Path, tables: Mapping[str, frozenset[str]]) -> None:
    """Look whether `path` can be gone on from: nothing there, or a whole file with no tables but these.

    `tables` are the columns of each table by name. Raises `DataUnusableError`.
    """
    log = path.with_name(path.name + "-wal")
    for file in (path, log):
        _check_kind(file)
    _check_log(log)
    if not path.exists() or not path.stat().st_size:
        if _size(log):
            raise DataUnusableError(log, "is the log of a database that is not there")
        return
    with path.open("rb") as opened:
        if opened.read(len(_MAGIC)) != _MAGIC:
            raise DataUnusableError(path, "is no SQLite database")
    # without a log nothing beside the file is needed to read it, and nothing is made
    how = "mode=ro" if _size(log) else "immutable=1"
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?{how}", uri=True)) as connection:
            _check_owner(path, connection)
            _check_tables(path, connection, tables)
            if path.stat().st_size <= _WALKED_BYTES_MAX:
                _check_pages(path, connection)
    except sqlite3.Error as error:
        raise DataUnusableError(path, trouble_words(error)) from None


def trouble_words(error: sqlite3.Error) -> str:
    """What an error of SQLite says of a file."""
    if _code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return "is held by another program"
    return f"is damaged ({error})" if is_damage(error) else f"cannot be used ({error})"


def is_damage(error: BaseException | None) -> bool:
    """Whether SQLite has met something that it has not written."""
    return _code(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _code(error: BaseException | None) -> int:
    """SQLite's primary result code; 0 for an error that is none of its own."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _check_kind(path: Path) -> None:
    if not os.path.lexists(path):
        return
    if not path.is_file():
        raise DataUnusableError(path, "is no file")
    if not os.access(path, os.R_OK | os.W_OK):
        raise DataUnusableError(path, "may not be read and written by this user")


def _check_log(log: Path) -> None:
    if _size(log) >= _LOG_HEADER_BYTES:
        with log.open("rb") as file:
            if file.read(4) not in _LOG_MAGIC:
                raise DataUnusableError(log, "is damaged (it is no write-ahead log)")


def _check_owner(path: Path, connection: sqlite3.Connection) -> None:
    (owner,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if owner not in (0, APPLICATION_ID):
        raise DataUnusableError(path, "is another application's database")
    if version > SCHEMA_VERSION:
        what = f"was written by a newer version (its tables have form {version}, this one knows {SCHEMA_VERSION})"
        raise DataUnusableError(path, what)


def _check_tables(path: Path, connection: sqlite3.Connection, tables: Mapping[str, frozenset[str]]) -> None:
    for name, columns in columns_in(connection).items():
        if name not in tables:
            raise DataUnusableError(path, f"has the table {name!r}, which is not this server's")
        if columns != tables[name]:
            raise DataUnusableError(path, f"has a table {name!r} with other columns than this server's")


def _check_pages(path: Path, connection: sqlite3.Connection) -> None:
    (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise DataUnusableError(path, f"is damaged ({' '.join(str(found).split())[:200]})")


def columns_in(connection: sqlite3.Connection) -> dict[str, frozenset[str]]:
    """The columns of each table of a database, SQLite's own left out."""
    asked = "SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_'"
    names = connection.execute(asked)
    return {
        name: frozenset(column for (column,) in connection.execute("SELECT name FROM pragma_table_info(?)", (name,)))
        for (name,) in names.fetchall()
    }


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
