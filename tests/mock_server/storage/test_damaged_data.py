"""A server that is started on damaged data, or on somebody else's, says so in a line and leaves every byte."""

from __future__ import annotations

import asyncio
import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mock_server.errors import UnavailableRefusal
from mock_server.storage.sqlite import SqliteDatabase
from mock_server.storage.sqlite_file import DataUnusableError
from mock_server.storage.store import Store
from scenarios.language.service import Durability
from scenarios.protocol.exit_statuses import REFUSED_STATUS
from tests.fixtures.mock_server.served_mock import SCENARIO
from tests.fixtures.places import ROOT

WINDOWS = {"async": {"window": "1 h"}}
ASYNC = Durability.model_validate({"promise": "async", "window": "1 h"})
FILE, MARK, LOG = "referrals.sqlite3", "referrals.sqlite3-durable", "referrals.sqlite3-wal"


def used(folder: Path) -> Path:
    """The data of a server that has kept something and was stopped."""
    store = Store(folder)
    asyncio.run(store.write(lambda transaction: transaction.slots.take("1", 1, 1)))
    store.close()
    return folder


def killed(folder: Path) -> Path:
    """What a killed server with `async` leaves: a file, its log, and a mark."""
    database = SqliteDatabase(folder / "living", ASYNC)
    for number in (1, 2):
        database.begin(1)
        database.transaction.slots.take("1", number, 1)
        database.commit()
        database.flush()
    (folder / "dead").mkdir()
    for file in (folder / "living").iterdir():
        (folder / "dead" / file.name).write_bytes(file.read_bytes())
    database.close()
    return folder / "dead"


def garbage(folder: Path) -> None:
    used(folder)
    (folder / FILE).write_bytes(random.Random(1).randbytes(50_000))


def garbage_behind_the_header(folder: Path) -> None:
    used(folder)
    whole = (folder / FILE).read_bytes()
    (folder / FILE).write_bytes(whole[:100] + random.Random(1).randbytes(len(whole) - 100))


def half_a_file(folder: Path) -> None:
    used(folder)
    whole = (folder / FILE).read_bytes()
    (folder / FILE).write_bytes(whole[: len(whole) // 2])


def a_folder(folder: Path) -> None:
    (folder / FILE).mkdir(parents=True)


def a_link_to_nothing(folder: Path) -> None:
    folder.mkdir()
    (folder / FILE).symlink_to("nowhere")


def a_foreign_table(folder: Path) -> None:
    changed(used(folder), "CREATE TABLE invoices (number INTEGER)")


def a_table_of_ours_with_other_columns(folder: Path) -> None:
    folder.mkdir()
    changed(folder, "CREATE TABLE referral (id INTEGER, name TEXT)")


def another_application(folder: Path) -> None:
    folder.mkdir()
    changed(folder, "PRAGMA application_id=1234567", "CREATE TABLE slot_taken (x)")


def a_newer_version(folder: Path) -> None:
    changed(used(folder), "PRAGMA user_version=99")


def a_log_of_garbage(folder: Path) -> None:
    used(folder)
    (folder / LOG).write_bytes(random.Random(1).randbytes(50_000))


def a_log_without_its_database(folder: Path) -> None:
    dead = killed(folder.parent / "made")
    dead.rename(folder)
    (folder / FILE).unlink()
    (folder / MARK).unlink()


def a_mark_of(content: bytes) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        killed(folder.parent / "made").rename(folder)
        (folder / MARK).write_bytes(content)

    return spoil


def a_folder_for_a_mark(folder: Path) -> None:
    used(folder)
    (folder / MARK).mkdir()


def changed(folder: Path, *statements: str) -> None:
    connection = sqlite3.connect(folder / FILE)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


SPOILT: list[tuple[Callable[[Path], None], str, str]] = [
    (garbage, FILE, "is no SQLite database"),
    (garbage_behind_the_header, FILE, "is damaged"),
    (half_a_file, FILE, "is damaged"),
    (a_folder, FILE, "is no file"),
    (a_link_to_nothing, FILE, "is no file"),
    (a_foreign_table, FILE, "has the table 'invoices', which is not this server's"),
    (a_table_of_ours_with_other_columns, FILE, "has a table 'referral' with other columns"),
    (another_application, FILE, "is another application's database"),
    (a_newer_version, FILE, "was written by a newer version (its tables have form 99, this one knows 1)"),
    (a_log_of_garbage, LOG, "is damaged (it is no write-ahead log)"),
    (a_log_without_its_database, LOG, "is the log of a database that is not there"),
    (a_mark_of(b""), MARK, "is damaged (it has 0 bytes, a mark has 8)"),
    (a_mark_of(b"abc"), MARK, "is damaged (it has 3 bytes, a mark has 8)"),
    (a_mark_of(b"\xff" * 8), MARK, "is damaged (it marks no place in the log)"),
    (a_mark_of(b"\x21" + b"\0" * 7), MARK, "is damaged (it marks no place in the log)"),
    (a_folder_for_a_mark, MARK, "is no file"),
]


def contents(folder: Path) -> dict[str, bytes | None]:
    """Every file, but the index of a log, which holds nothing that the log does not."""
    found = (path for path in folder.rglob("*") if path.name not in ("lock", "scenario.yaml", f"{FILE}-shm"))
    return {path.name: path.read_bytes() if path.is_file() else None for path in found}


@pytest.mark.parametrize("promise", ["group", "async"])
@pytest.mark.parametrize(("spoil", "file", "reason"), SPOILT)
def test_what_cannot_be_gone_on_from_is_named_and_left_as_it_lies(
    spoil: Callable[[Path], None], file: str, reason: str, promise: str, tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    spoil(folder)
    before = contents(folder)
    with pytest.raises(DataUnusableError) as found:
        SqliteDatabase(folder, Durability.model_validate({"promise": promise}))
    said = str(found.value)
    assert said.startswith(f"{folder / file}: {reason}") and "--data" in said and "\n" not in said
    assert contents(folder) == before


def test_the_command_says_it_in_one_line_and_ends_with_its_status(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    garbage(folder)
    before = contents(folder)
    scenario = tmp_path / "scenario.yaml"
    scenario.write_text(SCENARIO)
    command = [sys.executable, "-m", "rehearse", "serve", str(scenario), "--port", "0", "--world", "small"]
    ended = subprocess.run(
        [*command, "--data", str(folder)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert ended.returncode == REFUSED_STATUS
    assert "".join(ended.stderr.split("\n")).startswith(f"{folder / FILE}: is no SQLite database")
    assert ended.stdout == "" and "Traceback" not in ended.stderr
    assert contents(folder) == before


def test_a_file_that_may_not_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = used(tmp_path / "data")
    monkeypatch.setattr("os.access", lambda path, how: False)  # root may everything
    with pytest.raises(DataUnusableError, match="may not be read and written by this user"):
        SqliteDatabase(folder, Durability())


def test_a_file_that_another_program_holds_is_named_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mock_server.storage.sqlite._LOCKED_WITHIN_S", 0.01)
    folder = used(tmp_path / "data")
    holding = sqlite3.connect(folder / FILE, isolation_level=None)
    holding.execute("PRAGMA locking_mode=EXCLUSIVE")
    holding.execute("BEGIN EXCLUSIVE")
    with pytest.raises(DataUnusableError, match=f"{FILE}: is held by another program; "):
        SqliteDatabase(folder, Durability())
    holding.close()


def test_a_full_disk_at_the_start_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("mock_server.storage.sqlite._connect", full)
    with pytest.raises(DataUnusableError, match=r"cannot be used \(database or disk is full\); "):
        SqliteDatabase(tmp_path, Durability())


@pytest.mark.parametrize("promise", ["group", "async"])
def test_a_file_that_is_damaged_while_the_server_runs_is_a_refusal_and_a_line(
    promise: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store(used(tmp_path / "data"), Durability.model_validate({"promise": promise} | WINDOWS.get(promise, {})))
    file = tmp_path / "data" / FILE
    file.write_bytes(file.read_bytes()[:100] + b"\xff" * (file.stat().st_size - 100))
    with pytest.raises(UnavailableRefusal, match="malformed"):
        asyncio.run(store.write(lambda transaction: transaction.slots.take("1", 2, 1)))
    assert [record.exc_info for record in caplog.records] == [None]
    store.close()


def test_a_file_from_before_it_said_whose_it_is_is_taken_up(tmp_path: Path) -> None:
    folder = used(tmp_path / "data")
    changed(folder, "PRAGMA application_id=0", "PRAGMA user_version=0")
    store = Store(folder)
    assert store.read.slots.taken_from("1", 0) == {1}
    store.close()
    assert sqlite3.connect(folder / FILE).execute("PRAGMA user_version").fetchone() == (1,)


def test_what_a_kill_leaves_is_taken_up(tmp_path: Path) -> None:
    again = SqliteDatabase(killed(tmp_path), ASYNC)
    assert (again.dropped, again.reader.slots.taken_from("1", 0)) == (0, {1, 2})
    again.close()
