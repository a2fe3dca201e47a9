"""A PostgreSQL server of the tests' own: a fresh cluster in a temporary folder, on a socket there.

PostgreSQL refuses to run as root; then it runs as the user `postgres` that Debian's package makes.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def programs() -> Path:
    """The folder of `initdb` and `pg_ctl`; the test is skipped where there is none."""
    found = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    if (on_path := shutil.which("initdb")) is not None:
        found.append(Path(on_path).resolve().parent)
    if not found:
        pytest.skip("no PostgreSQL server is installed (Debian package postgresql)")
    return found[0]


@contextmanager
def postgres_server() -> Iterator[str]:
    """The address of a fresh database; the server ends with the test."""
    pytest.importorskip("psycopg", reason="psycopg is not installed (extra postgresql)")
    bin_ = programs()
    folder = Path(tempfile.mkdtemp(prefix="rehearse-pg-"))
    data = folder / "data"
    try:
        _give_away(folder)
        _run(
            bin_ / "initdb",
            "-D",
            data,
            "-A",
            "trust",
            "-U",
            "rehearse",
            "--no-sync",
            "--locale=C",
            "-E",
            "UTF8",
        )
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c deadlock_timeout=200ms"
        _run(bin_ / "pg_ctl", "-D", data, "-w", "-o", options, "-l", folder / "log", "start")
        try:
            yield f"postgresql://rehearse@/postgres?host={folder}"
        finally:
            _run(bin_ / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _give_away(folder: Path) -> None:
    if os.getuid() == 0:
        try:
            user = pwd.getpwnam("postgres")
        except KeyError:
            pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
        folder.chmod(0o755)


def _run(*command: object) -> None:
    words = [str(word) for word in command]
    if os.getuid() == 0:
        # a service's PATH may leave out where administrators' commands are
        runuser = shutil.which("runuser", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin") or "runuser"
        words = [runuser, "-u", "postgres", "--", *words]
    done = subprocess.run(words, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 0, done.stderr
